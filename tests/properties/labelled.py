"""Layers with labels: a constant that adds up to 1, or is given as integer classes."""

from __future__ import annotations

from hypothesis import strategies as st

from properties.spec import Spec
from properties.writer import DOTS, Draw

__all__ = ["labelled_layers"]

LOSSES = (
    "-{mean}(sum(t[{at}] * log(p[{at}]), c), {over})",
    "-{mean}(t[{at}] * log(p[{at}]), c, {over})",
    "{mean}(sum(t[{at}] * (p[{at}] - x[{at}])**2, c), {over})",
    "{mean}(sum(t[{at}] * (log(t[{at}] + 0.1) - log(p[{at}])), c), {over})",
    "{mean}(sum(t[{at}] * x[{at}], c) - log(sum(exp(x[{at}]), c)), {over})",
)
SCORES = ("x[{i}]", "x[{i}] * z[{c}]", "tanh(x[{i}])", "x[{i}] - max(x[{k}], o)", "alpha * x[{i}]")


@st.composite
def labelled_layers(draw: Draw) -> Spec:
    """Softmax or a logistic function, and a loss."""
    over = draw(st.sampled_from((DOTS, "n", "n, i")))
    at, below, beside = (f"{over}, {index}" for index in "cjo")
    score = draw(st.sampled_from(SCORES))
    above = score.format(i=at, c="c", k=beside)
    summed = score.format(i=below, c="j", k=beside)
    soft = f"p[{at}] = exp({above}) / sum(exp({summed}), j)"
    if draw(st.integers(0, 3)) == 3:
        soft = f"p[{at}] = 1 / (1 + exp(-({above})))"
    form, mean = draw(st.sampled_from(LOSSES)), draw(st.sampled_from(("mean", "sum")))
    loss = f"y = {form.format(mean=mean, at=at, over=over)}"
    text = f"{soft}\n{loss}" if "p[" in loss else loss
    return Spec(
        forward=text,
        parameters=("z",) if "z[" in text else (),
        constants=("t",),
        hyper={"alpha": 0.3} if "alpha" in text else {},
        assume=(f"sum(t[{at}], c) == 1",) if draw(st.booleans()) else (),
        one_hot={"t": "c"} if draw(st.booleans()) else {},
    )
