"""The emitted code beside the equations that it computes, linked both ways."""

from __future__ import annotations

from symbp.notation import Equation
from symbp.report.document import Display, Line, Link, Listing, Paragraph, Section
from symbp.report.formula import equation
from symbp.report.subject import Module, Subject
from symbp.report.texts import Texts

__all__ = ["code"]

TITLES = {
    "forward": "code.forward",
    "backward": "code.backward",
    "jvp": "code.jvp",
    "hvp": "code.hvp",
}


def code(report: Subject, texts: Texts) -> Section:
    """The section with the equations as computed, and the listing."""
    module = report.module
    assert module is not None
    parts = []
    vjp = report.derivation.vjp.function
    computed = {"forward": vjp.primal, "backward": vjp.equations}
    computed |= {name: item.function.equations for name, item in report.products.items()}
    for method, equations in computed.items():
        blocks = tuple(_display(item, module, method, texts) for item in equations)
        parts.append(Section(f"code-{method}", texts.text(TITLES[method]), blocks))
    first, last = _extent(module)
    caption = texts.text("code.listing", path=module.path, first=first, last=last)
    goes_to = texts.text("document.line_goes_to", line="{line}", equation="{equation}")
    lines = tuple(_line(module, number) for number in range(first, last + 1))
    lead = Paragraph(texts.say("code.lead", path=module.path))
    listing = Section("listing", caption, (Listing(caption, lines, goes_to),))
    return Section("code", texts.text("code.title"), (lead,), (*parts, listing))


def anchor(target: str, method: str) -> str:
    """The id of an equation as it is computed."""
    return f"{method}-{target}"


def _display(item: Equation, module: Module, method: str, texts: Texts) -> Display:
    links = []
    for part in module.computes:
        if (part.target, part.method) == (item.target, method):
            key = "code.line" if part.first == part.last else "code.lines"
            words = texts.text(key, first=part.first, last=part.last)
            links.append(Link(words, f"line-{part.first}"))
    return Display(equation(item), anchor(item.target, method), tuple(links))


def _extent(module: Module) -> tuple[int, int]:
    """The first and the last line to show: from `def forward` to the end of what follows it."""
    lines = module.text.splitlines()
    first = next((n for n, line in enumerate(lines, 1) if line.startswith("    def forward")), 1)
    last = max((part.last for part in module.computes), default=len(lines))
    while last < len(lines) and lines[last].startswith("        "):
        last += 1
    return first, last


def _line(module: Module, number: int) -> Line:
    text = module.text.splitlines()[number - 1]
    found = next((p for p in module.computes if p.first <= number <= p.last), None)
    target = anchor(found.target, found.method) if found else ""
    return Line(text, f"line-{number}", target)
