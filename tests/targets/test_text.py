"""The array program as text."""

from __future__ import annotations

import re

import pytest

from symbp.catalogue import layers
from symbp.notation import layer
from symbp.pipeline import emit
from symbp.targets.text import TEXT

BY_NAME = {one.name: one for one in layers()}

AFFINE = """
forward:
  %0: float[n, i] = given(x)
  %1: float[i, j] = argument(name=W)
  %2: float[j] = argument(name=b)
  %3: float[n, j] = contract(%1, %0, left=(0, 1), right=(2, 0), result=(2, 1))
  %4: float[n, j] = map(%2, %3, function=add)  # y[n, j] = sum(x[n, i]*W[i, j], i) + b[j]

backward:
"""


def test_every_operation_is_a_line():
    one = layer("Affine", "y[n, j] = sum(x[n, i]*W[i, j], i) + b[j]", parameters=["W", "b"])
    assert AFFINE in emit(one, TEXT).text


@pytest.mark.parametrize("name", BY_NAME)
def test_operands_are_defined_before(name):
    source = emit(BY_NAME[name], TEXT)
    assert source.path.endswith(".txt")
    for part in source.text.split("\n\n"):
        seen = set()
        for line in re.findall(r"^  (%.*)", part, re.M):
            target, _, value = line.partition("  #")[0].partition(": ")
            assert set(re.findall(r"%\d+", value)) <= seen
            seen.add(target)
    assert "saved: " in source.text


def test_a_network_has_its_parts():
    text = emit(BY_NAME["TwoLayerNet"], TEXT).text
    assert "\npredict:\n" in text
    assert "\ntrace:\n" in text
