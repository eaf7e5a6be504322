"""Runs what was emitted once, before anybody is given it."""

from __future__ import annotations

import types
import warnings
from typing import Any

import numpy as np

from symbp.errors import InternalError
from symbp.notation.layer import Layer
from symbp.notation.network import Network
from symbp.targets.code import LayerCode, NetworkCode, SourceFile
from symbp.targets.small_arguments import PLAIN, POINT, SmallArguments, Style, small_arguments

__all__ = ["load_class", "try_out"]

DOMAIN = ("math domain error", "expected a ")  # what Python's `math` says of a number


def load_class(source: SourceFile) -> type:
    """The class of an emitted module, executed in memory."""
    module = types.ModuleType(source.path.removesuffix(".py"))
    exec(compile(source.text, source.path, "exec"), module.__dict__)
    name = module.__dict__["__all__"][0]
    return module.__dict__[name]


def try_out(source: SourceFile, layer: Layer | Network, code: LayerCode | NetworkCode) -> None:
    """Compile a module and run its class on small arguments, in float32 and in float64.

    What it computes is the judges' matter. Here it must run, and hand back arrays of the right
    shape and dtype. Numbers that a hyper-parameter or a length of 1 makes impossible (a division
    by 0) say nothing about the code.

    Raises:
        InternalError: the module is not what symbp promises.
    """
    try:
        cls = load_class(source)
        for style in (PLAIN, POINT):
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                _run(cls, layer, code, style)
    except ArithmeticError:
        return
    except Exception as error:
        if isinstance(error, ValueError) and str(error).startswith(DOMAIN):
            return
        fault = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise InternalError(
            f"{layer.name}: the module that symbp made of it fails on small arguments ({fault}); "
            "this is a fault of symbp, please report the layer"
        ) from error


def _run(cls: type, made: Layer | Network, code: LayerCode | NetworkCode, style: Style) -> None:
    layer = made.layer if isinstance(made, Network) else made
    whole = code.whole if isinstance(code, NetworkCode) else code
    given = small_arguments(layer, whole.least, style)
    arguments = [given.arrays[name] for name in layer.arguments]
    instance = _instance(cls, made, given, style)
    outputs = _named(layer.outputs, instance.forward(*arguments))
    upstreams = [np.ones(np.shape(value), style.dtype) for value in outputs.values()]
    handed_back = instance.backward(*upstreams)
    gradients = _named(layer.inputs, handed_back) if layer.inputs else {}
    for name, value in outputs.items():
        _expect(name, value, np.shape(value), style)
    for name, value in (gradients | instance.grads).items():
        _expect(layer.gradient(name), value, given.arrays[name].shape, style)
    if isinstance(made, Network) and isinstance(code, NetworkCode):
        _use(instance, made, code, given)


def _instance(cls: type, made: Layer | Network, given: SmallArguments, style: Style) -> Any:
    layer = made.layer if isinstance(made, Network) else made
    options: dict[str, Any] = {"validate": False} if layer.assumptions else {}
    if isinstance(made, Network):
        sizes = [given.lengths[space] for _, space in made.sizes]
        return cls(*sizes, seed=0, dtype=style.dtype, **options)
    return cls(*(given.arrays[name] for name in layer.parameters), **options)


def _named(names: tuple[str, ...], values: Any) -> dict[str, Any]:
    return dict(zip(names, (values,) if len(names) == 1 else values, strict=True))


def _expect(name: str, value: Any, shape: tuple[int, ...], style: Style) -> None:
    if not isinstance(value, np.ndarray | np.generic):
        raise TypeError(f"{name} comes out as {type(value).__name__}")
    if value.dtype != style.dtype:
        raise TypeError(f"{name} comes out as {value.dtype}, of {style.dtype}")
    if value.shape != shape:
        raise TypeError(f"{name} comes out with shape {value.shape}, not {shape}")


def _use(instance: Any, network: Network, code: NetworkCode, given: SmallArguments) -> None:
    """The other methods of a network."""
    layer, (part, _) = network.layer, code.scores
    whole = [given.arrays[name] for name in layer.arguments]
    inputs = [given.arrays[name] for name in part.arguments]
    instance.predict(*inputs)
    instance.trace(*whole)
    if network.labels is not None:
        instance.accuracy(*inputs, given.arrays[network.labels])
    if hasattr(instance, "gradient"):
        instance.loss(*whole)
        instance.gradient(*whole)
