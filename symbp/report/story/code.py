"""The emitted code beside the equations that it computes, linked both ways."""

from __future__ import annotations

from symbp.notation import Equation
from symbp.report.document import Display, Line, Link, Listing, Paragraph, Section
from symbp.report.formula import equation
from symbp.report.subject import Module, Subject
from symbp.report.texts import Texts

__all__ = ["code"]


def code(report: Subject, texts: Texts) -> Section:
    """The section with the equations as computed, and the listing."""
    module = report.module
    assert module is not None
    parts = []
    for key, equations, backward in (
        ("forward", report.derivation.forward, False),
        ("backward", report.derivation.backward, True),
    ):
        blocks = tuple(_display(item, module, backward, texts) for item in equations)
        parts.append(Section(f"code-{key}", texts.text(f"code.{key}"), blocks))
    first, last = _extent(module)
    caption = texts.text("code.listing", path=module.path, first=first, last=last)
    goes_to = texts.text("document.line_goes_to", line="{line}", equation="{equation}")
    lines = tuple(_line(module, number) for number in range(first, last + 1))
    lead = Paragraph(texts.say("code.lead", path=module.path))
    listing = Section("listing", caption, (Listing(caption, lines, goes_to),))
    return Section("code", texts.text("code.title"), (lead,), (*parts, listing))


def anchor(target: str, backward: bool) -> str:
    """The id of an equation as it is computed."""
    return f"{'backward' if backward else 'forward'}-{target}"


def _display(item: Equation, module: Module, backward: bool, texts: Texts) -> Display:
    links = []
    for part in module.computes:
        if (part.target, part.backward) == (item.target, backward):
            key = "code.line" if part.first == part.last else "code.lines"
            words = texts.text(key, first=part.first, last=part.last)
            links.append(Link(words, f"line-{part.first}"))
    return Display(equation(item), anchor(item.target, backward), tuple(links))


def _extent(module: Module) -> tuple[int, int]:
    """The first and the last line to show: from `def forward` to the end of `backward`."""
    lines = module.text.splitlines()
    first = next((n for n, line in enumerate(lines, 1) if line.startswith("    def forward")), 1)
    last = max((part.last for part in module.computes), default=len(lines))
    while last < len(lines) and lines[last].startswith("        "):
        last += 1
    return first, last


def _line(module: Module, number: int) -> Line:
    text = module.text.splitlines()[number - 1]
    found = next((p for p in module.computes if p.first <= number <= p.last), None)
    target = anchor(found.target, found.backward) if found else ""
    return Line(text, f"line-{number}", target)
