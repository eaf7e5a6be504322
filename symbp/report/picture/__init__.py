"""Pictures of graphs and of curves: what they show, laid out, and drawn."""

from symbp.report.picture.curve import curve_to_svg
from symbp.report.picture.mermaid import to_mermaid
from symbp.report.picture.model import Curve, Edge, Kind, Node, Picture
from symbp.report.picture.svg import to_svg
from symbp.report.picture.tikz import curve_to_tikz, to_tikz

__all__ = [
    "Curve",
    "Edge",
    "Kind",
    "Node",
    "Picture",
    "curve_to_svg",
    "curve_to_tikz",
    "to_mermaid",
    "to_svg",
    "to_tikz",
]
