"""What the user writes, read into a frozen, validated `Layer`."""

from symbp.notation.expression import (
    VARIADIC,
    Differs,
    Entry,
    Index,
    Maximum,
    MaxOver,
    Minimum,
    MinOver,
    Reduction,
    Size,
    SumOver,
    Where,
    entries,
    free_indices,
    scalar,
)
from symbp.notation.files import layer_from_text, parse_layers, read_layers
from symbp.notation.layer import Assumption, Equation, Layer, Role, Tensor
from symbp.notation.names import nearest, no_layer, snake_case
from symbp.notation.network import Initialiser, Network, Use
from symbp.notation.python_call import layer

__all__ = [
    "VARIADIC",
    "Assumption",
    "Differs",
    "Entry",
    "Equation",
    "Index",
    "Initialiser",
    "Layer",
    "MaxOver",
    "Maximum",
    "MinOver",
    "Minimum",
    "Network",
    "Reduction",
    "Role",
    "Size",
    "SumOver",
    "Tensor",
    "Use",
    "Where",
    "entries",
    "free_indices",
    "layer",
    "layer_from_text",
    "nearest",
    "no_layer",
    "parse_layers",
    "read_layers",
    "scalar",
    "snake_case",
]
