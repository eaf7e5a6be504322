"""Random layers in the whole notation: what is emitted agrees with the oracle, both ways.

A layer that the notation refuses counts as no example, and one that symbp says it cannot lower
is allowed: that must stay rare, which is a property too.
"""

from __future__ import annotations

import collections

import pytest
from hypothesis import HealthCheck, assume, given, settings
from properties.labelled import labelled_layers
from properties.spec import Spec
from properties.strategies import bare_layers, indexed_layers, layers
from properties.verdict import Refused, Rejected, examine, read

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.large_base_example]
COMMON = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=CHECKS, print_blob=False
)


def holds(spec: Spec) -> None:
    try:
        examine(spec)
    except (Rejected, Refused):
        assume(False)


@settings(COMMON, max_examples=60)
@given(bare_layers())
def test_elementwise_layers(spec):
    holds(spec)


@settings(COMMON, max_examples=120)
@given(indexed_layers())
def test_indexed_layers(spec):
    holds(spec)


@settings(COMMON, max_examples=12)
@given(labelled_layers())
def test_layers_with_labels(spec):
    holds(spec)


@pytest.mark.slow
@settings(COMMON, max_examples=400)
@given(bare_layers())
def test_many_elementwise_layers(spec):
    holds(spec)


@pytest.mark.slow
@settings(COMMON, max_examples=1100)
@given(indexed_layers())
def test_many_indexed_layers(spec):
    holds(spec)


def test_most_texts_are_layers():
    seen: collections.Counter[bool] = collections.Counter()

    @settings(COMMON, max_examples=150)
    @given(layers())
    def count(spec):
        try:
            read(spec)
        except Rejected:
            seen[False] += 1
        else:
            seen[True] += 1

    count()
    assert seen[True] > 2 * seen[False]
