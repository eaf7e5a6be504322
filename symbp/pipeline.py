"""Composes the stages: what the user wrote, derived, lowered, scheduled, printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from symbp.calculus import Derivation, Derived, conventions, derive, equation_text, hvp, jvp
from symbp.errors import UnknownNameError
from symbp.notation import Layer, Network
from symbp.program import lower
from symbp.schedule import scheduled
from symbp.targets.code import Equations, SourceFile
from symbp.targets.numpy import NUMPY
from symbp.targets.target import Target
from symbp.targets.trial import load_class

__all__ = ["composed", "emit", "emit_package", "emitted", "load_class", "products_of"]

DERIVED_BY = {"jvp": jvp, "hvp": hvp}
"""What a class may compute beside both passes, by the name of its method."""


def composed(layer: Layer | Network) -> Layer:
    """A layer itself, or the one layer that a network makes."""
    return layer.layer if isinstance(layer, Network) else layer


def emit(
    layer: Layer | Network, target: Target = NUMPY, products: Iterable[str] = ()
) -> SourceFile:
    """The module of a layer or a network.

    Args:
        layer: what the user wrote.
        target: what to emit.
        products: the names of methods that the class gets beside `forward` and `backward`: "jvp",
            the product of the Jacobian and tangents, "hvp", that of the second derivatives and
            tangents.

    Raises:
        LoweringError: it needs an array operation that symbp cannot emit.
    """
    derivation = derive(composed(layer), target.costs)
    return emitted(layer, derivation, target, products_of(derivation, products))


def emitted(
    layer: Layer | Network,
    derivation: Derivation,
    target: Target = NUMPY,
    products: Mapping[str, Derived] = MappingProxyType({}),
) -> SourceFile:
    """The module of a layer or a network that was derived, with products that were.

    Raises:
        LoweringError: it needs an array operation that symbp cannot emit.
        InternalError: the module does not run.
    """
    parts = layer.parts if isinstance(layer, Network) else {}
    functions = {name: item.function for name, item in products.items()}
    program = target.lower(lower(derivation, bool(parts), functions))
    schedule = scheduled(program, target.habits, parts)
    return target.module(layer, schedule, _equations(derivation, products))


def products_of(derivation: Derivation, names: Iterable[str]) -> dict[str, Derived]:
    """What a class computes beside both passes, "jvp" and "hvp", by name.

    Raises:
        UnknownNameError: there is nothing of a name.
    """
    wanted = (names,) if isinstance(names, str) else tuple(names)
    for name in wanted:
        if name not in DERIVED_BY:
            raise UnknownNameError(f"no product `{name}`; there are {' and '.join(DERIVED_BY)}")
    return {name: derived(derivation) for name, derived in DERIVED_BY.items() if name in wanted}


def emit_package(
    layers: Iterable[Layer | Network], target: Target = NUMPY, products: Iterable[str] = ()
) -> tuple[SourceFile, ...]:
    """The modules of several layers, and what the target puts beside them."""
    layers = tuple(layers)
    modules = tuple(emit(layer, target, products) for layer in layers)
    beside = [target.package(layer.name for layer in layers)] if target.package else []
    return (*modules, *beside)


def _renamed(layer: Layer) -> tuple[str, ...]:
    """The gradients that are called otherwise than after their tensors."""
    names = (*layer.inputs, *layer.parameters, *layer.outputs)
    return tuple(
        f"the gradient of {name} is {layer.gradient(name)}, as d{name} is the layer's own"
        for name in names
        if layer.gradient(name) != f"d{name}"
    )


def _equations(derivation: Derivation, products: Mapping[str, Derived]) -> Equations:
    return Equations(
        forward=tuple(
            equation.source or equation_text(equation) for equation in derivation.layer.equations
        ),
        backward=tuple(equation_text(equation) for equation in derivation.vjp.written),
        products={
            name: tuple(equation_text(equation) for equation in item.written)
            for name, item in products.items()
        },
        conventions=(*conventions(derivation.layer.equations), *_renamed(derivation.layer)),
    )
