"""Gives subexpressions of a layer equations of their own."""

from __future__ import annotations

import random
from dataclasses import replace

from .terms import (
    DOTS,
    RELATIONS,
    Access,
    Apply,
    Fold,
    Made,
    Rule,
    Term,
    free,
    parts,
    rebuilt,
    walk,
)

__all__ = ["named"]

MOST_AXES = 4
CONDITIONS = ("and", "or", "not", *RELATIONS)


def named(made: Made, rng: random.Random) -> Made:
    """The same layer with a random half of what can be named under a name."""
    rules: list[Rule] = []
    tensors = {*made.things, *(rule.target for rule in made.rules)}

    def cut(term: Term, bare: bool) -> Term:
        term = rebuilt(term, tuple(cut(part, bare) for part in parts(term)))
        if not _nameable(term, tensors) or rng.random() < 0.5:
            return term
        indices = free(term)
        axes = (*([DOTS] if DOTS in indices else []), *sorted(indices - {DOTS}))
        name = f"part{len(rules)}"
        tensors.add(name)
        rules.append(Rule(name, axes, term, bare))
        return Access(name, axes, bare)

    for rule in made.rules:
        value = rebuilt(rule.value, tuple(cut(p, rule.bare) for p in parts(rule.value)))
        rules.append(replace(rule, value=value))
    return replace(made, rules=tuple(rules))


def _nameable(term: Term, tensors: set[str]) -> bool:
    if not isinstance(term, Apply | Fold) or len(free(term)) > MOST_AXES:
        return False
    if isinstance(term, Apply) and term.word in CONDITIONS:
        return False
    return any(isinstance(part, Access) and part.name in tensors for part in walk(term))
