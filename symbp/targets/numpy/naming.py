"""Names for values that the mathematics gives no name."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping, Sequence

from symbp.program import operations as op
from symbp.program.operations import DType, Operation
from symbp.schedule import Pass
from symbp.targets.numpy import calls

__all__ = ["base_name", "names_of", "unused"]

UFUNC_NAMES = {
    "abs": "size",
    "add": "total",
    "digamma": "psi",
    "divide": "ratio",
    "erf": "erf_value",
    "erfc": "tail",
    "erfcx": "tail",
    "exp": "e",
    "exp2": "e",
    "expm1": "e",
    "lgamma": "log_gamma",
    "log": "log",
    "log1p": "log",
    "log_ndtr": "log",
    "maximum": "upper",
    "minimum": "lower",
    "multiply": "product",
    "negative": "negated",
    "power": "power",
    "sqrt": "root",
    "subtract": "difference",
}
BOOLEAN = "mask"
NAMES = {
    op.Positions: "position",
    op.Fill: "full",
    calls.Merge: "rows",
    op.Stretch: "stretched",
    op.Choose: "chosen",
    op.Cast: "cast",
    calls.Copy: "copy",
    op.Transpose: "transpose",
    op.Expand: "expand",
    op.ShapeOf: "shape",
    op.CommonShape: "shape",
    op.Shape: "shape",
    op.Length: "size",
    calls.Vecdot: "total",
    calls.Contraction: "product",
    calls.Indexing: "picked",
    calls.Placing: "placed",
}
REDUCTION_NAMES = {
    "argmax": "place",
    "argmin": "place",
    "max": "largest",
    "min": "smallest",
    "sum": "total",
}
RESERVED = frozenset({"np", "math", "self", "dtype", "classes", "single"})


def names_of(
    operations: Sequence[Operation], plan: Pass, taken: Collection[str], known: Mapping[int, str]
) -> dict[int, str]:
    """A name for every statement of a pass and every value given to it.

    A chain of statements in one buffer has one name, that of its last value.

    Args:
        operations: the program's operations.
        plan: the pass.
        taken: names in use.
        known: names that are fixed already.
    """
    names = dict(known)
    used = {*taken, *RESERVED, *names.values(), *plan.names.values()}
    heirs = {operand: number for number, operand in plan.reuses.items()}
    for number in sorted(plan.statements):
        last = number
        while last in heirs:
            last = heirs[last]
        if last not in names:
            names[last] = plan.names.get(last) or unused(base_name(operations[last]), used)
            used.add(names[last])
        names.setdefault(number, names[last])
    return names


def base_name(operation: Operation) -> str:
    """What a value is called that has no name."""
    if isinstance(operation, op.Map):
        if operation.dtype is DType.BOOL:
            return BOOLEAN
        return UFUNC_NAMES.get(operation.function, operation.function)
    if isinstance(operation, op.Reduce):
        return REDUCTION_NAMES[operation.word]
    return next(name for kind, name in NAMES.items() if isinstance(operation, kind))


def unused(base: str, used: Collection[str]) -> str:
    """The name, with a number behind it where it is in use."""
    name, number = base, 1
    while name in used or keyword.iskeyword(name):
        number += 1
        name = f"{base}{number}"
    return name
