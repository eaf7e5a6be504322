"""An array program as text: one operation a line, the schedule beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from symbp.notation.layer import Layer
from symbp.notation.names import snake_case
from symbp.notation.network import Network
from symbp.program import Program
from symbp.program.operations import Argument, Operation
from symbp.program.scalars import Apply, Hyper, LengthOf, Named, Number, Tree
from symbp.schedule import Pass, Schedule
from symbp.targets.code import Equations, SourceFile
from symbp.targets.header import header, title

__all__ = ["text_module"]

COMMON = ("operands", "axes", "dtype")


def text_module(layer: Layer | Network, schedule: Schedule, equations: Equations) -> SourceFile:
    """The program of a layer or a network: every operation with its number, axes and dtype.

    Args:
        layer: what the user wrote.
        schedule: its program, and what becomes of its values.
        equations: the mathematics in symbp's notation.
    """
    whole = layer.layer if isinstance(layer, Network) else layer
    lines = [title(whole), *header(whole, "text", equations.products)]
    for texts in (equations.forward, equations.backward, *equations.products.values()):
        lines += ["", *texts]
    for name, part in _passes(schedule).items():
        lines += ["", f"{name}:", *_lines(schedule.program, part)]
    lines += ["", f"saved: {', '.join(f'%{n}' for n in schedule.saved) or 'nothing'}"]
    return SourceFile(f"{snake_case(layer.name)}.txt", "\n".join(lines) + "\n")


def _passes(schedule: Schedule) -> Mapping[str, Pass]:
    assumptions = {f"assumption {n}": part for n, part in enumerate(schedule.assumptions, 1)}
    return {"forward": schedule.forward, **schedule.phases, **assumptions, **schedule.slices}


def _lines(program: Program, part: Pass) -> Iterator[str]:
    for number in sorted({*part.given, *part.operations}):
        operation = program.operations[number]
        axes = f"[{', '.join(operation.axes)}]" if operation.axes else ""
        line = f"  %{number}: {operation.dtype.value}{axes} = {_operation(operation)}"
        result = part.results.get(number)
        if number in part.given:
            yield f"{line.partition(' = ')[0]} = given({_given(operation)})"
        else:
            yield f"{line}  # {result.equation}" if result else line


def _given(operation: Operation) -> str:
    return operation.name if isinstance(operation, Argument) else "saved"


def _operation(operation: Operation) -> str:
    operands = [f"%{operand}" for operand in operation.operands]
    own = [field.name for field in fields(operation) if field.name not in COMMON]
    details = [f"{name}={_detail(getattr(operation, name))}" for name in own]
    return f"{type(operation).__name__.lower()}({', '.join(operands + details)})"


def _detail(value: object) -> str:
    if isinstance(value, Number | Named | Hyper | LengthOf | Apply):
        return _scalar(value)
    return str(value)


def _scalar(tree: Tree) -> str:
    match tree:
        case Number(value=value):
            return repr(value)
        case Named(name=name) | Hyper(name=name):
            return name
        case LengthOf(space=space):
            return f"size({space})"
        case Apply(function=function, arguments=arguments):
            return f"{function}({', '.join(map(_scalar, arguments))})"
