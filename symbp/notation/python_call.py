"""The same from Python: a layer by a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Expr

from symbp.notation.draft import draft_of
from symbp.notation.layer import Layer
from symbp.notation.read import read

__all__ = ["layer"]


def layer(
    name: str,
    forward: str | Sequence[str] | Expr,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    parameters: Sequence[str] = (),
    constants: Sequence[str] = (),
    one_hot: Mapping[str, str] | None = None,
    hyper: Mapping[str, int | float] | None = None,
    assume: Sequence[str] = (),
    doc: str = "",
    file: str = "",
) -> Layer:
    """Write a layer in Python.

    Args:
        name: the emitted class is called so; it begins with a capital letter.
        forward: equations, one a line or one an element; or a SymPy expression, which is
            elementwise: its symbols are tensors or hyper-parameters, its output is `y`.
        inputs: the order of the inputs; that of first appearance unless given.
        outputs: the tensors handed back; the last equation's left side unless given.
        parameters: tensors that the layer holds; they get gradients.
        constants: inputs that get no gradient.
        one_hot: by constant, the index of the class axis that integer classes lack.
        hyper: numbers with defaults.
        assume: identities that the data satisfy, like `sum(t[..., c], c) == 1`.
        doc: one sentence.
        file: the name of the file that it comes from, for errors.

    Returns:
        The layer, validated.

    Raises:
        NotationError: the layer is malformed.

    >>> affine = layer(
    ...     "Affine", "y[..., j] = sum(x[..., i] * W[i, j], i) + b[j]", parameters=["W", "b"]
    ... )
    >>> affine.inputs, affine.parameters, affine.tensors["W"].axes
    (('x',), ('W', 'b'), (i, j))
    """
    table = {
        "forward": forward,
        "inputs": inputs,
        "outputs": outputs,
        "parameters": parameters,
        "constants": constants,
        "one_hot": one_hot,
        "hyper": hyper,
        "assume": assume,
        "doc": doc,
    }
    return read(draft_of(name, table, file))
