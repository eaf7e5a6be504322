"""Numbers that have no value at the hyper-parameters' defaults."""

from __future__ import annotations

import re

import pytest

from symbp import layer
from symbp.errors import NotationError

REFUSED = {
    "y = where(x > 0, arcsin(h), x)": "column 18: `arcsin` has no value at the default h = -1.5",
    "y = x*log(h + 1)": "column 7: `log` has no value at the default h = -1.5",
    "y = where(x > 0, x*h**h, x)": "this power has no value at the default h = -1.5",
    "y[j] = sum(x[i]*g/(h + g), i) + z[j]": "`/` has no value at the default g = 1.5, h = -1.5",
    "y = where(h < 0, x*sqrt(h), x)": "`sqrt` has no value",
    "y = where(x > 0 and h > 0, x*sqrt(h), x)": "`sqrt` has no value",
}
READ = [
    "y = where(h > 0, x*sqrt(h), x)",
    "y = where(h < 0 or x > 0, x, x*sqrt(g))",
    "y = where(not h < 0, log(h), x)",
    "y = where(h > 0 and g > 0, log(h), x)",
    "y = log(exp(h*1000))*x",
    "y[i] = x[i]*log(-h*size(i))",
]

DEFAULTS = {"h": -1.5, "g": 1.5}


def read(forward):
    used = {name: value for name, value in DEFAULTS.items() if re.search(rf"\b{name}\b", forward)}
    return layer("Made", forward, hyper=used)


@pytest.mark.parametrize("forward", REFUSED)
def test_a_number_without_a_value_is_refused_with_its_default(forward):
    with pytest.raises(NotationError) as raised:
        read(forward)
    assert REFUSED[forward] in str(raised.value)


@pytest.mark.parametrize("forward", READ)
def test_what_a_condition_on_numbers_leaves_out_may_have_no_value(forward):
    assert read(forward).hyper
