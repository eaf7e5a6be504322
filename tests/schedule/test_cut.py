"""Minimum cuts, against all sets of vertices."""

from __future__ import annotations

import itertools
import random

import pytest

from symbp.schedule.cut import minimum_cut


def separates(vertices, first, last, edges):
    """Whether no path leads from the first to the last around some vertices."""
    waiting = [v for v in first if v not in vertices]
    seen = set(waiting)
    while waiting:
        vertex = waiting.pop()
        if vertex in last:
            return False
        for other in edges.get(vertex, ()):
            if other not in seen and other not in vertices:
                seen.add(other)
                waiting.append(other)
    return True


@pytest.mark.parametrize("seed", range(60))
def test_is_the_least_of_all_that_separate(seed):
    rng = random.Random(seed)
    count = rng.randint(2, 8)
    capacities = {v: float(rng.choice([1, 1, 2, 3, 0.5])) for v in range(count)}
    edges = {
        v: frozenset(w for w in range(v + 1, count) if rng.random() < 0.4) for v in range(count)
    }
    first = frozenset(rng.sample(range(count), rng.randint(1, min(3, count))))
    last = frozenset(rng.sample(range(count), rng.randint(1, min(3, count))))
    found = minimum_cut(capacities, first, last, edges)
    sets = itertools.chain.from_iterable(
        itertools.combinations(range(count), size) for size in range(count + 1)
    )
    prices = [
        sum(capacities[v] for v in some) for some in sets if separates({*some}, first, last, edges)
    ]
    assert separates(found, first, last, edges)
    assert sum(capacities[v] for v in found) == pytest.approx(min(prices))


def test_of_several_the_latest():
    chain = {0: frozenset({1}), 1: frozenset({2}), 2: frozenset[int]()}
    assert minimum_cut(dict.fromkeys(chain, 1.0), frozenset({0}), frozenset({2}), chain) == {2}
