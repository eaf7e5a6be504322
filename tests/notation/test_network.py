"""Networks as they are read: the wiring, what it makes, and what is refused in which words."""

import json
import time

import pytest

from symbp.catalogue import parse_layers
from symbp.errors import NotationError, Place
from symbp.notation import Initialiser, Network
from symbp.notation.wiring import read_wiring

OWN = """
[Project]
parameters = ["W"]
forward = "y[b, s, d] = sum(x[b, s, i] * W[i, d], i)"

[Pair]
outputs = ["u", "v"]
forward = "u[n, i] = sin(x[n, i])\\nv[n, i] = x[n, i]**2"

[Stretch]
parameters = ["a"]
forward = "y[n, i] = a * x[n, i]"

[Anywhere]
parameters = ["a"]
forward = "y = a * x"

[Block]
layers = ["Affine", "Relu"]
init = { W = "xavier", b = "ones" }
"""


def network(layers: list, *more: str) -> Network:
    text = "\n".join([OWN, "[Net]", f"layers = {json.dumps(layers)}", *more])
    found = parse_layers(text, "f.toml")[-1]
    assert isinstance(found, Network)
    return found


# entry -> layer, name, positional, named, hyper
WIRINGS = {
    "Affine": ("Affine", "", (), {}, {}),
    "  Affine  ": ("Affine", "", (), {}, {}),
    "Affine()": ("Affine", "", (), {}, {}),
    "h = Affine": ("Affine", "h", (), {}, {}),
    "h=Affine(x)": ("Affine", "h", ("x",), {}, {}),
    "s = Add(h, p.u)": ("Add", "s", ("h", "p.u"), {}, {}),
    "f = SoftmaxWithLoss(h, t=labels)": ("SoftmaxWithLoss", "f", ("h",), {"t": "labels"}, {}),
    "Add(b=p.v, a=x)": ("Add", "", (), {"b": "p.v", "a": "x"}, {}),
    "LeakyRelu(alpha=0.2)": ("LeakyRelu", "", (), {}, {"alpha": 0.2}),
    "Elu(x, alpha=-3)": ("Elu", "", ("x",), {}, {"alpha": -3}),
}


@pytest.mark.parametrize(("entry", "wanted"), WIRINGS.items(), ids=list(WIRINGS))
def test_wiring(entry, wanted):
    (read,) = read_wiring([entry], Place("f.toml", "Net"))
    assert (read.layer, read.name, read.positional, read.named, read.hyper) == wanted


PWNED = "__import__('pathlib').Path('pwned').touch()"
HOSTILE = {
    "call": PWNED,
    "argument": f"Affine({PWNED})",
    "keyword": f"LeakyRelu(alpha={PWNED})",
    "name": f"{PWNED} = Affine",
    "f-string": f'Affine(f"{{{PWNED}}}")',
    "lambda": f"Affine((lambda: {PWNED})())",
    "comprehension": f"Affine([{PWNED} for x in [1]])",
    "walrus": f"(Affine := {PWNED})",
    "called": f"Affine({PWNED})()",
    "statement": f"Affine; {PWNED}",
    "dunder": "Affine(x.__class__.__bases__)",
    "star": "Affine(*x)",
    "two stars": "Affine(**x)",
    "subscript": "Affine(x[0])",
    "underscore": "_h = Affine",
    "not ASCII": "\u03b1 = Affine",
    "null": "Affine\0",
    "line end": "Affine\n(x)",
    "brackets": "(" * 190 + "x" + "))" * 90,
    "signs": "LeakyRelu(alpha=" + "-" * 300 + "1)",
    "truth": "LeakyRelu(alpha=True)",
    "complex": "LeakyRelu(alpha=1j)",
    "string": "LeakyRelu(alpha='1')",
    "long": "A" * 100_000,
    "empty": "",
}


@pytest.mark.parametrize("entry", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_entry_is_refused_and_never_runs(entry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    begin = time.perf_counter()
    with pytest.raises(NotationError) as caught:
        network([entry])
    assert time.perf_counter() - begin < 2
    assert str(caught.value).startswith("f.toml, Net, layers")
    assert len(str(caught.value)) < 1000
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


# layers -> what the message says, the use's number (0: no use is to blame)
FAULTS = {
    "unknown layer": (["Relu", "Afine"], "no layer `Afine`; did you mean `Affine`?", 2),
    "itself": (["Net"], "there is no layer `Net`", 1),
    "to nowhere": (["hid = Affine", "Relu(hidd)"], "x = hidd leads nowhere: `hidd` is neither a "
                   "use nor an input; did you mean `hid`?", 2),
    "named to nowhere": (["Affine", "Add(y=z)"], "the wire y = z leads nowhere", 2),
    "no such output": (["p = Pair", "Relu(p.w)"], "`p.w`: Pair has no output `w`", 1),
    "output of an input": (["Relu(x.u)"], "x = x.u: `x` is an input", 1),
    "missing input": (["Affine", "Add"], "Add: nothing is wired to its input `y`: write "
                      "Add(x=Affine1, y=...)", 2),
    "too many": (["Relu(x, x)"], "Relu takes 1 (x), but gets 2", 1),
    "twice": (["Add(x, x=x)"], "Add: `x` is wired twice", 1),
    "no input": (["Affine(z=x)"], "Affine: `z` is no input", 1),
    "a parameter": (["Affine(W=x)"], "Affine: `W` is no input", 1),
    "circle": (["a = Add(x, c)", "b = Relu(a)", "c = Tanh(b)"], "in a circle: a -> c -> b -> a", 1),
    "own circle": (["a = Add(x, a)"], "the wires run in a circle: a -> a", 1),
    "number of axes": (["l = MeanSquaredError", "Affine"], "Affine: l[] does not fit x: it has no "
                       "axis, but x wants 2", 2),
    "too many axes": (["p = Project", "Affine"], "does not fit x: it has 3 axes, but x wants 2", 2),
    "leading axes": (["h = Affine", "Add(h, l)", "l = MeanSquaredError(h)"],
                     "Add: l[] does not fit y", 2),
    "any axes": (["Linear", "Affine"], "y1[..., j] does not fit x: it has any number of axes", 2),
    "no integers": (["h = Affine", "Embedding(t=h)"], "Embedding: t holds integers, but h", 2),
    "wrong hyper": (["Affine", "LeakyRelu(alpa=1)"], "no hyper-parameter `alpa`; did you mean "
                    "`alpha`?", 2),
    "hyper of none": (["Affine(alpha=1)"], "Affine has no hyper-parameter `alpha`", 1),
    "hyper by wire": (["LeakyRelu(alpha=x)"], "LeakyRelu: `alpha` is no input", 1),
    "hyper twice": (["LeakyRelu(alpha=1, alpha=2)"], "alpha is given twice", 1),
    "infinite": (["LeakyRelu(alpha=1e999)"], "alpha is a number beyond float64", 1),
    "huge": ([f"LeakyRelu(alpha={'9' * 350})"], "alpha is a number beyond float64", 1),
    "name twice": (["h = Affine", "h = Relu"], "`h` is taken: name this use otherwise", 2),
    "name of an input": (["x = Affine"], "`x` is taken", 1),
    "any shape": (["Anywhere"], "its parameter a takes any shape, so a network cannot size it", 1),
    "of no use": (["h = Affine", "Relu(x)"], "`h` is taken by no other and is no output", 0),
    "reserved": (["self = Affine"], "`self` is reserved", 0),
    "function": (["exp = Affine"], "`exp` is a function of the notation", 0),
    "no list": ("Affine", "layers is a list", 0),
    "empty list": ([], "layers is a list", 0),
    "no string": (["Affine", 3], "a use is a string", 2),
    "too long": (["Relu"] * 101, "101 uses are more than 100", 0),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "message", "use"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_of_wiring_names_the_wire(layers, message, use):
    with pytest.raises(NotationError) as caught:
        network(layers)
    assert message in str(caught.value)
    assert str(caught.value).startswith("f.toml, Net")
    assert caught.value.place.equation == use
    assert "\n" not in str(caught.value)


KEYS = {
    'layer = "Affine"': "unknown key `layer`; did you mean `layers`?",
    'forward = "y = x"': "unknown key `forward`",
    "parameters = []": "unknown key `parameters`",
    'sizes = ["a"]': "sizes names 1 lengths, but the parameters have 3: i, j, j2",
    'sizes = ["a", "b", "c", "d"]': "sizes names 4 lengths",
    'sizes = ["a", "a", "b"]': "sizes holds a name twice",
    'sizes = ["a", "b", "not ok"]': "`not ok` is no name",
    'sizes = ["W1", "b", "c"]': "the name `W1` is taken twice",
    'sizes = ["x", "b", "c"]': "the name `x` is taken twice",
    'sizes = ["seed", "b", "c"]': "`seed` is a name that the emitted class uses",
    'sizes = ["random", "b", "c"]': "`random` is a name that the emitted class uses",
    'sizes = "abc"': "sizes is a list of names",
    'inputs = ["x", "z"]': "`z` is wired to nothing",
    'inputs = ["h"]': "`h` is",
    'inputs = ["x", "x"]': "inputs holds a name twice",
    'constants = ["x"]': "`x` stands in inputs and in constants",
    'constants = ["u", "t"]': "`u` is wired to nothing",
    'outputs = ["z"]': "outputs: there is no use `z`",
    'scores = "z"': "scores: there is no use `z`",
    "scores = 3": "scores",
    'scores = ["a"]': "scores",
    'input_gradient = "yes"': "input_gradient is true or false",
    "input_gradient = 1": "input_gradient is true or false",
    'init = ["he"]': "init is a table",
    'init = { V = "he" }': "init: there is no parameter `V`",
    'init = { W3 = "he" }': "init: there is no parameter `W3`",
    'init = { W = "glorot" }': "init of W1 is `glorot`, but is one of normal(0.01), xavier, he",
    'init = { W = "normal(-1)" }': "init of W1 is `normal(-1)`",
    'init = { W = "normal(1e999)" }': "init of W1",
    'init = { W = "normal(0.1); print()" }': "init of W1",
    "init = { W = 0.01 }": "init of W1 is `0.01`",
    'init = { W = ["he"] }': "init of W1",
    'init = { b = "he" }': "init of b1: he is for a parameter that is summed over",
    'init = { b = "xavier" }': "init of b1: xavier is for a parameter that is summed over",
    "doc = 3": "doc is one sentence",
    'doc = \'a"""; print(1); """b\'': "doc is one line of plain text",
    'doc = "a\\nb"': "doc is one line of plain text",
}


@pytest.mark.parametrize(("line", "message"), KEYS.items(), ids=list(KEYS))
def test_a_fault_of_a_key(line, message):
    with pytest.raises(NotationError) as caught:
        network(["Affine", "Relu", "Affine", "SoftmaxWithLoss"], line)
    assert message in str(caught.value)
    assert str(caught.value).startswith("f.toml, Net")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["net", "Num-Py", "ValueError", "A" * 100])
def test_a_networks_name(name):
    with pytest.raises(NotationError, match=r"^f.toml"):
        parse_layers(f'[{name}]\nlayers = ["Affine"]', "f.toml")


def test_a_network_uses_only_what_stands_before_it():
    later = '[Net]\nlayers = ["Twice"]\n[Twice]\nforward = "y = 2*x"'
    with pytest.raises(NotationError, match="there is no layer `Twice`"):
        parse_layers(later, "f.toml")


# layers, more -> parameters' lengths, sizes, inputs and constants, outputs, scores, labels
COMPOSED = {
    "sequence": (
        (["Affine", "Relu", "Affine", "SoftmaxWithLoss"], 'sizes = ["p", "q", "r"]'),
        {"W1": "pq", "b1": "q", "W2": "qr", "b2": "r"}, "p q r", "x t", "loss", "y3", "t",
    ),
    "residual": (
        (["h = Affine", "k = Affine(h)", "s = Add(h, k)"], 'sizes = ["p", "q"]'),
        {"W1": "pq", "b1": "q", "W2": "qq", "b2": "q"}, "p q", "x", "s", "s", None,
    ),
    "two heads": (
        (["h = Affine", "a = Affine(h)", "b = Affine(h)"], 'sizes = ["p", "q", "r", "s"]',
         'outputs = ["b", "a"]'),
        {"W1": "pq", "b1": "q", "W2": "qr", "b2": "r", "W3": "qs", "b3": "s"},
        "p q r s", "x", "b a", "b", None,
    ),
    "two inputs": (
        (["Affine(u)", "k = Affine(v)", "Add(Affine1, k)"], 'sizes = ["p", "q", "r"]',
         'inputs = ["u", "v"]'),
        {"W1": "pq", "b1": "q", "W2": "rq", "b2": "q"}, "p q r", "u v", "z", "z", None,
    ),
    "any order": (
        (["s = Add(a, b)", "a = Affine(x)", "b = Affine(x)", "Relu(s)"], 'sizes = ["p", "q"]'),
        {"W1": "pq", "b1": "q", "W2": "pq", "b2": "q"}, "p q", "x", "y", "y", None,
    ),
    "several outputs": (
        (["p = Pair", "m = Mul(p.u, p.v)", "Affine(m)"], 'sizes = ["f", "g"]'),
        {"W1": "fg", "b1": "g"}, "f g", "x", "y", "y", None,
    ),
    "norm": (
        (["Affine", "LayerNorm", "Affine"], 'sizes = ["p", "q", "r"]'),
        {"W1": "pq", "b1": "q", "gamma2": "q", "beta2": "q", "W3": "qr", "b3": "r"},
        "p q r", "x", "y", "y", None,
    ),
    "nested": (
        (["Block", "Affine", "Block", "MeanSquaredError"], 'sizes = ["p", "q", "r", "s"]'),
        {"W1": "pq", "b1": "q", "W2": "qr", "b2": "r", "W3": "rs", "b3": "s"},
        "p q r s", "x t", "loss", "y3", None,
    ),
    "named axes": (
        (["q = Project(x)", "k = Project(x)", "v = Project(x)",
          "ScaledDotProductAttention(q, k, v)"], 'sizes = ["i", "p", "o"]'),
        {"W1": "ip", "W2": "ip", "W3": "io"}, "i p o", "x", "O", "O", None,
    ),
    "table": (
        (["Embedding(t=x)", "Linear"], 'sizes = ["p", "q", "r"]'),
        {"E1": "pq", "W2": "qr", "b2": "r"}, "p q r", "x", "y", "y", None,
    ),
    "labels by name": (
        (["Affine", "SoftmaxWithLoss(t=labels)"], 'sizes = ["p", "q"]', 'constants = ["labels"]'),
        {"W1": "pq", "b1": "q"}, "p q", "x labels", "loss", "y1", "labels",
    ),
    "one input twice": (
        (["Bilinear(x, x)"], 'sizes = ["p", "q"]'),
        {"W1": "pqq", "b1": "p"}, "p q", "x", "y", "y", None,
    ),
    "own scores": (
        (["Affine", "p = Softmax", "l = L1Loss"], 'sizes = ["f", "g"]', 'scores = "Affine1"'),
        {"W1": "fg", "b1": "g"}, "f g", "x t", "l", "y1", None,
    ),
    "a number as parameter": ((["Stretch"],), {"a1": ""}, "", "x", "y", "y", None),
    "no parameter": ((["Relu"],), {}, "", "x", "y", "y", None),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPOSED)
def test_composed(name):
    (layers, *more), parameters, sizes, given, outputs, scores, labels = COMPOSED[name]
    net = network(layers, *more)
    tensors = net.layer.tensors
    found = {p: "".join(axis.space for axis in tensors[p].axes) for p in net.layer.parameters}
    assert found == parameters
    assert [size for size, _ in net.sizes] == sizes.split()
    assert net.layer.constants == tuple(given.split())
    assert net.layer.inputs == ()
    assert net.layer.outputs == tuple(outputs.split())
    assert (net.scores, net.labels) == (scores, labels)
    assert set(net.initialisers) == set(parameters)


def test_a_length_may_have_the_name_of_another_index():
    """The samples of the layers are called n; here the last layer has n units."""
    found = network(["Affine", "Tanh", "Affine"], 'sizes = ["p", "q", "n"]').layer
    axes = {axis.space for axis in found.tensors["x"].axes}
    assert [axis.name for axis in found.equations[-1].axes] == ["n_", "n"]
    assert [axis.space for axis in found.tensors["b2"].axes] == ["n"]
    assert "n" not in axes


def test_one_tensor_is_wired_twice_without_a_copy():
    net = network(["h = Affine", "r = Relu", "Add(h, r)"])
    by_name = {use.name: use for use in net.uses}
    assert dict(by_name["Add3"].wires) == {"x": "h", "y": "r"}
    assert dict(by_name["r"].wires) == {"x": "h"}
    assert [equation.target for equation in net.equations] == ["h", "r", "z"]
    assert (net.name, net.file) == ("Net", "f.toml")


def test_input_gradient_makes_inputs_of_the_constants():
    net = network(["Affine", "MeanSquaredError"], "input_gradient = true")
    assert (net.layer.inputs, net.layer.constants) == (("x",), ("t",))


def test_a_hyper_parameter_of_a_use_is_its_own():
    net = network(["Affine", "LeakyRelu(alpha=0.25)", "LeakyRelu", "LeakyRelu(alpha=-2)"])
    texts = [str(equation.value) for equation in net.equations[1:]]
    assert all(part in text for part, text in zip(("/4)", "/100)", "-2*y"), texts, strict=True))


def begins(net: Network) -> dict[str, tuple[str, float]]:
    return {name: (rule.kind, rule.scale) for name, rule in net.initialisers.items()}


HE, ZEROS, ONES, XAVIER = ("he", 0.0), ("constant", 0.0), ("constant", 1.0), ("xavier", 0.0)

# layers, init -> how each parameter begins
BEGINNINGS = {
    "unless told": (["Affine"], "", {"W1": HE, "b1": ZEROS}),
    "by the layer's name": (
        ["Affine", "Affine"], 'W = "normal(0.01)", b = "ones"',
        {"W1": ("normal", 0.01), "b1": ONES, "W2": ("normal", 0.01), "b2": ONES},
    ),
    "by its own name": (
        ["Affine", "Affine"], 'W = "xavier", W2 = "normal(2e-3)"',
        {"W1": XAVIER, "b1": ZEROS, "W2": ("normal", 0.002), "b2": ZEROS},
    ),
    "by the layer": (
        ["Affine", "LayerNorm", "BatchNorm"], "",
        {"W1": HE, "b1": ZEROS, "gamma2": ONES, "beta2": ZEROS, "gamma3": ONES, "beta3": ZEROS},
    ),
    "against the layer": (
        ["Affine", "RMSNorm"], 'gamma = "normal(1)"',
        {"W1": HE, "b1": ZEROS, "gamma2": ("normal", 1.0)},
    ),
    "of a nested network": (
        ["Affine", "Block"], "", {"W1": HE, "b1": ZEROS, "W2": XAVIER, "b2": ONES},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "init", "wanted"), BEGINNINGS.values(), ids=list(BEGINNINGS))
def test_initialisers(layers, init, wanted):
    assert begins(network(layers, f"init = {{ {init} }}" if init else "")) == wanted


def test_an_initialiser_says_how_it_is_written():
    for rule in (Initialiser("normal", 0.01), Initialiser("constant", 1.0)):
        net = network(["Affine"], f'init = {{ W = "{rule.text}" }}')
        assert begins(net)["W1"] == (rule.kind, rule.scale)
