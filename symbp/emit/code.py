"""The finished lines of a layer's mathematics, as the NumPy printer hands them to rendering."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LayerCode", "Line", "SourceFile"]


@dataclass(frozen=True)
class Line:
    """One statement of NumPy and the equation that it computes, in symbp's notation."""

    code: str
    equation: str = ""


@dataclass(frozen=True)
class LayerCode:
    """The mathematics of one layer as statements; everything around it is rendering's concern.

    Within the statements inputs and constants are local variables of their own names (arrays of
    one floating dtype, checked, `*i` axes already flattened, one-hot already expanded), parameters
    are `self.W`, hyper-parameters `self.alpha` (Python numbers), the upstream of an output y is
    the local `dy` (an array of y's shape and dtype).

    Args:
        constants: module-level constants, for example `SQRT_2 = math.sqrt(2)`.
        imports: further import statements, for example `from scipy.special import erf`.
        forward: from the arguments to locals named as the outputs.
        saved: locals at the end of forward that backward uses; the same names there.
        backward: from the upstreams and the saved to locals `dx`, `dW`, one for every input
            and parameter, of the shape that the equations give it (flattened, not yet summed
            to a broadcast argument's shape).
    """

    forward: tuple[Line, ...]
    backward: tuple[Line, ...]
    saved: tuple[str, ...] = ()
    constants: tuple[Line, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceFile:
    """A file to be written: a path relative to the output folder, and its text."""

    path: str
    text: str
