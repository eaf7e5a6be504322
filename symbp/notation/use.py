"""What each tensor is good for: nothing written may be without effect."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from symbp.notation.expression import VARIADIC
from symbp.notation.layer import Role
from symbp.notation.shapes import Shapes
from symbp.notation.tree import Access, Reduce, SizeOf, Statement
from symbp.notation.words import Words

__all__ = ["check_use", "does_broadcast"]


def check_use(equations: tuple[Statement, ...], words: Words) -> None:
    """Every equation is used, and every output depends on something that has a gradient.

    Raises:
        NotationError: an intermediate is used by nothing, or an output has no gradient to give.
    """
    read = {name for equation in equations for name in _read(equation)}
    given = _reaches(equations)
    for equation in equations:
        target = equation.target
        assert target is not None
        name = target.name
        if name not in read and name not in words.outputs:
            raise equation.error_at(
                target,
                f"`{name}` is used by no equation and is not an output: drop it, or list it in "
                "outputs",
            )
        if name in words.outputs and not any(
            words.roles[source] in (Role.INPUT, Role.PARAMETER) for source in given[name]
        ):
            raise equation.error_at(
                target, f"the output `{name}` depends on no input and no parameter"
            )


def does_broadcast(equations: tuple[Statement, ...], shapes: Shapes, words: Words) -> bool:
    """Whether the tensors given from outside broadcast against each other as NumPy does.

    Those of one output do. Two outputs depend on the same such tensors or on none in common: a
    gradient that sums parts of several shapes could not be brought into that of its tensor.
    """
    if any(axis != VARIADIC for axes in shapes.axes.values() for axis in axes):
        return False
    wide = {name for name in words.given if shapes.axes[name]}
    if len(wide) < 2:
        return False
    for equation in equations:
        for node in equation.nodes:
            bound = node.bound if isinstance(node, Reduce) else ()
            if isinstance(node, SizeOf) or any(index.variadic for index in bound):
                return False
    given = _reaches(equations)
    reached = [given[name] & wide for name in words.outputs]
    apart = all(a == b or not a & b for a, b in combinations(reached, 2))
    return apart and set().union(*reached) == wide and max(map(len, reached)) > 1


def _read(equation: Statement) -> list[str]:
    return [
        node.name
        for node in equation.nodes
        if isinstance(node, Access) and node is not equation.target
    ]


def _reaches(equations: tuple[Statement, ...]) -> Mapping[str, set[str]]:
    """The tensors given from outside that each defined tensor depends on."""
    found: dict[str, set[str]] = {}
    for equation in equations:
        assert equation.target is not None
        sources: set[str] = set()
        for name in _read(equation):
            sources |= found.get(name, {name})
        found[equation.target.name] = sources
    return found
