"""Layer files."""

import pytest

from symbp.errors import NotationError
from symbp.notation import layer, layer_from_text, parse_layers, read_layers, snake_case

DESIGN = '''
[Sigmoid]
doc = "Logistic function."
forward = "y = 1 / (1 + exp(-x))"

[Affine]
parameters = ["W", "b"]
forward = "y[..., j] = sum(x[..., i] * W[i, j], i) + b[j]"

[SoftmaxWithLoss]
constants = ["t"]
one_hot = { t = "c" }
assume = ["sum(t[..., c], c) == 1"]
forward = """
y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)
loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)
"""
'''


def test_layers_come_in_the_files_order(tmp_path):
    path = tmp_path / "layers.toml"
    path.write_text(DESIGN, encoding="utf-8")
    layers = read_layers(path)
    assert [made.name for made in layers] == ["Sigmoid", "Affine", "SoftmaxWithLoss"]
    assert {made.file for made in layers} == {str(path)}
    assert layers[0].doc == "Logistic function."


def test_file_and_call_give_the_same_layer():
    (_, affine, _) = parse_layers(DESIGN)
    called = layer(
        "Affine", "y[..., j] = sum(x[..., i] * W[i, j], i) + b[j]", parameters=["W", "b"]
    )
    assert affine == called


FAULTS = {
    "twice": ("[A]\nforward='y=x'\n[A]\nforward='y=x'", "is not TOML: Cannot declare"),
    "outside": ("x = 1", "`x` stands outside of any layer"),
    "no forward": ("[A]", "there is no `forward`"),
    "unknown key": ("[A]\nforwrd='y=x'", "unknown key `forwrd`; did you mean `forward`?"),
    "later key": ("[A]\nforward='y=x'\nsizes={}", "come in a later version"),
    "same module": (
        "[ReLU]\nforward='y=x'\n[ReLu]\nforward='y=x'",
        "the layers ReLU and ReLu would both be re_lu.py",
    ),
    "string": ("[A]\nforward='y=x'\nparameters='W'", 'parameters is a list, like ["W", "b"]'),
    "name": ("[a]\nforward='y=x'", "a capital letter followed by"),
    "not toml": ("[A", "is not TOML"),
    "deep": ("a=" + "[" * 5000, "is not TOML that symbp reads"),
    "long number": ("a=" + "9" * 5000, "is not TOML that symbp reads"),
    "long": ("#" * 300_000, "is longer than"),
    "hyper date": ("[A]\nforward='y=a*x'\nhyper={a=1979-05-27}", "`a` is a number with a default"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=list(FAULTS))
def test_fault(text, message):
    with pytest.raises(NotationError) as caught:
        parse_layers(text, "f.toml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("f.toml")
    assert "\n" not in str(caught.value)


def test_unreadable(tmp_path):
    with pytest.raises(NotationError, match="cannot be read: No such file"):
        read_layers(tmp_path / "missing.toml")
    with pytest.raises(NotationError, match="cannot be read"):
        read_layers(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(NotationError, match="is not UTF-8"):
        read_layers(tmp_path / "latin.toml")


def test_one_layer():
    assert layer_from_text("[A]\nforward = 'y = x'").name == "A"
    with pytest.raises(NotationError, match="holds 3 layers, not one"):
        layer_from_text(DESIGN)


MODULES = {
    "Relu": "relu",
    "SoftmaxWithLoss": "softmax_with_loss",
    "RMSNorm": "rms_norm",
    "L1Loss": "l1_loss",
    "ReLU6": "re_lu6",
}


@pytest.mark.parametrize(("name", "module"), MODULES.items())
def test_snake_case(name, module):
    assert snake_case(name) == module
