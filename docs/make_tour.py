"""Makes `docs/tour/` from the templates in `docs/tour_source/`; `--check` only compares.

The templates hold the words; what they quote, the formulas, figures and numbers, is derived here.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import jinja2
import numpy as np

import symbp
from symbp import catalogue
from symbp.calculus.numeric import evaluate
from symbp.graphs import Graph
from symbp.pipeline import emit, load_class
from symbp.report import Report
from symbp.report.document import Block, Listing, Section, Table
from symbp.report.formula import Formula, equation
from symbp.report.picture import curve_to_svg, to_svg
from symbp.report.story import picture_of
from symbp.report.story.numbers import number_text
from symbp.report.texts import Texts
from symbp.report.write import blocks_to_markdown
from symbp.reports import report

HERE = Path(__file__).resolve().parent
SOURCE, TOUR = HERE / "tour_source", HERE / "tour"
FIGURES = "figures"
HEADER = re.compile(r"\{# (\w+): (.+) #\}")
TEXTS = Texts("en")


class Page:
    """What a template can call; collects the figures that it asks for."""

    def __init__(self) -> None:
        self.figures: dict[str, str] = {}

    def functions(self) -> dict[str, object]:
        names = (
            "catalogue curve definition figure graph layer listing loss_gradient math n part "
            "tensor_example values written"
        )
        return {name: getattr(self, name) for name in names.split()}

    def catalogue(self, name: str, **numbers: object) -> Report:
        (found,) = (item for item in catalogue.layers() if item.name == name)
        return report(found, at=numbers or None, judged=False)

    def layer(
        self, name: str, text: str, parameters: tuple[str, ...] = (), **numbers: object
    ) -> Report:
        made = symbp.layer(name, text, parameters=parameters)
        return report(made, at=numbers or None, judged=False)

    def graph(self, text: str, **numbers: object) -> Graph:
        return symbp.graph(text, **numbers)

    def math(self, text: str) -> str:
        """An equation in symbp's notation, within a sentence."""
        (item,) = symbp.layer("Formula", text).equations
        return self._line(equation(item))

    def n(self, value: object) -> str:
        return number_text(value)

    def figure(self, of: Graph | Report, name: str, numbers: bool = False) -> str:
        numbered = numbers or isinstance(of, Graph)
        picture = picture_of(_report(of), TEXTS, numbered)
        title = f"Computational graph: {name.replace('-', ' ')}"
        return self._saved(name, to_svg(picture, name, standalone=True), title)

    def curve(self, of: Report, name: str) -> str:
        assert of.curve is not None
        svg = curve_to_svg(of.curve, name, standalone=True)
        return self._saved(name, svg, f"{of.curve.title} and its derivative")

    def values(self, of: Graph) -> str:
        """Every value and gradient of a graph."""
        head = ("name", "value", "gradient")
        rows = tuple(
            ((name,), (number_text(value),), (number_text(of.gradients[name]),))
            for name, value in of.values.items()
        )
        return blocks_to_markdown((Table("", head, rows),))

    def definition(self, of: Report) -> str:
        return _displays(of, "def-")

    def written(self, of: Report) -> str:
        return _displays(of, "result-")

    def part(self, of: Report, path: str, what: str) -> str:
        """A section's own blocks, or the sections in it."""
        section = _section(of.document().sections, path.split("/"))
        blocks: tuple[Block | Section, ...] = getattr(section, what)
        return blocks_to_markdown(blocks)

    def listing(self, of: Report, whole: bool = False) -> str:
        """The emitted code: both passes, or the checks of the arguments too."""
        assert of.module is not None
        lines = of.module.text.splitlines()
        shown = next(b for b in of.document().blocks() if isinstance(b, Listing)).lines
        text = [line.text for line in shown]
        if whole:
            start = next(n for n, line in enumerate(lines) if line.startswith("    def forward"))
            end = next(n for n, line in enumerate(lines) if n > start and line.startswith("def "))
            text = lines[start:end]
        return "\n".join(["```python", *text, "```"]).replace("\n\n\n```", "\n```")

    def loss_gradient(self, of: Report, y: tuple[float, ...], t: tuple[float, ...]) -> object:
        """The gradient of softmax with loss at given shares and labels."""
        (gradient,) = of.derivation.vjp.written
        return evaluate([gradient], {"y": y, "t": t, "dloss": 1})[gradient.target]

    def tensor_example(self) -> SimpleNamespace:
        """The shapes that go through the affine layer of the catalogue."""
        (affine,) = (item for item in catalogue.layers() if item.name == "Affine")
        x, weights, bias = np.ones((2, 3, 4, 5)), np.ones((60, 7)), np.zeros(7)
        made = load_class(emit(affine))(weights, bias)
        y = made.forward(x)
        return SimpleNamespace(x=x.shape, y=y.shape, dx=made.backward(np.ones_like(y)).shape)

    def _line(self, formula: Formula) -> str:
        from symbp.report.document import Paragraph

        return blocks_to_markdown((Paragraph((formula,)),)).strip()

    def _saved(self, name: str, svg: str, title: str) -> str:
        self.figures[f"{FIGURES}/{name}.svg"] = f"{svg}\n"
        return f"![{title}]({FIGURES}/{name}.svg)"


def _report(of: Graph | Report) -> Report:
    return of.report if isinstance(of, Graph) else of


def _displays(of: Report, prefix: str) -> str:
    blocks = (b for b in of.document().blocks() if getattr(b, "id", "").startswith(prefix))
    return blocks_to_markdown(tuple(blocks))


def _section(sections: tuple[Section, ...], path: list[str]) -> Section:
    found = next(section for section in sections if section.id == path[0])
    return _section(found.sections, path[1:]) if path[1:] else found


def pages() -> dict[str, str]:
    """Every file of the tour by its path within it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(SOURCE),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    sources = sorted(path for path in SOURCE.glob("[0-9]*.md.jinja"))
    heads = [dict(HEADER.findall(path.read_text(encoding="utf-8"))) for path in sources]
    contents = [
        SimpleNamespace(**head, file=path.name.removesuffix(".jinja"))
        for head, path in zip(heads, sources, strict=True)
    ]
    found = {"README.md": environment.get_template("README.md.jinja").render(pages=contents)}
    for place, item in enumerate(contents):
        page = Page()
        text = environment.get_template(f"{item.file}.jinja").render(**page.functions())
        body = re.sub(r"\n{3,}", "\n\n", text.strip())
        found[item.file] = f"# {place + 1}. {item.title}\n\n{body}\n\n{_ways(contents, place)}\n"
        found |= page.figures
    return found


def _ways(contents: list[SimpleNamespace], place: int) -> str:
    """The links at the end of a page."""
    ways = ["[Contents](README.md)"]
    if place:
        ways.insert(0, f"[← {contents[place - 1].title}]({contents[place - 1].file})")
    if place + 1 < len(contents):
        ways.append(f"[{contents[place + 1].title} →]({contents[place + 1].file})")
    return f"---\n\n{' · '.join(ways)}"


def main(arguments: list[str]) -> int:
    """Write what differs; with `--check` only say what does."""
    made = pages()
    there = {str(path.relative_to(TOUR)) for path in TOUR.rglob("*") if path.is_file()}
    stale = [
        name
        for name, text in made.items()
        if name not in there or (TOUR / name).read_text(encoding="utf-8") != text
    ]
    left = sorted(there - made.keys())
    if "--check" in arguments:
        for name in (*stale, *left):
            print(f"docs/tour/{name} is not what docs/make_tour.py makes")
        return 1 if stale or left else 0
    for name in stale:
        (TOUR / name).parent.mkdir(parents=True, exist_ok=True)
        (TOUR / name).write_text(made[name], encoding="utf-8")
    for name in left:
        (TOUR / name).unlink()
    print(f"docs/tour: {len(stale)} written, {len(left)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
