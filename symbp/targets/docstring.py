"""The docstring of an emitted class: the mathematics first, then what to hand in."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.notation.layer import Layer, Role, Tensor
from symbp.targets.code import Equations, Guard, LayerCode
from symbp.targets.prose import listed, wrapped
from symbp.targets.slots import axes_text

__all__ = ["class_docstring"]

TITLES = {"jvp": "Jacobian-vector product:", "hvp": "Hessian-vector product:"}


def class_docstring(
    layer: Layer, code: LayerCode, equations: Equations, built: list[str] | None = None
) -> list[str]:
    """The lines of the docstring, quotes included, not indented.

    Args:
        layer: read for names and shapes.
        code: read for what the caller could change between forward and backward.
        equations: the mathematics.
        built: what the constructor takes where it makes the parameters itself.
    """
    sentence = layer.doc or f"The layer {layer.name}."
    lines = wrapped(f'"""{sentence if sentence.endswith(".") else f"{sentence}."}', 4, rest="")
    sections = {
        "Forward:": list(equations.forward),
        "Backward:": list(equations.backward),
        **{TITLES[name]: list(lines) for name, lines in equations.products.items()},
        "Assumes:": [assumption.source for assumption in layer.assumptions],
        "Conventions:": list(equations.conventions),
        "Args:": [*(_held(layer) if built is None else built), *_numbers(layer)],
        "Inputs:": _given(layer),
        "Between forward and backward:": _between(code.guard, [*code.phases]),
    }
    for title, entries in sections.items():
        if entries:
            lines += ["", title]
            for entry in entries:
                lines += wrapped(entry, 8, first="", rest="    ")
    return [*_aligned(lines), '"""']


def _aligned(lines: list[str]) -> list[str]:
    """Entries stand four columns to the right of their section's title."""
    out: list[str] = []
    inside = False
    for line in lines:
        if line.endswith(":") and out and not out[-1]:
            inside = True
            out.append(line)
        else:
            out.append(f"    {line}" if inside and line else line)
    return out


def _held(layer: Layer) -> list[str]:
    return [f"{name}: parameter {_shape(layer.tensors[name], layer)}" for name in layer.parameters]


def _numbers(layer: Layer) -> list[str]:
    numbers = [f"{name}: a number, {value!r} unless given" for name, value in layer.hyper.items()]
    if layer.assumptions:
        numbers.append("validate: whether forward checks what it assumes, True unless given")
    return numbers


def _given(layer: Layer) -> list[str]:
    lines = []
    for name in layer.arguments:
        tensor = layer.tensors[name]
        role = ", no gradient" if tensor.role is Role.CONSTANT else ""
        lines.append(f"{name}: {_shape(tensor, layer)}{_kind(tensor)}{role}")
    return lines


def _between(guard: Guard, readers: Sequence[str]) -> list[str]:
    """What the caller may do with the arrays that backward, or what else follows, depends on."""
    lines = []
    if guard.handed_out:
        lines.append(f"{_are(guard.handed_out)} read-only: change a copy")
    if guard.given:
        lines.append(f"{listed(guard.given)} may be changed: backward has its own copy")
    if guard.parameters:
        them = "it" if len(guard.parameters) == 1 else "them"
        read = f"{_are(guard.parameters)} read by {listed(readers)}"
        lines.append(f"{read}: update {them} afterwards")
    return lines or ["every array may be changed: backward reads none of the caller's"]


def _are(names: Sequence[str]) -> str:
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'}"


def _shape(tensor: Tensor, layer: Layer) -> str:
    if not tensor.axes:
        return "a number"
    if tensor.rank == 0:
        return "any shape, broadcast as NumPy does" if layer.broadcasts else "any shape"
    return axes_text(tensor)


def _kind(tensor: Tensor) -> str:
    if tensor.integer:
        return ", integers"
    if tensor.one_hot is not None:
        return f", or integer classes without the axis {tensor.axes[tensor.one_hot].name}"
    return ""
