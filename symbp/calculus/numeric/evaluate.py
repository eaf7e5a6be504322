"""Equations with numbers: forward values, and what every node hands back.

The equations are evaluated as they stand, entry by entry, exactly where that is possible (see
`symbp.calculus.numeric.exact`). Size is no object: this is for graphs that a person looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sympy import Expr

from symbp.calculus.derivation import Derivation
from symbp.calculus.numeric.arrays import Array, Lengths, Value, filled, fitted, read_array
from symbp.calculus.numeric.scalars import Compiler
from symbp.errors import SymbpError
from symbp.notation.expression import Entry, Index, entries
from symbp.notation.layer import Equation, Layer
from symbp.notation.names import nearest

__all__ = ["Evaluated", "Value", "evaluate", "evaluate_derivation", "sizes_of"]


@dataclass(frozen=True)
class Evaluated:
    """A derivation with numbers, each a float or nested tuples of floats.

    Args:
        values: every tensor by name: what was given, the nodes in order, the user's names for
            plain numbers, and where max and min nodes found their entries.
        gradients: the whole gradient of every input, parameter and node, by the tensor's name;
            0 where it has no part in the outputs.
        handed_back: what a node hands back to one of its operands, in the operand's shape, by
            the node's name and the operand's entry.
    """

    values: Mapping[str, Value]
    gradients: Mapping[str, Value]
    handed_back: Mapping[tuple[str, Entry], Value]


def evaluate(
    equations: Iterable[Equation],
    given: Mapping[str, object],
    sizes: Mapping[str, int] | None = None,
) -> dict[str, Value]:
    """Evaluates equations in order, each seeing the targets of those before it.

    Args:
        equations: forward or derived.
        given: numbers, nested sequences or arrays by name, for every tensor and
            hyper-parameter that no equation defines. Leading axes `...` may be any, but the same
            for all: nothing is broadcast.
        sizes: lengths by the space of the index; those that the arrays fix may be left out.

    Returns:
        What was given, then every target: floats or nested tuples of floats.

    Raises:
        SymbpError: an array is ragged, or of a wrong shape, or missing.

    >>> from symbp.notation import layer
    >>> affine = layer("Affine", "y[j] = sum(x[i] * W[i, j], i)")
    >>> evaluate(affine.equations, {"x": [1, 2], "W": [[1, 0, 0.1], [0, 1, 0.1]]})["y"]
    (1.0, 2.0, 0.3)
    """
    equations = tuple(equations)
    uses = [entry for equation in equations for entry in entries(equation.value)]
    axes = {name: _slots(name, uses) for name in given}
    run = _Run(given, axes, Lengths(sizes))
    for entry in uses:
        if entry.name in given:
            run.lengths.learn(entry.name, run.tensors[entry.name], entry.indices)
    for equation in equations:
        run.define(equation)
    return {name: array.value for name, array in run.tensors.items()}


def sizes_of(layer: Layer, given: Mapping[str, object]) -> dict[str, int]:
    """The length of every index of a layer, by its space, as the arguments fix it.

    The leading axes `...` count as one; those of `*i` too.

    Args:
        layer: the layer.
        given: its inputs, parameters and constants by name.

    Raises:
        SymbpError: an argument is missing or unknown, ragged, or contradicts another.
    """
    return _with_arguments(layer, given).lengths.table


def evaluate_derivation(
    derivation: Derivation,
    given: Mapping[str, object],
    upstream: object = 1,
) -> Evaluated:
    """Evaluates the graph of a derivation forward and backward.

    Args:
        derivation: the derivation.
        given: the layer's inputs, parameters and constants by name, and hyper-parameters that
            are not to have their defaults. Nothing is broadcast: leading axes `...` are the same
            for all. Labels of a loss are one-hot.
        upstream: the gradient of the outputs: one number for every entry of all of them, or by
            gradient's name, like `{"dy": [1, 2]}`; an output that is not named there gets 1.

    Raises:
        SymbpError: an argument is missing or unknown, ragged, or contradicts another.

    >>> from symbp.calculus import derive
    >>> from symbp.notation import layer
    >>> done = evaluate_derivation(derive(layer("Mul", "z = x * y")), {"x": 0.1, "y": 3})
    >>> done.values["z"], done.gradients["x"], done.gradients["y"]
    (0.3, 3.0, 0.1)
    """
    layer, sweep = derivation.layer, derivation.sweep
    run = _with_arguments(layer, given)
    nodes = {node.target: node for node in derivation.nodes}
    numbers = [equation for equation in layer.equations if equation.target not in nodes]
    for equation in (*derivation.nodes, *numbers, *sweep.selectors):
        run.define(equation)
    forward = dict(run.tensors)
    upstreams = _upstreams(layer, run.tensors, upstream)
    run.gates = frozenset(map(layer.gradient, forward))

    axes = {equation.target: equation.axes for equation in (*derivation.nodes, *numbers)}
    axes |= {name: layer.tensors[name].axes for name in (*layer.inputs, *layer.parameters)}
    alone = [name for name in layer.outputs if name not in nodes]
    gradients: dict[str, Array] = {}
    handed_back: dict[tuple[str, Entry], Value] = {}
    for name in (*alone, *reversed(nodes), *layer.inputs, *layer.parameters):
        total = upstreams.get(name, filled(0, forward[name]))
        for part in sweep.contributions.get(name, ()):
            array = replace(run.array(part.value, axes[name]), outer=forward[name].outer)
            handed_back[part.node, part.operand] = array.value
            total = total.plus(array)
        gradients[name] = run.tensors[layer.gradient(name)] = total
    return Evaluated(
        _values(forward),
        _values({name: gradients[name] for name in forward if name in gradients}),
        MappingProxyType(handed_back),
    )


class _Run:
    """The tensors known so far, and the lengths of their indices.

    Args:
        given: by name.
        axes: of each of them; what is no `Index` has any length.
        lengths: what is known beforehand.
        flattened: those whose last axis stands for all trailing ones.
    """

    def __init__(
        self,
        given: Mapping[str, object],
        axes: Mapping[str, Sequence[object]],
        lengths: Lengths,
        flattened: Iterable[str] = (),
    ) -> None:
        self.lengths = lengths
        self.gates: frozenset[str] = frozenset()
        self.tensors: dict[str, Array] = {}
        for name, value in given.items():
            array = fitted(name, read_array(name, value), axes[name], name in flattened)
            lengths.learn(name, array, axes[name])
            self.tensors[name] = array

    def define(self, equation: Equation) -> None:
        self.tensors[equation.target] = self.array(equation.value, equation.axes)

    def array(self, value: Expr, axes: tuple[Index, ...]) -> Array:
        """The value at all places along the axes."""
        compiler = Compiler(self.tensors, self.lengths, self.gates)
        compute = compiler.compile(value)
        found = [compute(dict(zip(axes, at, strict=True))) for at in compiler.places(axes)]
        return Array(self.lengths.shape(axes), tuple(found), self.lengths.outer(axes))


def _slots(name: str, uses: Iterable[Entry]) -> tuple[Expr, ...]:
    """A tensor's axes as the equations use them; none for a number or what they do not use."""
    return next((entry.indices for entry in uses if entry.name == name), ())


def _with_arguments(layer: Layer, given: Mapping[str, object]) -> _Run:
    names = (*layer.inputs, *layer.parameters, *layer.constants)
    _check_names(layer, names, given)
    given = {name: given[name] for name in names} | {
        name: given.get(name, default) for name, default in layer.hyper.items()
    }
    axes = {name: layer.tensors[name].axes for name in names} | dict.fromkeys(layer.hyper, ())
    flattened = [name for name in names if layer.tensors[name].flattened]
    return _Run(given, axes, Lengths(), flattened)


def _check_names(layer: Layer, names: Sequence[str], given: Mapping[str, object]) -> None:
    missing = [name for name in names if name not in given]
    for name in given:
        if name in layer.tensors and name not in names:
            raise SymbpError(f"`{name}` is computed by {layer.name}: leave it out")
        if name not in names and name not in layer.hyper:
            hint = nearest(name, missing or (*names, *layer.hyper))
            raise SymbpError(f"`{name}` is not used by {layer.name}{hint}")
    for name in missing:
        others = [other for other in layer.tensors if other != name]
        hint = nearest(name, others) or ": give it a number or an array"
        raise SymbpError(f"`{name}` of {layer.name} has no value{hint}")


def _upstreams(layer: Layer, tensors: Mapping[str, Array], upstream: object) -> dict[str, Array]:
    """The gradient that each output receives from outside."""
    named = upstream if isinstance(upstream, Mapping) else {}
    known = {layer.gradient(output): output for output in layer.outputs}
    for name in named:
        if name not in known:
            raise SymbpError(
                f"`{name}` is no upstream gradient of {layer.name}"
                f"{nearest(str(name), known) or ': write ' + ', '.join(known)}"
            )
    found = {}
    for name, output in known.items():
        default = 1 if isinstance(upstream, Mapping) else upstream
        array = read_array(name, named.get(name, default))
        like = tensors[output]
        if array.outer not in ((), like.outer):
            raise SymbpError(
                f"`{name}` has the shape {array.outer}, and `{output}` {like.outer}: "
                "give it the same"
            )
        found[output] = (
            replace(like, entries=array.entries) if array.outer else filled(array.entries[0], like)
        )
    return found


def _values(arrays: Mapping[str, Array]) -> Mapping[str, Value]:
    return MappingProxyType({name: array.value for name, array in arrays.items()})
