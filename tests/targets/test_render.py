"""The shell of emitted classes: what they accept, convert, refuse and hand back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from made_by_hand import (
    CASES,
    LOSS,
    LOSS_CODE,
    SIGMOID,
    SIGMOID_CODE,
    emitted,
    equations_of,
    rendered,
)

from symbp.errors import NotationError
from symbp.notation import layer
from symbp.targets.numpy.render import render
from symbp.targets.package import render_package

F4, F8 = np.float32, np.float64


@pytest.fixture(params=[F4, F8], ids=["float32", "float64"])
def dtype(request):
    return request.param


# The text


@pytest.mark.parametrize("name", CASES)
def test_is_formatted_and_lints(name, tmp_path):
    path = tmp_path / rendered(name).path
    path.write_text(rendered(name).text)
    for arguments in (
        ["format", "--check", "--diff", "--line-length", "88"],
        ["check", "--select", "E,F,W,I,B,UP,SIM,RET,C4,D1", "--ignore", "RET504"],
    ):
        command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--no-cache", path]
        done = subprocess.run(command, capture_output=True, text=True)
        ignored = [line for line in done.stdout.splitlines() if "D107" in line]
        assert done.returncode == 0 or ignored, done.stdout + done.stderr


@pytest.mark.parametrize("name", CASES)
def test_same_bytes_twice(name):
    assert rendered(name) == rendered(name)


def test_head_says_what_made_it():
    head = rendered("Sigmoid").text.split('"""')[1]
    assert head.startswith("Logistic function.\n\nMade by symbp ")
    assert 'Make it again: symbp.pipeline.emit(symbp.layer("Sigmoid", ...))' in head


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("symbp/catalogue/activations.toml", "symbp generate --only Sigmoid"),
        ("/home/somebody/mine.toml", "symbp generate mine.toml --only Sigmoid"),
    ],
)
def test_head_says_how_to_make_it_again(file, again):
    text = render(
        replace(SIGMOID, file=file), SIGMOID_CODE, equations_of(SIGMOID, SIGMOID_CODE)
    ).text
    assert f"Make it again: {again}\n" in text
    assert "somebody" not in text


def test_equations_stand_beside_the_lines():
    text = rendered("Affine").text
    assert "dW = x.T @ dy  # dW[i, j] = sum(x[n, i]*dy[n, j], n)\n" in text
    assert "    Backward:\n        dx[n, i] = sum(dy[n, j]*W[i, j], j)\n" in text


def test_needs_numpy_alone():
    for name in CASES:
        imports = [line for line in rendered(name).text.splitlines() if "import " in line[:12]]
        assert set(imports) <= {"import math", "import numpy as np", "from numbers import Real"}


def test_package_hands_the_classes_on():
    text = render_package(["SoftmaxWithLoss", "Affine"]).text
    assert '    "Affine": "affine",\n    "SoftmaxWithLoss": "softmax_with_loss",\n' in text
    assert '__all__ = ["Affine", "SoftmaxWithLoss"]' in text


def test_a_name_of_the_shell_is_refused():
    taken = layer("Taken", "y[i] = single[i]")
    with pytest.raises(NotationError, match="single is a name that the emitted class uses"):
        render(taken, SIGMOID_CODE, equations_of(taken, SIGMOID_CODE))


# dtypes


def test_dtype_is_kept(dtype):
    sigmoid = emitted("Sigmoid")()
    y = sigmoid.forward(np.ones((2, 3), dtype))
    assert y.dtype == dtype
    assert sigmoid.backward(np.ones((2, 3))).dtype == dtype
    assert sigmoid.backward([[1, 1, 1], [1, 1, 1]]).dtype == dtype


@pytest.mark.parametrize("given", [[1, 2], (True, False), np.array([1, 2]), np.uint8([1, 2])])
def test_integers_become_float64(given):
    y = emitted("Sigmoid")().forward(given)
    assert y.dtype == F8
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-np.asarray(given, F8))))


def test_numbers_take_the_dtype_of_the_rest(dtype):
    add = emitted("Add")()
    assert add.forward(np.ones(2, dtype), 1.5).dtype == dtype
    assert add.forward([1, 2], np.ones(2, dtype)).dtype == dtype
    affine = emitted("Affine")(np.ones((2, 2), dtype), [0, 0])
    assert affine.b.dtype == dtype
    assert affine.forward([[1, 2]]).dtype == dtype


def test_foreign_byte_order_is_converted():
    assert emitted("Sigmoid")().forward(np.ones(2, ">f4")).dtype == F4


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (np.ones(2, np.float16), "Sigmoid: x is float16, but must be float32 or float64"),
        (np.ones(2, np.complex64), "Sigmoid: x holds complex64, but must hold real numbers"),
        (["a"], "Sigmoid: x holds <U1, but must hold real numbers"),
        (None, "Sigmoid: x holds object, but must hold real numbers"),
        ([[1], [1, 2]], "Sigmoid: x is not a rectangular array of numbers"),
    ],
    ids=["float16", "complex", "text", "none", "ragged"],
)
def test_what_is_no_real_number_is_refused(given, fault):
    with pytest.raises(TypeError, match=f"^{fault}") as caught:
        emitted("Sigmoid")().forward(given)
    assert "\n" not in str(caught.value)


def test_two_dtypes_are_refused():
    affine = emitted("Affine")(np.ones((2, 3), F4), np.ones(3, F4))
    with pytest.raises(TypeError, match=r"^Affine: x is float64, but W is float32; .*astype"):
        affine.forward(np.ones((1, 2)))
    affine.W = affine.W.astype(F8)
    with pytest.raises(TypeError, match=r"^Affine: b is float32, but W is float64"):
        affine.forward(np.ones((1, 2)))


def test_numbers_of_the_layer_keep_the_dtype(dtype):
    scale = emitted("Scale")(np.ones(3, dtype), s=np.float64(0.5))
    assert type(scale.s) is float
    assert scale.forward(np.ones(3, dtype)).dtype == dtype
    with pytest.raises(TypeError, match=r"^Scale: s must be a number, but is 'half'"):
        emitted("Scale")(1.0, s="half")


# Shapes


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        ((2, 5), r"x has 5 entries along its flattened axes \*i \(axis 1 on\), but W has 12"),
        ((2, 3, 5), r"x has 15 entries along its flattened axes"),
        ((), r"x must have at least 1 axis \[n, \*i\], but has shape \(\)"),
    ],
)
def test_wrong_shape_is_refused(shape, fault):
    affine = emitted("Affine")(np.ones((12, 3)), np.ones(3))
    with pytest.raises(ValueError, match=f"^Affine: {fault}"):
        affine.forward(np.ones(shape))


@pytest.mark.parametrize("shape", [(2, 12), (2, 3, 4), (2, 1, 3, 4), (0, 12), (0, 3, 4)])
def test_trailing_axes_are_flattened(shape):
    affine = emitted("Affine")(np.ones((12, 3)), np.ones(3))
    assert affine.forward(np.ones(shape)).shape == (shape[0], 3)
    assert affine.backward(np.ones((shape[0], 3))).shape == shape
    assert affine.dW.shape == (12, 3)


def test_no_trailing_axis_is_one_of_length_one():
    affine = emitted("Affine")(np.ones((1, 3)), np.ones(3))
    assert affine.forward(np.ones(4)).shape == (4, 3)
    assert affine.backward(np.ones((4, 3))).shape == (4,)


def test_parameters_must_fit_each_other():
    with pytest.raises(
        ValueError, match=r"^Affine: b has 4 entries along axis j \(axis 0\), but W has 3"
    ):
        emitted("Affine")(np.ones((2, 3)), np.ones(4))
    with pytest.raises(
        ValueError, match=r"^Affine: W must have 2 axes \[i, j\], but has shape \(3,\)"
    ):
        emitted("Affine")(np.ones(3), np.ones(3))


def test_arguments_broadcast_and_gradients_are_summed():
    add = emitted("Add")()
    assert add.forward(np.ones((3, 1)), np.ones(4)).shape == (3, 4)
    da, db = add.backward(np.arange(12.0).reshape(3, 4))
    np.testing.assert_array_equal(da, [[6], [22], [38]])
    np.testing.assert_array_equal(db, [12, 15, 18, 21])
    add.forward(1.0, np.ones((2, 2)))
    assert add.backward(np.ones((2, 2)))[0].shape == ()
    with pytest.raises(
        ValueError, match=r"^Add: these shapes do not broadcast: a \(3,\), b \(4,\)"
    ):
        add.forward(np.ones(3), np.ones(4))


def test_broadcast_parameters_get_their_own_shape():
    scale = emitted("Scale")(3.0)
    scale.forward(np.ones((2, 2)))
    assert scale.backward(np.ones((2, 2))).shape == (2, 2)
    assert scale.da.shape == ()
    assert scale.da == 8


def test_empty_average_is_refused():
    with pytest.raises(
        ValueError, match="y has 0 entries along its leading axes, but needs at least 1"
    ):
        emitted("CrossEntropy")().forward(np.ones((0, 3)), np.ones((0, 3)))


def test_numbers_where_the_lines_need_arrays(dtype):
    squash = emitted("Squash")()
    y = squash.forward(dtype(3))
    assert (np.shape(y), y.dtype) == ((), dtype)
    dx = squash.backward(1)
    assert (np.shape(dx), dx.dtype) == ((), dtype)
    np.testing.assert_allclose([y, dx], [0.3, -0.08], rtol=1e-5)
    for shape in ((1,), (2, 3)):
        assert squash.forward(np.ones(shape, dtype)).shape == shape
        assert squash.backward(np.ones(shape)).shape == shape
    with pytest.raises(ValueError, match=r"^Squash: dy has shape \(\), but y has \(2, 3\)"):
        squash.backward(1)
    squash.forward(3)
    with pytest.raises(ValueError, match=r"^Squash: dy has shape \(1,\), but y has \(\)"):
        squash.backward([1])


@pytest.mark.parametrize("a", [(), (1,), (3,), (2, 1)])
@pytest.mark.parametrize("b", [(), (1,), (3,), (2, 3)])
def test_numbers_broadcast_where_the_lines_need_arrays(a, b):
    blend = emitted("Blend")()
    y = blend.forward(np.full(a, 2.0), np.full(b, 3.0))
    assert np.shape(y) == np.broadcast_shapes(a, b)
    gradients = blend.backward(np.ones(np.shape(y)))
    assert [np.shape(gradient) for gradient in gradients] == [a, b]
    entries = np.size(y)
    np.testing.assert_allclose(
        [gradient.sum() for gradient in gradients], [4 * entries, 2 * entries]
    )


@pytest.mark.parametrize("leading", [(), (1,), (4,), (2, 0), (2, 3)])
def test_no_leading_axes_where_the_lines_need_one(leading):
    centre = emitted("Centre")()
    x = np.arange(5.0 * np.prod(leading, dtype=int)).reshape(*leading, 5)
    y = centre.forward(x, np.ones_like(x))
    np.testing.assert_allclose(y, x - x.mean(-1, keepdims=True))
    np.testing.assert_allclose(centre.backward(np.ones_like(y)), np.zeros_like(x))


# Parameters


def test_parameters_are_live(dtype):
    affine = emitted("Affine")(np.ones((2, 3), dtype), np.zeros(3, dtype))
    x = np.ones((1, 2), dtype)
    assert affine.grads == {"W": None, "b": None}
    affine.forward(x)
    affine.backward(np.ones((1, 3), dtype))
    affine.W -= 0.5 * affine.dW
    np.testing.assert_array_equal(affine.forward(x), [[1, 1, 1]])
    for name, parameter in affine.params.items():
        parameter -= affine.grads[name]
    np.testing.assert_array_equal(affine.forward(x), [[-2, -2, -2]])
    affine.W = [[1, 1, 1], [2, 2, 2]]
    assert affine.forward(x).dtype == dtype
    affine.W = np.ones((2, 4), dtype)
    with pytest.raises(ValueError, match=r"b has 3 entries along axis j \(axis 0\), but W has 4"):
        affine.forward(x)


def test_a_layer_without_parameters_has_empty_dicts():
    sigmoid = emitted("Sigmoid")()
    assert sigmoid.params == sigmoid.grads == {}


# Integers and classes


def test_indices_are_checked():
    embedding = emitted("Embedding")(np.eye(4))
    assert embedding.forward([[0, 3]]).shape == (1, 2, 4)
    assert embedding.backward(np.ones((1, 2, 4))) is None
    np.testing.assert_array_equal(embedding.dE.sum(1), [4, 0, 0, 4])
    assert embedding.forward(np.uint8([1])).shape == (1, 4)
    for wrong in ([4], [-1], np.uint64([2**63])):
        with pytest.raises(
            IndexError, match=r"^Embedding: t holds .* must hold integers from 0 to 3"
        ):
            embedding.forward(wrong)
    with pytest.raises(TypeError, match=r"^Embedding: t holds float64, but must hold integers"):
        embedding.forward([1.0])


@pytest.mark.parametrize("labels", [[0, 2, 1, 0], np.uint8([0, 2, 1, 0])])
def test_classes_are_as_good_as_one_hot(labels, dtype):
    y = np.random.default_rng(0).uniform(0.1, 0.9, (4, 3)).astype(dtype)
    loss = emitted("CrossEntropy")()
    by_class = loss.forward(y, labels), loss.backward()
    one_hot = np.eye(3, dtype=dtype)[np.asarray(labels)]
    by_row = loss.forward(y, one_hot), loss.backward()
    assert by_class[0] == by_row[0]
    assert by_class[0].dtype == dtype
    np.testing.assert_array_equal(by_class[1], by_row[1])
    np.testing.assert_array_equal(loss.backward(2), 2 * by_row[1])
    assert loss.forward(y, one_hot.astype(int)) == by_row[0]


def test_classes_have_any_leading_axes():
    loss = emitted("CrossEntropy")()
    assert np.isfinite(loss.forward(np.full((2, 4, 3), 0.5), np.zeros((2, 4), int)))
    assert np.isfinite(loss.forward(np.full(3, 0.5), 2))
    assert loss.backward().shape == (3,)


@pytest.mark.parametrize(
    ("labels", "error", "fault"),
    [
        ([0, 3], IndexError, "t holds 3, but must hold integers from 0 to 2"),
        ([0, -1], IndexError, "t holds -1, but must hold integers from 0 to 2"),
        ([0.0, 1.0], TypeError, "t holds float64, but must hold integers"),
        ([0, 1, 2], ValueError, r"t has leading axes \(3,\), but y has \(2,\)"),
        (np.ones((2, 4)), ValueError, r"t has 4 entries along axis c \(axis -1\), but y has 3"),
        (np.ones((2, 3)), ValueError, r"sum\(t\[..., c\], c\) == 1 must hold, but .* up to 2;"),
        (np.full((2, 3), np.nan), ValueError, r"sum\(t\[..., c\], c\) == 1 must hold"),
    ],
)
def test_wrong_labels_are_refused(labels, error, fault):
    with pytest.raises(error, match=f"^CrossEntropy: {fault}"):
        emitted("CrossEntropy")().forward(np.full((2, 3), 0.5), labels)


def test_assumption_can_be_skipped():
    loss = emitted("CrossEntropy")(validate=False)
    assert np.isfinite(loss.forward(np.full((2, 3), 0.5), np.ones((2, 3))))


def test_no_validate_without_assumptions():
    with pytest.raises(TypeError, match="unexpected keyword argument 'validate'"):
        emitted("Sigmoid")(validate=False)
    code = replace(LOSS_CODE, assumptions=())
    assert "validate=" not in render(LOSS, code, equations_of(LOSS, code)).text.split("def _")[1]


# Order of calls


@pytest.mark.parametrize("name", ["Sigmoid", "Add", "SumAndProduct"])
def test_backward_needs_a_forward(name):
    made = emitted(name)()
    upstreams = [1.0] * len(CASES[name][0].outputs)
    with pytest.raises(RuntimeError, match=f"^{name}: call `forward` before `backward`$"):
        made.backward(*upstreams)


def test_a_refused_forward_leaves_the_last_one_standing():
    affine = emitted("Affine")(np.ones((12, 3)), np.ones(3))
    affine.forward(np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="entries"):
        affine.forward(np.ones((5, 5)))
    assert affine.backward(np.ones((2, 3))).shape == (2, 3, 4)


@pytest.mark.parametrize(
    ("upstream", "error", "fault"),
    [
        (np.ones((3, 2)), ValueError, r"dy has shape \(3, 2\), but y has \(2, 3\)"),
        (1.0, ValueError, r"dy has shape \(\), but y has \(2, 3\)"),
        (np.ones((2, 3)) * 1j, TypeError, "dy holds complex128, but must hold real numbers"),
        (None, TypeError, "dy holds object, but must hold real numbers"),
    ],
)
def test_wrong_upstream_is_refused(upstream, error, fault):
    sigmoid = emitted("Sigmoid")()
    sigmoid.forward(np.ones((2, 3)))
    with pytest.raises(error, match=f"^Sigmoid: {fault}"):
        sigmoid.backward(upstream)


def test_several_outputs_have_an_upstream_each():
    made = emitted("SumAndProduct")()
    s, p = made.forward([1.0, 2.0], [3.0, 4.0])
    np.testing.assert_array_equal(s, [4, 6])
    np.testing.assert_array_equal(p, [3, 8])
    da, db = made.backward([1, 1], [0, 1])
    np.testing.assert_array_equal(da, [1, 5])
    np.testing.assert_array_equal(db, [1, 3])
