from __future__ import annotations

import random
from fractions import Fraction
from math import isinf

import mpmath
import pytest

import symbp
from symbp.errors import NotationError, SymbpError


def test_one_item_of_the_texts_shopping():
    shopping = symbp.graph(
        "book_total = price * count\ntotal = book_total * tax", price=100, count=2, tax=1.1
    )
    assert shopping.values == {
        "price": 100, "count": 2, "tax": 1.1, "book_total": 200, "total": 220,
    }  # fmt: skip
    assert shopping.gradients == {
        "price": 2.2, "count": 110, "tax": 200, "book_total": 1.1, "total": 1,
    }  # fmt: skip
    assert all(type(value) is float for value in shopping.values.values())
    assert all(type(value) is float for value in shopping.gradients.values())


def test_two_items_of_the_texts_shopping():
    shopping = symbp.graph(
        ["books = book * book_count", "pens = pen * pen_count", "total = (books + pens) * tax"],
        book=100,
        book_count=2,
        pen=10,
        pen_count=3,
        tax=1.1,
    )
    assert shopping.values["total"] == 253
    names = ("book", "book_count", "pen", "pen_count", "tax")
    assert [shopping.gradients[name] for name in names] == [2.2, 110, 3.3, 11, 230]
    assert list(shopping.values)[-2:] == ["total", "u1"]
    assert (shopping.values["u1"], shopping.gradients["u1"]) == (230, 1.1)


@pytest.mark.parametrize(("x", "y"), [(3, 4), (-0.1, 0.7), (1e-9, 1e9)])
def test_the_texts_chain_rule(x, y):
    found = symbp.graph("t = x + y\nz = t**2", x=x, y=y)
    total = Fraction(str(x)) + Fraction(str(y))
    expected = float(2 * total)
    assert found.gradients == {"x": expected, "y": expected, "t": expected, "z": 1}
    assert found.values["z"] == float(total**2)


def random_program(seed: int, functions: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """Lines of straight-line code, and their inputs; every name is used by a later line."""
    pick = random.Random(seed)
    inputs = ["a", "b", "c"]
    waiting, lines = list(inputs), []
    while len(waiting) > 1 or len(lines) < 4:
        x = waiting.pop(pick.randrange(len(waiting)))
        y = pick.choice([*inputs, *(line.split()[0] for line in lines)])
        if waiting and pick.random() < 0.6:
            y = waiting.pop(pick.randrange(len(waiting)))
        forms = [f"{x} * {y}", f"{x} - 2 * {y}", f"{x} / ({y}**2 + 1)", f"{x}**3 + {y}"]
        forms += [f"{name}({x} / 3) + {y}**2" for name in functions]
        name = f"v{len(lines)}"
        lines.append(f"{name} = {pick.choice(forms)}")
        waiting.append(name)
    return lines, inputs


def slope(lines, given, name, step, functions):
    """The central difference, in the arithmetic of the numbers given, by Python itself."""
    ends = []
    for sign in (1, -1):
        scope = {**functions, **given, name: given[name] + sign * step}
        exec("\n".join(lines), scope)
        ends.append(scope[lines[-1].split()[0]])
    return (ends[0] - ends[1]) / (2 * step)


@pytest.mark.parametrize("seed", range(12))
def test_rational_graphs_against_differences_of_fractions(seed):
    lines, inputs = random_program(seed)
    pick = random.Random(seed)
    given = {name: Fraction(pick.randrange(-300, 300) or 1, 100) for name in inputs}
    found = symbp.graph(lines, **{name: float(value) for name, value in given.items()})
    for name in inputs:
        expected = slope(lines, given, name, Fraction(1, 10**40), {})
        assert found.gradients[name] == pytest.approx(float(expected), rel=4e-16)


@pytest.mark.parametrize("seed", range(6))
def test_graphs_with_functions_against_differences_of_many_digits(seed):
    names = ("exp", "tanh", "sin")
    lines, inputs = random_program(seed, names)
    pick = random.Random(seed)
    typed = {name: f"{pick.uniform(-1, 1):.3f}" for name in inputs}
    found = symbp.graph(lines, **{name: float(text) for name, text in typed.items()})
    with mpmath.workdps(80):
        given = {name: mpmath.mpf(text) for name, text in typed.items()}
        functions = {name: getattr(mpmath, name) for name in names}
        for name in inputs:
            expected = slope(lines, given, name, mpmath.mpf(10) ** -30, functions)
            assert found.gradients[name] == pytest.approx(float(expected), rel=4e-16)


def test_arrays_for_names_with_indices():
    found = symbp.graph("y[j] = sum(x[i] * W[i, j], i)", x=[1, 2], W=[[1, 2, 3], [4, 5, 6]])
    assert found.values["y"] == (9, 12, 15)
    assert found.gradients["W"] == ((1, 1, 1), (2, 2, 2))
    assert found.gradients["x"] == (6, 15)


def test_a_name_for_a_number_has_a_value_and_no_gradient():
    found = symbp.graph("rate = 0.1\ntax = price * rate", price=30)
    assert found.values == {"price": 30, "rate": 0.1, "tax": 3}
    assert found.gradients == {"price": 0.1, "tax": 1}


def test_division_by_zero_is_infinite():
    found = symbp.graph("y = 1 / x", x=0)
    assert isinf(found.values["y"])
    assert found.gradients["x"] == float("-inf")


def test_it_prints_as_a_table():
    found = symbp.graph("y = 1 / (1 + exp(-x))\nz[i] = y * w[i]", x=0, w=[1, 2.5])
    assert str(found).splitlines() == [
        "name        value    gradient",
        "x               0       0.875",
        "w        (1, 2.5)  (0.5, 0.5)",
        "y             0.5         3.5",
        "z     (0.5, 1.25)      (1, 1)",
        "u1              0      -0.875",
        "u2              1      -0.875",
        "u3              2      -0.875",
    ]


def test_it_cannot_be_changed():
    found = symbp.graph("y = 2 * x", x=1)
    with pytest.raises(TypeError):
        found.values["y"] = 3
    with pytest.raises(AttributeError):
        found.values = {}


FAULTS = {
    "typing error in a keyword": (
        "total = price * count",
        {"prize": 1, "count": 2},
        "`prize` is not used by Graph; did you mean `price`?",
    ),
    "typing error in an equation": (
        "book_total = price * 2\ntotal = book_totl + book_total",
        {"price": 1},
        "`book_totl` of Graph has no value; did you mean `book_total`?",
    ),
    "missing": (
        "total = price * count",
        {"price": 1},
        "`count` of Graph has no value: give it a number or an array",
    ),
    "unused": ("y = 2 * x", {"x": 1, "weight": 2}, "`weight` is not used by Graph"),
    "computed": ("y = 2 * x", {"x": 1, "y": 2}, "`y` is computed by Graph: leave it out"),
    "not a number": ("y = 2 * x", {"x": "many"}, "`x`: 'many' is no number"),
}


@pytest.mark.parametrize(("text", "given", "message"), FAULTS.values(), ids=FAULTS)
def test_faults_are_named(text, given, message):
    with pytest.raises(SymbpError) as caught:
        symbp.graph(text, **given)
    assert str(caught.value) == message


def test_malformed_equations_are_faults_of_the_notation():
    with pytest.raises(NotationError, match="Graph, equation 1"):
        symbp.graph("y = 2 *", x=1)
