"""Runs what was emitted once, before anybody is given it."""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Collection

import numpy as np

from symbp.errors import InternalError
from symbp.notation.layer import Layer
from symbp.notation.network import Network
from symbp.targets.code import LayerCode, NetworkCode, SourceFile
from symbp.targets.small_arguments import (
    PLAIN,
    POINT,
    Array,
    SmallArguments,
    Style,
    small_arguments,
)

__all__ = ["as_it_is", "load_class", "try_out"]

DOMAIN = ("math domain error", "expected a ")  # what Python's `math` says of a number


def load_class(source: SourceFile) -> type:
    """The class of an emitted module, executed in memory."""
    module = types.ModuleType(source.path.removesuffix(".py"))
    exec(compile(source.text, source.path, "exec"), module.__dict__)
    name = module.__dict__["__all__"][0]
    return module.__dict__[name]


def as_it_is(names: dict[str, object]) -> None:
    """A module runs as it is."""


def try_out(
    source: SourceFile,
    layer: Layer | Network,
    code: LayerCode | NetworkCode,
    prepare: Callable[[dict[str, object]], None] = as_it_is,
) -> None:
    """Compile a module and run its class on small arguments, in float32 and in float64.

    What it computes is the judges' matter. Here it must run, and hand back arrays of the right
    shape and dtype. Numbers that a hyper-parameter or a length of 1 makes impossible (a division
    by 0) say nothing about the code.

    Raises:
        InternalError: the module is not what symbp promises.
    """
    try:
        cls = load_class(source)
        prepare(vars(cls)["forward"].__globals__)
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
    trial = _Trial(layer, _instance(cls, made, given, style), given, style)
    trial.passes()
    trial.products(whole.phases)
    if isinstance(made, Network) and isinstance(code, NetworkCode):
        trial.uses(made, code)


def _instance(cls: type, made: Layer | Network, given: SmallArguments, style: Style) -> object:
    layer = made.layer if isinstance(made, Network) else made
    options: dict[str, object] = {"validate": False} if layer.assumptions else {}
    if isinstance(made, Network):
        sizes = [given.lengths[space] for _, space in made.sizes]
        return cls(*sizes, seed=0, dtype=style.dtype, **options)
    return cls(*(given.arrays[name] for name in layer.parameters), **options)


class _Trial:
    """One instance, its arguments, and the upstream gradients that fit its outputs."""

    def __init__(self, layer: Layer, instance: object, given: SmallArguments, style: Style) -> None:
        self._layer, self._instance, self._given, self._style = layer, instance, given, style
        self._upstreams: dict[str, Array] = {}

    def passes(self) -> None:
        """Forward and backward."""
        layer = self._layer
        outputs = _named(layer.outputs, self._call("forward", *self._arguments(layer)))
        for name, value in outputs.items():
            self._upstreams[name] = np.ones(self._shape(name, value), self._style.dtype)
        handed_back = self._call("backward", *self._upstreams.values())
        gradients = _named(layer.inputs, handed_back) if layer.inputs else {}
        gradients |= {n: getattr(self._instance, layer.gradient(n)) for n in layer.parameters}
        for name, value in gradients.items():
            self._expect(layer.gradient(name), value, self._given.arrays[name].shape)

    def products(self, phases: Collection[str]) -> None:
        """`jvp` and `hvp`, where the class has them."""
        layer, arrays = self._layer, self._given.arrays
        moved = (*layer.inputs, *layer.parameters)
        ones = {name: np.ones(arrays[name].shape, self._style.dtype) for name in moved}
        tangents = {self._layer.tangent(name): array for name, array in ones.items()}
        if "jvp" in phases:
            for name, value in _named(layer.outputs, self._call("jvp", **tangents)).items():
                self._expect(layer.tangent(name), value, self._upstreams[name].shape)
        if "hvp" in phases:
            given = {layer.gradient(name): array for name, array in self._upstreams.items()}
            for name, value in _named(moved, self._call("hvp", **tangents, **given)).items():
                self._expect(layer.tangent(layer.gradient(name)), value, arrays[name].shape)

    def uses(self, network: Network, code: NetworkCode) -> None:
        """The other methods of a network."""
        inputs, whole = self._arguments(code.scores[0]), self._arguments(self._layer)
        self._call("predict", *inputs)
        self._call("trace", *whole)
        if network.labels is not None:
            self._call("accuracy", *inputs, self._given.arrays[network.labels])
        if hasattr(self._instance, "gradient"):
            self._call("loss", *whole)
            self._call("gradient", *whole)

    def _arguments(self, layer: Layer) -> list[Array]:
        return [self._given.arrays[name] for name in layer.arguments]

    def _call(self, method: str, *arguments: Array, **options: Array) -> object:
        return getattr(self._instance, method)(*arguments, **options)

    def _shape(self, name: str, value: object) -> tuple[int, ...]:
        """The shape of what was returned; it must be of the arguments' dtype."""
        if not isinstance(value, np.ndarray | np.generic):
            raise TypeError(f"{name} comes out as {type(value).__name__}")
        if value.dtype != self._style.dtype:
            raise TypeError(f"{name} comes out as {value.dtype}, of {self._style.dtype}")
        return value.shape

    def _expect(self, name: str, value: object, shape: tuple[int, ...]) -> None:
        found = self._shape(name, value)
        if found != shape:
            raise TypeError(f"{name} comes out with shape {found}, not {shape}")


def _named(names: tuple[str, ...], values: object) -> dict[str, object]:
    """What a method returned, by name."""
    several = values if len(names) > 1 else (values,)
    if not isinstance(several, tuple):
        raise TypeError(f"{', '.join(names)} come out as {type(values).__name__}")
    return dict(zip(names, several, strict=True))
