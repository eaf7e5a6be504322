"""Tables on the terminal."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["show", "table_of"]


def table_of(*titles: str) -> Any:
    """An empty table with these headings."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


def show(table: Any) -> None:
    """A table as wide as the terminal, and unbroken in a pipe."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 240)
    console.print(table)
