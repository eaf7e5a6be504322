"""A report: its subject, and every way to write it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symbp.calculus import Function, hvp, jvp
from symbp.report.document import Document
from symbp.report.story import document_of
from symbp.report.subject import Subject
from symbp.report.write import (
    to_html,
    to_html_fragment,
    to_latex_document,
    to_latex_fragment,
    to_markdown,
    to_terminal,
)

__all__ = ["Report"]


@dataclass(frozen=True, repr=False)
class Report(Subject):
    """A derivation with all that there is to show about it; a notebook shows it."""

    def __repr__(self) -> str:
        return f"Report({self.derivation.summary})"

    @property
    def vjp(self) -> Function:
        """The backward pass, from upstream gradients to those of inputs and parameters."""
        return self.derivation.vjp.function

    @cached_property
    def jvp(self) -> Function:
        """From tangents of inputs and parameters to those of outputs."""
        return (self.products.get("jvp") or jvp(self.derivation)).function

    @cached_property
    def hvp(self) -> Function:
        """From tangents of inputs and parameters to those of the gradients."""
        return (self.products.get("hvp") or hvp(self.derivation)).function

    def document(self, language: str = "en") -> Document:
        """The report as a tree of sections and blocks."""
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
        return to_latex_fragment((*self.derivation.layer.equations, *self.derivation.vjp.written))
