"""The emitted class of a network: what it builds, refuses, and hands back."""

import ast
import inspect
import pickle
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from symbp.catalogue import parse_layers
from symbp.notation import Network
from symbp.pipeline import emit, emit_package, load_class

PLAIN = """
[Net]
layers = ["Affine", "Sigmoid", "Affine", "SoftmaxWithLoss"]
sizes = ["pixels", "hidden", "classes"]
"""
TEXTS = {
    "plain": PLAIN,
    "input gradient": PLAIN + "input_gradient = true",
    "begins": PLAIN + 'init = { W1 = "he", W2 = "xavier", b = "ones" }',
    "small": PLAIN + 'init = { W = "normal(0.01)" }',
    "residual": '[Net]\nlayers = ["h = Affine", "r = Relu", "k = Affine", "Add(h, k)"]',
    "norm": '[Net]\nlayers = ["Affine", "LayerNorm", "LeakyRelu(alpha=0.25)", "Linear4 = Affine", '
            '"MeanSquaredError"]',
    "heads": '[Net]\nlayers = ["h = Affine", "a = Affine(h)", "b = Affine(h)"]\n'
             'outputs = ["a", "b"]',
    "two inputs": '[Net]\nlayers = ["a = Linear(u)", "b = Linear(v)", "s = Mul(a, b)", '
                  '"SigmoidWithLoss"]\ninputs = ["u", "v"]',
    "table": '[Net]\nlayers = ["Embedding(t=x)", "Linear"]',
    "bilinear": '[Net]\nlayers = ["Bilinear(u, v)"]\ninputs = ["u", "v"]\n'
                'init = { W = "he" }',
    "number": '[Scale]\nforward = "y[n, i] = a * x[n, i]"\nparameters = ["a"]\n'
              '[Net]\nlayers = ["Scale", "Affine"]\ninit = { a = "normal(0.3)" }',
    "no parameters": '[Net]\nlayers = ["Sigmoid", "MeanSquaredError"]',
    "nested": '[Block]\nlayers = ["Affine", "Tanh"]\n[Net]\nlayers = ["Block", "Block"]',
}  # fmt: skip
NAMES = ["W1", "b1", "W2", "b2"]
X = np.random.default_rng(5).normal(size=(6, 4))
T = np.array([0, 2, 1, 1, 0, 2])


@cache
def network(name: str) -> Network:
    return parse_layers(TEXTS[name], "f.toml")[-1]


@cache
def emitted(name: str) -> type:
    return load_class(emit(network(name)))


def plain(seed: int = 1, **options):
    return emitted("plain")(4, 5, 3, seed=seed, **options)


# The module


@pytest.mark.parametrize("name", TEXTS)
def test_the_module_is_formatted_and_the_same_bytes_twice(name, tmp_path):
    source = emit(network(name))
    assert emit(parse_layers(TEXTS[name], "f.toml")[-1]) == source
    path = tmp_path / source.path
    path.write_text(source.text)
    command = [sys.executable, "-m", "ruff", "format", "--diff", "--isolated", "--no-cache",
               "--line-length", "88", str(path)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", TEXTS)
def test_the_module_imports_numpy_and_math_alone(name):
    tree = ast.parse(emit(network(name)).text)
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert {ast.unparse(node) for node in imports} <= {"import math", "import numpy as np"}
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert classes == ["Net"]
    assert "pickle" not in emit(network(name)).text.replace("allow_pickle=False", "")


def test_a_module_runs_without_symbp(tmp_path):
    (tmp_path / "net.py").write_text(emit(network("plain")).text)
    program = "import sys, net; net.Net(4, 5, 3).predict([[1, 2, 3, 4]]); " + (
        "assert not [m for m in sys.modules if m.partition('.')[0] in ('symbp', 'sympy')]"
    )
    subprocess.run([sys.executable, "-S", "-c", "import sys; sys.path[:0] = "
                    f"{[str(tmp_path), *sys.path]!r}; {program}"], check=True)  # fmt: skip


def test_a_package_hands_the_network_on():
    paths = [source.path for source in emit_package([network("plain")])]
    assert paths == ["net.py", "__init__.py"]


# Construction


def test_sizes_by_position_and_by_keyword_and_a_seed_that_repeats():
    cls = emitted("plain")
    assert list(inspect.signature(cls).parameters)[:5] == [
        "pixels", "hidden", "classes", "seed", "dtype"
    ]  # fmt: skip
    ways = [
        cls(4, 5, 3, seed=7),
        cls(classes=3, hidden=5, pixels=4, seed=7),
        cls(np.int64(4), np.int32(5), classes=3, seed=7),
        cls(4, 5, 3, seed=np.random.default_rng(7)),
    ]
    for other in ways[1:]:
        assert all(np.array_equal(other.params[name], ways[0].params[name]) for name in NAMES)
    assert not np.array_equal(cls(4, 5, 3, seed=8).W1, ways[0].W1)
    assert not np.array_equal(cls(4, 5, 3).W1, cls(4, 5, 3).W1)
    with pytest.raises(TypeError):
        cls(4, 5, 3, 7)


WRONG = [0, -1, True, 3.0, "3", None, [3], np.float64(3), 2.5]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("place", range(3))
def test_a_wrong_size_is_refused_by_name(wrong, place):
    sizes = [4, 5, 3]
    sizes[place] = wrong
    name = ["pixels", "hidden", "classes"][place]
    with pytest.raises(ValueError, match=rf"^Net: {name} must be a whole number above 0"):
        emitted("plain")(*sizes)


@pytest.mark.parametrize("dtype", ["float32", "float64", np.float32, np.dtype("float64")])
def test_the_dtype_is_that_of_everything(dtype):
    net = plain(dtype=dtype)
    wanted = np.dtype(dtype)
    gradients = net.gradient(X.astype(wanted), T)
    everything = [*net.params.values(), *gradients.values(), net.predict(X.astype(wanted))]
    everything += [*net.trace(X.astype(wanted), T).values()]
    assert {value.dtype for value in everything} == {wanted}
    assert np.array_equal(net.W1, plain().W1.astype(wanted))
    other = "float64" if wanted == "float32" else "float32"
    with pytest.raises(TypeError, match=f"^Net: x is {other}, but W1 is {wanted}"):
        net.predict(X.astype(other))


@pytest.mark.parametrize("dtype", ["float16", "complex128", "U3", int, bool])
def test_another_dtype_is_refused_by_name(dtype):
    with pytest.raises(TypeError, match=r"^Net: dtype must be float32 or float64"):
        plain(dtype=dtype)


def test_parameters_begin_as_declared():
    net = emitted("begins")(300, 200, 100, seed=0)
    assert net.W1.std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    assert net.W2.std() == pytest.approx(np.sqrt(2 / (200 + 100)), rel=0.02)
    assert (net.b1 == 1).all()
    assert (net.b2 == 1).all()
    small = emitted("small")(300, 200, 100, seed=0)
    assert small.W1.std() == pytest.approx(0.01, rel=0.02)
    assert abs(small.W1.mean()) < 2e-4
    assert (small.b1 == 0).all()
    norm = emitted("norm")(4, 5, 3)
    assert (norm.gamma2 == 1).all()
    assert (norm.beta2 == 0).all()
    assert emitted("bilinear")(30, 40, 50, seed=0).W1.std() == pytest.approx(
        np.sqrt(2 / (40 * 50)), rel=0.02
    )
    number = emitted("number")(4, 5, seed=3)
    assert number.a1.shape == ()
    assert number.a1 != 0


# What it computes


def test_params_are_keyed_in_order_and_live():
    net = plain()
    assert list(net.params) == list(net.grads) == NAMES
    assert {name: value.shape for name, value in net.params.items()} == {
        "W1": (4, 5), "b1": (5,), "W2": (5, 3), "b2": (3,)
    }  # fmt: skip
    assert all(value is None for value in net.grads.values())
    before = net.loss(X, T)
    for name, value in net.params.items():
        assert value is getattr(net, name)
        value += np.random.default_rng(0).normal(size=value.shape)
        after = net.loss(X, T)
        assert after != before
        before = after


def test_loss_predict_and_trace_agree():
    net = plain()
    trace = net.trace(X, T)
    assert list(trace) == ["y1", "y2", "y3", "y4", "loss"]
    assert trace["y1"].tolist() == (X @ net.W1 + net.b1).tolist()
    assert np.array_equal(trace["y3"], net.predict(X))
    assert trace["y4"].sum(axis=1) == pytest.approx(1)
    assert isinstance(net.loss(X, T), float)
    assert net.loss(X, T) == trace["loss"] == net.forward(X, T)
    assert net.loss(X, T) == pytest.approx(-np.log(trace["y4"][range(6), T]).mean(), rel=1e-12)
    values = list(trace.values())
    assert not any(
        np.shares_memory(one, other) for n, one in enumerate(values) for other in values[:n]
    )


def test_a_trace_has_the_names_of_the_uses():
    net = emitted("residual")(4, 5, seed=0)
    trace = net.trace(X)
    assert list(trace) == ["h", "r", "k", "z"]
    assert np.array_equal(trace["z"], trace["h"] + trace["k"])
    assert np.array_equal(trace["r"], np.maximum(trace["h"], 0))
    norm = emitted("norm")(4, 5, 3, seed=0).trace(X, X[:, :3])
    assert list(norm) == ["y1", "mu2", "xc2", "var2", "xhat2", "y2", "y3", "Linear4", "loss"]


def test_integer_and_one_hot_labels_are_the_same():
    net, rows = plain(), np.eye(3)[T]
    assert net.accuracy(X, T) == net.accuracy(X, rows) == net.accuracy(X, T.tolist())
    assert net.accuracy(X, net.predict(X).argmax(axis=1)) == 1.0
    assert net.accuracy(X, (net.predict(X).argmax(axis=1) + 1) % 3) == 0.0
    assert net.accuracy(X, T) == np.mean(net.predict(X).argmax(axis=1) == T)
    assert net.loss(X, T) == net.loss(X, rows)
    one, other = net.gradient(X, T), net.gradient(X, rows)
    assert all(np.array_equal(one[name], other[name]) for name in NAMES)


@pytest.mark.parametrize("shape", [(6, 1), (1,), (4,), (), (3, 6)])
def test_accuracy_refuses_labels_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"^Net: t has shape"):
        plain().accuracy(X, np.zeros(shape, int))


GRADED = {
    "plain": ((4, 5, 3), (X, T)),
    "input gradient": ((4, 5, 3), (X, T)),
    "norm": ((4, 5, 3), (X, X[:, :3])),
    "two inputs": ((4, 3, 2), (X, X[:, 2:], X[:, :3] > 0)),
    "no parameters": ((), (X, X[::-1])),
}


@pytest.mark.parametrize("name", GRADED)
def test_gradient_agrees_with_the_numerical_one(name):
    sizes, given = GRADED[name]
    net = emitted(name)(*sizes, seed=2) if sizes else emitted(name)()
    kept = {key: value.copy() for key, value in net.params.items()}
    numerical = net.numerical_gradient(*given)
    assert all(np.array_equal(kept[key], value) for key, value in net.params.items())
    gradient = net.gradient(*given)
    assert list(gradient) == list(numerical) == list(net.params)
    for key, value in gradient.items():
        assert value.shape == net.params[key].shape
        assert np.abs(value - numerical[key]).max() < 1e-7, key
        assert value is getattr(net, f"d{key}")


def test_several_outputs_take_several_gradients():
    net = emitted("heads")(4, 5, 2, 3, seed=0)
    a, b = net.forward(X)
    assert (a.shape, b.shape) == ((6, 2), (6, 3))
    assert not hasattr(net, "loss")
    assert net.backward(np.ones_like(a), np.zeros_like(b)) is None
    assert not net.dW3.any()
    assert net.dW2.any()


def test_nothing_given_is_changed_and_nothing_handed_back_is_overwritten():
    net = plain()
    x, t = X.copy(), np.eye(3)[T]
    kept = x.copy(), t.copy()
    first = dict(net.gradient(x, t))
    copies = {name: value.copy() for name, value in first.items()}
    net.trace(x, t)
    net.predict(x)
    net.gradient(x[::-1], t)
    net.numerical_gradient(x, t)
    assert np.array_equal(x, kept[0])
    assert np.array_equal(t, kept[1])
    assert all(np.array_equal(first[name], copies[name]) for name in NAMES)


def test_predict_and_trace_leave_the_saved_values_alone():
    net = plain()
    wanted = net.gradient(X, T)
    net.forward(X, T)
    net.predict(X + 1)
    net.trace(X + 1, T)
    net.accuracy(X + 1, T)
    net.backward()
    assert all(np.array_equal(net.grads[name], wanted[name]) for name in NAMES)


def test_there_is_no_gradient_of_the_input_unless_asked_for():
    without, with_ = plain(), emitted("input gradient")(4, 5, 3, seed=1)
    for net in (without, with_):
        with pytest.raises(RuntimeError, match=r"^Net: call `forward` before `backward`"):
            net.backward()
        net.forward(X, T)
    assert without.backward() is None
    assert "dx" not in emit(network("plain")).text
    dx = with_.backward()
    assert dx.shape == X.shape
    for place in [(0, 0), (2, 3), (5, 1)]:
        above, below = X.copy(), X.copy()
        above[place] += 1e-5
        below[place] -= 1e-5
        slope = (with_.loss(above, T) - with_.loss(below, T)) / 2e-5
        assert dx[place] == pytest.approx(slope, abs=1e-8)
    assert all(np.array_equal(without.grads[name], with_.grads[name]) for name in NAMES)


def test_upstream_scales_every_gradient():
    net = plain()
    once = net.gradient(X, T)
    net.forward(X, T)
    net.backward(-2.0)
    assert all(np.allclose(net.grads[name], -2 * once[name], rtol=1e-14) for name in NAMES)


REFUSED = {
    "features": ((X[:, :3], T), "x has 3 entries along its flattened axes"),
    "a number": ((1.0, T), "x must have at least 1 axis"),
    "samples": ((X, T[:4]), "t has 4 entries along axis n"),
    "classes": ((X, np.eye(4)[T]), "t has 4 entries along axis classes"),
    "class": ((X, T + 1), "t holds 3, but must hold integers from 0 to 2"),
    "negative class": ((X, T - 1), "t holds -1"),
    "no distribution": ((X, np.ones((6, 3))), "must hold"),
    "float classes": ((X, T * 1.0), "t holds float64, but must hold integers"),
    "text": ((X.astype(str), T), "x holds"),
}


@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=list(REFUSED))
@pytest.mark.parametrize("method", ["forward", "loss", "gradient", "trace", "numerical_gradient"])
def test_what_does_not_fit_is_refused(given, message, method):
    with pytest.raises((TypeError, ValueError, IndexError)) as caught:
        getattr(plain(), method)(*given)
    assert str(caught.value).startswith("Net: ")
    assert message in str(caught.value)


# Files


def test_save_and_load(tmp_path):
    path = tmp_path / "net.params"
    net, other = plain(seed=1), plain(seed=2)
    arrays = dict(other.params)
    net.save(path)
    other.load(str(path))
    assert list(tmp_path.iterdir()) == [path]
    assert net.loss(X, T) == other.loss(X, T)
    for name in NAMES:
        assert np.array_equal(other.params[name], net.params[name])
        assert other.params[name] is arrays[name]  # in place: who holds them sees the new ones
    with np.load(path, allow_pickle=False) as file:
        assert sorted(file.files) == sorted(NAMES)
    single = plain(seed=3, dtype="float32")
    single.load(path)
    assert single.W1.dtype == np.float32
    assert np.array_equal(single.W1, net.W1.astype("float32"))


def test_save_and_load_a_number(tmp_path):
    net, other = emitted("number")(4, 5, seed=1), emitted("number")(4, 5, seed=2)
    net.save(tmp_path / "a")
    other.load(tmp_path / "a")
    assert other.a1 == net.a1


OTHER_FILES = {
    "shape": ({"b1": np.zeros(6)}, r"b1 in .* has shape \(6,\), but must have \(5,\)"),
    "axes": ({"W2": np.zeros(15)}, r"W2 in .* has shape \(15,\), but must have \(5, 3\)"),
    "broadcasts": ({"b2": np.zeros(1)}, r"b2 in .* has shape \(1,\)"),
    "transposed": ({"W1": np.zeros((5, 4))}, r"W1 in .* has shape \(5, 4\)"),
    "none": ({"b2": None}, "holds no b2"),
    "complex": ({"b1": np.zeros(5, complex)}, "b1 in .* holds complex128, not floats"),
    "text": ({"b2": np.array(["a", "b", "c"])}, "b2 in .* holds <U1, not floats"),
    "one more": ({"W3": np.zeros(2)}, "holds an unknown W3"),
}


@pytest.mark.parametrize(("change", "message"), OTHER_FILES.values(), ids=list(OTHER_FILES))
def test_load_refuses_by_name_and_shape(change, message, tmp_path):
    net = plain()
    kept = {name: value.copy() for name, value in net.params.items()}
    arrays = {name: value + 1 for name, value in kept.items()} | change
    np.savez(tmp_path / "a.npz", **{k: v for k, v in arrays.items() if v is not None})
    with pytest.raises(ValueError, match=f"^Net: .*{message}"):
        net.load(tmp_path / "a.npz")
    assert all(np.array_equal(kept[name], net.params[name]) for name in NAMES)


class Pwned:
    def __reduce__(self):
        return exec, ("import pathlib; pathlib.Path('pwned').touch()",)


def test_load_runs_no_pickle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    net = plain()
    given = {**net.params, "b1": np.array([Pwned()] * 5, dtype=object)}
    np.savez("a.npz", **given)
    with open("b.npz", "wb") as file:
        pickle.dump(Pwned(), file)
    for path in ("a.npz", "b.npz"):
        with pytest.raises(ValueError):
            net.load(path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_load_of_another_file_changes_nothing(tmp_path):
    net = plain()
    before = net.loss(X, T)
    net.save(tmp_path / "a")
    whole = (tmp_path / "a").read_bytes()
    np.save(tmp_path / "a.npy", net.W1)
    contents = [b"", b"garbage", whole[: len(whole) // 2], (tmp_path / "a.npy").read_bytes()]
    for content in contents:
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(ValueError, match=r"^Net: .* is no npz file of numbers"):
            net.load(tmp_path / "a")
    with pytest.raises(FileNotFoundError):
        net.load(tmp_path / "b")
    assert net.loss(X, T) == before
