"""Which axes tensors get, which lengths are equal, and what a bare name is."""

import pytest

from symbp.notation import Role, layer


def axes(made):
    return {name: " ".join(a.name for a in t.axes) for name, t in made.tensors.items()}


def spaces(made):
    return {name: " ".join(a.space for a in t.axes) for name, t in made.tensors.items()}


AXES = {
    "elementwise": ("y = exp(x)", {}, {"x": "...", "y": "..."}),
    "affine": (
        "y[..., j] = sum(x[..., i]*W[i, j], i) + b[j]",
        {"parameters": ["W", "b"]},
        {"x": "... i", "W": "i j", "b": "j", "y": "... j"},
    ),
    "number": ("y[n] = s*x[n]", {}, {"s": "", "x": "n", "y": "n"}),
    "all reduced": (
        "a = x - t\ny = mean(a**2, ...)",
        {},
        {"x": "...", "t": "...", "a": "...", "y": ""},
    ),
    "reduced, used elementwise": (
        "a = exp(x)\ns = sum(a, ...)\ny = a/s",
        {},
        {"x": "...", "a": "...", "s": "", "y": "..."},
    ),
    "bare takes the brackets from below": (
        "a = exp(x)\ny[..., c] = a[..., c]/sum(a[..., k], k)",
        {},
        {"x": "... c", "a": "... c", "y": "... c"},
    ),
    "bare takes the brackets from above": (
        "a[n, i] = x[n, i]*w[i]\ny = tanh(a)",
        {},
        {"x": "n i", "w": "i", "a": "n i", "y": "n i"},
    ),
    "number from below": ("s = exp(a)\ny[n] = s*x[n]", {}, {"a": "", "x": "n", "s": "", "y": "n"}),
    "flattened": (
        "y[n, j] = sum(x[n, *i]*W[i, j], i)",
        {"parameters": ["W"]},
        {"x": "n i", "W": "i j", "y": "n j"},
    ),
    "diagonal": ("y = sum(s[n, n], n)", {}, {"s": "n n_1", "y": ""}),
    "embedding": (
        "y[..., d] = E[t[...], d]",
        {"parameters": ["E"], "constants": ["t"]},
        {"t": "...", "E": "E_0 d", "y": "... d"},
    ),
    "made-up name avoids the user's": (
        "y[n] = x[n, 0] + x_1[n]",
        {},
        {"x": "n x_2", "x_1": "n", "y": "n"},
    ),
}


@pytest.mark.parametrize(("text", "keys", "expected"), AXES.values(), ids=list(AXES))
def test_axes(text, keys, expected):
    assert axes(layer("Made", text, **keys)) == expected


SPACES = {
    "bound index takes the name on the left": (
        "y[..., c] = exp(x[..., c])/sum(exp(x[..., k]), k)",
        {"x": "... c", "y": "... c"},
    ),
    "same name in two equations": (
        "a[n] = x[n]*u[n]\ny[m] = sum(a[n]*w[n, m], n)",
        {"x": "n", "u": "n", "w": "n m", "a": "n", "y": "m"},
    ),
    "diagonal is square": ("y = sum(s[n, n], n)", {"s": "n n", "y": ""}),
    "same position": (
        "y[i] = s[i]*u[i]\nz[k] = s[k]*v[k]",
        {"s": "i", "u": "i", "v": "i", "y": "i", "z": "i"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), SPACES.values(), ids=list(SPACES))
def test_spaces(text, expected):
    outputs = ["y", "z"] if "\nz" in text else None
    assert spaces(layer("Made", text, outputs=outputs)) == expected


def test_every_index_of_the_values_carries_its_space():
    made = layer("Made", "y[..., c] = exp(x[..., c])/sum(exp(x[..., k]), k)")
    found = {a.name: a.space for a in made.equations[0].value.atoms() if hasattr(a, "space")}
    assert found == {"...": "...", "c": "c", "k": "c"}


def test_reduction_over_dots_of_an_instantiated_equation_runs_over_all_axes():
    made = layer("Made", "a[n, i] = x[n, i]*w[i]\ny = sum(a, ...)")
    assert str(made.equations[1].value) == "sum(a[n, i], n, i)"


def test_flattened_is_marked():
    made = layer("Made", "y[n, j] = sum(x[n, *i]*W[i, j], i)", parameters=["W"])
    assert [t.name for t in made.tensors.values() if t.flattened] == ["x"]


def test_one_hot_is_the_position_among_the_axes():
    made = layer("Made", "y[..., c] = x[..., c]*t[..., c]", constants=["t"], one_hot={"t": "c"})
    assert made.tensors["t"].one_hot == 1
    assert made.tensors["x"].one_hot is None


BROADCASTS = {
    "two inputs": ("y = x + z", {}, True),
    "input and constant": ("y = x*m", {"constants": ["m"]}, True),
    "input and parameter": ("y = x*w", {"parameters": ["w"]}, True),
    "through intermediates": ("a = x + z\nb = a*w\ny = exp(b)", {}, True),
    "one tensor": ("y = x*alpha", {"hyper": {"alpha": 1}}, False),
    "reduced": ("y = mean(x*z, ...)", {}, False),
    "size": ("y = x*z/size(...)", {}, False),
    "named axis": ("y[..., i] = x[..., i]*z[..., i]", {}, False),
    "an output lacks one": ("a = exp(x)\ny = a*z", {"outputs": ["a", "y"]}, False),
    "numbers do not count": ("y[...] = x[...]*s", {}, False),
}


@pytest.mark.parametrize(("text", "keys", "expected"), BROADCASTS.values(), ids=list(BROADCASTS))
def test_broadcasts(text, keys, expected):
    assert layer("Made", text, **keys).broadcasts is expected


def test_roles_and_order():
    made = layer(
        "Made",
        "a = w*z + m*x\ny = a + b",
        parameters=["b", "w"],
        constants=["m"],
        outputs=["y", "a"],
    )
    assert made.inputs == ("z", "x")
    assert made.parameters == ("b", "w")
    assert made.constants == ("m",)
    assert made.outputs == ("y", "a")
    assert made.tensors["a"].role is Role.DEFINED
    assert layer("Made", "y = z + x", inputs=["x", "z"]).inputs == ("x", "z")


def test_layer_is_frozen():
    made = layer("Made", "y = x*a", hyper={"a": 1})
    with pytest.raises(TypeError):
        made.hyper["a"] = 2
    with pytest.raises(AttributeError):
        made.name = "Other"
