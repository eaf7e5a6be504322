"""What does not run, or hands back what it should not, is not handed out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symbp import pipeline
from symbp.catalogue import layers
from symbp.cli.app import app
from symbp.errors import InternalError
from symbp.notation import Network, layer
from symbp.targets.code import SourceFile
from symbp.targets.numpy import module
from symbp.targets.small_arguments import PLAIN, POINT, small_arguments
from symbp.targets.trial import try_out

BY_NAME = {item.name: item for item in layers()}
BROKEN = {
    "a syntax error": ("Sigmoid", "np.abs(x)", "0.abs(x", "SyntaxError"),
    "an unknown name": ("Sigmoid", "np.abs(x)", "np.absolutes(x)", "AttributeError"),
    "a name that is nowhere": ("Affine", "x.T @ dy", "xx.T @ dy", "NameError"),
    "axes that do not fit": ("Affine", "x.T @ dy", "x @ dy", "ValueError"),
    "an index out of range": ("Affine", "dy.sum(axis=0)", "dy.sum(axis=2)", "AxisError"),
    "a Python number": ("Affine", "dy.sum(axis=0)", "0", "db comes out as int"),
    "another dtype": (
        "Affine", "dy.sum(axis=0)", "dy.sum(axis=0).astype(float)", "db comes out as float64",
    ),
    "another shape": ("Affine", "dy.sum(axis=0)", "dy.sum(axis=0)[None]", "comes out with shape"),
    "an output of integers": ("Square", "y = x * x", "y = np.intp(1)", "y comes out as int64"),
    "one that only one number of axes shows": (
        "Sigmoid", "return y[0] if single else y", "return y[0, 0] if single else y", "IndexError",
    ),
    "a network's predict": ("TwoLayerNet", " return y3\n", " return y7\n", "NameError"),
    "a network's accuracy": ("TwoLayerNet", "scores.argmax(axis=-1) == t", "s == t", "NameError"),
    "a network's gradient": ("TwoLayerNet", "return self.grads", "return self.gradss", "gradss"),
    "a network's trace": ("TwoLayerNet", 'return {"y1"', 'return {"y1": y0, "y"', "y0"),
}  # fmt: skip


def parts(item, monkeypatch):
    """What `try_out` is given for a layer."""
    seen = []
    monkeypatch.setattr(module, "try_out", lambda *given: seen.append(given[:3]))
    pipeline.emit(item)
    return seen[0]


@pytest.mark.parametrize("what", BROKEN)
def test_what_does_not_hold_is_an_internal_error(what, monkeypatch):
    name, right, wrong, fault = BROKEN[what]
    source, item, code = parts(BY_NAME[name], monkeypatch)
    try_out(source, item, code)
    assert right in source.text
    broken = SourceFile(source.path, source.text.replace(right, wrong))
    with pytest.raises(InternalError, match=re.escape(fault)) as caught:
        try_out(broken, item, code)
    assert str(caught.value).startswith(f"{name}: the module that symbp made of it fails")
    assert "please report" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_is_written_then(monkeypatch, tmp_path):
    render = module.render

    def broken(item, *rest):
        source = render(item, *rest)
        text = source.text.replace("np.abs(x)", "np.absolutes(x)")
        return SourceFile(source.path, text)

    monkeypatch.setattr(module, "render", broken)
    out = tmp_path / "made"
    with pytest.raises(InternalError, match="Sigmoid"):
        app.main(
            ["generate", "--only", "Add", "--only", "Sigmoid", "--out", str(out)],
            standalone_mode=False,
        )
    assert not out.exists()


NUMBERS = {
    "an exponential beyond the range": layer("A", "y = x*exp(a)", hyper={"a": 1000.0}),
    "a length less one below a root": layer("B", "y[i] = x[i]*sqrt(a - size(i))", hyper={"a": 1}),
    "a division by a length less one": layer("C", "y[i] = x[i]/(size(i) - 1)"),
    "a root below 0": layer("D", "y = log(x - 2) + sqrt(-x)"),
    "an assumption": layer(
        "E", "y[n] = sum(x[n, i]*p[i], i)", constants=["p"], assume=["sum(p[i], i) == 1"]
    ),
}


@pytest.mark.parametrize("what", NUMBERS)
def test_numbers_that_do_not_suit_are_no_fault_of_the_code(what):
    assert "class" in pipeline.emit(NUMBERS[what]).text


FITTING = {
    "literals": layer("A", "y[n] = x[n, 4] + w[2, 1]*x[n, 0]", parameters=["w"]),
    "pointers into two axes": layer(
        "B", "y[n, j] = E[t[n], j] + F[j, t[n]]*x[n]", parameters=["E", "F"], constants=["t"]
    ),
    "a pointer along leading axes": layer("C", "y[c] = x[t[c], c]", constants=["t"]),
    "a pointer to itself": layer("D", "y[n] = x[n]*p[p[0]]", constants=["p"]),
    "several leading axes and one number": layer("E", "y[..., c] = a*x[..., c] + b[c]"),
    "broadcast": layer("F", "y = (a - b)/(c + d)"),
    "flattened": layer("G", "y[n, j] = sum(x[n, *i]*W[i, j], i)", parameters=["W"]),
}


@pytest.mark.parametrize("item", [*FITTING.values(), *BY_NAME.values()], ids=lambda item: item.name)
def test_small_arguments_are_what_a_class_accepts(item, monkeypatch):
    """Not empty, in range, and of the dtype that is asked for."""
    source, _, code = parts(item, monkeypatch)
    try_out(source, item, code)
    whole = pipeline.composed(item)
    least = code.whole.least if isinstance(item, Network) else code.least
    for style in (PLAIN, POINT):
        given = small_arguments(whole, least, style)
        for name, array in given.arrays.items():
            assert array.size
            if array.dtype.kind == "f":
                assert array.dtype == style.dtype
                assert np.all((array > 0) & (array < 1))
            else:
                assert whole.tensors[name].integer or style.classes
