"""From an array program to the finished lines of a layer's two passes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from symbp.notation.layer import Layer
from symbp.program import AssumedEqual, Program, Result, closure, least_lengths
from symbp.program.operations import (
    LEADING,
    VARIADIC,
    Argument,
    Length,
    Operation,
    ShapeOf,
)
from symbp.schedule import Pass, Schedule
from symbp.targets.blocks import Def
from symbp.targets.code import AssumptionCode, LayerCode, Least
from symbp.targets.numpy.calls import Merge
from symbp.targets.numpy.expressions import SCIPY
from symbp.targets.numpy.guard import guard_of
from symbp.targets.numpy.naming import names_of, unused
from symbp.targets.numpy.numbers import named_numbers
from symbp.targets.numpy.statements import PassPrinter
from symbp.targets.tree import Assign, Expression, Name, Statement

__all__ = ["layer_code", "slice_code"]


def layer_code(
    layer: Layer, schedule: Schedule, kind: type[PassPrinter] = PassPrinter
) -> LayerCode:
    """The statements of a layer's mathematics.

    Args:
        layer: read for names alone.
        schedule: its program, and what becomes of its values.
        kind: prints a pass.
    """
    printer = _Printer(layer, schedule, kind)
    forward = printer.forward()
    phases = {name: printer.phase(name, forward.names) for name in schedule.phases}
    return LayerCode(
        forward=forward.statements,
        phases={name: part.statements for name, part in phases.items()},
        saved=tuple(forward.names[number] for number in schedule.saved),
        constants=printer.constants(),
        assumptions=printer.assumptions(),
        least=_least(layer, schedule.program, range(len(schedule.program.operations))),
        guard=guard_of(layer, schedule, forward.names),
        leading_axis=any(part.writes_scalars for part in (forward, *phases.values())),
        functions=tuple(chain.from_iterable(p.functions for p in (forward, *phases.values()))),
    )


def slice_code(
    layer: Layer, schedule: Schedule, name: str, kind: type[PassPrinter] = PassPrinter
) -> LayerCode:
    """The statements of a part of a layer's forward pass.

    Args:
        layer: the part as a layer, read for names alone.
        schedule: of the whole layer.
        name: of the part.
        kind: prints a pass.
    """
    printer, plan = _Printer(layer, schedule, kind), schedule.slices[name]
    part = printer.slice(plan, name)
    return LayerCode(
        forward=part.statements,
        phases={},
        assumptions=printer.assumptions(),
        least=_least(layer, schedule.program, plan.operations),
        leading_axis=part.writes_scalars,
        functions=part.functions,
    )


def _least(layer: Layer, program: Program, numbers: Sequence[int]) -> tuple[Least, ...]:
    # NumPy cannot tell how many rows of no entries there are.
    merges = [o for o in (program.operations[n] for n in numbers) if isinstance(o, Merge)]
    unsure = [space for merge in merges for space in merge.axes[1:]]
    found = least_lengths(layer, program, numbers, unsure)
    return tuple(Least(item.tensor, item.axis, item.length, item.reason) for item in found)


@dataclass(frozen=True)
class _Pass:
    """A printed pass: its statements, the names of its values, whether it writes into arrays
    that may have no axis, and the functions that it calls.
    """

    statements: tuple[Statement, ...]
    names: Mapping[int, str]
    writes_scalars: bool
    functions: tuple[Def, ...]


class _Printer:
    """The passes of one layer."""

    def __init__(self, layer: Layer, schedule: Schedule, kind: type[PassPrinter]) -> None:
        self._layer, self._kind = layer, kind
        self._schedule = schedule
        self._program = program = schedule.program
        self._variables: dict[str, str] = {}
        self._arguments = {name: name for name in (*layer.inputs, *layer.constants)}
        self._arguments |= {name: f"self.{name}" for name in layer.parameters}
        late = [name for phase in program.phases.values() for name in phase.arguments]
        self._arguments |= {name: name for name in late}
        self._taken = {*layer.tensors, *map(layer.gradient, layer.tensors), *layer.hyper, *late}
        numbers = named_numbers(program.operations, _own_names(program))
        self._constants = {number: name for number, (name, _) in numbers.items()}
        self._named = dict(numbers.values())
        self._taken |= {*self._named}
        self._taken |= {*SCIPY.values()}

    def forward(self) -> _Pass:
        """From the arguments to the outputs and to what backward needs."""
        plan, known = self._schedule.forward, dict[int, str]()
        for number in self._schedule.saved:
            name = self._saved_name(number, plan.results)
            if name is not None:
                own = self._is_argument(number)
                known[number] = name if own else unused(name, {*self._taken, *known.values()})
        lenders = self._lenders((*self._layer.inputs, *self._layer.constants))
        return self._print(plan, known, lenders, self._dtype(), "forward")

    def phase(self, name: str, names: Mapping[int, str]) -> _Pass:
        """What follows forward: from its own arguments and the saved to what it returns."""
        saved, own = self._schedule.saved, self._program.phases[name].arguments
        known = {number: names[number] for number in saved}
        lenders = self._lenders(own)
        lenders |= {names[n]: self._operation(n).axes for n in saved if n in names}
        dtype = Name(f"{own[0]}.dtype")
        return self._print(self._schedule.phases[name], known, lenders, dtype, name)

    def slice(self, plan: Pass, name: str) -> _Pass:
        """A part of the forward pass."""
        lenders = self._lenders((*self._layer.inputs, *self._layer.constants))
        return self._print(plan, {}, lenders, self._dtype(), name)

    def assumptions(self) -> tuple[AssumptionCode, ...]:
        """The checks of what the layer assumes."""
        sources = {assumption.source for assumption in self._layer.assumptions}
        checks = zip(self._program.assumptions, self._schedule.assumptions, strict=True)
        return tuple(self._assumption(i, plan) for i, plan in checks if i.source in sources)

    def _assumption(self, item: AssumedEqual, plan: Pass) -> AssumptionCode:
        """The check of one assumption."""
        lenders = self._lenders((*self._layer.inputs, *self._layer.constants))
        names = names_of(self._program.operations, plan, self._taken, {})
        printer = self._pass_printer(plan, names, lenders, self._dtype(), {}, "assumption")
        statements = tuple(printer.statements())
        left, right = printer.expression(item.left), printer.expression(item.right)
        return AssumptionCode(left, right, item.source, item.tensors, statements)

    def constants(self) -> tuple[Assign, ...]:
        """The module-level constants."""
        return tuple(Assign(Name(name), value) for name, value in self._named.items())

    def _print(
        self,
        plan: Pass,
        known: Mapping[int, str],
        lenders: Mapping[str, Sequence[str]],
        dtype: Expression,
        method: str,
    ) -> _Pass:
        names = names_of(self._program.operations, plan, self._taken, known)
        equations = self._equations(plan.results, names)
        printer = self._pass_printer(plan, names, lenders, dtype, equations, method)
        statements = tuple(printer.statements())
        return _Pass(statements, names, self._writes_scalars(plan), tuple(printer.functions))

    def _pass_printer(
        self,
        plan: Pass,
        names: Mapping[int, str],
        lenders: Mapping[str, Sequence[str]],
        dtype: Expression,
        equations: Mapping[int, str],
        method: str,
    ) -> PassPrinter:
        return self._kind(
            self._program,
            plan,
            names,
            self._arguments,
            lenders,
            dtype,
            equations,
            self._constants,
            self._origins(plan),
            method,
        )

    def _origins(self, plan: Pass) -> dict[int, str]:
        """For every operation of a pass the first named value that it is a part of."""
        found: dict[int, str] = {}
        for number in sorted(plan.results.keys() & {*plan.operations}):
            for part in closure(self._program.operations, [number], found.keys() | plan.given):
                found[part] = plan.results[number].name
        return found

    def _equations(self, results: Mapping[int, Result], names: Mapping[int, str]) -> dict[int, str]:
        """The equations of the named values; those the user did not name, by their variables."""
        variables = {
            result.name: names[number]
            for number, result in results.items()
            if number in names and result.name != names[number]
        }
        self._variables |= variables
        return {
            number: _renamed(result.equation, self._variables)
            for number, result in results.items()
            if number in names
        }

    def _writes_scalars(self, plan: Pass) -> bool:
        return any(self._operation(n).axes == (VARIADIC,) for n in plan.reuses)

    def _operation(self, number: int) -> Operation:
        return self._program.operations[number]

    def _is_argument(self, number: int) -> bool:
        return isinstance(self._operation(number), Argument)

    def _saved_name(self, number: int, results: Mapping[int, Result]) -> str | None:
        """The name of a saved value that no statement names: an argument, a shape, a length."""
        operation = self._operation(number)
        if isinstance(operation, Argument):
            return operation.name
        if isinstance(operation, ShapeOf):
            (operand,) = operation.operands
            source = self._operation(operand)
            named = results[operand].name if operand in results else "result"
            return f"shape_of_{source.name if isinstance(source, Argument) else named}"
        if isinstance(operation, Length):
            names = {VARIADIC: "count", LEADING: "leading"}
            return names.get(operation.space, f"length_{operation.space}")
        return None

    def _lenders(self, names: Sequence[str]) -> dict[str, Sequence[str]]:
        """Arrays by text, with their axes: arguments first, then parameters."""
        wanted = (*names, *self._layer.parameters)
        axes = {
            operation.name: operation.axes
            for operation in self._program.operations
            if isinstance(operation, Argument)
        }
        return {self._arguments[name]: axes[name] for name in wanted if name in axes}

    def _dtype(self) -> Expression:
        """An expression for the floating dtype of the call."""
        names = (*self._layer.inputs, *self._layer.constants, *self._layer.parameters)
        floating = [name for name in names if not self._layer.tensors[name].integer]
        return Name(f"{self._arguments[floating[0]]}.dtype")


def _own_names(program: Program) -> set[str]:
    """The names of arguments and of the values that the user named."""
    arguments = {o.name for o in program.operations if isinstance(o, Argument)}
    return arguments | {r.name for r in (*program.forward, *program.values) if r.has_name}


def _renamed(equation: str, variables: Mapping[str, str]) -> str:
    return re.sub(r"[A-Za-z_]\w*", lambda m: variables.get(m[0], m[0]), equation)
