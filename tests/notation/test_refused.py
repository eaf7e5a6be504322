"""What is refused while reading, with its place and in which words."""

import pytest

from symbp.errors import NotationError
from symbp.notation import layer

EQUATIONS = {
    # names
    "y = sofplus(x)": (5, "there is no function `sofplus`"),
    "y = sigmod(x)": (5, "there is no function `sigmod`"),
    "y = arctann(x)": (5, "did you mean `arctan`?"),
    "y = x(n)": (5, "a tensor is indexed with brackets"),
    "y = exp": (5, "`exp` is a function: write exp(...)"),
    "exp = x": (1, "`exp` is a function of the notation"),
    "self = x": (1, "`self` is reserved for the emitted code"),
    "np = x": (1, "`np` is reserved"),
    "math = x": (1, "`math` is reserved"),
    "forward = x": (1, "`forward` is reserved"),
    "len = x": (1, "`len` is a name of Python's own"),
    "y = class": (5, "`class` is not part of the notation: it is a Python keyword"),
    "y = _x": (5, "an ASCII letter followed by"),
    "y = x.__class__": (6, "without `np.`"),
    "y = \u03b1*x": (5, "`\u03b1` is not ASCII"),
    "y = \u0445": (5, "is not ASCII"),  # looks like x
    "y[n] = n[n]": (3, "`n` is an index and also a tensor"),
    "n[i] = x[i, n]": (13, "`n` is an index and also a tensor"),
    # left sides
    "y+1 = x": (1, "the left side is one tensor"),
    "y[0] = x": (3, "the left side takes plain indices"),
    "y[n, n] = x[n]": (6, "index `n` stands twice on the left"),
    "y[n, *i] = x[n, *i]": (6, "only an argument is flattened"),
    "y = x = z": (7, "`=` is one too many"),
    "y == x": (3, "`==` stands where `=` belongs"),
    "exp(x)": (0, "there is no `=`: write y = exp(x)"),
    "1/(1 + exp(-y))": (0, "there is no `=`: write z = 1/(1 + exp(-y))"),
    # what stands beside what
    "y = x\u00b2": (6, "`\u00b2` is not ASCII: a power is written x**2"),
    "y = x\u00b7z": (6, "a product is written x*y"),
    "y = \u221ax": (5, "a root is written sqrt(x)"),
    "y = x \u2212 z": (7, "write the hyphen, -"),
    "y = \u03b2*x": (5, "write beta"),
    "y = x\u2081": (6, "an index is written x[i], and a name like x1 plain"),
    "y = where(x \u2264 0, 1, x)": (13, "write <="),
    "y = |x|": (5, "an absolute value is written abs(x)"),
    "y = x z": (7, "no operator stands before `z`: a product is written x*z"),
    "y = 2 x": (7, "a product is written 2*x"),
    "y = x[n] z": (10, "neither an operator nor a comma stands before `z`"),
    "y[n] = sum(x[n, i] i)": (20, "neither an operator nor a comma stands before `i`"),
    "y = (x)(z)": (8, "neither an operator nor a comma stands before `(`"),
    "y = 3(x)": (6, "neither an operator nor a comma stands before `(`"),
    "y = max(x, z)": (12, "the larger of two is maximum(a, b)"),
    "y = x(z + 1)": (5, "there is no function `x`; a product is written x*(...)"),
    "y = exp x": (9, "a function's argument stands in brackets: write exp(x)"),
    "y = softmax x": (13, "write softmax(x)"),
    "y = (x + )*2": (8, "nothing stands behind `+`"),
    "y = exp(x*)": (10, "nothing stands behind `*`"),
    "y = x ** ": (7, "nothing stands behind `**`"),
    "y = x * / z": (9, "nothing stands between `*` and `/`"),
    "y = * x": (5, "nothing stands before `*`"),
    "y = exp(/x)": (9, "nothing stands before `/`"),
    "y = ,x": (5, "nothing stands before `,`"),
    "y = where(x > 0 and, 1, x)": (17, "nothing stands behind `and`"),
    "y += x": (4, "`+=` is not part of the notation"),
    "y := x": (3, "an equation has a plain `=`"),
    "h[t] = h[t - 1]*x[t]": (10, "`t - 1` as an index of h: shifted and scaled indices (rec"),
    "y = ": (4, "nothing stands on one side"),
    "y = x +": (7, "nothing stands behind `+`"),
    # indices
    "y = x[n]": (7, "index `n` is missing on the left: write y[n] = ..., or reduce over n"),
    "y[i] = x[..., i]": (10, "write y[..., i]"),
    "y[n] = x[n, i]": (13, "index `i` is missing on the left"),
    "y[n] = x": (3, "index `n` stands on the left and nowhere free on the right"),
    "y[n, i] = x[n]*i": (6, "nothing fixes the length of `i`"),
    "y[n] = sum(x[n], n)": (18, "which also stands on the left"),
    "y[n] = sum(sum(x[n, i], i), i)": (25, "already in use"),
    "y = sum(x[n], n, n)": (15, "already in use"),
    "y = sum(x[n], i)": (15, "sum runs over `i`, which does not occur in it"),
    "y = x - mean(x, ...)": (9, "compute it in an equation of its own"),
    "y[...] = x[...] - mean(x[...], ...)": (32, "runs over `...`, which also stands on the left"),
    "y[n] = x[n] + x[n, i]": (15, "the number of axes contradicts"),
    "y[n] = x[n] + x[..., n]": (15, "the number of axes contradicts"),
    "y[n] = x[n]*x": (13, "without brackets is a number here, and elsewhere it is x[n]"),
    "y[n] = x[n, ...]": (13, "`...` stands only first"),
    "y[n] = x[*i, n]": (10, "`*i` stands only last"),
    "y[..., i] = x[..., *i]": (20, "nothing tells where the one ends"),
    "y[n] = x[n, -1]": (13, "a negative position is not allowed"),
    "y[n] = x[n, 2.0]": (13, "is indexed by names, whole numbers"),
    "y[n] = x[2*n + 1]": (10, "`2*n + 1` as an index of x: shifted and scaled indices"),
    "y[n] = x[n:2]": (11, "axes are not sliced but named by indices"),
    "y[n] = x[n][0]": (8, "only a tensor's name is indexed"),
    "y = x[()]": (5, "has no indices: write x"),
    "y[n] = z[n, t[n]]": (13, 'declare it in constants, constants = ["t"]'),
    # order
    "x = x + 1": (5, "recurrences come in a later version"),
    "h[t] = h[t]*x[t]": (8, "recurrences come in a later version"),
    "y = z\nz = x": (5, "`z` is used before it is defined, by equation 2"),
    "y = x\ny = z": (1, "`y` is already defined by equation 1"),
    "a = x\ny = w": (1, "`a` is used by no equation and is not an output"),
    "y = 3": (1, "the output `y` depends on no input and no parameter"),
    "y[n] = x[n]*1\nz = 2": (1, "`y` is used by no equation"),
    # calls
    "y = exp(x, z)": (5, "exp takes 1 argument, not 2"),
    "y = maximum(x)": (5, "maximum takes 2 or more arguments, not 1"),
    "y = power(x)": (5, "power takes 2 arguments, not 1"),
    "y = exp(x=3)": (10, "arguments have no names here"),
    "y = exp(*x)": (9, "stars stand in brackets"),
    "y = sum(x)": (5, "sum names the indices it runs over"),
    "y = max(x, 0)": (12, "the larger or smaller of two is maximum(a, b)"),
    "y = prod(x, i)": (5, "products over an index come in a later version"),
    "y = size(x, 2)": (5, "size(x, 2) comes in a later version"),
    "y = size(3)": (5, "size takes one index"),
    "y = where(x > 0, 1)": (5, "where takes a condition and two values"),
    "y = where(x, 1, 2)": (11, "the condition of where is a comparison"),
    "y = x > 0": (5, "a comparison stands only inside of where"),
    "y = x and z": (5, "`and` or `or` stands only inside of where"),
    "y = not x": (5, "`not` stands only inside of where"),
    # not mathematics
    "y = lambda x: x": (5, "`lambda` is not part of the notation"),
    "y = x if z else w": (7, "write where(condition, a, b)"),
    "y = 'a'": (5, "is not part of the notation"),
    "y = f'{x}'": (6, "is not part of the notation"),
    "y = (z := x)": (8, "`:` is not part of the notation"),
    "y = [x]": (5, "a list is not a number"),
    "y = x, z": (5, "a tuple is not a number"),
    "y = x // z": (8, "of the operators, + - * / ** are known"),
    "y = x % z": (7, "there is no remainder"),
    "y = x ^ 2": (7, "a power is written x**2"),
    "y = x @ z": (7, "a matrix product is written sum("),
    "y = x; z": (6, "equations stand one a line"),
    "y = True*x": (5, "Python keyword"),
    "y = ...": (5, "`...` stands only in brackets"),
    "y = 2x": (6, "write 2*x for a product"),
    "y = 0x10*x": (6, "numbers in decimal"),
    "y = 1_000*x": (6, "numbers in decimal"),
    "y = 1j*x": (6, "numbers in decimal"),
    "y = (x": (5, "`(` is never closed"),
    "y = x)": (6, "`)` closes a bracket that is not open"),
    "y = (x]": (7, "`]` closes a bracket that is not open"),
    # numbers
    "y = log(-1)*x": (5, "`log` of such a number is not real"),
    "y = sqrt(-1) + x": (5, "`sqrt` of such a number is not real"),
    "y = (-8)**(1/3)*x": (5, "this power of such a number is not real"),
    "y = log(-exp(x))": (5, "of what is always negative is not real"),
    "y = sqrt(-1 - x**2)": (5, "of what is always negative is not real"),
    "y = x/0": (5, "division by zero"),
    "y = x/(1 - 1)": (5, "division by zero"),
    "y = 0**-1*x": (5, "division by zero"),
    "y = tan(pi/2)*x": (5, "`tan` is not a real number here"),
    "y = arcsin(2)*x": (5, "of such a number is not real"),
    "y = inf - inf + x": (5, "of such numbers is undefined"),
    # without effect
    "y = x - x + z": (5, "x[...] cancels out, and with it its shape"),
    "y = 0*x + z": (7, "cancels out"),
    "y = x**0 + z": (5, "cancels out"),
    "y = x*z/z": (7, "z[...] cancels out"),
    "y = x - x": (5, "all of it cancels out: it is always 0"),
    "y[n] = x[n]/x[n]": (8, "all of it cancels out: it is always 1"),
}


@pytest.mark.parametrize(("text", "fault"), EQUATIONS.items(), ids=list(EQUATIONS))
def test_equation(text, fault):
    column, message = fault
    with pytest.raises(NotationError) as caught:
        layer("Made", text, file="layers.toml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("layers.toml, Made")
    assert caught.value.place.column == column
    assert "\n" not in str(caught.value)


def test_place_names_the_equation():
    with pytest.raises(NotationError, match=r"^f.toml, Made, equation 2, column 5: there is no"):
        layer("Made", "a = x\ny = foo(a)", file="f.toml")


DECLARATIONS = {
    "unused parameter": ({"parameters": ["W"]}, "parameters: `W` is not used by any equation"),
    "unused constant": ({"constants": ["t"]}, "constants: `t` is not used"),
    "unused hyper": ({"hyper": {"a": 1}}, "hyper: `a` is not used"),
    "unused input": ({"inputs": ["x", "w", "v"]}, "inputs: `v` is not used"),
    "input left out": ({"inputs": ["x"]}, "`w` is used and not given by any list"),
    "twice": ({"inputs": ["x", "x"]}, "`x` stands twice in inputs"),
    "two lists": (
        {"parameters": ["x"], "constants": ["x"]},
        "`x` stands in parameters and in constants",
    ),
    "defined parameter": ({"parameters": ["y"]}, "`y` is given from outside"),
    "no output": ({"outputs": []}, "at least one output"),
    "output unknown": ({"outputs": ["yy"]}, "`yy` is not defined by any equation; did you mean"),
    "output given": ({"outputs": ["x"]}, "`x` is not defined by any equation"),
    "string for a list": ({"parameters": "x"}, "parameters is a list, like"),
    "list of numbers": ({"parameters": [1]}, "parameters is a list of strings, not of a number"),
    "truth value": ({"hyper": {"x": True}}, "`x` is a number with a default"),
    "infinite": ({"hyper": {"x": float("inf")}}, "not a finite float64"),
    "huge": ({"hyper": {"x": 10**400}}, "not a finite float64"),
    "hyper is a list": ({"hyper": ["x"]}, "hyper is a table of numbers"),
    "doc is a number": ({"doc": 1}, "doc is one sentence"),
    "doc breaks out": ({"doc": 'a"""b'}, "doc is one line of plain text"),
    "doc of two lines": ({"doc": "a\nb"}, "doc is one line of plain text"),
    "one_hot of an input": ({"one_hot": {"x": "c"}}, "`x` is not a constant"),
    "one_hot axis": ({"constants": ["w"], "one_hot": {"w": "k"}}, "`k` is not an index of `w`"),
    "assumed unknown": ({"assume": ["v == 1"]}, "no equation uses `v`"),
    "assumed output": ({"assume": ["y == 1"]}, "assume only what is given from outside"),
    "assumed nothing": ({"assume": ["1 == 1"]}, "an assumption is about a tensor"),
    "assumed with =": ({"assume": ["x[c] = 1"]}, "assume, equation 1"),
    "assume is a string": ({"assume": "x == 1"}, "assume is a list"),
    "forward": ({"forward": 3}, "forward is a string with one equation a line, not a number"),
    "nothing": ({"forward": "\n# nothing\n"}, "there is no equation here"),
}


@pytest.mark.parametrize(("keys", "message"), DECLARATIONS.values(), ids=list(DECLARATIONS))
def test_declaration(keys, message):
    with pytest.raises(NotationError) as caught:
        layer("Made", **({"forward": "y[c] = x[c]*w[c]"} | keys))
    assert message in str(caught.value)


def test_flattened_intermediate():
    with pytest.raises(NotationError, match="`a` is computed by the layer"):
        layer("Made", "a[n, i] = x[n, i]*w[i]\ny[n] = sum(a[n, *i], i)")


def test_one_hot_of_what_cannot_be():
    with pytest.raises(NotationError, match="`t` has a flattened axis"):
        layer("Made", "y[n] = sum(t[n, *c]*x[n, c], c)", constants=["t"], one_hot={"t": "c"})
    with pytest.raises(NotationError, match="`t` indexes another tensor"):
        layer("Made", "y[n] = x[n, t[n]]", constants=["t"], one_hot={"t": "n"})


def test_output_of_constants_only():
    with pytest.raises(NotationError, match="depends on no input and no parameter"):
        layer("Made", "y = t", constants=["t"])


NAMES = ["sigmoid", "True", "ValueError", "Numpy", "A-b", "Lambda", "If", "", "A" * 200, "Ünicode"]


@pytest.mark.parametrize("name", NAMES)
def test_layer_name(name):
    with pytest.raises(NotationError):
        layer(name, "y = x")
