"""A document with every kind of block and inline, real formulas, and texts that mean harm."""

from __future__ import annotations

from math import exp

from symbp.calculus import derive
from symbp.catalogue import layers
from symbp.notation import Entry, Index, Layer, SumOver
from symbp.report.document import (
    Block,
    Bullets,
    Code,
    CurveFigure,
    Display,
    Document,
    Inline,
    Line,
    Link,
    Listing,
    Paragraph,
    PictureFigure,
    Section,
    Steps,
    Strong,
    Table,
    Verdict,
)
from symbp.report.formula import Formula, equation, marked_difference, partial
from symbp.report.picture import Curve, Edge, Kind, Node, Picture

__all__ = ["HOSTILE", "document", "hostile_document"]

HOSTILE = (
    r"\input{/etc/passwd} \write18{id} \end{document} \csname x\endcsname",
    "$ % # & _ { } ~ ^ ^^M ^^5c \\\\ \\",
    "`tick` ``two`` ```three``` $`x`$ $x$ $$y$$",
    "<script>alert(1)</script> <!-- gone --> &lt; &amp;amp;",
    "[x](javascript:alert(1)) ![y](z.png) [ ] [^1] https://example.org www.example.org",
    "# heading",
    "- item",
    "1. item",
    "===",
    "    indented | cell || *bold* **bold** ~~gone~~ __init__",
    "two\nlines\r\nand\ttabs\n\n\\par",
    "control \x00 \x07 \x1b[31m \x7f \x85 \u2028 end",
    "→ Σ √ · − δ ∂ ≤ x² 10⁴ é ß \u201cquoted\u201d \u2018too\u2019 – — … 数学 😀 e\u0301 \xa0",
    "-- --- '' ,, << >> ?` !` \" ' fi ffi",
    "x" * 200,
    "a_very_long_name_" * 12,
    "",
    " ",
)
SOURCE = '''\
    def forward(self, x, gamma, beta):
        """Each sample normalised over its last axis: μ, σ² and ε; $x$ \\input{x} `y` -- ''."""
        mu = x.mean(axis=-1, keepdims=True)

        xc = x - mu
        var = np.square(xc).mean(axis=-1, keepdims=True)  # σ² <<#%&~^_{}>>
        self.saved = xc, var
        return gamma * xc / np.sqrt(var + self.eps) + beta if self.trained_with_a_scale else xc'''
TARGETS = {3: "mu", 5: "xc", 6: "var", 8: "y"}


def document(language: str = "en") -> Document:
    """A report with everything in it."""
    sections = (
        Section("definition", "Definition", _definition()),
        Section("graph", "The computational graph", _pictures()),
        Section("chain", "The chain, step by step", _chain(), (_section_in_section(),)),
        Section("code", "The code", _code()),
        Section("verdicts", "What the judges say", (_verdicts(),)),
    )
    words = {"contents": "目录" if language == "zh" else "Contents"}
    title = (
        "LayerNorm:反向传播的推导" if language == "zh" else "LayerNorm: the backward pass, derived"
    )
    lead: tuple[Inline, ...] = ("Each sample normalised over its last axis; its report is ",)
    lead += (Link("the index", "index", outside=True), ".")
    if language == "zh":
        lead += ("每个样本沿最后一个轴归一化,", Formula((Entry("dx"),)), "是", Strong("梯度。"))
    return Document("LayerNorm", title, language, lead, sections, words)


def hostile_document() -> Document:
    """A document in which every text and every id means harm."""
    return Document(HOSTILE[0], " ".join(HOSTILE), "en", HOSTILE, tuple(map(_hostile, HOSTILE)))


def _hostile(text: str) -> Section:
    inlines: tuple[Inline, ...] = (
        *(text, Code(text), text, Strong(text), Formula((Entry("x"),)), Link(text, text)),
        *(Link(text, text, outside=True), Verdict(text, False), text),
    )
    picture = Picture(
        text,
        text,
        (Node("a", text, Kind.INPUT, text), Node("b", text, Kind.OUTPUT)),
        (Edge("a", "b", text, text),),
    )
    alone: tuple[Inline, ...] = (text,)
    blocks: tuple[Block, ...] = (
        Paragraph(inlines),
        Paragraph(alone),
        Display(Formula((Entry("x"),)), text, (Link(text, text),)),
        Bullets((inlines, alone)),
        Steps(((alone, (Paragraph(alone), Bullets((alone,)))),)),
        Table(text, (text, text), ((inlines, (Code(text),)), (alone, alone))),
        PictureFigure(picture, alone),
        Listing(text, (Line(text, text, text), Line(f"'''{text}"), Line(f"# {text}")), text),
    )
    return Section(text, text, blocks, (Section(text, text, ()),))


def _definition() -> tuple[Block, ...]:
    layer = _layer()
    forward = tuple(
        Display(equation(item), f"forward-{item.target}", (Link("line 3", "line-3"),))
        for item in layer.equations
    )
    rows = (
        (
            (Formula((Entry("x"),)),),
            ("input",),
            ("…, ", Code("i")),
            ("the samples, one below the other; any number of leading axes goes through as it is",),
        ),
        ((Formula((Entry("gamma"),)),), ("parameter",), (Code("i"),), ()),
    )
    curve = Curve(
        "Sigmoid",
        tuple(n / 4 for n in range(-20, 21)),
        tuple(1 / (1 + exp(-n / 4)) for n in range(-20, 21)),
        tuple(exp(-n / 4) / (1 + exp(-n / 4)) ** 2 for n in range(-20, 21)),
        ("y", "dx"),
    )
    return (
        Paragraph(("What was written. Everything below follows from it: ", Code("mu"), ", ")),
        *forward,
        Table("The tensors", ("tensor", "role", "axes", "notes"), rows),
        CurveFigure(curve, (Strong("Sigmoid"), " and its derivative.")),
    )


def _pictures() -> tuple[Block, ...]:
    x, w, b, u, y = (Formula((Entry(name),)) for name in ("x", "W", "b", "u1", "y"))
    du = Formula((Entry("du1"),))
    nodes = (
        Node("x", x, Kind.INPUT),
        Node("W", w, Kind.PARAMETER),
        Node("b", b, Kind.PARAMETER),
        Node("u1", "×", Kind.OPERATION, "chain"),
        Node("y", "+", Kind.OPERATION),
        Node("out", "y", Kind.OUTPUT),
    )
    edges = (
        Edge("x", "u1", x, Formula((Entry("dx"),))),
        Edge("W", "u1", w, Formula((Entry("dW"),))),
        Edge("u1", "y", u, du),
        Edge("b", "y", b),
        Edge("y", "out", y, Formula((Entry("dy"),))),
    )
    picture = Picture("Affine", "Two operations.", nodes, edges)
    return (PictureFigure(picture, ("Values go right, ", Formula((Entry("dy"),)), " comes back.")),)


def _chain() -> tuple[Block, ...]:
    derivation = derive(_layer())
    steps = []
    for step in derivation.vjp.steps:
        before, after = marked_difference(step.before, step.after)
        why = Paragraph(("A factor without the summed index leaves the sum.",))
        shown = (Display(Formula((before,))), Display(Formula(("=", after)), "", ()))
        steps.append(((Strong(step.rule), ", in ", Code(step.target)), (why, *shown)))
    joined = tuple(Display(equation(item)) for item in derivation.vjp.joined)
    backward = tuple(
        Display(equation(i), f"backward-{i.target}") for i in derivation.vjp.function.equations
    )
    return (*joined, Steps(tuple(steps)), Paragraph(("The result:",)), *backward)


def _section_in_section() -> Section:
    i, j = Index("i", "i"), Index("j", "j")
    x, y = Entry("x", i), Entry("y", j)
    wide = Formula((y, "=", sum(Entry(f"term_{n}", i) for n in range(30))))
    product = Formula((Entry("z"), "=", SumOver(sum(Entry(f"t{n}", i) for n in range(40)), i)))
    rows = tuple(
        (
            (partial(y, x),),
            (Formula((sum(Entry(f"t{m}", i) for m in range(n)),)),),
            ("words that say why, and at some length; ", Formula((x * Entry("w", i, j),))),
            (product,) if n == 6 else (Link("(1)", "forward-mu"),),
        )
        for n in range(2, 40, 4)
    )
    blocks: tuple[Block, ...] = (
        Display(wide, "wide"),
        Display(product, "product", (Link("lines 3 to 5", "line-3"), Link("line 6", "line-6"))),
        Paragraph(("Within a sentence, ", wide, " and ", product, " are broken, and shrunk.")),
        Table(
            "Operations, last one first, with a caption that goes on for longer than a line of the "
            "page has room for, so that it must be broken somewhere",
            ("local derivative", "with indices", "upstream", "handed back"),
            rows,
        ),
        Bullets((("one ", Formula((x,))), ("two ", Code("np.einsum('ij,j->i', W, x)")))),
    )
    return Section("wide-things", "Wide things", blocks)


def _code() -> tuple[Block, ...]:
    lines = tuple(
        Line(text, f"line-{n}", f"forward-{TARGETS[n]}" if n in TARGETS else "")
        for n, text in enumerate(SOURCE.splitlines(), 1)
    )
    lead = Paragraph(("Each line leads to its equation, as ", Link("line 3", "line-3"), " does."))
    return (lead, Listing("layer_norm.py", lines, "line {line}, computes {equation}"))


def _verdicts() -> Block:
    rows: tuple[tuple[tuple[Inline, ...], ...], ...] = (
        (("oracle",), (Verdict("passed", True),), ("largest difference 3e-16",)),
        (("certificate",), (Verdict("failed", False),), ("dx differs at [0, 1]",)),
    )
    return Table("Verdicts", ("judge", "verdict", "what was shown"), rows)


def _layer() -> Layer:
    found = next(layer for layer in layers() if layer.name == "LayerNorm")
    assert isinstance(found, Layer)
    return found
