"""The elementary functions: right to 2 ULP everywhere, special values as NumPy's, vectorised."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import scipy.special
from compiled import emitted, imported, loop
from ulps import around, error_exactly, errors_by_double, samples

from symbp.targets.numba.functions import NAMES, source

MOST = 2.0
FAR = 1e5
CALLING = ("sin", "cos")
"""Those that call libm."""
WHOLE = tuple(name for name in NAMES if name != "is_far" and not name.startswith("near"))
NEAR = ("near_sin", "near_cos")
INLINED = tuple(name for name in (*WHOLE, *NEAR) if name not in CALLING)
DTYPES = ("float32", "float64")
SPECIAL = (0.0, -0.0, math.inf, -math.inf, math.nan, 1.0, -1.0, 2.0, -2.0)
TURNS = tuple(n * math.pi / 2 for n in (1, 2, 3, 4, 5, 29, 30, 1000, 2**14 - 1, 63_661))
INTERESTING = {
    "sin": (*TURNS, math.pi / 4, 3 * math.pi / 4, 1e22),
    "cos": (*TURNS, math.pi / 4, 3 * math.pi / 4, 1e22),
    "exp": (88.72, 87.34, 103.97, 709.78, 708.4, 745.13, 0.3466, 1.04),
    "expm1": (88.72, 709.78, 17.3, 37.4, 0.3466, 1.04, 1e-7),
    "tanh": (0.6, 9.01, 19.06, 0.01),
    "log": (1.0, math.sqrt(2), math.sqrt(0.5), 2.0, 0.5),
    "erf": (0.65, 0.7, 3.9, 5.9, 0.01),
    "erfc": (0.49, 0.65, 1.0, 3.0, 9.19, 10.05, 26.54, 27.22, 0.01),
    "log1p": (0.001, 0.5, math.sqrt(2) - 1, 1 - math.sqrt(0.5), 0.9999, 1.0, 3.0),
}
"""Where functions overflow, vanish or change their way, or where they are 0."""
INSIDE = {
    "sin": FAR,
    "cos": FAR,
    "exp": 750,
    "expm1": 720,
    "tanh": 20,
    "log": 10,
    "log1p": 10,
    "erf": 6,
    "erfc": 27.3,
}
"""Most arguments of the samples are far outside of this: there are more within."""

FLAGS = {
    "no flags": ("", ""),
    "contract": ("contract", "contract"),
    "reassociating caller": ("contract", "contract reassoc nsz"),
}
"""The flags of the functions and of the loop that calls them."""
READS_X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="reads code of x86")


@pytest.fixture(scope="module")
def module():
    """All functions, compiled with the flags that they are emitted with."""
    return emitted(source(NAMES))


@pytest.fixture(scope="module", params=FLAGS, ids=lambda flags: flags.replace(" ", "-"))
def loops(request):
    """Compiled loops over an array for each function, by name and type."""
    own, callers = FLAGS[request.param]
    text = source(NAMES).replace('fastmath={"contract"}', f"fastmath={set(own.split()) or False}")
    functions = emitted(text)
    return {
        (name, dtype): loop(functions[f"_{name}_{dtype[-2:]}"], callers.split())
        for name in NAMES
        for dtype in DTYPES
    }


def arguments(name, dtype, per_binade, near, inside):
    name = name.removeprefix("near_")
    limit = INSIDE[name] / (8 if dtype == "float32" and name.startswith("exp") else 1)
    rng = np.random.default_rng(0)
    return np.concatenate(
        [
            samples(dtype, per_binade),
            around(INTERESTING[name], dtype, near),
            rng.uniform(-limit, limit, inside).astype(dtype),
            rng.uniform(-1.5, 1.5, inside).astype(dtype),
        ]
    )


def numpys(name):
    name = name.removeprefix("near_")
    return getattr(np, name, None) or getattr(scipy.special, name)


def values(loops, name, x):
    y = np.empty_like(x)
    loops[name, x.dtype.name](x, y)
    return y


@pytest.mark.parametrize("name", [*WHOLE, *NEAR])
def test_float32_is_within_two_ulp(loops, name):
    x = arguments(name, "float32", per_binade=2000, near=20_000, inside=300_000)
    x = x[np.abs(x) <= FAR] if name in NEAR else x
    with np.errstate(all="ignore"):
        exact = numpys(name)(x.astype(np.float64))
    assert errors_by_double(values(loops, name, x), exact).max() <= MOST


@pytest.mark.parametrize("name", [*WHOLE, *NEAR])
def test_float64_is_within_two_ulp(loops, name):
    x = arguments(name, "float64", per_binade=2, near=50, inside=1000)
    assert worst(loops, name, x) <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("name", [*WHOLE, *NEAR])
def test_float64_is_within_two_ulp_at_more_arguments(loops, name):
    x = arguments(name, "float64", per_binade=20, near=2000, inside=50_000)
    assert worst(loops, name, x) <= MOST


def worst(loops, name, x):
    """The largest error in ULP; NaN where mpmath has no real value must be NaN."""
    x = x[np.abs(x) <= FAR] if name in NEAR else x
    least = {"log": 0, "log1p": -1}.get(name, -math.inf)
    y = values(loops, name, x)
    assert np.isnan(y[x < least]).all()
    x, y = x[x > least], y[x > least]
    with mpmath.workprec(140):
        return max(
            error_exactly(float(one), exactly(name, float(at)))
            for at, one in zip(x, y, strict=True)
        )


def exactly(name, x):
    """The value by mpmath, which does not take error functions of large arguments."""
    if name in ("erf", "erfc"):
        x = max(-40.0, min(40.0, x))
    return getattr(mpmath, name.removeprefix("near_"))(mpmath.mpf(x))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [*WHOLE, *NEAR])
def test_special_values_are_numpys(loops, name, dtype):
    least = np.finfo(dtype).smallest_subnormal
    x = np.array([*SPECIAL, least, -least], dtype)
    with np.errstate(all="ignore"):
        wanted = numpys(name)(x)
    found = values(loops, name, x)
    np.testing.assert_allclose(found, wanted, rtol=4 * np.finfo(dtype).eps, atol=0)
    numbers = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(found[numbers]), np.signbit(wanted[numbers]))


@READS_X86
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", INLINED)
def test_loops_are_vector_code_and_call_nothing(loops, name, dtype):
    values(loops, name, np.ones(64, dtype))
    code = loops[name, dtype].inspect_asm(loops[name, dtype].signatures[0])
    assert re.search(r"\b(?:v?mul|vfn?m(?:add|sub)\d+)p[sd]\b", code)
    called = r"\$?_*(?:exp|expm1|log|log1p|tanh|erfc?|sin|cos|rint|floor|copysign|ldexp)f?\b"
    assert not re.search(rf"(?:movabsq|callq?|jmp)\s+{called}", code)


def test_a_callers_flags_stay_with_the_caller(module):
    """Reassociation would undo the sums that keep what rounding lost."""
    imported()
    looped = loop(module["_exp_64"], ["contract", "reassoc", "nsz"])
    looped(np.ones(4), np.ones(4))
    code = looped.inspect_llvm(looped.signatures[0])
    assert re.search(r"= fmul contract ", code)
    assert not re.search(r"= f(add|sub|mul|div) [a-z ]*reassoc", code)


@pytest.mark.slow
@READS_X86
def test_loops_are_vector_code_on_a_processor_with_avx2():
    imported()
    environment = os.environ | {
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": "+avx,+avx2,+bmi,+bmi2,+fma,+sse4.2",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    code = f"""
import numpy as np
from compiled import emitted, loop
from symbp.targets.numba.functions import NAMES, source
module = emitted(source(NAMES))
for name in {INLINED}:
    for width in (32, 64):
        looped = loop(module[f"_{{name}}_{{width}}"])
        looped(*np.ones((2, 64), f"float{{width}}"))
        assert "ymm" in looped.inspect_asm(looped.signatures[0]), (name, width)
"""
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_far_arguments_are_told_and_give_nan(loops, dtype):
    x = np.array([FAR, -FAR, 1.01 * FAR, -1e30, math.inf, 0.0, math.nan], dtype)
    far = np.array([False, False, True, True, True, False, False])
    assert (values(loops, "is_far", x) == far).all()
    for name in NEAR:
        np.testing.assert_array_equal(np.isnan(values(loops, name, x[:-1])), far[:-1])


def test_generic_functions_are_those_of_their_argument(module):
    generic = loop(module["_exp"])
    for dtype in DTYPES:
        x = np.linspace(-8, 8, 64).astype(dtype)
        y, wanted = np.empty_like(x), np.empty_like(x)
        generic(x, y)
        loop(module[f"_exp_{dtype[-2:]}"])(x, wanted)
        np.testing.assert_array_equal(y, wanted)
    assert not re.search(r"\bv?mulp?s?d\b", generic.inspect_asm(generic.signatures[0]))


def test_a_loop_tells_whether_it_was_far(module):
    """The way for a loop to be vectorised and right: see `circular`."""
    numba = imported()
    near, far, called = module["_near_sin"], module["_is_far"], module["_sin"]

    @numba.njit
    def sines(x, y):
        is_far = False
        for i in range(x.size):
            y[i] = near(x[i])
            is_far |= far(x[i])
        if is_far:
            for i in range(x.size):
                y[i] = called(x[i])

    for x in (np.linspace(-9, 9, 64), np.array([1.0, 1e22])):
        y = np.empty_like(x)
        sines(x, y)
        np.testing.assert_allclose(y, np.sin(x), rtol=1e-15)


def test_text_is_formatted():
    text = "import math\n\nimport numba\nimport numpy as np\n\n" + source(NAMES)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "88", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    assert done.stdout == text


def test_text_has_what_is_needed_and_no_more():
    text = source(["log"], ["float32"])
    defined = re.findall(r"^(?:def )?(\w+)(?: = |\()", text, re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert all(len(re.findall(rf"\b{name}\b", text)) > 1 for name in defined if name != "_log_32")
    assert "_64" not in text
    assert "_EXP_" not in text
