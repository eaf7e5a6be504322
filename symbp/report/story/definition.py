"""What was written: equations, tensors, numbers, assumptions, and what holds at kinks."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Symbol

from symbp.calculus import Kink, kinks
from symbp.calculus.derivation import Derivation
from symbp.notation import Assumption, Entry, Layer, Role, Size, Tensor
from symbp.report.document import (
    Block,
    Bullets,
    Code,
    Display,
    Inline,
    Inlines,
    Paragraph,
    Section,
    Table,
)
from symbp.report.formula import Formula, Partial, equation
from symbp.report.texts import Texts

__all__ = ["definition", "upstreams"]


def definition(derivation: Derivation, texts: Texts) -> Section:
    """The section on what was written."""
    layer = derivation.layer
    blocks: list[Block] = [Paragraph(texts.say("definition.lead"))]
    blocks += [Display(equation(item), f"def-{item.target}") for item in layer.equations]
    if sources := tuple((Code(item.source),) for item in layer.equations if item.source):
        blocks += [Paragraph(texts.say("definition.written")), Bullets(sources)]
    blocks.append(Paragraph(_meaning(layer, texts)))
    blocks.append(_table(layer, texts))
    notes = [*_hyper(layer, texts), *_sizes(derivation, texts)]
    if layer.broadcasts:
        notes.append(texts.say("definition.broadcast"))
    if notes:
        blocks.append(Bullets(tuple(notes)))
    return Section(
        "definition", texts.text("definition.title"), tuple(blocks), _parts(layer, texts)
    )


def upstreams(layer: Layer) -> list[Inline]:
    """The gradients that come from above, as formulas."""
    return [Formula((Entry(layer.gradient(name)),)) for name in layer.outputs]


def _meaning(layer: Layer, texts: Texts) -> Inlines:
    name = layer.outputs[0]
    return texts.say(
        "definition.upstream",
        loss=Formula((Entry(texts.loss),)),
        tensor=Formula((Entry(name),)),
        gradient=Formula((Entry(layer.gradient(name)),)),
        partial=Formula((Partial(Entry(texts.loss), Entry(name)),)),
        upstreams=texts.listed(upstreams(layer)),
    )


def _table(layer: Layer, texts: Texts) -> Table:
    keys = ["tensor", "role", "axes", "notes"]
    rows = [_row(layer, tensor, texts) for tensor in layer.tensors.values()]
    if not any(row[-1] for row in rows):
        keys, rows = keys[:-1], [row[:-1] for row in rows]
    head = tuple(texts.text(f"definition.{key}") for key in keys)
    return Table(texts.text("definition.tensors"), head, tuple(rows))


def _row(layer: Layer, tensor: Tensor, texts: Texts) -> tuple[Inlines, ...]:
    role = "output" if tensor.name in layer.outputs else tensor.role.value
    return (
        (Formula((Entry(tensor.name),)),),
        texts.say(f"definition.{role}"),
        _axes(layer, tensor, texts),
        _notes(tensor, texts),
    )


def _axes(layer: Layer, tensor: Tensor, texts: Texts) -> Inlines:
    if not tensor.axes:
        return texts.say("definition.scalar")
    indexed = any(not axis.variadic for item in layer.tensors.values() for axis in item.axes)
    if not indexed:
        return texts.say("definition.any_shape")
    axes = texts.listed([Formula((axis,)) for axis in tensor.axes])
    return texts.say("definition.leading", axes=axes) if tensor.variadic else axes


def _notes(tensor: Tensor, texts: Texts) -> Inlines:
    notes: list[Inlines] = []
    if tensor.flattened:
        last = Formula((tensor.axes[-1],))
        notes.append((last, texts.text("document.colon"), *texts.say("definition.flattened")))
    if tensor.integer:
        notes.append(texts.say("definition.integer"))
    if tensor.one_hot is not None:
        axis = Formula((tensor.axes[tensor.one_hot],))
        notes.append(texts.say("definition.one_hot", axis=axis))
    return texts.joined(notes, "document.semicolon")


def _hyper(layer: Layer, texts: Texts) -> Iterator[Inlines]:
    for name, value in layer.hyper.items():
        symbol = Formula((Symbol(name),))
        yield texts.say("definition.hyper", name=symbol, value=Code(repr(value)))


def _sizes(derivation: Derivation, texts: Texts) -> Iterator[Inlines]:
    """What the lengths stand for that the equations mention."""
    equations = (*derivation.nodes, *derivation.vjp.written, *derivation.vjp.function.primal)
    found = {size.space: size for item in equations for size in item.value.atoms(Size)}
    axes = {
        axis.space: axis for tensor in derivation.layer.tensors.values() for axis in tensor.axes
    }
    for space in sorted(found):
        size, axis = Formula((found[space],)), axes.get(space)
        if axis is None or axis.variadic:
            yield texts.say("definition.size_leading", size=size)
        else:
            yield texts.say("definition.size", size=size, axis=Formula((axis,)))


def _parts(layer: Layer, texts: Texts) -> tuple[Section, ...]:
    found = []
    if layer.assumptions:
        items = tuple(
            texts.say("definition.assumption", identity=_identity(item))
            for item in layer.assumptions
        )
        found.append(
            Section("assumptions", texts.text("definition.assumptions"), (Bullets(items),))
        )
    items = tuple(
        texts.say(f"kink.{kink.kind}", **{n: Formula((part,)) for n, part in kink.parts.items()})
        for kink in kinks(layer.equations)
        if _matters(layer, kink)
    )
    if items:
        found.append(Section("kinks", texts.text("definition.kinks"), (Bullets(items),)))
    return tuple(found)


def _matters(layer: Layer, kink: Kink) -> bool:
    """Whether a kink lies among values that have a gradient: a mask's condition does not."""
    names = {entry.name for part in kink.parts.values() for entry in part.atoms(Entry)}
    return bool(names - set(layer.constants))


def _identity(item: Assumption) -> Formula:
    return Formula((item.left, "=", item.right))


def role_of(layer: Layer, name: str) -> Role:
    """What a tensor is to its layer; what an unnamed node computes is defined by it."""
    return layer.tensors[name].role if name in layer.tensors else Role.DEFINED
