"""What a caller does to its arrays between forward and backward changes no gradient."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from symbp import pipeline
from symbp.catalogue import layers
from symbp.check import subject
from symbp.check.data import Data, outside
from symbp.check.shapes import class_counts, small_cases
from symbp.notation import Network, layer

VIEWS = {
    "a named view of an argument": layer("A", "z[j, i] = x[i, j]\ny[i, j] = z[j, i]**3 + z[j, i]"),
    "a named slice of an argument": layer("B", "z[i] = x[i, 0]\ny[i] = exp(z[i]) + z[i]**2"),
    "an output that is a view of a saved value": layer(
        "C", "z[i, j] = exp(x[i, j])\ny[j, i] = z[i, j]"
    ),
    "an output that is a slice of a saved value": layer(
        "D", "z[i] = exp(x[i])\ny = z[0]\nw = sum(z[i]**2, i)", outputs=["y", "w"]
    ),
    "an output that is a row of a saved value": layer(
        "E", "z[i, j] = exp(x[i, j])\ny[j] = z[1, j]\nw = sum(z[i, j]**2, i, j)", outputs=["y", "w"]
    ),
    "two outputs that are views of each other": layer(
        "F", "y[i, j] = exp(x[i, j])\nz[j, i] = y[i, j]", outputs=["y", "z"]
    ),
    "an output that is an argument": layer("G", "y = x\nz = x**2", outputs=["y", "z"]),
    "broadcast arguments": layer("H", "y = a*b/c"),
    "a gather at a number": layer(
        "I", "y[j] = x[t[0], j]\nz[j] = exp(y[j])", outputs=["y", "z"], constants=["t"]
    ),
    "a parameter handed out": layer(
        "J", "y[j] = E[t[0], j]\nz[n, j] = y[j]*x[n, j]", outputs=["y", "z"],
        parameters=["E"], constants=["t"],
    ),
    "a saved argument and a view of it": layer(
        "M", "z[j] = x[0, j]\ny[i, j] = exp(z[j])*x[i, j]**2*z[j]"
    ),
    "a view of a parameter": layer(
        "N", "z[j] = W[0, j]\ny[n, j] = z[j]**2*x[n, j]", parameters=["W"]
    ),
    "integers": layer("K", "y[n, i] = E[t[n], i]*x[n, i]", parameters=["E"], constants=["t"]),
}  # fmt: skip
LAYERS = {item.name: item for item in layers() if not isinstance(item, Network)} | VIEWS
NETWORKS = [item for item in layers() if isinstance(item, Network)]
DTYPES = (np.float32, np.float64)


@cache
def emitted(name):
    return pipeline.load_class(pipeline.emit(LAYERS[name]))


def data_of(item, case, dtype):
    """Writable arrays that own their memory, within the domain of every catalogue layer."""
    rng, counts, arrays = np.random.default_rng(0), class_counts(item), {}
    for name in outside(item):
        if item.tensors[name].integer:
            most = min((case.lengths[space] for space in counts[name]), default=2)
            arrays[name] = np.asarray(rng.integers(0, most, case.shapes[name]))
        else:
            arrays[name] = np.asarray(rng.uniform(0.2, 0.8, case.shapes[name]), dtype)
    return Data(arrays, dict(item.hyper))


def gradients(item, cls, data, change):
    """Of a backward pass after `change(arguments, outputs)`; arguments are copies of the data's."""
    data = data.cast(next(a.dtype for a in data.arrays.values() if a.dtype.kind == "f"))
    instance = subject.build(item, cls, data, validate=False)
    handed = {name: data.arrays[name] for name in (*item.inputs, *item.constants)}
    handed, touch = change(handed)
    outputs = subject.outputs(item, instance.forward(*handed.values()))
    upstreams = subject.random_upstreams(outputs, np.random.default_rng(1), instance_dtype(data))
    touch(outputs)
    return subject.backward(item, instance, upstreams)


def instance_dtype(data):
    return next(a.dtype for a in data.arrays.values() if a.dtype.kind == "f")


def nothing(handed):
    return handed, lambda outputs: None


def outputs_written(handed):
    def touch(outputs):
        for value in outputs.values():
            write(value)

    return handed, touch


def arguments_written(handed):
    return handed, lambda outputs: [write(array) for array in handed.values()]


def bases_written(handed):
    """Every argument is a view of a larger array, which is written to."""
    bases = {name: np.stack([array, array]) for name, array in handed.items()}
    views = {name: base[1, ...] for name, base in bases.items()}
    return views, lambda outputs: [write(base) for base in bases.values()]


def read_only_views_written(handed):
    """Every argument is a read-only view of an array that is written to."""
    views = {name: array[...] for name, array in handed.items()}
    for view in views.values():
        view.setflags(write=False)
    return views, lambda outputs: [write(array) for array in handed.values()]


def buffers_written(handed):
    """Every argument is a read-only array in a buffer of the caller's, which is written to."""
    buffers = {name: bytearray(array.tobytes()) for name, array in handed.items()}
    arrays = {
        name: np.frombuffer(memoryview(buffers[name]).toreadonly(), array.dtype).reshape(
            array.shape
        )
        for name, array in handed.items()
        if array.size
    }

    def touch(outputs):
        for buffer in buffers.values():
            buffer[:] = bytes(len(buffer))

    return arrays, touch


def write(array):
    """Change every entry, where NumPy lets the caller."""
    if isinstance(array, np.ndarray) and array.flags.writeable:
        array[...] = 0 if array.dtype.kind in "iu" else 0.9
    elif isinstance(array, np.ndarray):
        with pytest.raises(ValueError, match="read-only"):
            array *= 10


CHANGES = (
    outputs_written,
    arguments_written,
    bases_written,
    read_only_views_written,
    buffers_written,
)


@pytest.mark.parametrize("name", LAYERS)
def test_no_change_of_the_callers_changes_a_gradient(name):
    item, cls = LAYERS[name], emitted(name)
    for case in small_cases(item):
        for dtype in DTYPES:
            data = data_of(item, case, dtype)
            expected = gradients(item, cls, data, nothing)
            assert any(np.any(value) for value in expected.values())
            for change in CHANGES:
                found = gradients(item, cls, data, change)
                for tensor, value in expected.items():
                    np.testing.assert_array_equal(found[tensor], value, f"{change} {tensor}")


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_may_be_written_to_and_arguments_stay_as_they_are(name):
    item, cls = LAYERS[name], emitted(name)
    for case in small_cases(item):
        data = data_of(item, case, np.float64)
        found = gradients(item, cls, data, nothing)
        for value in found.values():
            assert np.ndim(value) == 0 or value.flags.writeable
        instance = subject.build(item, cls, data, validate=False)
        flags = {n: a.flags.writeable for n, a in data.arrays.items()}
        before = {n: a.copy() for n, a in data.arrays.items()}
        for value in subject.forward(item, instance, data).values():
            write(value)
        for name_, array in data.arrays.items():
            assert array.flags.writeable == flags[name_]
            np.testing.assert_array_equal(array, before[name_])


def test_outputs_do_not_share_memory():
    item = VIEWS["two outputs that are views of each other"]
    y, z = emitted("two outputs that are views of each other")().forward(np.ones((2, 3)))
    assert item.outputs == ("y", "z")
    assert not np.shares_memory(y, z)


def test_an_output_that_nothing_saves_is_the_callers():
    y = emitted("Relu")().forward(np.ones(3))
    y *= 2
    assert y.tolist() == [2, 2, 2]


def test_the_docstring_says_what_is_read_only_and_what_is_copied():
    assert "y is read-only: change a copy\n" in emitted("Sigmoid").__doc__
    text = emitted("Affine").__doc__
    assert "x may be changed: backward has its own copy\n" in text
    assert "W is read by backward: update it afterwards\n" in text
    text = emitted("Bilinear").__doc__
    assert "x1 and x2 may be changed" in text
    every = "every array may be changed: backward reads none of the caller's\n"
    assert every in emitted("Add").__doc__
    for name in LAYERS:
        assert "Between forward and backward:\n" in emitted(name).__doc__


@pytest.mark.parametrize("name", [name for name, item in LAYERS.items() if item.parameters])
def test_parameters_that_backward_does_not_read_may_be_changed(name):
    item, cls = LAYERS[name], emitted(name)
    read = re.search(r"\n +(.*) (?:is|are) read by backward", cls.__doc__)
    named = re.findall(r"\w+", read[1].replace(" and ", " ")) if read else []
    assert set(named) <= set(item.parameters)
    for case in small_cases(item):
        data = data_of(item, case, np.float64)
        expected = gradients(item, cls, data, nothing)
        for parameter in (name_ for name_ in item.parameters if name_ not in named):
            copied = {name_: array.copy() for name_, array in data.arrays.items()}
            instance = subject.build(item, cls, Data(copied, data.hyper), validate=False)
            given = [copied[name_] for name_ in (*item.inputs, *item.constants)]
            outputs = subject.outputs(item, instance.forward(*given))
            upstreams = subject.random_upstreams(outputs, np.random.default_rng(1), np.float64)
            getattr(instance, parameter)[...] *= 1.5
            for tensor, value in subject.backward(item, instance, upstreams).items():
                np.testing.assert_array_equal(value, expected[tensor])


def test_what_nobody_can_write_to_is_not_copied():
    first, second = emitted("Exp")(), emitted("Square")()
    y = first.forward(np.ones(4))
    second.forward(y)
    assert any(value is y for value in second._saved)


def test_labels_made_one_hot_are_not_copied():
    item, kept = emitted("SoftmaxWithLoss")(), []
    checked = item._checked
    item._checked = lambda *given: kept.append(checked(*given)) or kept[-1]
    item.forward(np.ones((2, 3)), np.array([0, 2]))
    assert item._saved[0] is kept[0][1]


def test_a_chain_gives_the_same_when_every_array_is_written_to():
    rng = np.random.default_rng(0)
    x, W = rng.standard_normal((5, 4)), rng.standard_normal((4, 3))
    t = np.array([0, 1, 2, 0, 1])

    def run(spoil):
        given, labels = x.copy(), t.copy()
        chain = [emitted("Affine")(W, np.zeros(3)), emitted("Tanh")(), emitted("Relu")()]
        last, values = emitted("SoftmaxWithLoss")(), [given]
        for item in chain:
            values.append(item.forward(values[-1]))
        last.forward(values[-1], labels)
        for value in [*values, labels] if spoil else ():
            write(value)
        gradient = last.backward()
        for item in reversed(chain):
            gradient = item.backward(gradient)
        return gradient, chain[0].dW

    for right, found in zip(run(False), run(True), strict=True):
        np.testing.assert_array_equal(found, right)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_a_network_keeps_its_own_copy_of_the_input(network):
    cls = pipeline.load_class(pipeline.emit(network))
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]]

    def run(spoil):
        made, given, labels = cls(4, 5, 3, seed=0), x.copy(), t.copy()
        made.forward(given, labels)
        for value in (given, labels) if spoil else ():
            write(value)
        made.backward()
        return made.grads

    right, found = run(False), run(True)
    for name, value in right.items():
        assert np.any(value)
        np.testing.assert_array_equal(found[name], value)
