"""The finished lines of a layer's mathematics, as the NumPy printer hands them to rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symbp.notation.layer import Layer
from symbp.targets.blocks import Def
from symbp.targets.tree import Assign, Expression, Statement

__all__ = [
    "AssumptionCode",
    "Equations",
    "Guard",
    "LayerCode",
    "Least",
    "NetworkCode",
    "SourceFile",
    "Span",
]


@dataclass(frozen=True)
class AssumptionCode:
    """The check of one assumption: `statements` first, then `left` and `right` are compared.

    Args:
        left, right: over the same names as the statements of forward.
        source: the assumption as the user wrote it.
        tensors: names of the tensors from outside that it reads; when the only one was given as
            integer classes, the check is skipped.
        statements: before the comparison.
    """

    left: Expression
    right: Expression
    source: str
    tensors: tuple[str, ...]
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Least:
    """An axis that may not be shorter than `length`, with the reason: "it is averaged".

    Args:
        tensor: a tensor from outside.
        axis: a position in its `Tensor.axes`; the variadic position 0 stands for the number of
            entries of all leading axes together.
        length: the least length.
        reason: the end of the sentence "... because ".
    """

    tensor: str
    axis: int
    length: int
    reason: str


@dataclass(frozen=True)
class Guard:
    """The arrays that backward reads and that the caller can write to as well.

    Args:
        given: inputs and constants that are saved; forward begins with private copies of them.
        views: other values that are saved, and lie in an input's or a constant's memory.
        handed_out: outputs that lie in the memory of something saved; they become read-only.
        parameters: those that backward reads. They are the caller's, who trains them.
    """

    given: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    handed_out: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerCode:
    """The mathematics of one layer as statements; everything around it is rendering's concern.

    Within the statements inputs and constants are local variables of their own names (arrays of
    one floating dtype, checked, `*i` axes already flattened, one-hot already expanded), parameters
    are `self.W`, hyper-parameters `self.alpha` (Python numbers), the upstream of an output y is
    the local `dy` (an array of y's shape and dtype, not to be written into). The shell's own
    locals are `x_shape` for a tensor x, `dtype`, `classes` and `single`.

    Args:
        constants: module-level constants, for example `SQRT_2 = math.sqrt(2)`.
        forward: from the arguments to locals named as the outputs.
        saved: locals at the end of forward that the phases use; the same names there.
        phases: what follows it, by method. `backward` leads from the upstreams and the saved to
            locals `dx`, `dW`, one for every input and parameter, of the shape that the equations
            give it (flattened, not yet summed to a broadcast argument's shape); `jvp` from the
            tangents `x_dot`, `W_dot` to `y_dot`; `hvp` from upstreams and tangents to `dx_dot`,
            `dW_dot`.
        assumptions: the checks of the layer's assumptions.
        least: the axes that may not be empty, or shorter than a literal index needs.
        guard: what of the saved the caller could write to as well.
        leading_axis: the statements need at least one axis where the equations say `...`, because
            they write into arrays (`out=`) and NumPy makes a scalar where there is none. The shell
            then puts an axis of length 1 in front where none is given, and takes it away again.
        functions: of the module, which the statements call.
    """

    forward: tuple[Statement, ...]
    phases: Mapping[str, tuple[Statement, ...]]
    saved: tuple[str, ...] = ()
    constants: tuple[Assign, ...] = ()
    assumptions: tuple[AssumptionCode, ...] = ()
    least: tuple[Least, ...] = ()
    guard: Guard = field(default_factory=Guard)
    leading_axis: bool = False
    functions: tuple[Def, ...] = ()


@dataclass(frozen=True)
class NetworkCode:
    """The lines of a network.

    Args:
        whole: forward and backward.
        scores: the part of forward that `predict` runs, as a layer of its own, and its lines.
        trace: the forward pass with every value kept, as a layer of its own, and its lines.
    """

    whole: LayerCode
    scores: tuple[Layer, LayerCode]
    trace: tuple[Layer, LayerCode]


@dataclass(frozen=True)
class Equations:
    """What the docstring of an emitted class says in symbp's notation, one line each.

    Args:
        forward: the user's equations.
        backward: the derived ones.
        products: those of Jacobian-vector and Hessian-vector products, by method.
        conventions: what holds at kinks, for example "dx is 0 where x = 0".
    """

    forward: tuple[str, ...]
    backward: tuple[str, ...]
    products: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conventions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """Lines that compute an equation, with the comment above them.

    A line that computes a part is counted to the first equation that uses the part.

    Args:
        first, last: line numbers, from 1.
        target: the name that the equation defines.
        method: in which they stand.
    """

    first: int
    last: int
    target: str
    method: str


@dataclass(frozen=True)
class SourceFile:
    """A file to be written.

    Args:
        path: relative to the output folder.
        text: what it holds.
        spans: which lines compute what, in order.
        saved: what forward keeps for backward, and what that is worth.
    """

    path: str
    text: str
    spans: tuple[Span, ...] = ()
    saved: tuple[tuple[str, str], ...] = ()
