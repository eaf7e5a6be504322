"""From a layer and its finished lines to the text of a module."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from symbp.errors import NotationError, Place
from symbp.notation.layer import Layer
from symbp.notation.names import snake_case
from symbp.notation.network import Network
from symbp.targets.code import Equations, LayerCode, NetworkCode, SourceFile, Span
from symbp.targets.docstring import class_docstring
from symbp.targets.header import header, title
from symbp.targets.layout import indented, statements
from symbp.targets.meaning import meaning
from symbp.targets.numpy.arguments import ArgumentChecks
from symbp.targets.numpy.network import NetworkShell
from symbp.targets.numpy.shell import Shell
from symbp.targets.templates import environment
from symbp.targets.tree import HELPERS as OWN
from symbp.targets.tree import Name, walk

__all__ = ["render", "render_network"]

HELPERS = (
    "floats",
    "integers",
    "one_hot",
    "broadcastable",
    "sum_to",
    "masked",
    "upstream",
    "private",
    "number",
    "whole_number",
    "assume",
)
TAKEN = frozenset({"FLOATS", "math", "single"})  # and what notation refuses
TAKEN_BY_NETWORKS = TAKEN | {"Real", "classes", "random", "scores"}


def render(layer: Layer, code: LayerCode, equations: Equations) -> SourceFile:
    """The module of one layer: a class with `forward` and `backward` that needs NumPy alone.

    Args:
        layer: what the user wrote; read for names, axes, defaults.
        code: its mathematics as finished statements.
        equations: the mathematics in symbp's notation, for the docstring.

    Returns:
        The module, named after the class in snake_case; the same bytes for the same input.

    Raises:
        NotationError: a tensor's name is one that the class needs for itself.
    """
    one_hot = any(tensor.one_hot is not None for tensor in layer.tensors.values())
    _check_names(layer, TAKEN | {"classes"} if one_hot else TAKEN)
    shell = Shell(layer, code, ArgumentChecks(layer, code))
    return _module(shell, equations, [code])


def render_network(network: Network, code: NetworkCode, equations: Equations) -> SourceFile:
    """The module of a network: a class that builds its parameters and needs NumPy alone.

    Args:
        network: what the user wrote.
        code: its mathematics as finished statements.
        equations: the mathematics in symbp's notation, for the docstring.

    Raises:
        NotationError: a name is one that the class needs for itself.
    """
    _check_names(network.layer, TAKEN_BY_NETWORKS)
    shell = NetworkShell(network, code, ArgumentChecks(network.layer, code.whole))
    parts = [code.whole, code.scores[1], code.trace[1]]
    return _module(shell, equations, parts, _built(network))


def _built(network: Network) -> list[str]:
    """The constructor's arguments, for the docstring."""
    held = ", ".join(network.layer.parameters)
    lines = [f"{name}: a length, a whole number above 0" for name, _ in network.sizes]
    lines.append(f"seed: of the random numbers that {held} begin with")
    lines.append("dtype: float32 or float64")
    return lines


def _module(
    shell: Shell, equations: Equations, parts: list[LayerCode], built: list[str] | None = None
) -> SourceFile:
    layer, code, checks = shell.layer, shell.code, shell.checks
    methods = shell.methods()
    functions = [checks.parameter_function()] if layer.parameters else []
    wanted = checks.helpers | shell.helpers
    names = [name for part in parts for name in _names(part)]
    wanted |= {name.text.removeprefix("_") for name in names if name.home == OWN}
    helpers = [name for name in HELPERS if name in wanted]
    text = (
        environment()
        .get_template("layer.py.jinja")
        .render(
            name=layer.name,
            title=title(layer),
            header=header(layer),
            imports=_imports(names, [*methods, *functions], helpers),
            constants=_constants(code, [*methods, *functions], helpers),
            docstring=list(indented(class_docstring(layer, code, equations, built), 4)),
            methods=[list(indented(method, 4)) for method in methods],
            functions=functions,
            helpers=helpers,
        )
    )
    saved = tuple((name, meaning(name, code.forward)) for name in code.saved)
    path = f"{snake_case(layer.name)}.py"
    return SourceFile(path, text, _spans(text, shell.spans), saved)


def _names(code: LayerCode) -> list[Name]:
    """All names in a layer's mathematics."""
    statements = [*code.constants, *code.forward, *code.backward]
    statements += [s for assumption in code.assumptions for s in assumption.statements]
    sides = [
        side for assumption in code.assumptions for side in (assumption.left, assumption.right)
    ]
    nodes = [node for part in (*statements, *sides) for node in walk(part)]
    return [node for node in nodes if isinstance(node, Name)]


def _spans(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Lines of methods as lines of the file."""
    lines = text.splitlines()
    start = {
        backward: next(n for n, line in enumerate(lines, 1) if line.startswith(f"    def {name}("))
        for name, backward in (("forward", False), ("backward", True))
    }
    return tuple(
        replace(s, first=s.first + start[s.backward], last=s.last + start[s.backward])
        for s in spans
    )


def _imports(names: list[Name], blocks: list[list[str]], helpers: list[str]) -> list[str]:
    shell = "\n".join(line for block in blocks for line in block)
    standard = ["import math"] if re.search(r"\bmath\.", shell) else []
    if "math" in {name.home for name in names}:
        standard = ["import math"]
    if "number" in helpers:
        standard.append("from numbers import Real")
    special = sorted({name.text for name in names if name.home == "scipy.special"})
    others = [f"from scipy.special import {', '.join(special)}"] if special else []
    return [*standard, *([""] if standard else []), "import numpy as np", *others]


def _constants(code: LayerCode, blocks: list[list[str]], helpers: list[str]) -> list[str]:
    floats = 'FLOATS = (np.dtype("float32"), np.dtype("float64"))'
    used = "floats" in helpers or any("FLOATS" in line for block in blocks for line in block)
    return [*([floats] if used else []), *statements(code.constants, 0)]


def _check_names(layer: Layer, taken: Collection[str]) -> None:
    """Refuse a tensor or a number whose name the class needs for itself."""
    given = [*layer.tensors, *layer.hyper]
    shapes = {f"{name}_shape" for name in layer.tensors}
    place = Place(file=layer.file, layer=layer.name)
    for name in given:
        if name in taken or name in shapes:
            raise NotationError(f"{name} is a name that the emitted class uses; rename it", place)
