"""A report: a derivation with the code that came of it and what the judges say of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from symbp.calculus import Derivation, Evaluated
from symbp.notation import Network
from symbp.report.document import Document
from symbp.report.picture import Curve
from symbp.report.write import (
    to_html,
    to_html_fragment,
    to_latex_document,
    to_latex_fragment,
    to_markdown,
    to_terminal,
)

__all__ = ["Computes", "Judged", "Module", "Report", "Saved"]


@dataclass(frozen=True)
class Computes:
    """Which equation some lines of a module compute.

    Args:
        first, last: line numbers, from 1.
        target: the tensor that the equation defines.
        backward: whether it is an equation of the backward pass.
    """

    first: int
    last: int
    target: str
    backward: bool


@dataclass(frozen=True)
class Saved:
    """A value that forward keeps for backward: its name in the code, and what it is there."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Module:
    """An emitted module.

    Args:
        path: the file's name.
        text: its text.
        computes: its mathematical lines, in order.
        saved: what forward keeps for backward.
    """

    path: str
    text: str
    computes: tuple[Computes, ...]
    saved: tuple[Saved, ...]


@dataclass(frozen=True)
class Judged:
    """What one judge says of the module: its name, its verdict, and what it showed."""

    judge: str
    verdict: str
    detail: str


@dataclass(frozen=True, repr=False)
class Report(Derivation):
    """A derivation with all that there is to show about it.

    It is a `Derivation`, so the layer, the nodes, the sweep, the rewrites and the equations are
    its attributes; a notebook shows it.

    Args:
        module: the emitted module; None if the layer was not emitted.
        judged: the judges' verdicts; empty if they were not asked.
        curve: the layer's curve, if it is a function of one variable.
        network: the network that the layer is composed of, if it is.
        given: the numbers that the graph is shown with, by name.
        numbers: every value and gradient at these.
    """

    module: Module | None = None
    judged: tuple[Judged, ...] = ()
    curve: Curve | None = None
    network: Network | None = None
    given: Mapping[str, object] | None = None
    numbers: Evaluated | None = None

    @classmethod
    def of(
        cls,
        derivation: Derivation,
        *,
        module: Module | None = None,
        judged: tuple[Judged, ...] = (),
        curve: Curve | None = None,
        network: Network | None = None,
        given: Mapping[str, object] | None = None,
        numbers: Evaluated | None = None,
    ) -> Report:
        """The report of a derivation."""
        derived = {item.name: getattr(derivation, item.name) for item in fields(Derivation)}
        return cls(
            **derived,
            module=module,
            judged=judged,
            curve=curve,
            network=network,
            given=given,
            numbers=numbers,
        )

    def document(self, language: str = "en") -> Document:
        """The report as a tree of sections and blocks."""
        from symbp.report.story import document_of

        return document_of(self, language)

    def to_html(self, language: str = "en") -> str:
        """One page that needs nothing else: no network, no scripts from elsewhere."""
        return to_html(self.document(language))

    def to_markdown(self, language: str = "en") -> str:
        """Markdown with mathematics and pictures as GitHub renders them."""
        return to_markdown(self.document(language))

    def to_latex(self, language: str = "en") -> str:
        """A LaTeX document that stands alone."""
        return to_latex_document(self.document(language))

    def to_text(self, language: str = "en", colour: bool = False, width: int = 100) -> str:
        """Unicode text for a terminal.

        Args:
            language: "en" or "zh".
            colour: with escape sequences for colours.
            width: the number of columns.
        """
        return to_terminal(self.document(language), colour, width)

    def _repr_html_(self) -> str:
        return to_html_fragment(self.document())

    def _repr_latex_(self) -> str:
        return to_latex_fragment((*self.layer.equations, *self.written))
