"""Arrays of exact numbers, read from nested lists and handed back as nested tuples.

The leading axes `...` are one axis here, and so are the trailing axes of `*i`; `outer` keeps the
shape that the caller sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, TypeAlias

from symbp.calculus.numeric.exact import Real, add, real, rounded
from symbp.errors import SymbpError
from symbp.notation.expression import VARIADIC, Index

__all__ = ["Array", "Lengths", "Value", "filled", "fitted", "read_array"]

Value: TypeAlias = "float | tuple[Value, ...]"
"""A number, or nested tuples of numbers, one level an axis."""


@dataclass(frozen=True)
class Array:
    """A tensor's entries.

    Args:
        shape: the lengths of the axes that the equations name.
        entries: row by row.
        outer: the lengths of the caller's axes; as many entries.
    """

    shape: tuple[int, ...]
    entries: tuple[Real, ...]
    outer: tuple[int, ...]

    def plus(self, other: Array) -> Array:
        """The sum with an array of the same shape."""
        return replace(self, entries=tuple(map(add, self.entries, other.entries)))

    @property
    def value(self) -> Value:
        """The entries as floats, nested as the caller sees them."""
        return _nested(self.outer, iter(self.entries))


def _nested(shape: tuple[int, ...], entries: Iterator[Real]) -> Value:
    if not shape:
        return rounded(next(entries))
    return tuple(_nested(shape[1:], entries) for _ in range(shape[0]))


def filled(entry: Real, like: Array) -> Array:
    """An array of one number in the shape of another."""
    return replace(like, entries=(entry,) * len(like.entries))


def read_array(name: str, given: object) -> Array:
    """What was given for a tensor: a number, nested sequences of numbers, or a NumPy array.

    Raises:
        SymbpError: it is ragged or empty, or holds what is no number.

    >>> read_array("x", [[1, 2.5]]).value
    ((1.0, 2.5),)
    """
    entries: list[Real] = []
    shape = _read(name, given, entries)
    return Array(shape, tuple(entries), shape)


def _read(place: str, given: Any, entries: list[Real]) -> tuple[int, ...]:
    """Appends the entries and finds the shape."""
    is_array = getattr(given, "shape", ()) != ()
    if not is_array and (isinstance(given, str) or not isinstance(given, Sequence)):
        try:
            entries.append(real(given))
        except ValueError as error:
            raise SymbpError(f"`{place}`: {error}") from None
        return ()
    shapes = [_read(f"{place}[{position}]", row, entries) for position, row in enumerate(given)]
    if not shapes:
        raise SymbpError(f"`{place}` is empty: give it one number at least")
    for position, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise SymbpError(
                f"`{place}` is ragged: {place}[{position}] has the shape {shape} and {place}[0] "
                f"{shapes[0]}; give all of them the same"
            )
    return (len(shapes), *shapes[0])


def fitted(name: str, array: Array, axes: Sequence[object], flattened: bool = False) -> Array:
    """An array with its leading axes taken as one, and its trailing ones too.

    Args:
        name: the tensor's, for errors.
        array: as it was read.
        axes: the tensor's, the variadic one first if it has it; what is no `Index` has any length.
        flattened: the last axis stands for all trailing ones.

    Raises:
        SymbpError: it has too few or too many axes.
    """
    variadic = bool(axes) and isinstance(axes[0], Index) and axes[0].variadic
    rank, given = len(axes) - variadic, len(array.outer)
    least = rank - flattened
    if given < least or (given > least and not (variadic or flattened)):
        shown = f"{name}[{', '.join(map(str, axes))}]" if axes else name
        more = " or more" if variadic or flattened else ""
        raise SymbpError(
            f"`{shown}` takes {_counted(least, more)}, and was given {_counted(given)}: "
            f"the shape {array.outer}"
        )
    if flattened:
        return replace(array, shape=(*array.outer[:least], prod(array.outer[least:])))
    if variadic:
        heads = given - rank
        return replace(array, shape=(prod(array.outer[:heads]), *array.outer[heads:]))
    return array


def _counted(number: int, more: str = "") -> str:
    return f"{number}{more} {'axis' if number == 1 and not more else 'axes'}"


class Lengths:
    """The length of every index, as the arrays given from outside fix it.

    Args:
        known: lengths by the space of the index, fixed beforehand.
    """

    def __init__(self, known: Mapping[str, int] | None = None) -> None:
        self._found = {space: (length, "sizes") for space, length in (known or {}).items()}
        self._leading: tuple[tuple[int, ...], str] | None = None

    def learn(self, name: str, array: Array, axes: Sequence[object]) -> None:
        """Takes in a fitted array.

        Raises:
            SymbpError: an axis has another length than the same index has elsewhere.
        """
        for position, (axis, length) in enumerate(zip(axes, array.shape, strict=True)):
            if not isinstance(axis, Index):
                continue
            if axis.variadic:
                self._learn_leading(name, array.outer[: len(array.outer) - len(axes) + 1])
                continue
            known, source = self._found.setdefault(axis.space, (length, name))
            if known != length:
                raise SymbpError(
                    f"axis {position} of `{name}`, called {axis.name}, has the length {length}, "
                    f"and `{source}` says {known}"
                )

    def _learn_leading(self, name: str, shape: tuple[int, ...]) -> None:
        if self._leading is None:
            self._leading = shape, name
        known, source = self._leading
        if known != shape:
            raise SymbpError(
                f"the leading axes of `{name}` have the shape {shape} and those of `{source}` "
                f"{known}: arrays are not broadcast here, give them the same"
            )

    def __getitem__(self, space: str) -> int:
        if space == VARIADIC:
            return prod(self._block)
        if space not in self._found:
            raise SymbpError(f"the length of `{space}` is fixed by no array: give it in sizes")
        return self._found[space][0]

    def shape(self, axes: Iterable[Index]) -> tuple[int, ...]:
        """The lengths of some axes, `...` as one."""
        return tuple(self[axis.space] for axis in axes)

    def outer(self, axes: Iterable[Index]) -> tuple[int, ...]:
        """The lengths of some axes as the caller sees them."""
        parts = (self._block if axis.variadic else (self[axis.space],) for axis in axes)
        return tuple(length for part in parts for length in part)

    @property
    def table(self) -> dict[str, int]:
        """The lengths found, by space."""
        table = {space: length for space, (length, _) in self._found.items()}
        return table | ({VARIADIC: self[VARIADIC]} if self._leading else {})

    @property
    def _block(self) -> tuple[int, ...]:
        """The leading axes: those of the arrays; else one as long as was said, or none."""
        if self._leading:
            return self._leading[0]
        return (self._found[VARIADIC][0],) if VARIADIC in self._found else ()
