"""What is opened, and how."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALL", "DARK", "JUDGED", "LAPTOP", "NAMES", "PAGES", "PHONE", "PRINT", "VIEWS", "View"]

JUDGED = "Sigmoid"
NAMES = [
    "Sigmoid",
    "Affine",
    "SoftmaxWithLoss",
    "LayerNorm",
    "ScaledDotProductAttention",
    "TwoLayerNet",
]
ALL = [*NAMES, "Relu"]  # the network leads to it
PAGES = [*NAMES, "index"]


@dataclass(frozen=True)
class View:
    """A way to look at a page."""

    name: str
    width: int
    height: int
    scheme: str = "light"
    media: str = "screen"

    def __str__(self) -> str:
        return self.name


PHONE = View("phone", 360, 780)
LAPTOP = View("laptop", 1280, 800)
DARK = View("dark", 1280, 800, "dark")
PRINT = View("print", 673, 980, media="print")  # A4 within the margins that print.css sets
VIEWS = [PHONE, LAPTOP, PRINT]
