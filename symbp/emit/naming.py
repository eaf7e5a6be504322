"""Names for values that the mathematics gives no name."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping, Sequence

from symbp.emit.plan import Plan
from symbp.program import Kind, Operation

__all__ = ["names_of", "unused"]

UFUNC_NAMES = {
    "abs": "size",
    "add": "total",
    "digamma": "slope",
    "divide": "ratio",
    "erf": "area",
    "erfc": "tail",
    "erfcx": "tail",
    "exp": "e",
    "exp2": "e",
    "expm1": "e",
    "gammaln": "height",
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
KIND_NAMES = {
    Kind.ARANGE: "position",
    Kind.EINSUM: "product",
    Kind.FULL: "full",
    Kind.GATHER: "picked",
    Kind.MATMUL: "product",
    Kind.MERGE: "rows",
    Kind.SCATTER: "placed",
    Kind.TENSORDOT: "product",
    Kind.VECDOT: "total",
    Kind.WHERE: "chosen",
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
    operations: Sequence[Operation], plan: Plan, taken: Collection[str], known: Mapping[int, str]
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
    used = {*taken, *RESERVED, *names.values(), *plan.results.values()}
    heirs = {operand: number for number, operand in plan.reuses.items()}
    for number in sorted(plan.statements):
        last = number
        while last in heirs:
            last = heirs[last]
        if last not in names:
            names[last] = plan.results.get(last) or unused(_base(operations[last]), used)
            used.add(names[last])
        names.setdefault(number, names[last])
    return names


def _base(operation: Operation) -> str:
    if operation.kind is Kind.UFUNC:
        name = str(operation.attributes[0])
        if operation.dtype.value == "bool":
            return BOOLEAN
        return UFUNC_NAMES.get(name, name)
    if operation.kind is Kind.REDUCE:
        return REDUCTION_NAMES[str(operation.attributes[0])]
    return KIND_NAMES.get(operation.kind, operation.kind.value)


def unused(base: str, used: Collection[str]) -> str:
    """The name, with a number behind it where it is in use."""
    name, number = base, 1
    while name in used or keyword.iskeyword(name):
        number += 1
        name = f"{base}{number}"
    return name
