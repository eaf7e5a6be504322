"""No array of a program is larger than the largest of the formula."""

from __future__ import annotations

import pytest

from symbp.calculus import derive
from symbp.notation import layer
from symbp.program import lower

# Every value of these formulas has two axes at most.
FORWARD = {
    "masked log-sum-exp": "y[n] = log(sum(where(m[n,i] > 0, exp(x[n,i]), 0), i))",
    "masked by position": "y[n] = log(sum(where(i > 0, exp(x[n,i]), 0), i))",
    "log-sum-exp of a choice": "y[n] = log(sum(exp(where(m[n,i] > 0, x[n,i], -1)), i))",
    "of a masked logit": "y[n] = log(sum(exp(where(m[n,i] > 0, x[n,i], -inf)), i))",
    "masked softmax": """w[n,i] = where(m[n,i] > 0, x[n,i], -inf)
        y[n,i] = exp(w[n,i])/sum(exp(w[n,k]), k)""",
    "entropy of a masked softmax": """w[n,i] = where(m[n,i] > 0, x[n,i], -1)
        p[n,i] = exp(w[n,i])/sum(exp(w[n,k]), k)
        y[n] = -sum(p[n,i]*log(p[n,i]), i)""",
    "of a chosen weight": "y[n] = log(sum(where(m[n,i] > 0, x[n,i]**2, 1)*exp(x[n,i]), i))",
}


@pytest.mark.parametrize("name", FORWARD)
def test_two_axes_are_enough(name):
    text = FORWARD[name]
    program = lower(derive(layer("F", text, constants=["m"] if "m[" in text else [])))
    assert max(len(operation.axes) for operation in program.operations) <= 2
