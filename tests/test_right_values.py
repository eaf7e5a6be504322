"""Layers at inputs where their formula as written fails: the emitted class is right, and silent.

The values are those of the mathematics, to the digits given; most were worked out with mpmath.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import symbp
from symbp.pipeline import emit, load_class
from symbp.targets.numba import NUMBA
from symbp.targets.numba.module import uncompiled

INF, NAN = math.inf, math.nan
SOFTMAX = (0.7310585786300049, 0.2689414213699951)
SLOPE = 0.19661193324148185


@dataclass(frozen=True)
class Case:
    """A layer, what is given, and what it hands out and back; the upstream value is `upstream`."""

    forward: str
    given: tuple[Any, ...]
    value: Any
    gradient: Any
    upstream: Any = 1.0
    options: dict[str, Any] = field(default_factory=dict)
    dtypes: tuple[str, ...] = ("float32", "float64")
    loud: bool = False


LOG_SUM = "y[n] = log(sum(exp(x[n,k]), k))"
LOG_OF_LATER = "log(sum(exp(where(n < m, x[m], -inf)), m))"
MASKED = {"constants": ["m"]}


def normed() -> tuple[float, list[float]]:
    """The log-sum-exp of tanh(q), q = (1, exp(-1))/sqrt(1 + exp(-2)), and its gradient by x."""
    q = [math.exp(-n) / math.sqrt(1 + math.exp(-2)) for n in (0, 1)]
    weights = [math.exp(math.tanh(v)) / sum(math.exp(math.tanh(w)) for w in q) for v in q]
    slopes = [p * (1 - math.tanh(v) ** 2) * v for p, v in zip(weights, q, strict=True)]
    gradient = [slopes[n] - q[n] ** 2 * sum(slopes) for n in (0, 1)]
    return math.log(sum(math.exp(math.tanh(v)) for v in q)), gradient


def unit() -> tuple[list[float], list[float], float]:
    """Two exponentials of squares over their norm; the gradients of the first by x and by s."""
    squares = [(a / 0.5) ** 2 for a in (15, 14.99)]
    share = [1 / (1 + math.exp(2 * (other - own))) for own, other in (squares, squares[::-1])]
    slopes = [2 * squares[0] * share[1], -2 * squares[1] * share[1]]
    gradient = [math.sqrt(share[0]) * slope for slope in slopes]
    return [math.sqrt(weight) for weight in share], gradient, -sum(gradient) / 0.5


STEEP = 2 / math.sqrt(math.pi) / math.e / (math.erfc(1) + 0.5)
NORMED = normed()
UNIT = unit()
CASES = {
    "silu far out": Case("y = x/(1 + exp(-x))", ([1e30, -1e30, 0.0],), [1e30, 0, 0], [1, 0, 0.5]),
    "where nan": Case("y = where(x != x, 0, x)", ([NAN, 1.0],), [0, 1], [0, 1]),
    "log of a softmax and a number": Case(
        "y[n,c] = log(exp(x[n,c])/sum(exp(x[n,k]), k) + eps)",
        ([[1000.0, 0.0]],),
        [[math.log1p(1e-7), math.log(1e-7)]],
        [[0, 0]],
        options={"hyper": {"eps": 1e-7}},
        dtypes=("float64",),
    ),
    "a condition on a sum of exponentials": Case(
        "z[n] = sum(exp(x[n,k]), k)\ny[n,k] = where(z[n] > 0, exp(x[n,k])/z[n], 0)",
        ([[-1000.0, -1001.0]],),
        [SOFTMAX],
        [[SLOPE, -SLOPE]],
        upstream=[[1.0, 0.0]],
    ),
    "a condition on its size": Case(
        "z[n] = sum(exp(x[n,k]), k)\ny[n,k] = where(z[n] < 2, x[n,k], -x[n,k])",
        ([[-1000.0, -1001.0], [1000.0, 1001.0]],),
        [[-1000, -1001], [-1000, -1001]],
        [[1, 1], [-1, -1]],
    ),
    "a softmax by a total of its own": Case(
        "z[n] = sum(exp(x[n,k]), k)\ny[n,k] = exp(x[n,k])/z[n]",
        ([[1000.0, 999.0], [-1000.0, -1001.0]],),
        [SOFTMAX, SOFTMAX],
        [[SLOPE, -SLOPE], [SLOPE, -SLOPE]],
        upstream=[[1.0, 0.0], [1.0, 0.0]],
    ),
    "focal loss, saturated": Case(
        "p = 1/(1 + exp(-x))\ny = -p**g*log(1 - p)",
        ([1000.0, -1000.0],),
        [1000, 0],
        [1, 0],
        options={"hyper": {"g": 2}},
    ),
    "squares as exponents": Case(
        "y[n] = log(sum(exp(-x[n,k]**2), k))", ([[100.0, 101.0]],), [-10000], [[-200, 0]]
    ),
    "distances as exponents": Case(
        "y[n] = log(sum(exp(-(x[n] - c[k])**2/2), k))",
        ([100.0], [0.0, 1.0]),
        [-4900.5],
        ([-99], [0, 99]),
        options={"inputs": ["x", "c"]},
    ),
    "a factor in a sum of exponentials": Case(
        "y[n] = log(sum(m[n,i]*exp(x[n,i]), i))",
        ([[0.0, 1001.0]], [[1.0, 0.0]]),
        [0],
        [[1, 0]],
        options=MASKED,
    ),
    "a mask in a sum of exponentials": Case(
        "y[n] = log(sum(where(m[n,i] > 0, exp(x[n,i]), 0), i))",
        ([[0.0, 1001.0]], [[1.0, 0.0]]),
        [0],
        [[1, 0]],
        options=MASKED,
    ),
    "a masked softmax": Case(
        "y[n,c] = where(m[n,c] > 0, exp(x[n,c]), 0)/sum(where(m[n,i] > 0, exp(x[n,i]), 0), i)",
        ([[0.0, -1.0, 1001.0]], [[1.0, 1.0, 0.0]]),
        [[*SOFTMAX, 0]],
        [[SLOPE, -SLOPE, 0]],
        upstream=[[1.0, 0.0, 0.0]],
        options=MASKED,
    ),
    "a weight that is 0 in one of two terms": Case(
        "y = log(exp(x) + m*exp(2*x))",
        ([1000.0, 1000.0], [0.0, 1.0]),
        [1000, 2000],
        [1, 2],
        options=MASKED,
    ),
    "the normal distribution's logarithm": Case(
        "y = log((1 + erf(x/sqrt(2)))/2)",
        ([-40.0, -9.0, 9.0],),
        [-804.60844201375379, -43.628149113332115, -1.1285884059538406e-19],
        [40.024968847207264, 9.1085231050028688, 1.0279773571668915e-18],
    ),
    "a scaled tail": Case(
        "y = exp(x**2)*(1 - erf(x))",
        ([10.0, 30.0, -2.0],),
        [0.056140992743822586, 0.018795888861416751, 108.94090438997797],
        [-0.0055593122190608567, -0.00062583541050748407, -436.8919967270074],
        dtypes=("float64",),
    ),
    "a normal density by its distribution": Case(
        "p = exp(-x**2/2)\nt = 1 + erf(x/sqrt(2))\ny = p/t",
        ([-30.0, 30.0],),
        [37.641108930862047, 0],
        [-1.2519307648752823, 0],
        dtypes=("float64",),
    ),
    "the logarithm of an exponential by name": Case(
        "e[i] = exp(x[i])\ny[i] = log(e[i])*erfc(x[i])", ([0.5, -0.5],),
        [0.23975006109347674, -0.7602499389065233],
        [0.040108832719231068, 1.9598911672807688],
    ),
    "gelu's tail": Case(
        "y = x/2*(1 + erf(x/sqrt(2)))",
        ([-9.0],),
        [-1.0157295653584566e-18],
        [-9.138937373906639e-18],
    ),
    "gelu far out": Case(
        "y = x/2*(1 + erf(x/sqrt(2)))", ([-3e38, 3e38],), [0, 3e38], [0, 1]
    ),
    "gelu by tanh far out": Case(
        "y = x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))", ([-3e38, 3e38],), [0, 3e38], [0, 1]
    ),
    "gelu by tanh farther out": Case(
        "y = x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
        ([-1.7e308, 1.7e308],),
        [0, 1.7e308],
        [0, 1],
        dtypes=("float64",),
    ),
    "mish far out": Case("y = x*tanh(log(1 + exp(x)))", ([-3e38, 3e38],), [0, 3e38], [0, 1]),
    "huber far out": Case(
        "y = where(abs(x) <= 1, x**2/2, abs(x) - 1/2)", ([-3e38, 3e38],), [3e38, 3e38], [-1, 1]
    ),
    "elu by extrema": Case(
        "y = maximum(x, 0) + minimum(a*(exp(x/a) - 1), 0)",
        ([0.0, 1e4],),
        [0, 1e4],
        [1, 1],
        options={"hyper": {"a": 1.0}},
    ),
    "entropy with an impossible class": Case(
        "p[n,k] = exp(x[n,k])/sum(exp(x[n,j]), j)\nh[n] = -sum(p[n,k]*log(p[n,k]), k)",
        ([[0.0, 1.0, -INF]],),
        [0.582203108888218],
        [[SLOPE, -SLOPE, 0]],
    ),
    "divergence with an impossible class": Case(
        "p[n,k] = exp(x[n,k])/sum(exp(x[n,j]), j)\n"
        "d[n] = sum(t[n,k]*(log(t[n,k]) - log(p[n,k])), k)",
        ([[0.0, 1.0, -INF]], [[0.0, 1.0, 0.0]]),
        [0.31326168751822286],
        [[SOFTMAX[1], -SOFTMAX[1], 0]],
        options={"constants": ["t"], "assume": ["sum(t[n, k], k) == 1"]},
    ),
    "loss with an impossible class": Case(
        "y[n,c] = exp(x[n,c])/sum(exp(x[n,k]), k)\nloss = -mean(sum(t[n,c]*log(y[n,c]), c), n)",
        ([[0.0, 1.0, -INF]], [[0.0, 1.0, 0.0]]),
        0.31326168751822286,
        [[SOFTMAX[1], -SOFTMAX[1], 0]],
        options={"constants": ["t"], "assume": ["sum(t[n, c], c) == 1"]},
    ),
    "0*log(0)": Case(
        "y = t*log(t)*x",
        ([1.0, 2.0], [0.0, 2.0]),
        [0, 4 * math.log(2)],
        [0, 2 * math.log(2)],
        options={"constants": ["t"]},
    ),
    "log-sum-exp of nothing": Case(
        LOG_SUM, ([[-INF, -INF], [0.0, -INF]],), [-INF, 0], [[0, 0], [1, 0]]
    ),
    "log-sum-exp of nothing, gathered": Case(
        "y[n,h] = log(sum(exp(x[n, t[h], j]), j))",
        ([[[-INF, -INF], [0.0, -INF]]], np.array([0, 1])),
        [[-INF, 0]],
        [[[0, 0], [1, 0]]],
        options={"constants": ["t"]},
    ),
    "a norm at 0": Case(
        "y[n] = sqrt(sum(x[n,i]**2, i))", ([[0.0, 0.0], [3.0, 4.0]],), [0, 5], [[0, 0], [0.6, 0.8]]
    ),
    "a constant feature": Case(
        "m[j] = mean(x[n,j], n)\nv[j] = mean((x[n,j] - m[j])**2, n)\n"
        "y[n,j] = (x[n,j] - m[j])/(sqrt(v[j]) + 1e-5)",
        ([[2.0], [2.0]],),
        [[0], [0]],
        [[50000], [-50000]],
        upstream=[[1.0], [0.0]],
    ),
    "a square of a difference": Case(
        "y = mean((t[n] - m[k])**2, n, k)",
        ([1000.0, 1000.1], [1000.05]),
        0.0025,
        [-0.05, 0.05],
        options={"constants": ["t"], "inputs": ["m"]},
        dtypes=("float64",),
    ),
    "a saturated complement": Case(
        "p = 1/(1 + exp(-x))\ny = (1 - p)**2*x",
        ([50.0],),
        [1.86003798801042e-42],
        [-3.6828752162606276e-42],
        dtypes=("float64",),
    ),
    "an exponential that underflows beside what makes up for it": Case(
        "U = log(sum(exp(x[k]), k))\nW = log(sum(exp(-(z[q] - U)**2), q))\ny = W*U",
        ([-40.0, -41.0], [1.0, 20.0]),
        65697.850238902727,
        ([-3571.1177461054576, -1313.7408007946964], [3229.4478723917814, 0]),
    ),
    "the logarithm of the square of a negative sum": Case(
        "y = log(sum(m[k]*exp(x[k]), k)**2)",
        ([1001.0, 1000.0], [-2.0, 1.0]),
        2002.9797602512895,
        [2.4507993471211282, -0.45079934712112816],
        options=MASKED,
    ),
    "the logarithm of a quotient of negative sums": Case(
        "y[k] = log(m[k]*exp(x[k])/sum(m[l]*exp(x[l]), l))",
        ([1001.0, 1000.0], [-1.0, -2.0]),
        [-0.55144471393205109, -0.85829753337210578],
        [0.42388311523417089, -0.42388311523417089],
        upstream=[1.0, 0.0],
        options=MASKED,
    ),
    "a product that is known, by a factor that is 0": Case(
        "p[d] = exp(x[d])/sum(exp(x[f]), f)\nm[d] = p[d]*log(p[d] + 1e-5)\ny[d] = exp(m[d])",
        ([0.0, -INF],),
        [1.00001, 1],
        [0, 0],
    ),
    "a sum over nothing beside 1": Case(
        "y[t] = z[t]*log(sum(exp(where(s < t, x[s,t]*z[t], -inf)), s) + 1)",
        ([2.0, -1.0], [[5.0, 3.0], [1.0, 2.0]]),
        [0, -0.048587351573742059],
        ([0, -0.093690267958958284], [[0, 0.047425873177566781], [0, 0]]),
    ),
    "a component's weight of 0": Case(
        "l[k] = log(w[k]) - (1 - m[k])**2/2\nloss = -log(sum(exp(l[k]), k))",
        ([0.0, 1.0], [0.0, 0.5]),
        0.125,
        ([-0.68728927879097220, -1], [0, -0.5]),
        loud=True,  # NumPy tells of log(0)
    ),
    "a number that is computed by way of a larger one": Case(
        "g = 1/(1 + exp(-(0.1/1e-5)))*0.5\ny = g*x", ([2.0],), [1], [0.5]
    ),
    "a position in a choice, which is no number that overflows": Case(
        "r[h] = x[h,h] - x[h,0]\n"
        "a[h] = where(h > 1, log(exp(r[h]**2)/sum(exp(r[q]**2), q) + 1e-7), 0)\ny = min(a[h], h)",
        ([[0.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.5]],),
        -1.9257070327884704,
        [
            [0, 0, 0],
            [3.355450223927066, -3.355450223927066, 0],
            [-2.5626805789032274, 0, 2.5626805789032274],
        ],
    ),
    "an exponential of an exponential": Case(
        "y = exp(-exp(x))",
        ([1000.0, 3e38, 1.0, -1000.0, -3e38],),
        [0, 0, 0.065988035845312537, 1, 1],
        [0, 0, -0.17937407873401718, 0, 0],
    ),
    "a Gumbel density, of a difference": Case(
        "y[n] = exp(x[n] - m - exp(x[n] - m))*2",
        ([1000.0, 1.0, -1000.0], 0.0),
        [0, 0.35874815746803434, 0],
        ([0, -0.61643043997048758, 0], 0.61643043997048758),
    ),
    "a power by an exponential of an exponential": Case(
        "y = x*exp(-exp(x))",
        ([1000.0, 3e38, 1.0],),
        [0, 0, 0.065988035845312537],
        [0, 0, -0.11338604288870466],
    ),
    "a tanh of an exponential": Case(
        "y = tanh(exp(x))",
        ([1000.0, 3e38, 1.0, -2.0],),
        [1, 1, 0.99132891580059984, 0.13451504128949019],
        [0, 0, 0.046936519862658841, 0.13288648651740361],
    ),
    "a complementary log-log link": Case(
        "y = log(1 - exp(-exp(x)))",
        ([-30.0, 1.0, 4.0, 1000.0],),
        [-30.000000000000047, -0.068266031247876686, -1.9423376049564018e-24, 0],
        [0.99999999999995321, 0.19204687479175581, 1.0604803997042767e-22, 0],
    ),
    "a root of what is 0 because it is masked": Case(
        "p[d] = exp(where(d >= 1, S[d]*z, -inf) - max(where(f >= 1, S[f]*z, -inf), f))\n"
        "q[d] = p[d]**2\ng[d] = sqrt(q[d])",
        ([5.0, 1.0, 0.5], 2.0),
        [0, 1, 0.36787944117144233],
        ([0, -0.73575888234288464, 0.73575888234288464], -0.18393972058572117),
    ),
    "a distance to the largest of masked logarithms": Case(
        "h[m,n] = abs(where(m <= n, log(1.1 + sum(exp(s[o,m]*u), o)), -inf)\n"
        "  - max(where(p <= n, log(1.1 + sum(exp(s[o,p]*u), o)), -inf), p))\nloss = sum(h[m,m], m)",
        ([[0.3, 0.1, -0.4], [0.7, -0.2, 0.35], [-0.6, 0.11, 0.2]], 0.77),
        0.2185593039624869,
        (
            [
                [0.41243872369103274, -0.20157342317516705, -0.1312739731086083],
                [0.5612057792023643, -0.1599967812779531, -0.2338749421053385],
                [0.20624971556034788, -0.20313152954480262, -0.2083639972524017],
            ],
            0.4042908298142807,
        ),
    ),
    "a log-sum-exp over nothing, in a tail": Case(
        "y[d] = log(1 - erf(log(sum(exp(where(v[d] > 1, w[b], -inf)), b))) + 1e-7)",
        ([2.0, 0.0], [0.1, -0.3]),
        [-0.95197488536343353, 0.69314723055994406],
        ([0, 0], [-1.2019607370837695, -0.80569837661502329]),
    ),
    "a reciprocal that is guarded": Case(
        "y = where(x != 0, 1/x, 0)", ([0.0, 2.0, 1e30],), [0, 0.5, 1e-30], [0, -0.25, 0]
    ),
    "a quotient that is guarded": Case(
        "y[n,i] = where(s[n] == 1, 5, x[n,i]/(s[n] - 1))",
        ([1.0, 3.0], [[1.0, 2.0], [3.0, 4.0]]),
        [[5, 5], [1.5, 2]],
        ([0, -1.75], [[0, 0], [0.5, 0.5]]),
    ),
    "a power between 0 and 1, at 0": Case(
        "y = abs(x)**p*sign(x)",
        ([0.0, 4.0, -4.0],),
        [0, 2, -2],
        [0, 0.25, 0.25],
        options={"hyper": {"p": 0.5}},
    ),
    "a range with a number that is small beside its ends": Case(
        "y[n,i] = (x[n,i] - min(x[n,j],j))/(max(x[n,k],k) - min(x[n,l],l) + 1e-8)",
        ([[0.7, 0.7], [0.0, 2.0]],),
        [[0, 0], [0, 1 / (1 + 5e-9)]],
        [[0, 0], [0, 0]],
        upstream=[[0.0, 0.0], [0.0, 0.0]],
    ),
    "the entropy of logits that are large and alike": Case(
        "loss = -mean(log(exp(x[n,t[n]])/sum(exp(x[n,c]), c)), n)",
        ([[-10000.0, -10000.0]], [1]),
        0.69314718055994531,
        [[0.5, -0.5]],
        options={"constants": ["t"]},
    ),
    "a partial likelihood, a log-sum-exp over who is left": Case(
        "loss = -sum(e[n]*(x[n] - log(sum(where(t[m] >= t[n], exp(x[m]), 0), m))), n)",
        ([1000.0, 998.0, 0.0], [1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        0.1269280110429725,
        [-0.11920292202211756, 0.11920292202211756, 0],
        options={"constants": ["e", "t"]},
    ),
    "a gate and its complement": Case(
        "y = x*(1 - 1/(1 + exp(-t))) + h/(1 + exp(-t))",
        ([1.0, 1.0], [-20.0, 20.0], [3.0, 3.0]),
        [1.0000000041223072, 2.9999999958776927],
        (
            [0.99999999793884638, 2.0611536181902037e-9],
            [4.1223072278838044e-9, 4.1223072278838044e-9],
            [2.0611536181902037e-9, 0.99999999793884638],
        ),
    ),
    "a root in a square, where there is nothing to take the root of": Case(
        "y[n] = -(-sqrt(maximum(z[n], 0)) - z[n])**2"
        " / sum(abs(-(-sqrt(maximum(z[k], 0)) - z[k])**2), k)",
        ([0.5, -0.25],),
        [-0.9588709389996283, -0.041129061000371698],
        [0.11154598538970902, 0.31549969073279521],
        upstream=[1.0, 2.0],
    ),
    "an inverse square": Case("y = 1/x**2", ([1e30, 2.0],), [0, 0.25], [0, -0.25], loud=True),
    "a branch that is taken for nan": Case(
        "y[n] = where(m[n] > 0, 1, z[n]/sqrt(x[n]))",
        ([3.0], [4.0], [NAN]),
        [1.5],
        ([0.5], [-0.1875]),
        options=MASKED,
    ),
    "a weight that divides by exponentials": Case(
        "p[n] = exp(x[n])/mean(w[m]*exp(x[m]), m)\ny = sum(p[n], n)*log(sum(p[n], n) + 1e-5)",
        ([344.0, 344.0], [0.5, 1.0]),
        2.6155546746791867,
        ([0.88036855689722553, -0.88036855689722553], [-3.5214742275889021] * 2),
    ),
    "a log-sum-exp over named exponents of nothing": Case(
        "u[m] = log(sum(exp(x[n]*x[m]), n))\na[m] = where(x[m] >= 1, u[m] + u[0], -inf)\n"
        "y = log(sum(exp(a[m]), m) + 1)",
        ([0.5, -0.3],),
        0,
        [0, 0],
    ),
    "a softmax over nothing in a branch that is not taken": Case(
        "y[n,k] = where(m[n] > 0, exp(where(x[n,k] > m[n], x[n,k], -inf))"
        "/sum(exp(where(x[n,f] > m[n], x[n,f], -inf)), f), x[n,k])",
        ([[1.0, 1.0], [2.0, -1.0]], [-1.0, 1.0]),
        [[1, 1], [1, 0]],
        [[1, 1], [0, 0]],
        options=MASKED,
    ),
    "a logistic function of a log-sum-exp": Case(
        "y[n] = 1/(1 + exp(-log(sum(exp(x[n,k]), k))))",
        ([[1000.0, 999.0], [-1000.0, -1001.0], [0.0, 0.0]],),
        [1, 0, 2 / 3],
        [[0, 0], [0, 0], [1 / 9, 1 / 9]],
    ),
    "a logistic function of a log-sum-exp of what counts": Case(
        "y[n] = 1/(1 + 1/sum(exp(where(m[n,k] > 0, x[n,k], -inf)), k))",
        ([[1000.0, 999.0], [1.0, 2.0], [0.0, 5.0]], [[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]]),
        [1, 0, 0.5],
        [[0, 0], [0, 0], [0.25, 0]],
        options=MASKED,
        loud=True,
    ),
    "a focal loss whose right class has underflowed": Case(
        "p[n, c] = softmax(x[n, c], c)\n"
        "loss = -mean(sum(t[n, c]*(1 - p[n, c])**gamma*log(p[n, c]), c), n)",
        ([[800.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]]),
        800.0,
        [[1.0, -1.0, 0.0]],
        upstream=1.0,
        options={"constants": ["t"], "hyper": {"gamma": 2.0}},
    ),
    "tanh of a masked sum's logarithm, of nothing too": Case(
        "y[t] = log(tanh(log(sum(exp(where(x[n, t] >= 0.5, x[n, t], -inf)), n) + 1))**2 + 0.1)",
        ([[-0.4, -0.5], [1000.0, 0.2]],),
        [0.0953101798043249, -2.302585092994046],
        [[0.0, 0.0], [0.0, 0.0]],
    ),
    "a standard deviation of 0 beside what it does not divide": Case(
        "y[j,i] = (w[i,t[i,j]]/4 - mean(w[k,t[k,j]]/4, k))/(sqrt(mean((w[k,t[k,j]]/4"
        " - mean(w[l,t[l,j]]/4, l))**2, k)) + 1e-5)",
        ([[0.5]], [[0]]),
        [[0.0]],
        [[0.0]],
        options={"constants": ["t"]},
    ),
    "a root of 0 that divides one term of a sum": Case(
        "h[..., a] = sum((x[a,n] - b[..., n])*x[a,n], n)\n"
        "y[..., a] = sqrt(1 + h[..., a]**2)*sqrt(maximum(h[..., a], 0))",
        ([[0.5], [1.0]], [[1.0], [1.0]]),
        [[0.0, 0.0], [0.0, 0.0]],
        ([[0.0], [0.0]], [[0.0], [0.0]]),
    ),
    "the logarithm of a squared softmax and a number": Case(
        "y[n,k] = log((exp(x[n,k])/sum(exp(x[n,i]), i))**2 + 0.1)",
        ([[1000.0, 999.0], [-1000.0, -1001.0]],),
        [[-0.4550020845855775, -1.7583470059912507]] * 2,
        [[0.4531030040176023, -0.4531030040176023]] * 2,
        upstream=[[1.0, 0.0], [1.0, 0.0]],
    ),
    "masked scores, scaled and rectified": Case(
        "s[n,k] = where(m[n,k] > 0, x[n,k], -inf)\ny[n,k] = maximum(s[n,k]*w[k], 0)",
        ([[1.0, 2.0], [3.0, 4.0]], [2.0, 3.0], [[1.0, 0.0], [0.0, 1.0]]),
        [[2.0, 0.0], [0.0, 12.0]],
        ([[2.0, 0.0], [0.0, 3.0]], [1.0, 4.0]),
        options={"constants": ["m"]},
    ),
    "a masked quotient that is not the least": Case(
        "y[n] = minimum(where(n < 1, x[n], -inf)/max(where(m < 1, x[m], -inf), m), z[n])",
        ([-2.0, 3.0], [0.5, 4.0]),
        [0.5, 4.0],
        ([0.0, 0.0], [1.0, 1.0]),
    ),
    "the logarithm of a softmax of squares, all of it by name, and a number": Case(
        "near[n] = -(x[n] - w)**2\ntop[n] = exp(near[n])\nfar[m] = (x[m] - w)**2\n"
        "total = sum(exp(-far[m]), m)\np[n] = top[n]/total\nq[n] = p[n] + eps\ny[n] = log(q[n])",
        ([1000.0, 1001.0], 0.0),
        [math.log1p(1e-7), math.log(1e-7)],
        ([0.0, 0.0], 0.0),
        options={"hyper": {"eps": 1e-7}},
        dtypes=("float64",),
    ),
    "a divergence from logits that are far larger": Case(
        "p[n,c] = exp(x[n,c]/T)/sum(exp(x[n,k]/T), k)\n"
        "q[n,c] = exp(t[n,c]/T)/sum(exp(t[n,k]/T), k)\n"
        "y = sum(q[n,c]*(log(q[n,c]) - log(p[n,c])), n, c)",
        ([[2.0, -2.0]], [[-1e30, 1e30]]),
        2.1269280110429727,
        [[0.4403985389889412, -0.4403985389889412]],
        options={"constants": ["t"], "hyper": {"T": 2.0}},
    ),
    "a divergence of two distributions, a class of one impossible": Case(
        "p[n,c] = exp(x[n,c])/sum(exp(x[n,k]), k)\nq[n,c] = exp(z[n,c])/sum(exp(z[n,k]), k)\n"
        "m[n,c] = (p[n,c] + q[n,c])/2\n"
        "y[n] = sum(p[n,c]*log(p[n,c]/m[n,c]) + q[n,c]*log(q[n,c]/m[n,c]), c)/2",
        ([[-INF, 0.0]], [[0.0, 0.0]]),
        [0.2157615543388356],
        ([[0.0, 0.0]], [[0.13732653608351372, -0.13732653608351372]]),
    ),
    "a ratio of exponentials": Case(
        "p = exp(a)\nq = exp(b)\ny = p/q",
        ([1000.0, -1000.0], [999.0, -1001.0]),
        [math.e, math.e],
        ([math.e, math.e], [-math.e, -math.e]),
    ),
    "a minimum with a log-sum-exp over nothing, in a branch that is not taken": Case(
        f"y[n] = where(p[n] <= 0, x[n]*minimum(1, {LOG_OF_LATER}), 1)",
        ([-1.0, 1.0], [2.0, -0.5]),
        [-1, 1],
        ([0, 0], [-0.5, 2]),
    ),
    "its square, in a branch that is not taken": Case(
        f"y[n] = where(p[n] <= 0, x[n]*minimum(1, {LOG_OF_LATER})**2, 1)",
        ([-1.0, 1.0], [2.0, -0.5]),
        [0.5, 1],
        ([0, 0], [0.25, -2]),
    ),
    "its size by name, in a branch that is not taken": Case(
        f"u[n] = minimum(1, {LOG_OF_LATER})\ny[n] = where(p[n] <= 0, x[n]*abs(u[n]), 1)",
        ([2.0, -0.5], [-1.0, 1.0]),
        [1, 1],
        ([0.5, -2], [0, 0]),
    ),
    "a clipped log-sum-exp over nothing, in a branch that is not taken": Case(
        f"y[n] = where(p[n] <= 0, x[n]*maximum(-2, minimum(1, {LOG_OF_LATER})), 1)",
        ([-1.0, 1.0], [2.0, -0.5]),
        [-1, 1],
        ([0, 0], [-0.5, 2]),
        loud=True,  # NumPy tells of log(0)
    ),
    "a logarithm beside an exponential of its larger part": Case(
        "u = log(sum(exp(2*s[n]), n))\ny[n] = exp(-maximum(u, 0)*s[n])*u",
        ([0.0, 0.0],),
        [math.log(2)] * 2,
        [2 - math.log(2) ** 2] * 2,
    ),
    **{
        f"the norm of exponentials by name, {'and these' if e else 'not these'}": Case(
            f"{e}n = sqrt(sum({'e[s]' if e else 'exp(x[s])'}**2, s))\n"
            "q[r] = exp(x[r])/n\ny = log(sum(exp(tanh(q[r])), r))",
            ([-1000.0, -1001.0],),
            NORMED[0],
            NORMED[1],
        )
        for e in ("", "e[s] = exp(x[s])\n")
    },
    "a product of exponentials that overflow and vanish": Case(
        "y[n,k] = exp(a[n])*exp(-x[n,k])",
        ([1000.0], [[1000.0, 1001.0]]),
        [[1.0, math.exp(-1)]],
        ([1 + math.exp(-1)], [[-1.0, -math.exp(-1)]]),
    ),
    "the slope of an inverse hyperbolic sine far out": Case(
        "y = arcsinh(x)",
        ([1e25, -3e38, 2.0],),
        [58.257774, -math.log(6e38), math.asinh(2)],
        [1e-25, 1 / 3e38, 1 / math.sqrt(5)],
    ),
    "a hyperbola far out": Case(
        "y = sqrt((x - t)**2 + eps) - 1",
        ([1e30, -3e38, 1.0], [0.0, 0.0, 1.0]),
        [1e30, 3e38, -0.9],
        ([1, -1, 0], [-1, 1, 0]),
        options={"hyper": {"eps": 0.01}},
    ),
    "a hyperbola whose parts have names": Case(
        "d = 2*x/a\ns = 1 + d**2\ny = sqrt(s)",
        ([1e30, 1.5, 0.0],),
        [1e30, math.sqrt(3.25), 1],
        [1, 1.5 / math.sqrt(3.25), 0],
        options={"hyper": {"a": 2.0}},
    ),
    "a Cauchy loss far out": Case(
        "y = log(1 + (x/c)**2)",
        ([4e25, -2e38, 2.0],),
        [2 * math.log(2e25), 2 * math.log(1e38), math.log(2)],
        [2 / 4e25, -2 / 2e38, 0.5],
        options={"hyper": {"c": 2.0}},
    ),
    "a bell of a rational function far out": Case(
        "y = 1/(1 + x**2)", ([1e30, -3e38, 1.0],), [0, 0, 0.5], [0, 0, -0.5]
    ),
    "a rational step far out": Case(
        "y = x**2/(3 + x**2)", ([1e30, -3e38, 1.0],), [1, 1, 0.25], [0, 0, 0.375]
    ),
    "a rational sigmoid far out": Case(
        "y = x/sqrt(1 + x**2)", ([1e30, -3e38, 0.0],), [1, -1, 0], [0, 0, 1]
    ),
    "a quotient that falls as its inverse does": Case(
        "y = (x - t)/(1 + (x - t)**2)", ([1e25, 2.0], [0.0, 1.0]), [1e-25, 0.5], ([0, 0], [0, 0])
    ),
    "an angle far out": Case(
        "y = arctan(x)", ([3e38, -1e25],), [math.pi / 2, -math.pi / 2], [0, 0]
    ),
    "a logarithm of a hyperbolic cosine far out": Case(
        "y = log((exp(x) + exp(-x))/2)",
        ([3e38, -1000.0, 1.0],),
        [3e38, 1000 - math.log(2), math.log(math.cosh(1))],
        [1, -1, math.tanh(1)],
    ),
    "a hyperbolic tangent by exponentials": Case(
        "y = (exp(2*x) - exp(-2*x))/(exp(2*x) + exp(-2*x))",
        ([1000.0, -1e38, 1e-5, 0.5],),
        [1, -1, math.tanh(2e-5), math.tanh(1)],
        [0, 0, 2, 2 * (1 - math.tanh(1) ** 2)],
    ),
    "a product of infinity in a branch that is not taken": Case(
        "y = where(x > 0, x*log(x), 0)", ([-INF, 0.0, 1.0, 2.0],), [0, 0, 0, 2 * math.log(2)],
        [0, 0, 1, 1 + math.log(2)],
    ),
    "a root by name of a sum by name of exponentials": Case(
        "p[c, l] = exp(x[l])/s[c]\nq[c, l] = exp(p[c, l]**2)\nr[c] = sqrt(sum(q[c, l]**2, l))\n"
        "y[c, i] = exp((exp(x[i])/s[c])**2)/r[c]",
        ([math.log(15), math.log(14.99)], [0.5]),
        [UNIT[0]],
        (UNIT[1], [UNIT[2]]),
        upstream=[[1.0, 0.0]],
        dtypes=("float64",),
    ),
    "a gate squared, far out": Case(
        "y = x/(1 + exp(-x))**2", ([3e38, -3e38, 0.0],), [3e38, 0, 0], [1, 0, 0.25]
    ),
    "a focal loss of the other class, far out": Case(
        "p = exp(x)/(1 + exp(x))\ny = -(1 - p)**g*log(p)",
        ([1000.0, -1000.0, 0.0],),
        [0, 1000, math.log(2) / 4],
        [0, -1, -(math.log(2) / 4 + 0.125)],
        options={"hyper": {"g": 2.0}},
    ),
    "a balanced focal loss far out": Case(
        "p = 1/(1 + exp(-x))\ny = -a*p**g*log(1 - p) - b*(1 - p)**g*log(p)",
        ([1e38, -1e38, 0.0],),
        [0.25e38, 0.75e38, math.log(2) / 4],
        [0.25, -0.75, -0.5 * (math.log(2) / 4 + 0.125)],
        options={"hyper": {"g": 2.0, "a": 0.25, "b": 0.75}},
    ),
    "a binary cross entropy of what is certain": Case(
        "y = -(t*log(p) + (1 - t)*log(1 - p))",
        ([0.0, 1.0, 0.5, 0.5], [0.0, 1.0, 1.0, 0.5]),
        [0, 0, math.log(2), math.log(2)],
        [1, -1, -2, 0],
        options={"constants": ["t"]},
    ),
    "a cross entropy of what is impossible": Case(
        "loss = -sum(t[n,k]*log(y[n,k]), n, k)",
        ([[0.0, 1.0]], [[0.0, 1.0]]),
        0,
        [[0, -1]],
        options={"constants": ["t"]},
    ),
    "a log-sum-exp of what is infinite": Case(
        "y[n] = -log(sum(exp(-x[n,k]), k))",
        ([[-INF, 0.0], [0.0, INF]],),
        [-INF, 0],
        [[NAN, 0], [1, 0]],
        loud=True,
    ),
    "a logarithm of a tail that is nearly all": Case(
        "y = log(1 - erf(x))", ([-3e38, 0.0, -1.0],), [math.log(2), 0, math.log(1 + math.erf(1))],
        [0, -2 / math.sqrt(math.pi), -2 / math.sqrt(math.pi) / math.e / (1 + math.erf(1))],
    ),
    "a logarithm of nearly 1": Case(
        "y = log(1 - exp(-x))",
        ([30.0, math.log(2)],),
        [-9.357622968840175e-14, -math.log(2)],
        [9.357622968841e-14, 1],
    ),
    "a root of a clipped log-sum-exp over nothing, of log-sum-exps": Case(
        "y[c] = sqrt(maximum(log(mean(exp(where(m[i, c] > 0, log(sum(exp(x[n, i] + w[n]), n)), "
        "-inf)), i)), 0))",
        ([[1.0], [2.0]], [0.5, 0.25], [[0.0, 1.0]]),
        [0, 1.6238445141437956],
        ([[0.0987844889181913], [0.20912676468088556]], [0.0987844889181913, 0.20912676468088556]),
        options={"constants": ["m"]},
    ),
    "a complement by name, and a number": Case(
        "q[i] = where(i > 1, x[i], -inf)\nr[i] = q[i] - max(where(l > 1, x[l], -inf), l)\n"
        "t[i] = exp(r[i])/sum(exp(where(k > 1, x[k], -inf)), k)\nu[i] = erf(t[i]*s)\n"
        "v[i] = 1 - u[i]\ny[i] = log(v[i] + 0.5)",
        ([1.0, 2.0, 0.0], 1.0),
        [math.log(1.5), math.log(1.5), math.log(math.erfc(1) + 0.5)],
        ([0, 0, STEEP], -STEEP),
    ),
    "what a mask leaves out is no number": Case(
        "y[i] = where(m[i] == 1, (x[i] - 2)**2, 0)",
        ([1.0, NAN, INF, 1e300], [1.0, 0.0, 0.0, 0.0]),
        [1, 0, 0, 0],
        [-2, 0, 0, 0],
        options=MASKED,
        dtypes=("float64",),
        loud=True,
    ),
    "the least of masked shares by weight": Case(
        "y[n] = log(min(exp(where(m[k, n] > 0, x[k], -inf))/sum(w[j, n]*exp(where(m[j, n] > 0, "
        "x[j], -inf)), j), k) + 1e-7)",
        ([0.5, -0.1, 0.2], [[0.0, 1.0], [0.0, 1.0], [1.0, 1.0]], [[0.5, 1], [0.5, 0.5], [1, 1]]),
        [-16.11809565095832, -1.3007300074936219],
        [-0.496222560660405, 0.863833275110972, -0.36761071445056703],
        options={"constants": ["m", "w"]},
        dtypes=("float64",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CASES)
def test_right_where_the_formula_as_written_fails(name, dtype):
    cls = load_class(emit(symbp.layer("F", CASES[name].forward, **CASES[name].options)))
    check(CASES[name], cls, dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CASES)
def test_right_in_loops_as_python_runs_them(name, dtype):
    cls = load_class(emit(symbp.layer("F", CASES[name].forward, **CASES[name].options), NUMBA))
    uncompiled(vars(cls)["forward"].__globals__)
    check(CASES[name], cls, dtype, loud=True)  # Python tells of what compiled loops do not


def check(case: Case, cls: Any, dtype: str, loud: bool = False) -> None:
    """Values and gradients, and no warning unless the case has one."""
    if dtype not in case.dtypes:
        pytest.skip("the value is beyond its range, or its digits")
    given = [np.asarray(a) for a in case.given]
    given = [a if a.dtype.kind == "i" else a.astype(dtype) for a in given]
    with warnings.catch_warnings(), np.errstate(under="ignore"):
        warnings.simplefilter("ignore" if case.loud or loud else "error")
        instance = cls()
        value = instance.forward(*given)
        upstream = np.broadcast_to(np.asarray(case.upstream, dtype), np.shape(value)).copy()
        gradient = instance.backward(upstream)
    tolerance = 2e-5 if dtype == "float32" else 1e-8
    pairs = [(value, case.value)]
    if isinstance(case.gradient, tuple):
        pairs += list(zip(gradient, case.gradient, strict=True))
    else:
        pairs.append((gradient, case.gradient))
    for found, wanted in pairs:
        assert np.asarray(found).dtype == dtype
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=1e-40)
