"""From a layer and its finished lines to the text of a module."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from symbp.errors import NotationError, Place
from symbp.notation.layer import Layer
from symbp.notation.names import snake_case
from symbp.notation.network import Network
from symbp.targets.blocks import Code, Def, names_in
from symbp.targets.code import Equations, LayerCode, NetworkCode, SourceFile, Span
from symbp.targets.docstring import class_docstring
from symbp.targets.header import header, title
from symbp.targets.lines import Piece, laid_out, lines_of
from symbp.targets.meaning import meaning
from symbp.targets.numpy.network import NetworkShell
from symbp.targets.numpy.shell import Shell
from symbp.targets.prose import indented
from symbp.targets.templates import environment
from symbp.targets.tree import HELPERS as OWN

__all__ = ["Support", "Supporting", "nothing_else", "render", "render_network"]

NEEDS = {
    "floats": ["FLOATS"],
    "integers": [],
    "one_hot": ["integers"],
    "broadcastable": [],
    "sum_to": [],
    "masked": [],
    "upstream": [],
    "tangent": [],
    "broadcast": [],
    "private": [],
    "number": ["Real"],
    "whole_number": [],
    "assume": [],
}
"""The module's own functions in their order, and what they need."""
TAKEN = frozenset({"FLOATS", "math", "single"})  # and what notation refuses
TAKEN_BY_NETWORKS = TAKEN | {"Real", "classes", "random", "scores"}


@dataclass(frozen=True)
class Support:
    """What a module needs beside NumPy and the helpers.

    Args:
        imports: modules of the standard library.
        texts: what stands at its end.
    """

    imports: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


Supporting = Callable[[Collection[tuple[str, str]], Collection[str]], Support]
"""Tells it by the homes and names that are in a module, and by its functions."""


def nothing_else(named: Collection[tuple[str, str]], functions: Collection[str]) -> Support:
    """Nothing is needed."""
    return Support()


def render(
    layer: Layer,
    code: LayerCode,
    equations: Equations,
    support: Supporting = nothing_else,
    target: str = "numpy",
) -> SourceFile:
    """The module of one layer: a class with `forward` and `backward`.

    Args:
        layer: what the user wrote; read for names, axes, defaults.
        code: its mathematics as finished statements.
        equations: the mathematics in symbp's notation, for the docstring.
        support: what stands at the module's end.
        target: what the file is made for, by name.

    Returns:
        The module, named after the class in snake_case; the same bytes for the same input.

    Raises:
        NotationError: a tensor's name is one that the class needs for itself.
    """
    one_hot = any(tensor.one_hot is not None for tensor in layer.tensors.values())
    methods = {*code.phases} - {"backward"}
    _check_names(layer, TAKEN | methods | ({"classes"} if one_hot else set()))
    return _module(Shell(layer, code), equations, code.functions, support, target)


def render_network(
    network: Network,
    code: NetworkCode,
    equations: Equations,
    support: Supporting = nothing_else,
    target: str = "numpy",
) -> SourceFile:
    """The module of a network: a class that builds its parameters.

    Args:
        network: what the user wrote.
        code: its mathematics as finished statements.
        equations: the mathematics in symbp's notation, for the docstring.
        support: what stands at the module's end.
        target: what the file is made for, by name.

    Raises:
        NotationError: a name is one that the class needs for itself.
    """
    _check_names(network.layer, TAKEN_BY_NETWORKS | {*code.whole.phases})
    parts = (code.whole, code.scores[1], code.trace[1])
    own = tuple(function for part in parts for function in part.functions)
    return _module(NetworkShell(network, code), equations, own, support, target, _built(network))


def _built(network: Network) -> list[str]:
    """The constructor's arguments, for the docstring."""
    held = ", ".join(network.layer.parameters)
    lines = [f"{name}: a length, a whole number above 0" for name, _ in network.sizes]
    lines.append(f"seed: of the random numbers that {held} begin with")
    lines.append("dtype: float32 or float64")
    return lines


def _module(
    shell: Shell,
    equations: Equations,
    own: Sequence[Def],
    support: Supporting,
    target: str,
    built: list[str] | None = None,
) -> SourceFile:
    layer, code = shell.layer, shell.code
    methods = shell.methods()
    functions = [*own, *([shell.checks.parameter_function()] if layer.parameters else [])]
    own = tuple(dict.fromkeys(own))
    further = [function.name for function in own]
    named = {(name.home, name.text) for name in names_in([*code.constants, *methods, *functions])}
    wanted = {text.removeprefix("_") for home, text in named if home == OWN}
    wanted |= {needed for helper in wanted for needed in NEEDS.get(helper, [])}
    needed = support(named, further)
    floats = 'FLOATS = (np.dtype("float32"), np.dtype("float64"))'
    plain = all(layer.gradient(name) == f"d{name}" for name in layer.outputs)
    head = _text(
        "head.py.jinja",
        name=layer.name,
        title=title(layer),
        header=header(layer, target, equations.products),
        imports=_imports(named, "Real" in wanted, needed.imports),
        constants=[*([floats] if "FLOATS" in wanted else []), *lines_of(code.constants, 0)],
        docstring=list(indented(class_docstring(layer, code, equations, built), 4)),
    )
    laid = [list(laid_out([method], 4)) for method in methods]
    text = _text(
        "layer.py.jinja",
        name=layer.name,
        head=head,
        methods=[[line for piece in pieces for line in piece.lines] for pieces in laid],
        functions=[lines_of([function], 0) for function in functions],
        helpers=[helper for helper in NEEDS if helper in wanted],
        support=needed.texts,
        upstream_of="{name[1:]}" if plain else "the output",
    )
    saved = tuple((name, meaning(name, code.forward)) for name in code.saved)
    passes = {"forward", *code.phases}
    found = (span for span in _spans(methods, laid, head.count("\n")) if span.method in passes)
    return SourceFile(f"{snake_case(layer.name)}.py", text, tuple(found), saved)


def _text(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)


def _spans(methods: list[Code], laid: list[list[Piece]], above: int) -> Iterator[Span]:
    """The lines that compute equations, where so many lines stand above the methods."""
    last = above
    for method, pieces in zip(methods, laid, strict=True):
        last += 1  # an empty line
        for piece in pieces:
            first, last = last + 1, last + len(piece.lines)
            if piece.origin and isinstance(method, Def):
                yield Span(first, last, piece.origin, method.name)


def _imports(named: Collection[tuple[str, str]], real: bool, further: Collection[str]) -> list[str]:
    needs_math = any(home == "math" for home, _ in named)
    modules = {*further, *(["math"] if needs_math else [])}
    standard = [f"import {module}" for module in sorted(modules)]
    standard += ["from numbers import Real"] if real else []
    special = sorted(text for home, text in named if home == "scipy.special")
    others = [f"from scipy.special import {', '.join(special)}"] if special else []
    return [*standard, *([""] if standard else []), "import numpy as np", *others]


def _check_names(layer: Layer, taken: Collection[str]) -> None:
    """Refuse a tensor or a number whose name the class needs for itself."""
    given = [*layer.tensors, *layer.hyper]
    shapes = {f"{name}_shape" for name in layer.tensors}
    place = Place(file=layer.file, layer=layer.name)
    for name in given:
        if name in taken or name in shapes:
            raise NotationError(f"{name} is a name that the emitted class uses; rename it", place)
