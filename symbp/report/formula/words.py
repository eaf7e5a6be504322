"""Names and numbers as boxes."""

from __future__ import annotations

from symbp.report.formula.box import (
    Box,
    Fence,
    Name,
    Number,
    Operator,
    Row,
    Script,
)

__all__ = ["entry_name", "number_box"]


def entry_name(name: str) -> Box:
    """A tensor's name; where a maximum was found is the place of the node that took it."""
    if name.startswith("_") and name.endswith("_at"):
        return Row((Name("place", upright=True), Fence(Name(name[1:-3]))))
    return Name(name)


def number_box(text: str) -> Box:
    """A number; a power of ten is written as one."""
    digits, e, power = text.partition("e")
    if not e:
        return Number(text)
    exponent = Number(str(abs(int(power))))
    above = Row((Operator("minus"), exponent)) if int(power) < 0 else exponent
    ten = Script(Number("10"), above=above)
    return ten if digits == "1" else Row((Number(digits), Operator("dot"), ten))
