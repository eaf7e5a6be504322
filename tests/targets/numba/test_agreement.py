"""Loops compute what NumPy computes."""

from __future__ import annotations

import importlib
import random
import threading

import numpy as np
import pytest
from properties.author import made
from targets.compiled import imported
from targets.numba.agreement import difference

from symbp import catalogue, pipeline
from symbp.errors import LoweringError, NotationError
from symbp.notation import layer
from symbp.targets.numba import NUMBA
from symbp.targets.numpy import NUMPY

FEW = ("Gelu", "LayerNorm", "SoftmaxWithLoss", "BatchNorm", "Huber", "LeakyRelu")


def compare(seed):
    drawn = made(random.Random(f"loops:{seed}"))
    try:
        read = layer("F", drawn.forward, **drawn.keywords())
        assert not difference(drawn, read, seed)
    except (LoweringError, NotationError):
        pytest.skip("no layer")


@pytest.mark.parametrize("seed", range(60))
def test_random_layers_as_python_runs_them(seed):
    compare(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1150))
def test_many_random_layers_as_python_runs_them(seed):
    compare(seed)


def classes(name):
    imported()
    (found,) = catalogue.find([name])
    return [pipeline.load_class(pipeline.emit(found, target)) for target in (NUMPY, NUMBA)]


def both_passes(cls, arrays, parameters=()):
    instance = cls(*parameters)
    outputs = instance.forward(*arrays)
    upstream = np.cos(np.arange(np.size(outputs), dtype=arrays[0].dtype)).reshape(np.shape(outputs))
    slopes = instance.backward(upstream)
    return [outputs, slopes, *instance.grads.values()]


def arguments(name, dtype, shape=(7, 5)):
    rng = np.random.default_rng(3)
    draw = lambda *shape: rng.standard_normal(shape).astype(dtype)  # noqa: E731
    parameters = {"LayerNorm": 2, "BatchNorm": 2}.get(name, 0)
    labels = {"SoftmaxWithLoss": [rng.integers(0, shape[-1], shape[:-1])], "Huber": [draw(*shape)]}
    return [draw(*shape), *labels.get(name, [])], [draw(shape[-1]) for _ in range(parameters)]


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_compiled_classes_agree(name, dtype):
    plain, fused = classes(name)
    arrays, parameters = arguments(name, dtype)
    exact = 3e-6 if dtype == "float32" else 1e-13
    wanted = both_passes(plain, arrays, parameters)
    for value, other in zip(wanted, both_passes(fused, arrays, parameters), strict=True):
        assert np.shape(value) == np.shape(other)
        assert value.dtype == other.dtype
        np.testing.assert_allclose(other, value, rtol=exact, atol=exact * np.abs(value).max())


@pytest.mark.parametrize("name", ["Gelu", "LayerNorm"])
def test_any_layout_is_read(name):
    plain, fused = classes(name)
    (x,), parameters = arguments(name, "float64", (6, 5, 5))
    for view in (x[::2], x.swapaxes(0, 1), x[:, ::-1], x[:0], x[0]):
        wanted = both_passes(plain, [view], parameters)
        for value, other in zip(wanted, both_passes(fused, [view], parameters), strict=True):
            np.testing.assert_allclose(other, value, rtol=1e-12, atol=1e-12)


def test_nan_and_infinity_pass_through_a_row():
    _, fused = classes("SoftmaxWithLoss")
    x = np.zeros((2, 40), "float32")
    x[0, 7] = np.nan
    assert np.isnan(fused().forward(x, np.array([0, 1])))
    _, softmax = classes("Softmax")
    x[0, 7] = -np.inf
    y = softmax().forward(x)
    assert y[0, 7] == 0
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-6)


def test_results_do_not_depend_on_the_number_of_threads():
    numba = imported()
    _, fused = classes("LayerNorm")
    (x,), parameters = arguments("LayerNorm", "float32", (3000, 100))
    found = []
    for threads in range(1, numba.config.NUMBA_NUM_THREADS + 1):
        numba.set_num_threads(threads)
        found.append(both_passes(fused, [x], parameters))
    for values in found[1:]:
        for value, other in zip(values, found[0], strict=True):
            np.testing.assert_array_equal(value, other)


def test_two_instances_run_in_two_threads():
    _, fused = classes("LayerNorm")
    (x,), parameters = arguments("LayerNorm", "float32", (3000, 100))
    wanted, found = both_passes(fused, [x], parameters), []

    def work():
        found.extend(both_passes(fused, [x], parameters) for _ in range(10))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 20
    for values in found:
        for value, other in zip(values, wanted, strict=True):
            np.testing.assert_array_equal(value, other)


def test_what_runs_on_threads_is_kept_apart_on_disk(tmp_path, monkeypatch):
    """Numba's cache tells functions apart by their names, and not by how they are compiled."""
    imported()
    (found,) = catalogue.find(["Sigmoid"])
    source = pipeline.emit(found, NUMBA)
    (tmp_path / "sigmoid_in_loops.py").write_text(source.text)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("sigmoid_in_loops")
    for size in (10, module.LARGE + 1):
        module.Sigmoid().forward(np.ones(size, "float32"))
    kept = {file.name.split("-")[0] for file in tmp_path.glob("__pycache__/*.nbi")}
    assert {"sigmoid_in_loops._forward", "sigmoid_in_loops._forward_on_threads"} <= kept


def test_threads_may_be_the_first_to_call():
    """Each of them finds all kernels, whichever of them compiles."""
    _, fused = classes("LayerNorm")
    (x,), parameters = arguments("LayerNorm", "float64")
    barrier, found = threading.Barrier(4), []

    def work():
        barrier.wait()
        found.append(both_passes(fused, [x], parameters))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 4


def test_the_head_says_how_to_make_it_again():
    (found,) = catalogue.find(["Gelu"])
    text = pipeline.emit(found, NUMBA).text
    assert "Make it again: symbp generate --only Gelu --target numba\n" in text
