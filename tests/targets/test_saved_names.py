"""Names of saved lengths and shapes: all different, and none of them the user's."""

from __future__ import annotations

from typing import Any

import pytest

import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class

LAYERS: dict[str, dict[str, Any]] = {
    "two shapes of computed tensors": {
        "forward": "M[h,c] = sum(F[h,w]*V[w,c], w)\n"
        "S[i,h] = sum(x[h,j] - sum(V[w,0]*F[w,w]*M[w,q[i,w]], w), j)\n"
        "X[h,i] = M[h,0]*S[i,d[h]]*x[h,i]",
        "parameters": ["V", "F"],
        "constants": ["q", "d"],
    },
    "a tensor called as a length": {"forward": "y = mean(count + leading, ...)"},
    "tensors called as lengths": {"forward": "y[j] = mean(length_n[n] + z[j], n)*length_j[j]"},
    "a tensor called as a shape": {
        "forward": "M[h] = 2*x[h]\ny[n] = M[t[n]]*shape_of_M[n]\n",
        "constants": ["t"],
    },
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_judges_accept_it(name):
    layer = symbp.layer("F", **LAYERS[name])
    source = emit(layer)
    report = check_layer(layer, load_class(source), source.text)
    assert report.ok, report.results
