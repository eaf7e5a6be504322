"""Trees of Python are written as `ruff format` leaves them, and read as what they are."""

# ruff: noqa: E501

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import expression, statement

from symbp.targets.format import text as text_of
from symbp.targets.lines import formatted
from symbp.targets.tree import (
    Assign,
    Attribute,
    Binary,
    Call,
    Chain,
    Choice,
    Display,
    Name,
    Subscript,
    Tuple,
    Unary,
    call,
)

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


@pytest.mark.parametrize("text", STATEMENTS)
@pytest.mark.parametrize("depth", [4, 8, 12])
def test_as_ruff_breaks_it(text, depth):
    opening = "".join(f"{' ' * 4 * level}if a:\n" for level in range(depth // 4))
    lines = formatted(statement(text), 88 - depth)
    whole = opening + "".join(f"{' ' * depth}{line}\n" for line in lines)
    assert as_ruff_has_it(whole) == whole


def as_ruff_has_it(text):
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "-"]
    done = subprocess.run(
        [*command, "--line-length", "88"], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_what_cannot_be_broken_stays():
    long = "y = " + "x" * 100
    assert formatted(statement(long), 88) == [long]


LEAVES = [expression(text) for text in ("x", "self.W", "np.pi", "2", "0.5")]
SIGNS = ["+", "-", "*", "/", "//", "@", "**", "&", "|", "<", "=="]


@st.composite
def trees(draw, depth=4):
    kind = draw(st.integers(0, 9)) if depth else 0

    def part():
        return draw(trees(depth - 1))

    if kind == 1:
        return Binary(part(), draw(st.sampled_from(SIGNS)), part())
    if kind == 2:
        return Unary(draw(st.sampled_from(["-", "~", "not"])), part())
    if kind == 3:
        return Choice(part(), part(), part())
    if kind == 4:
        return call(draw(st.sampled_from(["f", "np.exp"])), *(part() for _ in range(3)))
    if kind == 5:
        return Attribute(part(), "T")
    if kind == 6:
        return Subscript(part(), (part(), expression("None")))
    if kind == 7:
        return Chain(draw(st.sampled_from(["and", "or", "==", "in"])), (part(), part(), part()))
    if kind == 8:
        return Tuple((part(), part()))
    if kind == 9:
        return Display((part(), part()), draw(st.sampled_from([(), ("a", "b")])))
    return draw(st.sampled_from(LEAVES))


@settings(max_examples=300, deadline=None)
@given(trees())
def test_reads_as_what_it_is(tree):
    """Brackets stand where they must: the text is read as the same tree, in any width."""
    assert ast.dump(ast.parse(text_of(tree), mode="eval")) == ast.dump(as_python(tree))
    lines = formatted(Assign(Name("y"), tree), 40)
    again = ast.parse("\n".join(lines)).body[0]
    assert ast.dump(again.value) == ast.dump(as_python(tree).body)


def as_python(tree):
    """The tree with brackets around everything, read by Python."""

    def bracketed(node):
        match node:
            case Binary(left=left, sign=sign, right=right):
                return f"({bracketed(left)} {sign} {bracketed(right)})"
            case Unary(sign=sign, operand=operand):
                return f"({sign} {bracketed(operand)})"
            case Chain(sign=sign, operands=operands):
                return f"({f' {sign} '.join(map(bracketed, operands))})"
            case Tuple(items=items) | Display(items=items, keys=()):
                inside = ", ".join(map(bracketed, items))
                return f"({inside})" if isinstance(node, Tuple) else f"[{inside}]"
            case Display(items=items, keys=keys):
                pairs = zip(keys, map(bracketed, items), strict=True)
                return f"{{{', '.join(f'{key!r}: {value}' for key, value in pairs)}}}"
            case Choice(yes=yes, test=test, no=no):
                return f"({bracketed(yes)} if {bracketed(test)} else {bracketed(no)})"
            case Call(function=function, arguments=arguments):
                return f"{bracketed(function)}({', '.join(map(bracketed, arguments))})"
            case Attribute(value=value, name=name):
                return f"({bracketed(value)}).{name}"
            case Subscript(value=value, slots=slots):
                return f"({bracketed(value)})[{', '.join(map(bracketed, slots))}]"
        return node.text

    return ast.parse(bracketed(tree), mode="eval")
