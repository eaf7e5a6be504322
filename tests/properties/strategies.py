"""Whole layers, as text: bare ones and indexed ones."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from properties.labelled import labelled_layers
from properties.spec import Spec
from properties.writer import DOTS, SPACE_OF, Draw, Held, Writer

__all__ = ["bare_layers", "indexed_layers", "layers"]

HYPER = {"alpha": 0.3, "p": 2.5, "q": 2, "g": 3, "h": -1.5}
REAL = ("x", "z", "W", "V", "Q")
INTEGER = ("t", "s")
DEFINED = ("a", "b", "f")
ROLES = ("input", "input", "parameter", "constant")


def _hyper(draw: Draw) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(sorted(HYPER)), max_size=2, unique=True)))


def _spec(draw: Draw, lines: list[str], outputs: tuple[str, ...] | None) -> Spec:
    text = "\n".join(lines)
    words = set(re.findall(r"\w+", text))
    roles = {name: draw(st.sampled_from(ROLES)) for name in REAL if name in words}
    if "*" in text and roles.get("x") == "parameter" and re.search(r"x\[[^]]*\*[a-z]", text):
        # Only what forward is given can be flattened.
        roles["x"] = "input"
    if "input" not in roles.values() and "parameter" not in roles.values():
        roles = dict.fromkeys(roles, "input")
    return Spec(
        forward=text,
        parameters=tuple(name for name, role in roles.items() if role == "parameter"),
        constants=(
            *(name for name, role in roles.items() if role == "constant"),
            *(name for name in INTEGER if name in words),
        ),
        outputs=outputs,
        hyper={name: value for name, value in HYPER.items() if name in words},
    )


@st.composite
def bare_layers(draw: Draw) -> Spec:
    """Elementwise equations without brackets; the last may reduce over all axes."""
    names = REAL[: draw(st.integers(1, 3))]
    writer = Writer(draw, [Held(name, (DOTS,)) for name in names], hyper=_hyper(draw), bare=True)
    count = draw(st.integers(0, 2))
    lines = []
    for target in DEFINED[:count]:
        lines.append(f"{target} = {writer.equation((DOTS,), 2).text}")
        writer.held.append(Held(target, (DOTS,)))
    value = writer.equation((DOTS,), draw(st.integers(1, 3))).text
    if draw(st.integers(0, 5)) == 5:
        value = f"{draw(st.sampled_from(('mean', 'sum', 'max')))}({value}, ...)"
    lines.append(f"y = {value}")
    return _spec(draw, _used(lines, (*DEFINED[:count], "y"), None), None)


def _axes(draw: Draw, dots: bool) -> tuple[str, ...]:
    axes = tuple(draw(st.lists(st.sampled_from("ABC"), min_size=0 if dots else 1, max_size=3)))
    leading = dots and draw(st.integers(0, 2)) > 0
    # Many axes are slow to judge and add nothing.
    return (DOTS, *axes[:2]) if leading else axes


@st.composite
def indexed_layers(draw: Draw) -> Spec:
    """Equations with named indices, reductions, gathers and intermediates."""
    dots = draw(st.integers(0, 3)) == 3
    held = [Held(name, _axes(draw, dots)) for name in REAL[: draw(st.integers(1, 4))]]
    literals = 3
    if not dots and draw(st.integers(0, 9)) == 9:
        held[0] = Held(held[0].name, ("A", "B"), starred=True)
        # The flattened axis may have length 1.
        literals = 1
    pointers = []
    if draw(st.integers(0, 2)) == 2:
        for name in INTEGER[: draw(st.integers(1, 2))]:
            axes = tuple(draw(st.lists(st.sampled_from("ABC"), min_size=1, max_size=2)))
            axes = (DOTS, *axes[:1]) if dots and draw(st.booleans()) else axes
            pointers.append(Held(name, axes, points=draw(st.sampled_from("ABC"))))
    writer = Writer(draw, held, pointers, _hyper(draw), literals)
    count = draw(st.integers(1, 3))
    lines = []
    targets = (*DEFINED[: count - 1], "y")
    for target in targets:
        least = 1 if draw(st.integers(0, 4)) else 0
        every = sorted({space for held in writer.held for space in held.axes} - {DOTS}) or ["A"]
        spaces = draw(st.lists(st.sampled_from(every), min_size=least, max_size=2))
        scope: tuple[str, ...] = (DOTS,) if dots and draw(st.integers(0, 2)) > 0 else ()
        for space in spaces:
            index = writer.fresh(scope, space)
            scope += (index,) if index is not None else ()
        value = writer.equation(scope, draw(st.integers(1, 3)))
        free = [index for index in scope if index in value.free]
        named = draw(st.permutations([index for index in free if index != DOTS]))
        axes = [index for index in free if index == DOTS] + list(named)
        left = f"{target}[{', '.join(axes)}]" if axes else target
        lines.append(f"{left} = {value.text}")
        writer.held.append(Held(target, tuple(SPACE_OF[index] for index in axes)))
        # What was just defined is likely to be used next.
        writer.held.append(writer.held[-1])
    outputs = targets if count > 1 and draw(st.integers(0, 4)) == 4 else None
    return _spec(draw, _used(lines, targets, outputs), outputs)


def _used(lines: list[str], targets: tuple[str, ...], outputs: tuple[str, ...] | None) -> list[str]:
    """The equations that the last one needs."""
    if outputs is not None:
        return lines
    kept: list[str] = []
    for target, line in reversed(list(zip(targets, lines, strict=True))):
        right = " ".join(text.partition(" = ")[2] for text in kept)
        if target == "y" or re.search(rf"(?<!\w){target}(?!\w)", right):
            kept.insert(0, line)
    return kept


def layers() -> st.SearchStrategy[Spec]:
    """Layers of all kinds, most of them indexed."""
    kinds = (bare_layers, *[indexed_layers] * 6, bare_layers, labelled_layers)
    return st.integers(0, len(kinds) - 1).flatmap(lambda n: kinds[n]())
