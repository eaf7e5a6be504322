"""The values between two passes that are least to keep: a minimum cut.

What a later pass needs beside its own arguments is computed from what the earlier one keeps, or
is computed by the earlier one. Values on the way are vertices, with their size as capacity; the
smallest set that separates the arguments from the later pass is kept (L. R. Ford and D. R.
Fulkerson, Maximal flow through a network, 1956; shortest augmenting paths: J. Edmonds and R. M.
Karp, 1972).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping

__all__ = ["Graph", "minimum_cut"]

Vertex = Hashable


class Graph:
    """Vertices with capacities and edges without.

    Args:
        capacities: of the vertices.
        first: those where every path begins.
        last: those where every path ends.
        edges: from each vertex those that it leads to.
    """

    def __init__(
        self,
        capacities: Mapping[int, float],
        first: frozenset[int],
        last: frozenset[int],
        edges: Mapping[int, frozenset[int]],
    ) -> None:
        self._left: dict[Vertex, dict[Vertex, float]] = {}
        for vertex, capacity in capacities.items():
            self._join(("in", vertex), ("out", vertex), capacity)
            for other in edges.get(vertex, ()):
                self._join(("out", vertex), ("in", other), float("inf"))
        for vertex in sorted(first):
            self._join("first", ("in", vertex), float("inf"))
        for vertex in sorted(last):
            self._join(("out", vertex), "last", float("inf"))

    def _join(self, one: Vertex, other: Vertex, capacity: float) -> None:
        self._left.setdefault(one, {})[other] = capacity
        self._left.setdefault(other, {}).setdefault(one, 0.0)

    def saturate(self) -> None:
        """Sends as much as possible from the first to the last."""
        while path := self._path():
            amount = min(self._left[a][b] for a, b in path)
            for a, b in path:
                self._left[a][b] -= amount
                self._left[b][a] += amount

    def _path(self) -> list[tuple[Vertex, Vertex]]:
        """A shortest one with capacity left; none if there is none."""
        came: dict[Vertex, Vertex] = {"first": "first"}
        waiting: deque[Vertex] = deque(["first"])
        while waiting and "last" not in came:
            here = waiting.popleft()
            for other, left in self._left.get(here, {}).items():
                if left > 0 and other not in came:
                    came[other] = here
                    waiting.append(other)
        path: list[tuple[Vertex, Vertex]] = []
        vertex: Vertex = "last"
        while vertex != "first" and vertex in came:
            path.append((came[vertex], vertex))
            vertex = came[vertex]
        return path

    def reaching(self) -> set[Vertex]:
        """The vertices from which something could still be sent to the last."""
        found: set[Vertex] = {"last"}
        waiting: deque[Vertex] = deque(["last"])
        while waiting:
            vertex = waiting.popleft()
            for other in self._left.get(vertex, {}):
                if other not in found and self._left[other].get(vertex, 0) > 0:
                    found.add(other)
                    waiting.append(other)
        return found


def minimum_cut(
    capacities: Mapping[int, float],
    first: frozenset[int],
    last: frozenset[int],
    edges: Mapping[int, frozenset[int]],
) -> frozenset[int]:
    """The vertices of least capacity that every path goes through; of several sets the latest.

    Args:
        capacities: of the vertices.
        first: those where every path begins.
        last: those where every path ends.
        edges: from each vertex those that it leads to.
    """
    graph = Graph(capacities, first, last, edges)
    graph.saturate()
    near = graph.reaching()
    return frozenset(v for v in capacities if ("in", v) not in near and ("out", v) in near)
