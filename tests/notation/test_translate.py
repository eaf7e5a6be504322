"""SymPy expressions in place of an equation's text."""

import pytest
import sympy

from symbp.errors import NotationError
from symbp.notation import Entry, Index, Maximum, Where, layer, scalar

x, z, a = sympy.symbols("x z a")
X, Z = Entry("x", Index("...")), Entry("z", Index("..."))

SAME = {
    "sigmoid": (1 / (1 + sympy.exp(-x)), "y = 1/(1 + exp(-x))"),
    "two": (x * z + sympy.sqrt(x), "y = x*z + sqrt(x)"),
    "float": (sympy.Float(0.1) * x - 2, "y = 0.1*x - 2"),
    "max": (sympy.Max(x, 0), "y = maximum(0, x)"),
    "choice": (sympy.Piecewise((x, x > 0), (2 * x, True)), "y = where(x > 0, x, 2*x)"),
    "gamma": (sympy.loggamma(x) * sympy.erf(x), "y = lgamma(x)*erf(x)"),
    "tail": (sympy.erfc(x), "y = erfc(x)"),
    "constants": (sympy.pi * x + sympy.E, "y = pi*x + e"),
    "both": (
        sympy.Piecewise((x, (x > 0) & (z > 1)), (0, True)),
        "y = where(x > 0 and z > 1, x, 0)",
    ),
}


@pytest.mark.parametrize(("expression", "text"), SAME.values(), ids=list(SAME))
def test_same_as_text(expression, text):
    inputs = ["x", "z"] if "z" in text else ["x"]
    from_sympy = layer("Made", expression, inputs=inputs)
    from_text = layer("Made", text, inputs=inputs)
    assert from_sympy.equations[0].value == from_text.equations[0].value
    assert from_sympy.tensors == from_text.tensors


def test_own_nodes_and_hyper():
    made = layer("Made", a * Maximum(x, 1) + Where(x > 0, x, z), hyper={"a": 2.0})
    assert made.equations[0].value == scalar("a") * Maximum(X, 1) + Where(X > 0, X, Z)


REFUSED = {
    "gamma": (sympy.gamma(x), "SymPy's `gamma` is not part of the notation; did you mean"),
    "function": (sympy.Function("f")(x), "SymPy's `f` is not part"),
    "derivative": (sympy.Derivative(sympy.Function("f")(x), x), "SymPy's `Derivative`"),
    "imaginary": (sympy.I * x, "`ImaginaryUnit`"),
    "entry": (Entry("x", Index("n")), "`Entry`"),
    "index": (Index("n") * x, "`n` is not a plain Symbol"),
    "name": (sympy.Symbol("a b") * x, "`a b` is no name here"),
    "output": (sympy.Symbol("y") + x, "recurrences"),
    "no input": (sympy.Integer(3), "depends on no input"),
    "undefined": (sympy.nan, "`NaN`"),
    "partial": (sympy.Piecewise((x, x > 0)), "ends with (value, True)"),
    "large": (sympy.Add(*sympy.symbols("v:3000")), "is too large"),
    "huge number": (sympy.Pow(2, 10**5) * x, "beyond the range of float64"),
    "huge exp": (sympy.exp(sympy.exp(sympy.exp(9))) * x, "beyond the range of float64"),
}


@pytest.mark.parametrize(("expression", "message"), REFUSED.values(), ids=list(REFUSED))
def test_refused(expression, message):
    with pytest.raises(NotationError) as caught:
        layer("Made", expression)
    assert message in str(caught.value)
