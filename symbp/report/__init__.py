"""Derivation reports: from a derivation to pictures, HTML, Markdown, LaTeX and text."""

from symbp.report.index import index_page
from symbp.report.picture import Curve
from symbp.report.report import Report
from symbp.report.subject import Computes, Judged, Module, Saved

__all__ = ["Computes", "Curve", "Judged", "Module", "Report", "Saved", "index_page"]
