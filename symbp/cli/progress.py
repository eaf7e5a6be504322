"""What is being judged now, on a terminal; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["judging"]

Told = Callable[[str, str], None]


@contextmanager
def judging(count: int) -> Iterator[Told]:
    """A line on standard error with the layer, the judge, and how many layers are done.

    Args:
        count: of the layers.

    Yields:
        To be called with the layer's name and the judge's as each judge begins; a layer's name
        that comes anew counts the one before it as done.
    """
    if not sys.stderr.isatty():
        yield lambda layer, judge: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task, seen = bar.add_task("check", total=count), dict[str, None]()

        def told(layer: str, judge: str) -> None:
            seen[layer] = None
            bar.update(task, description=f"check {layer}: {judge}", completed=len(seen) - 1)

        yield told
