"""The chain, step by step: what each node hands back, by which rules, and why."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Mul

from symbp.calculus import ArgMaxOver, ArgMinOver, Contribution, selector
from symbp.calculus.derivation import Derivation
from symbp.notation import (
    Entry,
    Equation,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Size,
    SumOver,
    Where,
)
from symbp.report.document import (
    Block,
    Bullets,
    Display,
    Inline,
    Inlines,
    Paragraph,
    Section,
    Steps,
)
from symbp.report.formula import Formula, lettered
from symbp.report.story.nodes import adds, axes_of, contributions_of
from symbp.report.story.transposes import transposes
from symbp.report.texts import Texts

__all__ = ["chain"]

Item = tuple[Inlines, tuple[Block, ...]]


def chain(derivation: Derivation, texts: Texts) -> Section:
    """The section on the chain, with the transposes of matrix products."""
    items = tuple(_steps(derivation, texts))
    blocks: list[Block] = [Paragraph(texts.say("chain.lead")), Steps(items)]
    if derivation.layer.constants:
        names = texts.listed([Formula((Entry(name),)) for name in derivation.layer.constants])
        blocks.append(Paragraph(texts.say("chain.no_gradient", names=names)))
    sections = transposes(derivation, texts)
    return Section("chain", texts.text("chain.title"), tuple(blocks), sections)


def _steps(derivation: Derivation, texts: Texts) -> Iterator[Item]:
    """A step for every contribution, last node first, and for every value used several times."""
    waiting = {name: len(parts) for name, parts in derivation.sweep.contributions.items()}
    axes = axes_of(derivation)
    for node in reversed(derivation.nodes):
        for part in contributions_of(derivation, node.target):
            name = part.operand.name
            yield _step(derivation, node, part, axes[name], texts)
            waiting[name] -= 1
            if not waiting[name]:
                yield from _uses(derivation, Entry(name, *axes[name]), texts)


def _step(
    derivation: Derivation,
    node: Equation,
    part: Contribution,
    axes: tuple[Index, ...],
    texts: Texts,
) -> Item:
    own, name = Formula((Entry(node.target),)), part.operand.name
    operand = Formula((Entry(name),))
    left = Entry(derivation.chain.upstreams[name], *axes)
    handed = derivation.chain.handed[node.target, part.operand]
    product = derivation.chain.products[node.target, part.operand]
    sides: list[Expr | str] = [left, "+=" if adds(derivation, name) else "=", handed]
    if product != handed:
        sides += ["=", product]
    rules = tuple(_rules(derivation, node, part, texts))
    title = texts.say("chain.step", operand=operand, node=own)
    return title, (Display(Formula(tuple(sides))), Bullets(rules))


def _rules(
    derivation: Derivation, node: Equation, part: Contribution, texts: Texts
) -> Iterator[Inlines]:
    """The rules that made a contribution, each with its reason."""
    names: dict[str, Inline] = {
        "node": Formula((Entry(node.target),)),
        "operand": Formula((Entry(part.operand.name),)),
        "upstream": Formula((Entry(derivation.chain.upstreams[node.target], *node.axes),)),
        "local": Formula((part.local,)),
        "delta": "δ",
    }

    def rule(key: str, why: str = "", **more: Inline | Inlines) -> Inlines:
        parts: dict[str, Inline | Inlines] = {**names, **more}
        sentence = texts.say(why or f"chain.{key}_why", **parts)
        return texts.named(texts.text(f"chain.{key}"), sentence)

    value = node.value
    if isinstance(value, SumOver):
        indices = texts.listed([Formula((index,)) for index in value.bound])
        yield rule("repeat", indices=indices)
    elif isinstance(value, MaxOver | MinOver):
        indices = texts.listed([Formula((index,)) for index in value.bound])
        place = Formula((Entry(selector(node.target), *node.axes),))
        yield rule("routing", indices=indices, place=_place(derivation, node, place))
    elif part.local == 1:
        yield rule("unchanged")
    else:
        yield rule("chain")
    if isinstance(value, Maximum | Minimum | Where):
        yield rule("branch")
    if sizes := _averaged(derivation, part):
        yield rule("mean", size=Formula((Mul(*sizes),)))
    for index in _summed(derivation, node, part):
        yield rule("summed", _summed_key(derivation, index, part), index=Formula((index,)))
    if len(set(part.operand.indices)) < len(part.operand.indices):
        yield rule("diagonal")
    slots = [slot for slot in part.operand.indices if not isinstance(slot, Index)]
    if any(slot.has(Entry) for slot in slots):
        yield rule("scatter")
    elif slots:
        yield rule("literal")


def _summed(derivation: Derivation, node: Equation, part: Contribution) -> tuple[Index, ...]:
    """The indices that a contribution is summed over, under the letters of its formula."""
    left = Entry(part.operand.name, *axes_of(derivation)[part.operand.name])
    handed = derivation.chain.handed[node.target, part.operand]
    shown = lettered(Formula((left, handed)), handed)
    same = isinstance(shown, SumOver) and len(shown.bound) == len(part.summed)
    return shown.bound if same else part.summed


def _averaged(derivation: Derivation, part: Contribution) -> list[Size]:
    """The lengths that a node divides a sum over their axes by: those of a mean."""
    above = next(
        (node.value for node in derivation.nodes if node.target == part.operand.name), None
    )
    spaces = {index.space for index in above.bound} if isinstance(above, SumOver) else set()
    while isinstance(above, SumOver) and isinstance(above.body, Entry):
        name = above.body.name
        above = next((node.value for node in derivation.nodes if node.target == name), None)
        spaces |= {index.space for index in above.bound} if isinstance(above, SumOver) else set()
    factors = Mul.make_args(part.local)
    return [
        1 / factor
        for factor in factors
        if isinstance(1 / factor, Size) and (1 / factor).space in spaces
    ]


def _place(derivation: Derivation, node: Equation, place: Formula) -> Formula:
    """The position of the entry that was selected, as it is defined."""
    target = selector(node.target)
    chosen = next((item for item in derivation.sweep.selectors if item.target == target), None)
    if chosen is None or not isinstance(chosen.value, ArgMaxOver | ArgMinOver):
        return place
    return Formula((chosen.value,))


def _summed_key(derivation: Derivation, index: Index, part: Contribution) -> str:
    """Which sentence says why an axis is summed."""
    parameter = part.operand.name in derivation.layer.parameters
    if not index.variadic:
        return "chain.summed_parameter_why" if parameter else "chain.summed_why"
    return "chain.summed_batch_why" if parameter else "chain.summed_leading_why"


def _uses(derivation: Derivation, operand: Entry, texts: Texts) -> Iterator[Item]:
    """The sum of what comes back to a value that is used several times."""
    name = operand.name
    if not adds(derivation, name):
        return
    parts = derivation.sweep.contributions[name]
    terms = [derivation.chain.handed[part.node, part.operand] for part in parts]
    if name in derivation.layer.outputs:
        terms.insert(0, Entry(derivation.layer.gradient(name), *operand.indices))
    left = Entry(derivation.chain.upstreams[name], *operand.indices)
    total = Formula((left, "=", Add(*terms, evaluate=False)))
    inline = Formula((Entry(name),))
    gradient = Formula((Entry(derivation.chain.upstreams[name]),))
    key = "upstream_uses_why" if name in derivation.layer.outputs else "uses_why"
    why = texts.say(f"chain.{key}", operand=inline, count=str(len(parts)), gradient=gradient)
    rule = texts.text("chain.uses")
    title = (inline, texts.text("document.colon"), rule)
    yield title, (Display(total), Bullets((texts.named(rule, why),)))
