"""Pictures and curves that several tests draw."""

from __future__ import annotations

import math
import random
from itertools import pairwise

from sympy import Symbol, exp

from symbp.report.formula import Formula
from symbp.report.picture import Curve, Edge, Kind, Node, Picture

X, Y, DY = (Symbol(name, real=True) for name in ("x", "y", "dy"))

HOSTILE = (
    "<script>alert(1)</script>",
    "a & b &lt; &#60;",
    "\"quoted\" 'too'",
    "]]> --> <!--",
    "`x` **bold** #quot; #lt;",
    "\\end{tikzpicture} $x$ % {",
    "1. one",
    "end",
    "关系 δθ \N{COMBINING ACUTE ACCENT}",
    "a\x00b\x1b\ud800",
    "two\n\nlines",
    "",
)


def of(value: object) -> Formula:
    return Formula((value,))  # type: ignore[arg-type]


def shop() -> Picture:
    given = ("apple price", "apple count", "tax")
    nodes = [Node(name, name, Kind.INPUT) for name in given]
    nodes += [Node("apples", "×", Kind.OPERATION), Node("all", "×", Kind.OPERATION)]
    nodes.append(Node("total", "total", Kind.OUTPUT))
    edges = (
        Edge("apple price", "apples", "100", "2.2"),
        Edge("apple count", "apples", "2", "110"),
        Edge("apples", "all", "200", "1.1"),
        Edge("tax", "all", "1.1", "200"),
        Edge("all", "total", "220", "1"),
    )
    return Picture("Shopping", "What two apples cost.", tuple(nodes), edges)


def twice() -> Picture:
    nodes = (
        Node("x", of(X), Kind.INPUT, link="def-x"),
        Node("e", "exp", Kind.OPERATION, link="node-e"),
        Node("m", "×", Kind.OPERATION),
        Node("c", "2", Kind.CONSTANT),
        Node("long", "where x > 0", Kind.OPERATION),
        Node("y", of(Y), Kind.OUTPUT, link="Other", outside=True),
    )
    edges = (
        Edge("x", "e", of(X), of(DY * X * exp(X))),
        Edge("e", "m", of(exp(X)), of(DY * X)),
        Edge("x", "m", of(X), of(DY * exp(X))),
        Edge("x", "m", of(X), of(DY * exp(X))),
        Edge("c", "m", "2"),
        Edge("m", "long", of(X**2), of(DY / Y)),
        Edge("long", "y", of(Y), of(DY)),
    )
    return Picture("Twice", "x is used twice.", nodes, edges)


def hostile() -> Picture:
    kinds = list(Kind)
    nodes = tuple(
        Node(words, words, kinds[number % len(kinds)], link=words, outside=number % 2 == 0)
        for number, words in enumerate(HOSTILE)
    )
    edges = tuple(Edge(tail, head, head, tail) for tail, head in pairwise(HOSTILE))
    return Picture(" ".join(HOSTILE), " ".join(reversed(HOSTILE)), nodes, edges)


def some(seed: int) -> Picture:
    """A picture at random, up to 30 nodes."""
    draw = random.Random(seed)
    count = draw.randint(0, 30)
    nodes = tuple(
        Node(f"v{n}", "x" * draw.randint(1, 9), draw.choice(list(Kind))) for n in range(count)
    )
    edges = [
        Edge(
            f"v{draw.randrange(head)}",
            f"v{head}",
            "a" * draw.randint(1, 20),
            None if draw.random() < 0.2 else "b" * draw.randint(1, 30),
        )
        for head in range(1, count)
        for _ in range(draw.randint(0, 3))
    ]
    draw.shuffle(edges)
    return Picture("Some", "At random.", nodes, tuple(edges))


def curve(title: str = "Reciprocal") -> Curve:
    """1/x, which has no value at zero."""
    x = tuple(n / 10 for n in range(-40, 41))
    forward = tuple(1 / at if at else math.nan for at in x)
    derivative = tuple(-1 / at**2 if at else math.inf for at in x)
    return Curve(title, x, forward, derivative, ("y", 'dy/dx <b> & "c"'))


def pole() -> Curve:
    """1/x sampled so closely beside its pole that most of it would be flat."""
    x = tuple(n / 100 for n in range(-400, 401))
    forward = tuple(1 / at if at else math.nan for at in x)
    return Curve("Pole", x, forward, forward, ("y", "z"))
