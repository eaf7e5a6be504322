"""The methods around the mathematics of a layer: what an emitted class looks like."""

from __future__ import annotations

from symbp.notation.layer import Layer, Tensor
from symbp.targets.blocks import Code, Def
from symbp.targets.code import LayerCode
from symbp.targets.numpy.arguments import ArgumentChecks, live_parameters
from symbp.targets.numpy.later import Later, handed_back
from symbp.targets.numpy.residuals import Residuals
from symbp.targets.prose import listed
from symbp.targets.reading import expression, parsed
from symbp.targets.slots import axes_text
from symbp.targets.tree import Assign, Do, Name

__all__ = ["NOTHING_HELD", "Shell", "checked"]

SAVED = "saved for backward"
NOTHING_HELD = "self.params, self.grads = {}, {}"


class Shell:
    """The methods around the mathematics of one layer."""

    def __init__(self, layer: Layer, code: LayerCode) -> None:
        self.layer = layer
        self.code = code
        self.checks = ArgumentChecks(layer, code)
        self.arguments = layer.arguments
        self.kept = Residuals(layer, code, self.checks)
        self.later = Later(layer, code, self.kept)

    def methods(self) -> list[Code]:
        methods: list[Code] = [self.init(), self.forward(), self.later.backward()]
        products = {"jvp": self.later.jvp, "hvp": self.later.hvp}
        methods += [made() for name, made in products.items() if name in self.code.phases]
        if self.layer.parameters:
            methods += [self.named("params", "The parameters by name: the arrays themselves.")]
            methods += [self.named("grads", "The gradients of the parameters by name.")]
        if self.arguments:
            methods.append(self.checks.argument_method())
        return methods

    def init(self) -> Def:
        layer = self.layer
        hyper = [f"{name}={value!r}" for name, value in layer.hyper.items()]
        options = hyper + (["validate=True"] if self.code.assumptions else [])
        arguments = ("self", *layer.parameters, *(("*", *options) if options else ()))
        live = ", ".join(f"self.{name}" for name in layer.parameters)
        given = ", ".join(layer.parameters)
        numbers = (f'self.{name} = _number("{name}", {name})' for name in layer.hyper)
        slopes = [f"self.{layer.gradient(name)}" for name in layer.parameters]
        body = [
            *parsed(f"{live} = _parameters({given})" if given else ""),
            *parsed(" = ".join([*slopes, "None"]) if slopes else NOTHING_HELD),
            *parsed("\n".join(numbers)),
            *self.ready(),
        ]
        return Def("__init__", arguments, "", tuple(body))

    def ready(self) -> tuple[Code, ...]:
        """The last lines of the constructor."""
        return (
            *parsed("self.validate = validate" if self.code.assumptions else ""),
            *parsed("self._saved = None"),
        )

    def forward(self) -> Def:
        code, guard, outputs = self.code, self.code.guard, self.layer.outputs
        kept = [f"_private({name})" if name in guard.views else name for name in code.saved]
        values = ", ".join([*kept, *self.kept.extra.values()])
        body = [
            *self.taken(),
            *(Assign(Name(name), expression(f"_private({name})"), SAVED) for name in guard.given),
            *code.forward,
            *(Do(expression(f"{n}.setflags(write=False)"), SAVED) for n in guard.handed_out),
            *parsed(f"self._saved = {values or '()'}"),
            *handed_back([(name, name) for name in outputs], self.kept),
        ]
        return Def("forward", ("self", *self.arguments), self._forward_sentence(), tuple(body))

    def taken(self) -> tuple[Code, ...]:
        """What is given, checked: the arguments, or else the parameters."""
        if self.arguments:
            return checked(self.checks, "_checked")
        return live_parameters(self.layer)

    def named(self, method: str, doc: str) -> Def:
        held = self.layer.gradient if method == "grads" else str
        items = [f'"{name}": self.{held(name)}' for name in self.layer.parameters]
        body = parsed(f"return {{{', '.join(items)}}}")
        return Def(method, ("self",), doc, body, decorator="property")

    def _forward_sentence(self) -> str:
        tensors = self.layer.tensors
        outputs = listed([_named(tensors[name]) for name in self.layer.outputs])
        given = [_named(tensors[name]) for name in self.arguments]
        return f"Return {outputs}, given {listed(given)}." if given else f"Return {outputs}."


def checked(checks: ArgumentChecks, method: str) -> tuple[Code, ...]:
    """The arguments, checked by a method."""
    given = ", ".join(tensor.name for tensor in checks.arguments)
    return parsed(f"{', '.join(checks.handed_on)} = self.{method}({given})")


def _named(tensor: Tensor) -> str:
    """A tensor with its axes, if it has any of its own."""
    return tensor.name + (axes_text(tensor) if tensor.rank else "")
