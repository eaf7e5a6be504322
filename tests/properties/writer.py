"""Writes random expressions of the notation, well-formed by construction where that is cheap.

Indices are typed by the length that they run over: `n, m, r` run over A, `i, k, l` over B and
`c, j, o` over C. Axes of a tensor are typed too, so that any index of the right type can stand
in any slot: transposes, diagonals and repeated indices come by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

__all__ = ["DOTS", "INDICES", "SPACE_OF", "Draw", "Held", "Text", "Writer", "renamed"]

Draw = Callable[[st.SearchStrategy[Any]], Any]
DOTS = "..."
INDICES = {"A": ("n", "m", "r"), "B": ("i", "k", "l"), "C": ("c", "j", "o")}
SPACE_OF = {name: space for space, names in INDICES.items() for name in names} | {DOTS: DOTS}
ANYWHERE = (
    "exp(-({u})**2)", "tanh({u})", "sin({u})", "cos({u})", "arctan({u})", "erf({u})",
    "1 / (1 + exp(-({u})))", "log(1 + exp({u}))", "abs({u})", "exp({u})", "square({u})",
    "({u})**2", "({u})**3", "-({u})", "arcsinh({u})", "expm1({u})", "sinh({u})", "cosh({u})",
    "exp2({u})", "cbrt({u})", "sign({u})", "({u})**4", "logaddexp({u}, 0)", "deg2rad({u})",
    "rad2deg(arctan({u}))", "maximum({u}, 0)", "minimum({u}, 1)", "exp(-abs({u}))", "2**({u})",
    "tan(tanh({u}))", "expm1(tanh({u}))", "erfc({u})",
)  # fmt: skip
POSITIVE = (
    "1 + ({u})**2", "exp({u})", "abs({u}) + 1", "0.5 + ({u})**2", "{u}", "2 + sin({u})",
    "exp(tanh({u}))", "maximum({u}, 0.5)",
)  # fmt: skip
OF_POSITIVE = (
    "log({u})", "sqrt({u})", "1 / ({u})", "log2({u})", "log10({u})", "log1p({u})", "lgamma({u})",
    "({u})**0.5", "({u})**1.5", "({u})**(3/2)", "({u})**(-1)", "({u})**(-0.5)", "({u})**(-2)",
    "({u})**(1/3)", "reciprocal({u})", "arccosh(1 + {u})", "({u}) * log({u})", "({u})**pi",
    "({u})**2.5", "cbrt({u})", "log1p(1 / ({u}))",
)  # fmt: skip
OF_SMALL = ("arcsin({u})", "arccos({u})", "arctanh({u})", "log1p({u})", "sqrt(1 - ({u})**2)")
SMALL = ("tanh({u}) / 2", "0.9 * sin({u})", "({u}) / (1 + abs({u}))", "{u}")
NUMBERS = ("2", "1", "0.5", "3", "1.5", "0.1", "1/3", "pi", "e", "-1", "-0.7", "1e-3")


@dataclass(frozen=True)
class Text:
    """A piece of an equation and the indices that stand free in it."""

    text: str
    free: frozenset[str] = frozenset()

    def within(self, form: str) -> Text:
        return Text(form.format(u=self.text), self.free)


@dataclass(frozen=True)
class Held:
    """A tensor that expressions may use: its axes' types, and what its entries point into."""

    name: str
    axes: tuple[str, ...]
    points: str = ""
    starred: bool = False


def renamed(text: str, old: str, new: str) -> str:
    """The text with one index called something else."""
    return re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, text)


@dataclass
class Writer:
    """Writes expressions over the tensors held so far.

    Args:
        draw: Hypothesis's.
        held: real tensors; equations add theirs.
        pointers: integer tensors.
        hyper: names of hyper-parameters.
        literals: how many integer literals may be used as indices.
    """

    draw: Draw
    held: list[Held]
    pointers: list[Held] = field(default_factory=list)
    hyper: tuple[str, ...] = ()
    literals: int = 3
    bare: bool = False

    def pick(self, choices: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(list(choices)))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent

    # Leaves

    def leaf(self, scope: tuple[str, ...]) -> Text:
        if not self.chance(18):
            return self.access(scope)
        choices = [Text(self.pick(NUMBERS))]
        choices += [Text(name) for name in self.hyper]
        named = [index for index in scope if index != DOTS]
        choices += [Text(f"size({index})") for index in named]
        choices += [Text(f"({index} + 1)", frozenset({index})) for index in named]
        return self.pick(choices)

    def access(self, scope: tuple[str, ...], through: str | None = None) -> Text:
        """An entry of some tensor; `through` is an index that it must have, if that can be."""
        possible = [held for held in self.held if self._reachable(held, scope)]
        if through is not None:
            able = [held for held in possible if SPACE_OF[through] in held.axes]
            possible = able or possible
        whole = [held for held in possible if not self._missing(held, scope)]
        if whole and self.chance(85):
            possible = whole
        if not possible:
            return Text(self.pick(NUMBERS))
        held = self.pick(possible)
        if self.bare or not held.axes:
            return Text(held.name, frozenset(held.axes))
        must = through if through is not None and SPACE_OF[through] in held.axes else None
        slots, free = [], set[str]()
        for position, space in enumerate(held.axes):
            if must is not None and SPACE_OF[must] == space:
                slot, must = Text(must, frozenset({must})), None
            else:
                slot = self._slot(space, scope)
            starred = held.starred and position == len(held.axes) - 1 and slot.text in SPACE_OF
            slots.append("*" * starred + slot.text)
            free |= slot.free
        return Text(f"{held.name}[{', '.join(slots)}]", frozenset(free))

    def _reachable(self, held: Held, scope: tuple[str, ...]) -> bool:
        return DOTS not in held.axes or DOTS in scope

    def _missing(self, held: Held, scope: tuple[str, ...]) -> tuple[str, ...]:
        """The axes for which no index is there."""
        there = {SPACE_OF[index] for index in scope}
        return tuple(dict.fromkeys(space for space in held.axes if space not in there))

    def _slot(self, space: str, scope: tuple[str, ...], nesting: int = 1) -> Text:
        if space == DOTS:
            return Text(DOTS, frozenset({DOTS}))
        fitting = [Text(i, frozenset({i})) for i in scope if SPACE_OF[i] == space]
        others = [Text(str(n)) for n in range(self.literals)]
        pointers = [
            p for p in self.pointers if p.points == space and (DOTS not in p.axes or DOTS in scope)
        ]
        if pointers and self.chance(40 if nesting else 10):
            pointer = self.pick(pointers)
            inner = [self._slot(axis, scope, 0) for axis in pointer.axes]
            free = frozenset().union(*(slot.free for slot in inner))
            return Text(f"{pointer.name}[{', '.join(slot.text for slot in inner)}]", free)
        if not fitting or self.chance(6):
            return self.pick(others)
        return self.pick(fitting)

    # Expressions

    def equation(self, scope: tuple[str, ...], depth: int) -> Text:
        """A right side, which has some tensor in it."""
        value = self.expression(scope, depth)
        names = {held.name for held in self.held}
        if names & set(re.findall(r"\w+", value.text)):
            return value
        entry = self.access(scope)
        return Text(f"({value.text}) * {entry.text}", value.free | entry.free)

    def expression(self, scope: tuple[str, ...], depth: int) -> Text:
        if depth <= 0:
            return self.leaf(scope)
        forms: list[Callable[[tuple[str, ...], int], Text]] = [
            self.unary, self.sum, self.product, self.product, self.quotient, self.unary,
            self.of_positive, self.of_small, self.choice, self.extremum, self.power,
        ]  # fmt: skip
        if not self.bare:
            forms += [self.reduction] * 5 + [self.contraction] * 3 + [self.idiom] * 3
        return self.pick(forms)(scope, depth)

    def unary(self, scope: tuple[str, ...], depth: int) -> Text:
        return self.expression(scope, depth - 1).within(self.pick(ANYWHERE))

    def positive(self, scope: tuple[str, ...], depth: int) -> Text:
        return self.expression(scope, depth - 1).within(self.pick(POSITIVE))

    def of_positive(self, scope: tuple[str, ...], depth: int) -> Text:
        return self.positive(scope, depth).within(self.pick(OF_POSITIVE))

    def of_small(self, scope: tuple[str, ...], depth: int) -> Text:
        inner = self.expression(scope, depth - 1).within(self.pick(SMALL))
        return inner.within(self.pick(OF_SMALL))

    def pair(self, scope: tuple[str, ...], depth: int) -> tuple[Text, Text]:
        first = self.expression(scope, depth - 1)
        return first, self.expression(scope, self.draw(st.integers(0, depth - 1)))

    def sum(self, scope: tuple[str, ...], depth: int) -> Text:
        a, b = self.pair(scope, depth)
        return Text(f"{a.text} {self.pick('+-')} ({b.text})", a.free | b.free)

    def product(self, scope: tuple[str, ...], depth: int) -> Text:
        a, b = self.pair(scope, depth)
        return Text(f"({a.text}) * ({b.text})", a.free | b.free)

    def quotient(self, scope: tuple[str, ...], depth: int) -> Text:
        a = self.expression(scope, depth - 1)
        b = self.positive(scope, depth)
        return Text(f"({a.text}) / ({b.text})", a.free | b.free)

    def power(self, scope: tuple[str, ...], depth: int) -> Text:
        base = self.positive(scope, depth)
        if self.hyper and self.chance(50):
            return Text(f"({base.text})**{self.pick(self.hyper)}", base.free)
        exponent = self.expression(scope, 0)
        return Text(f"({base.text})**({exponent.text})", base.free | exponent.free)

    def extremum(self, scope: tuple[str, ...], depth: int) -> Text:
        a, b = self.pair(scope, depth)
        word = self.pick(("maximum", "minimum"))
        if self.chance(20):
            return Text(f"{word}({a.text}, {b.text}, {self.pick(NUMBERS)})", a.free | b.free)
        return Text(f"{word}({a.text}, {b.text})", a.free | b.free)

    def choice(self, scope: tuple[str, ...], depth: int) -> Text:
        a, b = self.pair(scope, depth)
        test = self.condition(scope)
        return Text(f"where({test.text}, {a.text}, {b.text})", a.free | b.free | test.free)

    def condition(self, scope: tuple[str, ...], nesting: int = 1) -> Text:
        if nesting and self.chance(40):
            a, b = self.condition(scope, nesting - 1), self.condition(scope, nesting - 1)
            word = self.pick(("and", "or", "and not", "or not"))
            return Text(f"({a.text}) {word} ({b.text})", a.free | b.free)
        named = [index for index in scope if index != DOTS]
        if named and self.chance(25):
            a, b = self.pick(named), self.pick((*named, "0", "1"))
            sign = self.pick(("<=", "==", "!=", ">"))
            if a == b:
                b = "1"
            return Text(f"{a} {sign} {b}", frozenset({a, b} & set(named)))
        a, b = self.access(scope), self.leaf(scope)
        if self.chance(60):
            b = Text(self.pick(("0", "0.5", "-1")))
        return Text(f"{a.text} {self.pick(('>', '<', '>=', '<='))} {b.text}", a.free | b.free)

    # Reductions

    def fresh(self, scope: tuple[str, ...], space: str, avoid: str = "") -> str | None:
        words = set(re.findall(r"\w+", avoid))
        left = [name for name in INDICES[space] if name not in scope and name not in words]
        return left[0] if left else None

    def _bound(self, scope: tuple[str, ...], most: int) -> tuple[str, ...]:
        held = self.pick(self.held)
        spaces = [space for space in self._missing(held, scope) if space != DOTS][:most]
        if not spaces or self.chance(40):
            every = sorted({a for held in self.held for a in held.axes if a != DOTS}) or ["A"]
            spaces = [self.pick(every) for _ in range(self.draw(st.integers(1, most)))]
        bound: tuple[str, ...] = ()
        for space in spaces:
            index = self.fresh((*scope, *bound), space)
            bound += (index,) if index is not None else ()
        dots = any(DOTS in held.axes for held in self.held)
        if dots and DOTS not in scope and self.chance(60):
            bound = (*bound, DOTS)
        return bound

    def reduction(self, scope: tuple[str, ...], depth: int) -> Text:
        bound = self._bound(scope, 2)
        body = self.expression((*scope, *bound), depth - 1)
        return self.reduced(self.pick(("sum", "mean", "sum", "max", "min")), body, bound)

    def reduced(self, word: str, body: Text, bound: tuple[str, ...]) -> Text:
        used = [index for index in bound if index in body.free]
        if not used:
            return body
        return Text(f"{word}({body.text}, {', '.join(used)})", body.free - set(used))

    def contraction(self, scope: tuple[str, ...], depth: int) -> Text:
        """A sum of a product of entries that share the index."""
        bound = self._bound(scope, 2)
        if not bound:
            return self.access(scope)
        inside = (*scope, *bound)
        factors = [self.access(inside, through=b) for b in bound[:1] for _ in range(2)]
        if self.chance(30):
            factors.append(self.access(inside))
        if self.chance(30):
            factors[-1] = factors[-1].within(self.pick(ANYWHERE[:12]))
        free = frozenset().union(*(factor.free for factor in factors))
        body = Text(" * ".join(factor.text for factor in factors), free)
        return self.reduced("sum", body, bound)

    def idiom(self, scope: tuple[str, ...], depth: int) -> Text:
        """Softmax, its logarithm, norms, centring: a body against its own reduction."""
        inside = scope if any(i != DOTS for i in scope) else (*scope, *self._bound(scope, 1))
        body = self.expression(inside, min(depth - 1, 1))
        over = sorted(body.free - {DOTS})
        if not over:
            return body
        index = self.pick(over)
        other = self.fresh(inside, SPACE_OF[index], body.text)
        if other is None:
            return body
        again = renamed(body.text, index, other)
        pattern = self.pick(IDIOMS)
        if self.chance(15) and "exp" in pattern:
            body = Text(*self._masked(body, index, scope))
            again = renamed(body.text, index, other)
        form = pattern.format(u=body.text, v=again, k=other)
        free = body.free if "{u}" in form or body.text in form else body.free - {index}
        result = Text(form, free)
        bound = tuple(i for i in inside if i not in scope)
        return self.reduced(self.pick(("sum", "mean", "max")), result, bound)

    def _masked(self, body: Text, index: str, scope: tuple[str, ...]) -> tuple[str, frozenset[str]]:
        """The body where a mask lets it through, and minus infinity elsewhere.

        Only what is exponentiated is masked so: a product with an infinite value has no gradient
        in floating point (0*inf), here as anywhere.
        """
        peers = [i for i in scope if SPACE_OF[i] == SPACE_OF[index] and i != index]
        test = Text(f"{index} <= {peers[0]}", frozenset({index, peers[0]})) if peers else None
        if test is None:
            inner = self.access((index, *(i for i in scope if i == DOTS)), through=index)
            test = Text(f"{inner.text} > 0 or {index} == 0", inner.free | {index})
        return f"where({test.text}, {body.text}, -inf)", body.free | test.free


IDIOMS = (
    "exp({u}) / sum(exp({v}), {k})",
    "log(exp({u}) / sum(exp({v}), {k}))",
    "{u} - log(sum(exp({v}), {k}))",
    "exp({u} - max({v}, {k})) / sum(exp({v}), {k})",
    "({u}) / sqrt(sum(({v})**2, {k}) + 0.1)",
    "({u}) - mean({v}, {k})",
    "(({u}) - mean({v}, {k}))**2",
    "({u}) * max({v}, {k})",
    "({u}) / (1 + sum(abs({v}), {k}))",
    "({u}) / (0.1 + max(abs({v}), {k}))",
    "({u}) * (mean(({v})**2, {k}) + 0.01)**(-0.5)",
)
