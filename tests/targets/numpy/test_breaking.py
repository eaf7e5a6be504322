"""Long statements are broken where `ruff format` breaks them."""

# ruff: noqa: E501

from __future__ import annotations

import subprocess
import sys

import pytest

from symbp.targets.numpy.breaking import broken

STATEMENTS = [
    "y = x + 1",
    "dx = dloss * (probabilities - targets_of_the_samples) / number_of_all_the_samples_in_it",
    "dx = upstream_of_the_layer - upstream_mean - normalised_x * np.mean(upstream * normalised_x, 0)",
    "np.multiply(upstream_of_the_layer, probabilities_of_the_classes, out=upstream_times_softmax)",
    "np.multiply(upstream_of_the_layer, probabilities_of_the_classes + 1, gradient_of_the_input, out=y)",
    "y = np.maximum(np.log1p(np.exp(np.minimum(the_first_argument, 80.0))), the_second_argument_given)",
    "y = np.where(the_first_argument > 0, the_second_argument, self.alpha * np.expm1(the_second_argument))",
    "y += weights_of_the_layer * (normalised_input - mean_of_the_batch) + the_shift_of_the_whole_layer_x",
    "y = weights_of_the_layer * np.einsum('nij,njk->nik', the_first_argument, the_second_argument_given)",
    "dx = (upstream_of_the_layer - mean_of_the_upstream_of_the_layer - xhat_times_its_mean) * inverse_std",
    "y = the_first * the_second_argument_given + the_third * the_fourth_argument + the_fifth / the_sixth_one",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("depth", [4, 8, 12])
def test_as_ruff_breaks_it(statement, depth):
    opening = "".join(f"{' ' * 4 * level}if a:\n" for level in range(depth // 4))
    statement = statement.replace("'", '"')
    text = opening + "".join(f"{' ' * depth}{line}\n" for line in broken(statement, 88 - depth))
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "-"]
    done = subprocess.run(
        [*command, "--line-length", "88"], input=text, capture_output=True, text=True, check=True
    )
    assert text == done.stdout


def test_what_cannot_be_broken_stays():
    long = "y = " + "x" * 100
    assert broken(long, 88) == [long]
    assert broken("if a:\n    b", 3) == ["if a:", "    b"]
