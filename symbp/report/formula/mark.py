"""What a rewrite changed: the smallest parts in which two expressions differ."""

from __future__ import annotations

from collections import Counter

from sympy import Basic

from symbp.notation import Entry, Reduction, Size
from symbp.report.formula.nodes import Marked

__all__ = ["marked_difference"]


def marked_difference(before: Basic, after: Basic) -> tuple[Basic, Basic]:
    """Both expressions, with the parts marked in which they differ.

    Where both are the same kind of operation, what they share is left unmarked.
    """
    if before == after:
        return before, after
    if _is_whole(before) or _is_whole(after) or before.func is not after.func:
        return Marked(before), Marked(after)
    if isinstance(before, Reduction) and isinstance(after, Reduction):
        if before.bound != after.bound:
            return Marked(before), Marked(after)
        left, right = marked_difference(before.body, after.body)
        return before.func(left, *before.bound), after.func(right, *after.bound)
    if before.is_Add or before.is_Mul:
        return _of_many(before, after)
    if len(before.args) != len(after.args):
        return Marked(before), Marked(after)
    pairs = [marked_difference(a, b) for a, b in zip(before.args, after.args, strict=True)]
    return (
        before.func(*(pair[0] for pair in pairs), evaluate=False)
        if before.is_Pow
        else before.func(*(pair[0] for pair in pairs)),
        after.func(*(pair[1] for pair in pairs), evaluate=False)
        if after.is_Pow
        else after.func(*(pair[1] for pair in pairs)),
    )


def _is_whole(node: Basic) -> bool:
    """Whether a node is shown as one thing, which is marked or not."""
    return not node.args or isinstance(node, Entry | Size) or node.is_number


def _of_many(before: Basic, after: Basic) -> tuple[Basic, Basic]:
    """Sums and products: the operands that both have stay; a pair that is left is compared."""
    ours, theirs = Counter(before.args), Counter(after.args)
    left = [arg for arg in before.args if not theirs[arg]]
    right = [arg for arg in after.args if not ours[arg]]
    if len(left) == len(before.args) and len(right) == len(after.args):
        return Marked(before), Marked(after)
    if len(left) == len(right) == 1 and not left[0].is_number and not right[0].is_number:
        one, other = marked_difference(left[0], right[0])
        changed, replaced = {left[0]: one}, {right[0]: other}
    else:
        changed = {arg: Marked(arg) for arg in left}
        replaced = {arg: Marked(arg) for arg in right}
    return (
        before.func(*(changed.get(arg, arg) for arg in before.args), evaluate=False),
        after.func(*(replaced.get(arg, arg) for arg in after.args), evaluate=False),
    )
