"""The right sides of random layers as trees, which print themselves in the notation.

They share nothing with the notation's own trees: `properties.reference` evaluates them as they
stand, so what symbp reads out of the text is judged too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

__all__ = [
    "DOTS",
    "Access",
    "Apply",
    "Fold",
    "Made",
    "Number",
    "Rule",
    "Slot",
    "Term",
    "Thing",
    "Word",
    "free",
    "parts",
    "rebuilt",
    "renamed",
    "walk",
]

DOTS = "..."
PRECEDENCE = {"or": 0, "and": 1, "not": 2, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "**": 8}
RELATIONS = ("<", "<=", ">", ">=", "==", "!=")
ATOM = 9


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Word:
    """A hyper-parameter, an index used as a number, or the length of an index.

    Args:
        kind: "hyper", "position" or "size".
        name: the hyper-parameter or the index.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"size({self.name})" if self.kind == "size" else self.name


@dataclass(frozen=True)
class Access:
    """An entry of a tensor; a tensor without axes, or one of a bare layer, has no brackets."""

    name: str
    slots: tuple[Slot, ...] = ()
    bare: bool = False

    def __str__(self) -> str:
        if self.bare or not self.slots:
            return self.name
        return f"{self.name}[{', '.join(map(str, self.slots))}]"


@dataclass(frozen=True)
class Apply:
    """An operator, a function, a condition or a choice."""

    word: str
    args: tuple[Term, ...]

    def __str__(self) -> str:
        word, args = self.word, self.args
        if word == "neg":
            return f"-{_within(args[0], PRECEDENCE['neg'])}"
        if word == "not":
            return f"not ({args[0]})"
        if word in RELATIONS:
            return f"{_within(args[0], 5)} {word} {_within(args[1], 5)}"
        if word in PRECEDENCE:
            strength = PRECEDENCE[word]
            left = _within(args[0], strength + (word in ("**", "and", "or")))
            right = _within(args[1], strength + 1)
            return f"{left} {word} {right}" if word != "**" else f"{left}**{right}"
        return f"{word}({', '.join(map(str, args))})"


@dataclass(frozen=True)
class Fold:
    """A reduction over indices."""

    word: str
    body: Term
    bound: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.word}({self.body}, {', '.join(self.bound)})"


Term: TypeAlias = Number | Word | Access | Apply | Fold
Slot: TypeAlias = str | int | Access


def _within(term: Term, strength: int) -> str:
    """A term as an operand of an operator of the given strength."""
    own = ATOM
    if isinstance(term, Apply):
        own = 4 if term.word in RELATIONS else PRECEDENCE.get(term.word, ATOM)
    elif isinstance(term, Number) and not term.text.replace(".", "").isalnum():
        own = 0
    return str(term) if own >= strength else f"({term})"


def parts(term: Term) -> tuple[Term, ...]:
    """What a term is made of; the slots of an entry are no parts."""
    if isinstance(term, Apply):
        return term.args
    return (term.body,) if isinstance(term, Fold) else ()


def rebuilt(term: Term, own: tuple[Term, ...]) -> Term:
    """The same with other parts."""
    if isinstance(term, Apply):
        return replace(term, args=own)
    return replace(term, body=own[0]) if isinstance(term, Fold) else term


def walk(term: Term) -> Iterator[Term]:
    """A term and everything in it."""
    yield term
    for part in parts(term):
        yield from walk(part)


def free(term: Term) -> frozenset[str]:
    """The indices that a term has from outside."""
    if isinstance(term, Word):
        return frozenset({term.name}) if term.kind == "position" else frozenset()
    if isinstance(term, Access):
        return frozenset().union(*map(_free_in_slot, term.slots))
    inner = frozenset[str]().union(*map(free, parts(term)))
    return inner - set(term.bound) if isinstance(term, Fold) else inner


def _free_in_slot(slot: Slot) -> frozenset[str]:
    if isinstance(slot, Access):
        return free(slot)
    return frozenset({slot}) if isinstance(slot, str) else frozenset()


def renamed(term: Term, old: str, new: str) -> Term:
    """The term with a free index called something else."""
    if isinstance(term, Word):
        return replace(term, name=new) if term.name == old and term.kind != "hyper" else term
    if isinstance(term, Access):
        slots = []
        for slot in term.slots:
            inner = renamed(slot, old, new) if isinstance(slot, Access) else slot
            slots.append(new if slot == old else inner)
        return replace(term, slots=tuple(slots))
    if isinstance(term, Fold) and old in term.bound:
        return term
    return rebuilt(term, tuple(renamed(part, old, new) for part in parts(term)))


@dataclass(frozen=True)
class Thing:
    """A tensor that is given from outside.

    Args:
        axes: the kind of length of each axis; `...` first if it has leading axes.
        role: "input", "parameter" or "constant".
        points: for integers: the kind of length that they point into; else "".
        values: how a constant is drawn: "real", "mask" or "positive".
    """

    axes: tuple[str, ...]
    role: str = "input"
    points: str = ""
    values: str = "real"


@dataclass(frozen=True)
class Rule:
    """An equation."""

    target: str
    axes: tuple[str, ...]
    value: Term
    bare: bool = False

    def __str__(self) -> str:
        left = Access(self.target, self.axes, self.bare)
        return f"{left} = {self.value}"


@dataclass(frozen=True)
class Made:
    """A layer as it was made.

    Args:
        rules: in order.
        things: the tensors that are given, in order of their names.
        kinds: the kind of length that every index runs over.
        hyper: numbers by name.
        outputs: names of targets; the last one's where there is one.
    """

    rules: tuple[Rule, ...]
    things: dict[str, Thing]
    kinds: dict[str, str]
    hyper: dict[str, float]
    outputs: tuple[str, ...]

    @property
    def forward(self) -> str:
        return "\n".join(map(str, self.rules))

    def used(self) -> Made:
        """The same without what no equation uses."""
        needed, rules = set(self.outputs), []
        for rule in reversed(self.rules):
            if rule.target in needed:
                rules.append(rule)
                needed |= {name for term in walk(rule.value) for name in _names(term)}
        return replace(
            self,
            rules=tuple(reversed(rules)),
            things={name: thing for name, thing in self.things.items() if name in needed},
            hyper={name: value for name, value in self.hyper.items() if name in needed},
        )

    def keywords(self) -> dict[str, object]:
        """The arguments of `symbp.layer` that are not empty, without name and equations."""
        given: dict[str, object] = {
            f"{role}s": [n for n, thing in self.things.items() if thing.role == role]
            for role in ("parameter", "constant")
        }
        given["hyper"] = self.hyper
        given["outputs"] = list(self.outputs) if self.outputs != (self.rules[-1].target,) else []
        return {key: value for key, value in given.items() if value}

    def __str__(self) -> str:
        given = "".join(f", {key}={value!r}" for key, value in self.keywords().items())
        return f'symbp.layer("F", {self.forward!r}{given})'


def _names(term: Term) -> Iterator[str]:
    if isinstance(term, Word):
        yield term.name
    if isinstance(term, Access):
        yield term.name
        for slot in term.slots:
            if isinstance(slot, Access):
                yield from _names(slot)
