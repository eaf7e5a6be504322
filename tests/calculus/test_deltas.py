"""The parts of a gradient, by the deltas that say where they go."""

from __future__ import annotations

from symbp.calculus import Delta, by_delta
from symbp.notation import Entry, Index, SumOver

H, J, K = (Index(name, "n") for name in "hjk")
A, B = Entry("a", H, J), Entry("b", J)


def test_a_delta_of_a_summed_index_collapses_the_sum():
    total = SumOver(A * (Delta(J, K) * B + Delta(K, J) * B**2), J)
    at_k = Entry("a", H, K)
    (parts,) = [by_delta(total)]
    assert set(parts) == {frozenset()}
    assert parts[frozenset()].expand() == (at_k * Entry("b", K) + at_k * Entry("b", K) ** 2)


def test_a_delta_of_other_indices_leaves_the_sum():
    total = SumOver(A * Delta(H, K) * B, J)
    assert by_delta(total) == {frozenset({Delta(H, K)}): SumOver(A * B, J)}
