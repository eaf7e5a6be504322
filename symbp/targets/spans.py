"""Which lines of an emitted module compute which equation."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from symbp.targets.code import LayerCode, Line, SourceFile

__all__ = ["Span", "spans"]

DEFINES = re.compile(r"(\w+)(\[[^\]]*\])? [^ ]*= ")


@dataclass(frozen=True)
class Span:
    """Lines that compute an equation, with the comment above them.

    Args:
        first, last: line numbers, from 1.
        target: the name that the equation defines.
        backward: whether they stand in `backward`.
    """

    first: int
    last: int
    target: str
    backward: bool


@dataclass(frozen=True)
class _Statement:
    """A mathematical statement: where it stands, what it reads and writes, its equation's name."""

    first: int
    last: int
    reads: frozenset[str]
    writes: frozenset[str]
    target: str


def spans(
    source: SourceFile, code: LayerCode, forward: Mapping[str, str], backward: Mapping[str, str]
) -> tuple[Span, ...]:
    """The lines of a module's mathematics, in order.

    A line that computes a part is counted to the first equation that uses the part.

    Args:
        source: the module.
        code: the lines that it was made of.
        forward, backward: the right sides of the two passes' equations by what they define.
    """
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.FunctionDef) and node.name in ("forward", "backward")
    }
    text = source.text.splitlines()
    found: list[Span] = []
    for name, lines, targets in (
        ("forward", code.forward, forward),
        ("backward", code.backward, backward),
    ):
        statements = _statements(functions[name], lines, targets, text)
        found += _spans(statements, name == "backward")
    return tuple(found)


def _statements(
    function: ast.FunctionDef, lines: tuple[Line, ...], targets: Mapping[str, str], text: list[str]
) -> list[_Statement]:
    """The statements of a function that compute something, in order."""
    wanted = [(statement, line) for line in lines for statement in ast.parse(line.code).body]
    found: list[_Statement] = []
    place, after = 0, function.body[0].lineno
    for statement in function.body:
        last = statement.end_lineno or statement.lineno
        reads, writes = _names(statement)
        target = next((name for name in targets if name in writes), "")
        is_mathematics = place < len(wanted) and ast.dump(statement) == ast.dump(wanted[place][0])
        if is_mathematics:
            target = _target(wanted[place][1], writes, targets)
            place += 1
        if is_mathematics or target:  # or a gradient brought to its argument's shape
            first = statement.lineno
            while first - 1 > after and text[first - 2].lstrip().startswith("#"):
                first -= 1
            found.append(_Statement(first, last, reads, writes, target))
        after = last
    return found


def _target(line: Line, writes: Collection[str], targets: Mapping[str, str]) -> str:
    """The name that a line's equation defines, if it is one of the equations."""
    match = DEFINES.match(line.equation)
    if match and match[1] in targets:
        return match[1]
    right = line.equation.partition(" = ")[2]  # a kept node's, which has a name of the code's
    named = [name for name, value in targets.items() if name in writes or value == right]
    return named[0] if named else ""


def _names(statement: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a statement reads and those that it writes, into arrays too."""
    reads: set[str] = set()
    writes: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else writes).add(node.id)
        elif isinstance(node, ast.keyword) and node.arg == "out":
            writes |= {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        into = statement.value.args[:1]  # np.add.at, np.put_along_axis
        writes |= {node.id for node in into if isinstance(node, ast.Name)}
    if isinstance(statement, ast.Assign | ast.AugAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            writes.add(target.value.id)
    return frozenset(reads), frozenset(writes)


def _spans(statements: list[_Statement], backward: bool) -> Iterator[Span]:
    owners = [statement.target for statement in statements]
    for place, statement in enumerate(statements):
        if not statement.target:
            continue
        needed = set(statement.reads)
        for earlier in range(place - 1, -1, -1):
            if not owners[earlier] and statements[earlier].writes & needed:
                owners[earlier] = statement.target
                needed |= statements[earlier].reads
    for statement, owner in zip(statements, owners, strict=True):
        if owner:
            yield Span(statement.first, statement.last, owner, backward)
