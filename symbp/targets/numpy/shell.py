"""The methods around the mathematics of a layer: what an emitted class looks like."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.notation.layer import Layer, Tensor
from symbp.targets.code import LayerCode, Span
from symbp.targets.layout import (
    WIDTH,
    assignment,
    commented,
    def_statement,
    indented,
    listed,
    raise_lines,
    sentence,
    tuple_statement,
    unpacking,
)
from symbp.targets.numpy.arguments import ArgumentChecks
from symbp.targets.slots import axes_text
from symbp.targets.tree import Statement

__all__ = ["Shell"]


class Shell:
    """The methods around the mathematics of one layer."""

    def __init__(self, layer: Layer, code: LayerCode, checks: ArgumentChecks) -> None:
        self.layer = layer
        self.code = code
        self.checks = checks
        self.helpers: set[str] = {"upstream"}
        self.arguments = layer.arguments
        self.saved, self.extra = self._saved()
        self.spans: list[Span] = []

    def methods(self) -> list[list[str]]:
        methods = [self.init(), self.forward(), self.backward()]
        if self.layer.parameters:
            methods += [self.named("params", "The parameters by name: the arrays themselves.")]
            methods += [self.named("grads", "The gradients of the parameters by name.")]
        if self.arguments:
            methods.append(self.checks.argument_method())
        return methods

    def init(self) -> list[str]:
        layer = self.layer
        hyper = [f"{name}={value!r}" for name, value in layer.hyper.items()]
        options = hyper + (["validate=True"] if self.code.assumptions else [])
        arguments = ("self", *layer.parameters, *(("*", *options) if options else ()))
        body = []
        if layer.parameters:
            live = ", ".join(f"self.{name}" for name in layer.parameters)
            body += assignment(live, f"_parameters({', '.join(layer.parameters)})", 8)
            slopes = [layer.gradient(name) for name in layer.parameters]
            nothing = f"{' = '.join(f'self.{name}' for name in slopes)} = None"
            fits = 8 + len(nothing) <= WIDTH
            each = [f"self.{name} = None" for name in slopes]
            body += [nothing] if fits else each
        else:
            body.append("self.params, self.grads = {}, {}")
        for name in layer.hyper:
            self.helpers.add("number")
            body.append(f'self.{name} = _number("{name}", {name})')
        if self.code.assumptions:
            body.append("self.validate = validate")
        body.append("self._saved = None")
        return [*def_statement("__init__", arguments, 4), *indented(body, 4)]

    def forward(self) -> list[str]:
        layer = self.layer
        body = sentence(self._forward_sentence(), 8)
        if self.arguments:
            checked = f"self._checked({', '.join(self.arguments)})"
            body += assignment(", ".join(self.checks.handed_on), checked, 8)
        elif layer.parameters:
            live = ", ".join(f"self.{name}" for name in layer.parameters)
            body += assignment(live, f"_parameters({live})", 8)
        for name in self.code.guard.given:
            body.append(f"{name} = {self._private(name)}  # saved for backward")
        computed = self._computed(body, self.code.forward)
        for name in self.code.guard.handed_out:
            body.append(f"{name}.setflags(write=False)  # saved for backward")
        kept = [self._private(n) if n in self.code.guard.views else n for n in self.code.saved]
        values = [*kept, *self.extra.values()]
        body += tuple_statement("self._saved = ", values or ["()"], 8)
        body += self._handed_back([(name, name) for name in layer.outputs])
        head = def_statement("forward", ("self", *self.arguments), 4)
        self._note(computed, len(head), backward=False)
        return [*head, *indented(body, 4)]

    def _computed(self, body: list[str], code: Sequence[Statement]) -> list[tuple[int, int, str]]:
        """Appends statements; their first and last lines in the body, and what they are part of."""
        found = []
        for statement in code:
            lines = commented(statement, 8)
            found.append((len(body), len(body) + len(lines) - 1, statement.origin))
            body += lines
        return found

    def _note(self, computed: list[tuple[int, int, str]], head: int, backward: bool) -> None:
        """Keeps where statements stand in a method, its first line being 0."""
        self.spans += [
            Span(first + head, last + head, origin, backward)
            for first, last, origin in computed
            if origin
        ]

    def backward(self) -> list[str]:
        layer = self.layer
        arguments = [layer.gradient(name) for name in layer.outputs]
        if len(arguments) == 1 and not layer.tensors[layer.outputs[0]].axes:
            arguments[0] += "=1.0"
        body = sentence(self._backward_sentence(), 8)
        body.append("if self._saved is None:")
        fault = f"{layer.name}: call `forward` before `backward`"
        body += raise_lines(fault, "RuntimeError", 12)
        if self.saved:
            body += unpacking(self.saved, "self._saved", 8)
        dtype = self._dtype()
        for name in layer.outputs:
            upstream, shape = layer.gradient(name), self._shape(name)
            call = f'_upstream("{upstream}", {upstream}, {shape}, {dtype})'
            body += assignment(upstream, call, 8)
        lifted = [layer.gradient(name) for name in layer.outputs if self._lifted(name)]
        if lifted:
            body.append("if single:")
            body.append(f"    {', '.join(lifted)} = {', '.join(f'{d}[None]' for d in lifted)}")
        computed = self._computed(body, self.code.backward)
        for name in (*layer.parameters, *layer.inputs):
            shaped = self._shaped(name)
            if shaped:
                last = len(body) + len(shaped) - 1
                computed.append((len(body), last, layer.gradient(name)))
            body += shaped
        if layer.parameters:
            slopes = [layer.gradient(name) for name in layer.parameters]
            targets = ", ".join(f"self.{name}" for name in slopes)
            body += tuple_statement(f"{targets} = ", slopes, 8)
        if layer.inputs:
            body += self._handed_back([(name, layer.gradient(name)) for name in layer.inputs])
        head = def_statement("backward", ("self", *arguments), 4)
        self._note(computed, len(head), backward=True)
        return [*head, *indented(body, 4)]

    def named(self, method: str, doc: str) -> list[str]:
        held = self.layer.gradient if method == "grads" else str
        items = [f'"{name}": self.{held(name)}' for name in self.layer.parameters]
        body = ["@property", f"def {method}(self):", f'    """{doc}"""']
        return [*body, *indented(tuple_statement("return ", items, 8, "{}"), 4)]

    # What backward has to know

    def _private(self, name: str) -> str:
        """A value that the caller cannot change."""
        self.helpers.add("private")
        return f"_private({name})"

    def _saved(self) -> tuple[list[str], dict[str, str]]:
        """Names that backward unpacks, and the values beyond the code's own that forward saves."""
        layer, code = self.layer, self.code
        extra = {name: name for name in self.checks.handed_on if name not in self.arguments}
        if layer.broadcasts:
            for name in (*layer.inputs, *layer.parameters):
                source = f"self.{name}" if name in layer.parameters else name
                if name not in code.saved:
                    extra.setdefault(f"{name}_shape", f"{source}.shape")
        for name in layer.outputs:
            if layer.tensors[name].axes and name not in code.saved:
                extra[f"{name}_shape"] = f"{name}.shape"
        if self._holder() is None:
            extra["dtype"] = f"{layer.outputs[0]}.dtype"
        return [*code.saved, *extra], extra

    def _holder(self) -> str | None:
        """Something saved that has the layer's dtype."""
        tensors = self.layer.tensors
        for name in (*self.layer.outputs, *self.arguments, *tensors):
            if name in self.code.saved and not tensors[name].integer:
                return name
        return f"self.{self.layer.parameters[0]}" if self.layer.parameters else None

    def _dtype(self) -> str:
        holder = self._holder()
        return "dtype" if holder is None else f"{holder}.dtype"

    def _shape(self, output: str) -> str:
        if not self.layer.tensors[output].axes:
            return "()"
        shape = f"{output}.shape" if output in self.code.saved else f"{output}_shape"
        return f"{shape}[1:] if single else {shape}" if self._lifted(output) else shape

    def _shaped(self, name: str) -> list[str]:
        """The gradient of a tensor brought into the shape of the tensor as it was given."""
        gradient = self.layer.gradient(name)
        if self.layer.tensors[name].flattened:
            return [f"{gradient} = {gradient}.reshape({name}_shape)"]
        if self.layer.broadcasts:
            self.helpers.add("sum_to")
            saved = name in self.code.saved and f"{name}_shape" not in self.saved
            shape = f"{name}.shape" if saved else f"{name}_shape"
            return assignment(gradient, f"_sum_to({gradient}, {shape})", 8)
        return []

    def _lifted(self, name: str) -> bool:
        return self.checks.lifts and self.layer.tensors[name].variadic

    def _handed_back(self, values: list[tuple[str, str]]) -> list[str]:
        """The return of tensors' values, without the axis that was put in front."""
        names = [value for _, value in values]
        summed = self.layer.broadcasts and names != list(self.layer.outputs)
        lifted = [value for name, value in values if self._lifted(name) and not summed]
        if lifted and len(names) == 1:
            return [f"return {names[0]}[0] if single else {names[0]}"]
        lines = []
        if lifted:
            first = [f"{name}[0]" for name in lifted]
            lines = ["if single:", *indented(unpacking(lifted, ", ".join(first), 12), 4)]
        return [*lines, *tuple_statement("return ", names, 8)]

    # Sentences

    def _forward_sentence(self) -> str:
        tensors = self.layer.tensors
        outputs = listed([_named(tensors[name]) for name in self.layer.outputs])
        given = [_named(tensors[name]) for name in self.arguments]
        return f"Return {outputs}, given {listed(given)}." if given else f"Return {outputs}."

    def _backward_sentence(self) -> str:
        layer = self.layer
        upstream = listed(map(layer.gradient, layer.outputs))
        parts = []
        if layer.inputs:
            parts.append(f"return {listed(map(layer.gradient, layer.inputs))}")
        if layer.parameters:
            parts.append(f"set {listed(map(layer.gradient, layer.parameters))}")
        what = " and ".join(parts)
        what = what[:1].upper() + what[1:]
        return f"{what}, given {upstream}. Call `forward` first."


def _named(tensor: Tensor) -> str:
    """A tensor with its axes, if it has any of its own."""
    return tensor.name + (axes_text(tensor) if tensor.rank else "")
