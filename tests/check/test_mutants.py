"""Every kind of fault, put into the text of emitted classes, is rejected by its judge."""

from __future__ import annotations

from functools import cache

import pytest
from mutation import LAYERS, Edit, Mutant, added, changed, mutated

from symbp import pipeline
from symbp.check import LayerReport, check_layer
from symbp.targets.code import SourceFile


def at_kink(layer: str, where: str, wrong: str, *saved: str) -> Mutant:
    """Backward hands back something else where the condition holds; `_x` is what forward got."""
    name = saved[0] if saved else "x"
    gradient = saved[1] if len(saved) > 1 else f"d{name}"
    keep = added("forward", "self._saved = ", f"self._x = {name}.copy()")
    code = f"_x = self._x\n{gradient} = np.where({where}, {wrong}, {gradient})"
    return Mutant(layer, "gradient", (keep, added("backward", f"return {gradient}", code)))


def backward(layer: str, before: str, code: str, judge: str = "gradient") -> Mutant:
    return Mutant(layer, judge, (added("backward", before, code),))


def edited(layer: str, judge: str, *edits: Edit) -> Mutant:
    return Mutant(layer, judge, edits)


DOUBLED = (
    "self._saved = tuple(\n"
    '    v * 2 if getattr(v, "dtype", None) in FLOATS and v.ndim else v for v in self._saved\n'
    ")"
)

KINKS = {
    "relu, 7*dy at 0": at_kink("Relu", "_x == 0", "7 * dy"),
    "relu, slope 1 at 0": at_kink("Relu", "_x == 0", "dy"),
    "leaky relu, slope 1 at 0": at_kink("LeakyRelu", "_x == 0", "dy"),
    "hard sigmoid, at the lower end": at_kink("HardSigmoid", "_x == -3", "dy / 6"),
    "hard sigmoid, at the upper end": at_kink("HardSigmoid", "_x == 3", "0 * dy"),
    "abs, slope 1 at 0": edited(
        "L1Loss",
        "gradient",
        added("forward", "self._saved = ", "self._x = y == t"),
        added("backward", "return dy", "dy = np.where(self._x, dloss / self._x.size, dy)"),
    ),
    "norm, nan at 0": at_kink("Radius", "(_x == 0).all(axis=1, keepdims=True)", "np.nan"),
    "norm, 1 at 0": at_kink("Radius", "(_x == 0).all(axis=1, keepdims=True)", "dy[:, None]"),
    "extremum, the last of equals": edited(
        "Peak",
        "gradient",
        added("forward", "self._saved = ", "self._x = x.copy()"),
        added(
            "backward",
            "return dx",
            "_x, rows = self._x, np.arange(len(self._x))\n"
            "dx = np.zeros_like(_x)\n"
            "dx[rows, _x.shape[1] - 1 - _x[:, ::-1].argmax(axis=1)] += dy\n"
            "dx[rows, _x.shape[1] - 1 - _x[:, ::-1].argmin(axis=1)] -= dy",
        ),
    ),
    "branch, the other one's slope": at_kink("Gate", "_x == self.k", "2 * _x * dy"),
    "clip, slope of a parameter": edited(
        "Clipped",
        "gradient",
        added("forward", "self._saved = ", "self._x = x"),
        added(
            "backward",
            "self.ds = ",
            "ds = ds + (dy * self._x * (self._x * self.s == -1)).sum(axis=0)",
        ),
    ),
    "a network's rectifier": edited(
        "TwoLayerNet",
        "gradient",
        added("backward", "self.dW1", "db1 = db1 + dy2.sum(axis=0) * (y1 == 0).any(axis=0)"),
    ),
}
FLOORS = {
    "zeros below 1e-3 in float32": backward(
        "Small",
        "self.dW",
        "if dW.dtype == np.float32:\n    dW = np.where(np.abs(dW) < 1e-3, 0, dW).astype(dW.dtype)",
    ),
    "zeros below 1e-3": backward("Small", "self.dW", "dW[np.abs(dW) < 1e-3] = 0"),
    "zeros for a small upstream": backward(
        "Affine", "self.dW", "dW = dW * (np.abs(dy).max(initial=0) > 1e-3)"
    ),
    "half of what is small": backward("Small", "return dx", "dx[np.abs(dx) < 1e-3] *= 0.5"),
}
ENTRIES = {
    "loss, the first entry": backward("SoftmaxWithLoss", "return dx", "dx.flat[0] *= 1.0005"),
    "kernel, the last entry": backward("Kernel", "return dx", "dz[-1, -1] *= 0.9995"),
    "batch norm, one of gamma's": backward("BatchNorm", "self.dgamma", "dgamma[0] *= 1.0005"),
    "embedding, one of the rows": backward("Embedding", "self.dE", "dE[-1] *= 1.0005"),
    "forward, one entry": edited(
        "Kernel", "oracle", added("forward", "self._saved = ", "y = y + 0\ny[-1, 0] *= 1 + 1e-8")
    ),
}
AXES = {
    "a batch without its last sample": backward("Affine", "self.dW", "db = dy[:-1].sum(axis=0)"),
    "features in reverse": backward("LayerNorm", "self.dgamma", "dgamma = dgamma[::-1]"),
    "keys in reverse": backward("ScaledDotProductAttention", "return dQ", "dK = dK[..., ::-1, :]"),
    "another sample's gradient": backward("Pick", "return dx", "dx = np.roll(dx, 1, axis=0)"),
    "the outputs' upstreams exchanged": backward("Pair", "return dx", "dz = du * np.tanh(dx)"),
}
SHAPES = {
    "what was broadcast is not summed": backward("Mul", "return dx", "dx = dz * y"),
    "a mean in the place of a sum": backward(
        "Mul", "return dx", "dx = dx * (x.size / max(dz.size, x.size))"
    ),
    "flattened axes stay so": backward("Affine", "return dx", "dx = dx.reshape(len(dx), -1)"),
    "a number as an array": backward("Kernel", "self.dg", "dg = np.reshape(dg, (1,))"),
    "an output with an axis too many": edited(
        "Radius", "oracle", added("forward", "return y", "y = y[:, None]")
    ),
}
SAVED = {
    "returned output exposed": edited(
        "Sigmoid", "gradient", changed("forward", "y.setflags(write=False)", "pass")
    ),
    "argument exposed": edited("Square", "gradient", changed("forward", "_private(x)", "x")),
    "classes exposed": edited("Embedding", "gradient", changed("forward", "_private(t)", "t")),
    "mask exposed": edited("Dropout", "gradient", changed("forward", "_private(mask)", "mask")),
    "saved values overwritten": backward("Kernel", "return dx", DOUBLED),
    "upstream overwritten": backward("Pair", "return dx", "du *= 2"),
    "argument overwritten": edited(
        "Exp", "gradient", added("forward", "x", "if x.dtype.kind == 'f':\n    x -= 0.5")
    ),
    "parameter overwritten": backward("Small", "return dx", "self.W *= 2"),
    "state of the first call kept": edited(
        "Tanh",
        "gradient",
        added("forward", "self._saved = ", 'y = self.__dict__.setdefault("kept", y)'),
    ),
}
DTYPES = {
    "float64 from float32": edited(
        "Softplus", "gradient", changed("forward", "return y", "return 1.0 * np.float64(1) * y")
    ),
    "a gradient in float64": backward("Affine", "self.dW", "dW = dW.astype(np.float64)"),
    "a Python number": backward("Kernel", "self.dg", "dg = float(dg)"),
    "a Python 0 for a gradient that is 0": backward("Signs", "self.da", "da = 0"),
    "an integer 0 for a gradient that is 0": backward(
        "Signs", "self.da", "da = np.zeros((), np.int64)"
    ),
    "integers make float64": edited(
        "Pick", "gradient", added("forward", "self._saved = ", "y = y * np.ones(1, np.int64)")
    ),
    "integer inputs keep their dtype": edited(
        "Neg",
        "gradient",
        added("forward", "x", "kind = np.asarray(x).dtype"),
        added("forward", "return y", 'y = y.astype(kind) if kind.kind == "i" else y'),
    ),
}
NETWORKS = {
    "gradient": edited(
        "TwoLayerNet",
        "oracle",
        changed("gradient", "self.grads", "{n: 1.0005 * g for n, g in self.grads.items()}"),
    ),
    "gradient of one parameter": edited(
        "Fit",
        "oracle",
        changed("gradient", "self.grads", '{**self.grads, "b2": 0 * self.grads["b2"]}'),
    ),
    "gradient, another order": edited(
        "Fit", "oracle", changed("gradient", "self.grads", "dict(reversed(self.grads.items()))")
    ),
    "predict": edited("TwoLayerNet", "oracle", changed("predict", "return y3", "return y3 + 1e-6")),
    "predict of another network": edited(
        "Fit", "oracle", changed("predict", "return ", "return 0.5 * ")
    ),
    "loss": edited("TwoLayerNet", "oracle", changed("loss", "(x, t))", "(x, t)) * (1 + 1e-8)")),
    "loss, no number": edited(
        "Fit", "oracle", changed("loss", "float(self.forward(x, t))", "self.forward(x, t)")
    ),
    "accuracy": edited(
        "TwoLayerNet", "oracle", changed("accuracy", "scores.argmax", "scores.argmin")
    ),
    "trace": edited("TwoLayerNet", "oracle", changed("trace", '"y2": y2', '"y2": y2 * 1.0005')),
    "trace, a value missing": edited("TwoLayerNet", "oracle", changed("trace", '{"y1": y1, ', "{")),
    "a parameter overwritten": edited(
        "TwoLayerNet", "oracle", added("predict", "return y3", "self.b2 -= 1e-3")
    ),
    "backward": edited(
        "TwoLayerNet", "gradient", added("backward", "self.dW1", "db2 = db2[::-1].copy()")
    ),
    "dtype ignored": edited(
        "Fit", "gradient", changed("__init__", "np.dtype(dtype)", 'np.dtype("float64")')
    ),
    "sizes exchanged": edited(
        "TwoLayerNet", "oracle", added("__init__", "dtype = ", "inputs, hidden = hidden, inputs")
    ),
}
HYPERS = {
    "ignored": edited("Elu", "oracle", added("__init__", "self._saved", "self.alpha = 1.0")),
    "ignored by a norm": edited(
        "LayerNorm", "oracle", added("__init__", "self._saved", "self.eps = 1e-5")
    ),
    "exchanged": edited(
        "Wave", "oracle", added("__init__", "self._saved", "self.a, self.b = self.b, self.a")
    ),
    "ignored going backward": backward("Gate", "return dx", "dx *= 0.5 / self.k"),
    "only right as it is": edited(
        "Huber", "oracle", added("forward", "self._saved", "loss = loss * self.delta ** 0.01")
    ),
}


def product(layer: str, method: str, where: str, code: str) -> Mutant:
    return edited(layer, method, added(method, f"return {where}", code))


def replaced(layer: str, method: str, old: str, new: str) -> Mutant:
    return edited(layer, method, changed(method, old, new))


PRODUCTS = {
    "jvp, one entry": product("Sigmoid", "jvp", "y_dot", "y_dot.flat[0] *= 1.001"),
    "jvp, a parameter forgotten": replaced("Affine", "jvp", "x @ W_dot", "0 * (x @ W_dot)"),
    "jvp, slope 1 at 0": replaced("Relu", "jvp", "x > 0", "x >= 0"),
    "jvp, the last of equals": edited(
        "Peak",
        "jvp",
        added("forward", "self._saved = ", "self._x = x.copy()"),
        added(
            "jvp",
            "return y_dot",
            "x, rows = self._x, np.arange(len(self._x))\n"
            "high = x.shape[1] - 1 - x[:, ::-1].argmax(axis=1)\n"
            "y_dot = x_dot[rows, high] - x_dot[rows, x.argmin(axis=1)]",
        ),
    ),
    "jvp, a shape": replaced("Div", "jvp", "_broadcast(z_dot, z.shape)", "z_dot[None]"),
    "jvp, an unused axis": product("Signs", "jvp", "y_dot", "y_dot = y_dot + 1e-3 * c_dot"),
    "jvp, dtype": product("Tanh", "jvp", "y_dot", "y_dot = y_dot.astype(float)"),
    "jvp, hyper-parameter": product("Gate", "jvp", "y_dot", "y_dot *= 0.5 / self.k"),
    "jvp, the tangent overwritten": product("Square", "jvp", "y_dot", "x_dot *= 2"),
    "jvp, saved values overwritten": product("Exp", "jvp", "y_dot", "y *= 1"),
    "jvp, no check of the call": replaced("Tanh", "jvp", "self._saved is None", "False"),
    "jvp, no check of the shape": replaced("Tanh", "jvp", '"x", ', '"x", x_dot.shape or '),
    "jvp, of a network": product(
        "TwoLayerNet", "jvp", "loss_dot", "loss_dot -= 1e-3 * b1_dot.sum()"
    ),
    "hvp, one entry": product("Sigmoid", "hvp", "dx_dot", "dx_dot.flat[0] *= 1.001"),
    "hvp, gradient instead": product("Tanh", "hvp", "dx_dot", "dx_dot /= -2 * y"),
    "hvp, upstream ignored": product("Square", "hvp", "dx_dot", "dx_dot /= dy"),
    "hvp, a parameter forgotten": replaced("Linear", "hvp", "dy @ W_dot.T", "0 * (dy @ W_dot.T)"),
    "hvp, symmetric but wrong": product(
        "Mul", "hvp", "dx_dot", "dx_dot, dy_dot = -dx_dot, -dy_dot"
    ),
    "hvp, a network's bias": product("TwoLayerNet", "hvp", "dW1_dot", "db2_dot = db2_dot + 1e-6"),
    "hvp, shape": product("Softmax", "hvp", "dx_dot", "dx_dot = dx_dot[None]"),
    "hvp, gradients overwritten": product(
        "Affine", "hvp", "dx_dot", "self._saved = (2 * x, x_shape, y_shape)"
    ),
}
MUTANTS = {
    f"{kind}: {name}": mutant
    for kind, group in {
        "kink": KINKS,
        "floor": FLOORS,
        "entry": ENTRIES,
        "axis": AXES,
        "shape": SHAPES,
        "saved": SAVED,
        "dtype": DTYPES,
        "network": NETWORKS,
        "hyper": HYPERS,
        "product": PRODUCTS,
    }.items()
    for name, mutant in group.items()
}


@cache
def module(name: str, products: tuple[str, ...] = ()) -> SourceFile:
    return pipeline.emit(LAYERS[name], products=products)


def products(judge: str) -> tuple[str, ...]:
    """The methods that a judge looks at beside forward and backward."""
    return ("jvp", "hvp") if judge in ("jvp", "hvp") else ()


def judged(name: str, source: SourceFile, judge: str) -> LayerReport:
    """What one of the judges says of a module, as `symbp check` asks it."""
    return check_layer(LAYERS[name], pipeline.load_class(source), source.text, judges=(judge,))


@pytest.mark.parametrize(
    ("name", "judge"), sorted({(mutant.layer, mutant.judge) for mutant in MUTANTS.values()})
)
def test_the_module_as_emitted_passes(name: str, judge: str) -> None:
    report = judged(name, module(name, products(judge)), judge)
    assert report.ok, str(report)


@pytest.mark.parametrize("case", MUTANTS)
def test_the_mutant_is_rejected(case: str) -> None:
    mutant = MUTANTS[case]
    source = module(mutant.layer, products(mutant.judge))
    wrong = SourceFile(source.path, mutated(source.text, mutant))
    report = judged(mutant.layer, wrong, mutant.judge)
    assert not report.ok, str(report)
    print(report)
