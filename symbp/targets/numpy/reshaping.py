"""Arguments brought into the shape that the statements have: `*i` made one axis, `...` not none."""

from __future__ import annotations

from symbp.notation.layer import Role, Tensor
from symbp.targets.blocks import Code, If
from symbp.targets.reading import expression, parsed

__all__ = ["flattened", "flattening", "in_front", "lifted"]


def flattening(tensor: Tensor, name: str) -> tuple[Code, ...]:
    """An array of a tensor's own shape, with the axes of `*i` made one."""
    shape, plain = f"{tensor.name}_shape", tensor.rank - 1
    kept = [f"{shape}[{axis}]" for axis in range(plain)]
    last = f"math.prod({shape}[{plain}:])" if plain else f"{name}.size"
    return parsed(f"{name} = {name}.reshape({', '.join([*kept, last])})")


def flattened(tensor: Tensor) -> tuple[Code, ...]:
    """An argument, with the axes of `*i` made one."""
    name = tensor.name
    test, remark = expression(f"{name}.ndim != {tensor.rank}"), f"*{tensor.axes[-1].name}"
    merged = If(test, flattening(tensor, name), remark=f"{remark} becomes one axis")
    return (*parsed(f"{name}_shape = {name}.shape"), merged)


def in_front(names: list[str]) -> tuple[Code, ...]:
    """An axis of length 1 in front of arrays."""
    return parsed(f"{', '.join(names)} = {', '.join(f'{name}[None]' for name in names)}")


def lifted(tensors: list[Tensor], broadcasts: bool) -> tuple[Code, ...]:
    """An axis of length 1 in front of arguments that have no leading axes.

    Args:
        tensors: the arguments with leading axes.
        broadcasts: whether these may differ.
    """
    names = [tensor.name for tensor in tensors]
    if not broadcasts:
        rank = tensors[0].rank
        alone = f"{names[0]}.ndim == {rank}" if rank else f"not {names[0]}.ndim"
        remark = "no leading axis: one of length 1 is put in front"
        return (
            *parsed(f"single = {alone}"),
            If(expression("single"), in_front(names), remark=remark),
        )
    shapes = (f"{t.name}_shape = {t.name}.shape" for t in tensors if t.role is Role.INPUT)
    axes = " or ".join(f"{name}.ndim" for name in names)
    return (
        *parsed("\n".join(shapes)),
        *parsed(f"single = not ({axes})"),
        *(
            If(expression(f"not {name}.ndim"), in_front([name]), remark="a number: an array of one")
            for name in names
        ),
    )
