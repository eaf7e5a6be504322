"""Writes random layers in the habits of people, and in some that nobody has.

Normalisations, log-sum-exps, norms and masks against their own reductions; sums over an index
that cancels from what is summed; gathers of gathers, diagonals, literal positions; tensors
without axes; gradients that are exactly 0. Well-formed by construction where that is cheap.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .terms import (
    DOTS,
    Access,
    Apply,
    Fold,
    Made,
    Number,
    Rule,
    Slot,
    Term,
    Thing,
    Word,
    free,
    renamed,
    walk,
)

__all__ = ["Author", "made"]

Scope = tuple[str, ...]
INDICES = (
    ("nmrs", "iklp", "cjou"),
    ("bvwz", "hqtg", "dfxy"),
    (("row", "row2", "other", "r3"), ("head", "mate", "peer", "h4"), ("unit", "dim", "f_", "u2")),
    ("ijkl", "mnop", "qrst"),
    (("t", "s", "u", "tau"), ("N", "M", "K", "L"), ("alpha", "beta", "gamma", "delta")),
)
TENSORS = (
    ["x", "z", "W", "V", "Q", "b"],
    ["X", "Y_", "A", "B", "C", "D"],
    ["marks", "keys", "query", "gate", "bias", "temperature"],
    ["mu", "sigma", "w", "theta", "rho", "lam"],
    ["total", "product", "largest", "value", "out", "axis"],
    ["S", "P", "Z", "G", "T", "H"],
)
INTEGERS = (["idx", "pos"], ["label", "a_"], ["I", "J"])
TARGETS = (["y", "f", "g_"], ["loss", "h_", "r1"], ["res", "mid", "top"], ["Out", "U1", "U2"])
HYPER = {"eps": 1e-3, "tau_": 0.5, "p_": 2.5, "q_": 2, "g3": 3, "m1": -1.5, "lr": 0.1}
NUMBERS = ("2", "1", "0.5", "3", "1.5", "0.1", "1e-3", "1e-5", "0.25", "pi")


def apply(word: str, *args: Term) -> Apply:
    return Apply(word, args)


def number(text: str | float) -> Number:
    return Number(str(text))


def minus(a: Term, b: Term) -> Term:
    return apply("-", a, b)


def plus(a: Term, b: Term) -> Term:
    return apply("+", a, b)


def times(a: Term, b: Term) -> Term:
    return apply("*", a, b)


def over(a: Term, b: Term) -> Term:
    return apply("/", a, b)


def squared(a: Term) -> Term:
    return apply("**", a, number(2))


def sigmoid(u: Term) -> Term:
    return over(number(1), plus(number(1), apply("exp", apply("neg", u))))


@dataclass
class Author:
    """Writes terms over the tensors known so far.

    Args:
        rng: the source of all choices.
        kinds: the kind of length of every index.
        held: tensors and their axes' kinds.
        pointers: integer tensors, and what they point into.
        hyper: names of the hyper-parameters that may be used.
        bare: without brackets.
    """

    rng: random.Random
    kinds: dict[str, str]
    held: dict[str, tuple[str, ...]]
    pointers: dict[str, Thing] = field(default_factory=dict)
    hyper: tuple[str, ...] = ()
    bare: bool = False

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def fresh(self, kind: str, scope: Scope, *terms: Term) -> str | None:
        """An index of a kind that stands nowhere yet."""
        there = {*scope}
        for term in terms:
            for part in walk(term):
                there |= free(part) | set(part.bound if isinstance(part, Fold) else ())
        names = [name for name, own in self.kinds.items() if own == kind and name not in there]
        return names[0] if names else None

    def new(self, scope: Scope) -> str | None:
        """An index that some tensor has and that is not in scope."""
        kinds = sorted({axis for axes in self.held.values() for axis in axes if axis != DOTS})
        return self.fresh(self.rng.choice(kinds), scope) if kinds else None

    # Leaves

    def access(self, scope: Scope, through: str | None = None) -> Term:
        """An entry, which has the index if some tensor can."""
        able = [n for n, axes in self.held.items() if DOTS not in axes or DOTS in scope]
        if through is not None:
            wanted = DOTS if through == DOTS else self.kinds[through]
            able = [name for name in able if wanted in self.held[name]] or able
        kinds = {self.kinds.get(index, DOTS) for index in scope}
        whole = [name for name in able if set(self.held[name]) <= kinds]
        able = whole if whole and self.chance(90) else able
        if not able:
            return number(self.rng.choice(NUMBERS))
        name = self.rng.choice(able[-4:] if self.chance(30) else able)
        slots: list[Slot] = []
        for kind in self.held[name]:
            if kind == DOTS:
                slots.append(DOTS)
            elif through is not None and self.kinds.get(through) == kind and through not in slots:
                slots.append(through)
            else:
                slots.append(self.slot(kind, scope))
        return Access(name, tuple(slots), self.bare)

    def slot(self, kind: str, scope: Scope, nesting: int = 2) -> Slot:
        fitting = [index for index in scope if self.kinds.get(index) == kind]
        pointers = [
            name
            for name, thing in self.pointers.items()
            if thing.points == kind and (DOTS not in thing.axes or DOTS in scope)
        ]
        if pointers and nesting and self.chance(35):
            return self.pointer(self.rng.choice(pointers), scope, nesting - 1)
        if fitting and not self.chance(4):
            return self.rng.choice(fitting)
        return self.rng.choice((0, 0, 1))

    def pointer(self, name: str, scope: Scope, nesting: int = 1) -> Access:
        axes = self.pointers[name].axes
        return Access(
            name, tuple(DOTS if a == DOTS else self.slot(a, scope, nesting) for a in axes)
        )

    def leaf(self, scope: Scope) -> Term:
        if self.chance(82):
            return self.access(scope)
        named = [index for index in scope if index != DOTS]
        choices: list[Term] = [number(self.rng.choice(NUMBERS)) for _ in range(2)]
        choices += [Word("hyper", name) for name in self.hyper] * 2
        choices += [Word("size", index) for index in named[:1]]
        choices += [plus(Word("position", index), number(1)) for index in named[:1]]
        choices += [
            self.pointer(name, scope)
            for name, thing in self.pointers.items()
            if DOTS not in thing.axes or DOTS in scope
        ]
        return self.rng.choice(choices)

    def scalar(self, scope: Scope) -> Term:
        """Something of few axes: a temperature, a scale."""
        names = [name for name, axes in self.held.items() if not axes]
        if names and self.chance(60):
            return Access(self.rng.choice(names), (), self.bare)
        if self.hyper and self.chance(50):
            return Word("hyper", self.rng.choice(self.hyper))
        return number(self.rng.choice(NUMBERS)) if self.chance(60) else self.access(scope)

    # Expressions

    def expression(self, scope: Scope, depth: int, through: str | None = None) -> Term:
        if depth <= 0:
            return self.access(scope, through) if through else self.leaf(scope)
        plain: list[Callable[..., Term]] = [
            self.unary, self.unary, self.sum, self.product, self.product, self.quotient,
            self.complement, self.choice, self.extremum, self.rooted, self.exactly_flat,
        ]  # fmt: skip
        folded: list[Callable[..., Term]] = [
            self.contraction, self.contraction, self.fold, self.softmax, self.softmax,
            self.logsumexp, self.ratio, self.ratio, self.centred, self.cancelling, self.distance,
        ]  # fmt: skip
        if self.bare:
            return self.rng.choice(plain)(scope, depth)
        return self.rng.choice(plain if self.chance(40) else folded)(scope, depth)

    def body(self, scope: Scope, depth: int, index: str) -> Term:
        """A term that has the index, if one can be had."""
        term = self.expression(scope, depth, index) if depth > 0 else self.access(scope, index)
        if index in free(term):
            return term
        entry = self.access(scope, index)
        return self.rng.choice((plus, minus, times))(entry, term)

    def unary(self, scope: Scope, depth: int) -> Term:
        return self.function(self.expression(scope, depth - 1))

    def function(self, u: Term) -> Term:
        one = number(1)
        positive = self.rng.choice(
            (plus(one, squared(u)), apply("exp", u), plus(apply("abs", u), number("0.5")))
        )
        small = self.rng.choice((over(apply("tanh", u), number(2)), apply("sin", u), u))
        forms: list[Callable[[], Term]] = [
            lambda: apply(self.rng.choice(SMOOTH), u),
            lambda: apply(self.rng.choice(SMOOTH), u),
            lambda: sigmoid(u),
            lambda: over(u, plus(one, apply("exp", apply("neg", u)))),
            lambda: apply("log", plus(one, apply("exp", u))),
            lambda: apply("log1p", apply("exp", apply("neg", apply("abs", u)))),
            lambda: apply("**", u, number(self.rng.choice((2, 3, 4)))),
            lambda: apply("exp", apply("neg", squared(u))),
            lambda: apply("maximum", u, number(self.rng.choice((0, 1, "0.5")))),
            lambda: apply("minimum", number(self.rng.choice((0, 1, "0.5"))), u),
            lambda: apply(self.rng.choice(OF_POSITIVE), positive),
            lambda: times(positive, apply("log", positive)),
            lambda: apply("**", positive, number(self.rng.choice(("0.5", "1.5", "2.5", "3")))),
            lambda: apply("**", positive, self.scalar(())),
            lambda: over(one, positive),
            lambda: apply(self.rng.choice(("arcsin", "arccos", "arctanh")), small),
            lambda: apply("sqrt", minus(one, squared(small))),
            lambda: apply("logaddexp", u, self.rng.choice((number(0), apply("neg", u)))),
        ]
        return self.rng.choice(forms)()

    def sum(self, scope: Scope, depth: int) -> Term:
        a, b = self.expression(scope, depth - 1), self.expression(scope, self.less(depth))
        return self.rng.choice((plus, minus))(a, b)

    def product(self, scope: Scope, depth: int) -> Term:
        return times(self.expression(scope, depth - 1), self.expression(scope, self.less(depth)))

    def quotient(self, scope: Scope, depth: int) -> Term:
        below = self.expression(scope, self.less(depth))
        below = self.rng.choice(
            (
                plus(number(1), squared(below)),
                apply("exp", below),
                plus(apply("abs", below), number(1)),
                below,
            )
        )
        return over(self.expression(scope, depth - 1), below)

    def less(self, depth: int) -> int:
        return self.rng.randint(0, max(depth - 1, 0))

    def complement(self, scope: Scope, depth: int) -> Term:
        """1 - sigmoid(u) in products, powers and logarithms."""
        u = self.expression(scope, depth - 1)
        p = self.rng.choice(
            (sigmoid(u), apply("tanh", u), apply("erf", u), self.soft(scope, depth - 1))
        )
        rest = minus(number(1), p)
        forms = (
            rest,
            times(p, rest),
            apply("log", plus(rest, number("1e-7"))),
            times(apply("**", rest, number(2)), apply("log", plus(squared(p), number("0.1")))),
            times(self.access(scope), rest),
        )
        return self.rng.choice(forms)

    def condition(self, scope: Scope) -> Term:
        named = [index for index in scope if index != DOTS]
        pairs = [(a, b) for a in named for b in named if a < b and self.kinds[a] == self.kinds[b]]
        relation = self.rng.choice(("<", "<=", ">", ">="))
        tests: list[Term] = [apply(relation, self.access(scope), self.scalar(scope))]
        tests += [
            apply(self.rng.choice(("==", "!=", "<=", "<")), *(Word("position", i) for i in pair))
            for pair in pairs
        ] * 3
        tests += [
            apply("==", self.pointer(name, scope), Word("position", index))
            for name, thing in self.pointers.items()
            for index in named
            if self.kinds[index] == thing.points and (DOTS not in thing.axes or DOTS in scope)
        ]
        if named:
            tests.append(apply(relation, Word("position", named[-1]), number(1)))
        test = self.rng.choice(tests)
        if self.chance(15):
            test = apply(self.rng.choice(("and", "or")), test, self.rng.choice(tests))
        return apply("not", test) if self.chance(10) else test

    def choice(self, scope: Scope, depth: int) -> Term:
        a, b = self.expression(scope, depth - 1), self.expression(scope, self.less(depth))
        return apply("where", self.condition(scope), a, number(0) if self.chance(30) else b)

    def extremum(self, scope: Scope, depth: int) -> Term:
        a, b = self.expression(scope, depth - 1), self.expression(scope, self.less(depth))
        return apply(self.rng.choice(("maximum", "minimum")), a, b)

    def rooted(self, scope: Scope, depth: int) -> Term:
        """A root of what may be 0."""
        u = self.expression(scope, depth - 1)
        return self.rng.choice(
            (
                apply("sqrt", squared(u)),
                apply("sqrt", apply("maximum", u, number(0))),
                apply("**", apply("abs", u), number("0.5")),
                apply("sqrt", plus(squared(u), squared(self.access(scope)))),
            )
        )

    def exactly_flat(self, scope: Scope, depth: int) -> Term:
        """Terms without a slope."""
        u, v = self.expression(scope, depth - 1), self.access(scope)
        return self.rng.choice(
            (
                times(apply("sign", v), u),
                apply("where", apply("<=", v, number(0)), u, number(1)),
                times(apply("sign", v), apply("sign", self.access(scope))),
            )
        )

    # Against one's own reduction

    def opened(self, scope: Scope) -> tuple[Scope, str | None, Callable[[Term], Term]]:
        """A scope with an index to normalise over, and what closes it again."""
        named = [index for index in scope if index != DOTS]
        if named and self.chance(75):
            return scope, self.rng.choice(named), lambda term: term
        index = self.new(scope)
        if index is None:
            return scope, None, lambda term: term
        word = self.rng.choice(("sum", "mean", "max", "min", "sum"))
        return (*scope, index), index, lambda term: self.folded(word, term, (index,))

    def folded(self, word: str, term: Term, bound: tuple[str, ...]) -> Term:
        return Fold(word, term, bound) if any(i in free(term) for i in bound) else term

    def pair(self, scope: Scope, depth: int, index: str) -> tuple[Term, Term, str] | None:
        """A score with the index, the same with another one, and that."""
        score = self.score(scope, depth, index)
        other = self.fresh(self.kinds[index], scope, score)
        if other is None or index not in free(score):
            return None
        return score, renamed(score, index, other), other

    def score(self, scope: Scope, depth: int, index: str) -> Term:
        """What is exponentiated or normalised."""
        u = self.body(scope, min(depth, 1) if self.chance(70) else 0, index)
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            u = self.rng.choice(SHIFTS)(self, scope, u)
        if self.chance(12):
            mask = self.condition(scope)
            u = apply("where", mask, u, apply("neg", number("inf")))
        return u

    def weight(self, scope: Scope, index: str, other: str) -> tuple[Term, Term] | None:
        """A factor or a mask, and the same with the other index."""
        if not self.chance(25):
            return None
        w = self.body(scope, 0, index)
        if self.chance(40):
            w = apply("where", self.condition(scope), number(1), number("0.5"))
        if index not in free(w) or other in free(w):
            return None
        w = self.rng.choice((w, apply("abs", w), squared(w)))
        return w, renamed(w, index, other)

    def soft(self, scope: Scope, depth: int, shift: Callable[[Term], Term] | None = None) -> Term:
        inside, index, close = self.opened(scope)
        pair = self.pair(inside, depth - 1, index) if index else None
        if pair is None:
            return sigmoid(self.expression(scope, min(depth - 1, 1)))
        u, v, k = pair
        u, v = (shift(u), shift(v)) if shift else (u, v)
        if self.chance(20):
            third = self.fresh(self.kinds[index or ""], (*inside, k), u, v)
            if third is not None:
                top = Fold("max", renamed(v, k, third), (third,))
                u, v = (minus(u, top), v) if self.chance(50) else (minus(u, top), minus(v, top))
        above, below = apply("exp", u), apply("exp", v)
        if factors := self.weight(inside, index or "", k):
            below = times(factors[1], below)
            above = times(factors[0], above) if self.chance(50) else above
        word = "mean" if self.chance(10) else "sum"
        return close(over(above, Fold(word, below, (k,))))

    def softmax(self, scope: Scope, depth: int) -> Term:
        p = self.soft(scope, depth)
        forms = (
            p, p, p,
            apply("log", p),
            apply("log", plus(p, number("1e-7"))),
            times(p, apply("log", plus(p, number("1e-5")))),
            apply("**", p, number(self.rng.choice((2, "0.5", 3)))),
            times(p, self.access(scope)),
            minus(number(1), p),
            minus(p, self.access(scope)),
        )  # fmt: skip
        return self.rng.choice(forms)

    def logsumexp(self, scope: Scope, depth: int) -> Term:
        k = self.new(scope)
        if k is None:
            return self.unary(scope, depth)
        u = self.score((*scope, k), depth - 1, k)
        inner = apply("exp", u)
        if factors := self.weight((*scope, k), k, k):
            inner = times(factors[0], inner)
        extra = Fold(self.rng.choice(("sum", "sum", "mean")), inner, (k,))
        extra = plus(extra, number(self.rng.choice((1, "1e-7")))) if self.chance(15) else extra
        return apply("log", extra) if self.chance(90) else apply("log1p", extra)

    def ratio(self, scope: Scope, depth: int, scale: Callable[[Term], Term] | None = None) -> Term:
        inside, index, close = self.opened(scope)
        pair = self.pair(inside, depth - 1, index) if index else None
        if pair is None:
            return self.quotient(scope, depth)
        u, v, k = pair
        if self.chance(30):
            form = self.rng.choice(
                (lambda t: apply("exp", t), squared, sigmoid, lambda t: apply("abs", t))
            )
            u, v = form(u), form(v)
        u, v = (scale(u), scale(v)) if scale else (u, v)
        eps = number(self.rng.choice(("1e-5", "1e-3", "0.1", "1")))
        norms = (
            apply("sqrt", Fold("sum", squared(v), (k,))),
            apply("sqrt", Fold("sum", times(v, v), (k,))),
            apply("sqrt", Fold("mean", squared(v), (k,))),
            apply("sqrt", plus(Fold("mean", squared(v), (k,)), eps)),
            Fold("sum", apply("abs", v), (k,)),
            plus(Fold("sum", apply("abs", v), (k,)), eps),
            Fold("max", apply("abs", v), (k,)),
            Fold("sum", v, (k,)),
            Fold("mean", v, (k,)),
            Fold("max", v, (k,)),
            apply("**", Fold("sum", squared(v), (k,)), number("0.5")),
            Fold("sum", squared(v), (k,)),
        )
        return close(over(u, self.rng.choice(norms)))

    def centred(self, scope: Scope, depth: int) -> Term:
        inside, index, close = self.opened(scope)
        pair = self.pair(inside, depth - 1, index) if index else None
        if pair is None:
            return self.sum(scope, depth)
        u, v, k = pair
        third = self.fresh(self.kinds[index or ""], (*inside, k), u, v)
        mean = Fold(self.rng.choice(("mean", "mean", "max", "min")), v, (k,))
        centre = minus(u, mean)
        forms = [centre, squared(centre), apply("abs", centre), apply("exp", centre)]
        if third is not None:
            again = Fold("mean", renamed(v, k, third), (third,))
            spread = Fold("mean", squared(minus(v, again)), (k,))
            eps = number(self.rng.choice(("1e-5", "1e-3", "0.1")))
            forms += [
                over(centre, apply("sqrt", plus(spread, eps))),
                over(centre, plus(apply("sqrt", spread), eps)),
                times(centre, apply("**", plus(spread, eps), number("-0.5"))),
            ]
        return close(self.rng.choice(forms))

    def cancelling(self, scope: Scope, depth: int) -> Term:
        """A reduction over an index that what is reduced loses when it is simplified."""
        j = self.new(scope)
        if j is None:
            return self.unary(scope, depth)
        inside = (*scope, j)
        w = self.body((*(i for i in scope if i == DOTS), j), 0, j)
        kind = self.rng.choice(("shift", "shift", "scale", "back", "flat"))
        if kind == "shift":
            sign = self.rng.choice((plus, minus))
            term = self.soft(scope, depth, lambda u: sign(u, w))
            term = apply("log", term) if self.chance(20) else term
        elif kind == "scale":
            factor = self.rng.choice((apply("exp", w), plus(number(1), squared(w)), sigmoid(w), w))
            term = self.ratio(scope, depth, lambda u: times(u, factor))
        elif kind == "back":
            term = plus(minus(self.expression(inside, depth - 1), w), w)
        else:
            term = self.expression(scope, depth - 1)
        if self.chance(25):
            term = self.rng.choice((times, plus))(term, self.access(inside))
        if self.chance(20):
            term = self.function(term)
        return Fold(self.rng.choice(("sum", "mean", "max", "min", "sum")), term, (j,))

    def distance(self, scope: Scope, depth: int) -> Term:
        k = self.new(scope)
        if k is None:
            return self.unary(scope, depth)
        inside = (*scope, k)
        first, second = self.access(inside, k), self.access(inside, k)
        gap = minus(first, second) if first != second else first
        square = Fold(self.rng.choice(("sum", "mean")), squared(gap), (k,))
        forms = (
            square,
            apply("sqrt", square),
            apply("exp", over(apply("neg", square), number(2))),
            over(number(1), plus(number(1), square)),
            apply("sqrt", plus(square, number("1e-3"))),
        )
        return self.rng.choice(forms)

    def fold(self, scope: Scope, depth: int) -> Term:
        bound: tuple[str, ...] = ()
        for _ in range(self.rng.choice((1, 1, 1, 2))):
            index = self.new((*scope, *bound))
            bound += (index,) if index else ()
        if (
            any(DOTS in axes for axes in self.held.values())
            and DOTS not in scope
            and self.chance(60)
        ):
            bound += (DOTS,)
        if not bound:
            return self.unary(scope, depth)
        through = bound[0]
        body = self.expression((*scope, *bound), depth - 1, through)
        used = tuple(index for index in bound if index in free(body))
        bound = bound if self.chance(10) else used
        word = self.rng.choice(("sum", "sum", "mean", "max", "min"))
        return Fold(word, body, bound) if bound else body

    def contraction(self, scope: Scope, depth: int) -> Term:
        k = self.new(scope)
        if k is None:
            return self.product(scope, depth)
        inside = (*scope, k)
        if self.chance(25) and (other := self.new(inside)):
            inside = (*inside, other)
        factors = [self.access(inside, index) for index in inside[len(scope) :]]
        factors += [self.access(inside, k) for _ in range(self.rng.choice((1, 1, 2)))]
        if self.chance(35):
            factors[-1] = self.function(factors[-1])
        if self.chance(25):
            factors[0] = minus(factors[0], self.access(inside))
        term = factors[0]
        for factor in factors[1:]:
            term = times(term, factor)
        bound = tuple(index for index in inside[len(scope) :] if index in free(term))
        return Fold("sum", term, bound) if bound else term


SMOOTH = tuple(
    "exp tanh sin cos arctan erf erfc abs arcsinh expm1 sinh cosh square sign cbrt exp2".split()  # noqa: SIM905
)
OF_POSITIVE = ["log", "sqrt", "log2", "log1p", "reciprocal", "lgamma", "cbrt", "log10"]
SHIFTS: tuple[Callable[[Author, Scope, Term], Term], ...] = (
    lambda a, s, u: minus(u, a.access(s)),
    lambda a, s, u: plus(u, a.access(s)),
    lambda a, s, u: times(u, a.scalar(s)),
    lambda a, s, u: over(u, plus(number(1), squared(a.scalar(s)))),
    lambda a, s, u: apply("neg", u),
    lambda a, s, u: apply("neg", squared(minus(u, a.access(s)))),
    lambda a, s, u: times(Word("hyper", a.rng.choice(a.hyper)) if a.hyper else number(2), u),
    lambda a, s, u: apply("tanh", u),
)


def made(rng: random.Random) -> Made:
    """A random layer."""
    pools = rng.choice(INDICES)
    kinds = {name: kind for kind, names in zip("ABC", pools, strict=True) for name in names}
    pool = [name for name in rng.choice(TENSORS) if name not in kinds]
    targets = [name for name in rng.choice(TARGETS) if name not in kinds]
    bare = rng.random() < 0.12
    dots = bare or rng.random() < 0.2
    things = {name: _thing(rng, dots, bare) for name in pool[: rng.randint(1, 5)]}
    if all(thing.role == "constant" for thing in things.values()):
        first = next(iter(things))
        things[first] = Thing(things[first].axes, rng.choice(("input", "parameter")))
    pointers = {}
    if not bare and rng.random() < 0.35:
        for name in rng.choice(INTEGERS)[: rng.randint(1, 2)]:
            axes = tuple(rng.choice("ABC") for _ in range(rng.randint(1, 2)))
            role = rng.choice(("constant", "constant", "input"))
            pointers[name] = Thing(axes, role, points=rng.choice("ABC"))
    hyper = {name: HYPER[name] for name in rng.sample(sorted(HYPER), rng.randint(0, 2))}
    hyper = {name: value for name, value in hyper.items() if name not in kinds}
    held = {name: thing.axes for name, thing in things.items()}
    author = Author(rng, kinds, held, pointers, tuple(hyper), bare)
    rules = []
    for target in targets[: rng.choice((1, 1, 2, 2, 3))][::-1]:
        rules.append(_rule(author, target, dots))
        author.held[target] = tuple(kinds.get(i, DOTS) for i in rules[-1].axes)
    names = [rule.target for rule in rules]
    outputs = tuple(names[-1:])
    if len(names) > 1 and rng.random() < 0.25:
        outputs = tuple(rng.sample(names, rng.randint(1, len(names))))
    return Made(tuple(rules), things | pointers, kinds, hyper, outputs).used()


def _thing(rng: random.Random, dots: bool, bare: bool) -> Thing:
    role = rng.choice(("input", "input", "parameter", "parameter", "constant"))
    values = rng.choice(("real", "mask", "positive")) if role == "constant" else "real"
    if bare:
        return Thing((DOTS,), role, values=values)
    axes = tuple(rng.choice("AABBC") for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 2, 3))))
    if dots and rng.random() < 0.6:
        axes = (DOTS, *axes[:2])
    return Thing(axes, role, values=values)


def _rule(author: Author, target: str, dots: bool) -> Rule:
    rng = author.rng
    scope: Scope = (DOTS,) if dots and (author.bare or rng.random() < 0.6) else ()
    if author.bare:
        return Rule(target, (DOTS,), _anchored(author, scope), True)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2))):
        index = author.new(scope)
        scope += (index,) if index else ()
    value = _anchored(author, scope)
    left = [index for index in scope if index in free(value) and index != DOTS]
    rng.shuffle(left)
    return Rule(target, (*([DOTS] if DOTS in free(value) else []), *left), value)


def _anchored(author: Author, scope: Scope) -> Term:
    """A right side, with a tensor in it."""
    value = author.expression(scope, author.rng.choice((1, 2, 2, 3)))
    if any(isinstance(term, Access) and term.name in author.held for term in walk(value)):
        return value
    return times(value, author.access(scope, scope[-1] if scope else None))
