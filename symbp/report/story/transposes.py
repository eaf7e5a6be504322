"""Why a matrix stands transposed in a gradient, from the indices and from the shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Mul

from symbp.calculus.derivation import Derivation
from symbp.calculus.letters import with_letters
from symbp.notation import Entry, Equation, Index, SumOver
from symbp.report.document import Bullets, Display, Inlines, Paragraph, Section
from symbp.report.formula import Formula, Shape, Transposed, equation
from symbp.report.texts import Texts

__all__ = ["transposes"]


@dataclass(frozen=True)
class _Product:
    """`target = left @ right`, or an outer product where nothing is summed."""

    target: Equation
    left: Entry
    right: Entry
    summed: Index | None

    def turned(self, factor: Entry) -> bool:
        """Whether a factor stands with its axes the other way round."""
        if self.summed is None or len(factor.indices) == 1:
            return False
        last = factor is self.left
        return (factor.indices[-1] == self.summed) is not last

    def written(self, factor: Entry) -> Expr:
        """A factor as it stands in the product."""
        bare = Entry(factor.name)
        if self.summed is None:
            return Transposed(bare) if factor is self.left else bare
        return Transposed(bare) if self.turned(factor) else bare


def transposes(derivation: Derivation, texts: Texts) -> tuple[Section, ...]:
    """The section, if there is a matrix product among the gradients."""
    products = [found for item in derivation.vjp.written if (found := _product(item)) is not None]
    if not any(p.summed is None or p.turned(p.left) or p.turned(p.right) for p in products):
        return ()
    tensors = (*derivation.layer.tensors, *(node.target for node in derivation.nodes))
    origins = {derivation.layer.gradient(name): name for name in tensors}
    blocks = [
        block
        for product in products
        for block in (
            Display(equation(product.target)),
            Bullets(tuple(_why(product, origins.get(product.target.target, ""), texts))),
        )
    ]
    lead = Paragraph(texts.say("chain.transposes_lead"))
    return (Section("transposes", texts.text("chain.transposes"), (lead, *blocks)),)


def _product(item: Equation) -> _Product | None:
    """The matrix product that a gradient is, if it is one."""
    value = with_letters(item.value)
    summed: Index | None = None
    if isinstance(value, SumOver):
        if len(value.bound) != 1:
            return None
        (summed,), value = value.bound, value.body
    factors = Mul.make_args(value)
    if len(item.axes) not in (1, 2) or len(factors) != 2:
        return None
    if not all(isinstance(factor, Entry) for factor in factors):
        return None
    *rows, column = item.axes
    for left, right in (factors, factors[::-1]):
        if summed is not None and not rows:
            if left.indices == (summed,) and {*right.indices} == {summed, column}:
                return _Product(item, left, right, summed)
            continue
        if not rows:
            continue
        (row,) = rows
        if summed is None and left.indices == (row,) and right.indices == (column,):
            return _Product(item, left, right, None)
        if {*left.indices} == {row, summed} and {*right.indices} == {summed, column}:
            return _Product(item, left, right, summed)
    return None


def _why(product: _Product, origin: str, texts: Texts) -> Iterator[Inlines]:
    """The two reasons; `origin` is the tensor whose gradient the product is."""
    left, right = product.left, product.right
    target = Entry(product.target.target)
    whole = Formula((target, "=", product.written(left), "times", product.written(right)))
    shapes = Formula((_shape(product, left), "@", _shape(product, right), "=", _of(product.target)))
    names = {"target": Formula((target,)), "product": whole, "shapes": shapes}
    if product.summed is None:
        operands = {"left": Formula((Entry(left.name),)), "right": Formula((Entry(right.name),))}
        yield texts.say("chain.outer_why", **names, **operands)
        return
    reasons: list[Inlines] = []
    for factor in (left, right):
        key = "turned" if product.turned(factor) else "stands"
        axes = texts.listed([Formula((index,)) for index in factor.indices])
        index = Formula((product.summed,))
        matrix = Formula((Entry(factor.name),))
        if len(factor.indices) == 1:
            continue
        reasons.append(texts.say(f"chain.{key}", matrix=matrix, index=index, axes=axes))
    why = texts.say(
        "chain.from_indices_why",
        index=Formula((product.summed,)),
        reasons=texts.joined(reasons),
        product=whole,
    )
    yield texts.named(texts.text("chain.from_indices"), why)
    why = texts.say(
        "chain.from_shapes_why",
        origin=Formula((Entry(origin),)),
        shape=Formula((_of(product.target),)),
        left=Formula((Entry(left.name),)),
        left_shape=Formula((_shape_of(left),)),
        right=Formula((Entry(right.name),)),
        right_shape=Formula((_shape_of(right),)),
        **names,
    )
    yield texts.named(texts.text("chain.from_shapes"), why)


def _shape(product: _Product, factor: Entry) -> Expr:
    """The shape of a factor as it stands in the product; a vector at the left is one row."""
    if product.summed is not None and len(factor.indices) == 1:
        return Shape(1, product.summed)
    if product.summed is None:
        index = factor.indices[0]
        return Shape(index, 1) if factor is product.left else Shape(1, index)
    return Shape(*(factor.indices[::-1] if product.turned(factor) else factor.indices))


def _shape_of(factor: Entry) -> Expr:
    """The shape of a factor as it is."""
    return Shape(1, *factor.indices) if len(factor.indices) == 1 else Shape(*factor.indices)


def _of(item: Equation) -> Expr:
    return Shape(1, *item.axes) if len(item.axes) == 1 else Shape(*item.axes)
