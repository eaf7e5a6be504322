"""The methods that follow `forward`: `backward`, and products with derivatives."""

from __future__ import annotations

from symbp.notation.layer import Layer
from symbp.targets.blocks import Code, Def, If
from symbp.targets.code import LayerCode
from symbp.targets.numpy.reshaping import flattening, in_front
from symbp.targets.numpy.residuals import Residuals
from symbp.targets.prose import listed
from symbp.targets.reading import expression, parsed, refusal
from symbp.targets.tree import Assign, Name

__all__ = ["Later", "handed_back"]


class Later:
    """The methods of one layer that follow `forward`."""

    def __init__(self, layer: Layer, code: LayerCode, kept: Residuals) -> None:
        self.layer, self.code, self.kept = layer, code, kept

    def backward(self) -> Def:
        """`backward(self, dy)`: the gradients."""
        layer = self.layer
        arguments = [layer.gradient(name) for name in layer.outputs]
        if self._is_number():
            arguments[0] += "=1.0"
        inputs = [(name, layer.gradient(name)) for name in layer.inputs]
        slopes = [(name, layer.gradient(name)) for name in layer.parameters]
        kept = ", ".join(f"self.{slope}" for _, slope in slopes)
        body = [
            *self._begun("backward"),
            *self._upstreams(),
            *self.code.phases["backward"],
            *self._in_shape([*slopes, *inputs]),
            *parsed(f"{kept} = {', '.join(slope for _, slope in slopes)}" if slopes else ""),
            *(self._returned(inputs) if inputs else ()),
        ]
        return Def("backward", ("self", *arguments), self._backward_sentence(), tuple(body))

    def jvp(self) -> Def:
        """`jvp(self, x_dot, W_dot=None)`: the outputs' tangents."""
        layer = self.layer
        tangents = [(name, layer.tangent(name)) for name in layer.outputs]
        doc = f"Return {listed(tangent for _, tangent in tangents)}, given {self._moved()}. "
        doc += "Call `forward` first; None is a tangent of zeros."
        wide = tangents if layer.broadcasts else []
        body = [
            *self._begun("jvp"),
            *self._tangents(),
            *self.code.phases["jvp"],
            *(self._made(t, f"_broadcast({t}, {self.kept.own_shape(name)})") for name, t in wide),
            *handed_back(tangents, self.kept),
        ]
        return Def("jvp", ("self", *self._tangent_arguments()), doc, tuple(body))

    def hvp(self) -> Def:
        """`hvp(self, x_dot, W_dot=None, *, dy)`: the gradients' tangents."""
        layer = self.layer
        names = (*layer.inputs, *layer.parameters)
        tangents = [(name, layer.tangent(layer.gradient(name))) for name in names]
        upstreams = [layer.gradient(name) for name in layer.outputs]
        doc = f"Return {listed(tangent for _, tangent in tangents)}, given {self._moved()} "
        doc += f"at {listed(upstreams)}. Call `forward` first; None is a tangent of zeros."
        body = [
            *self._begun("hvp"),
            *self._upstreams(),
            *self._tangents(),
            *self.code.phases["hvp"],
            *self._in_shape(tangents),
            *self._returned(tangents),
        ]
        given = [*upstreams] if not self._is_number() else [f"{upstreams[0]}=1.0"]
        moved = self._tangent_arguments()
        apart = [] if "*" in moved else ["*"]
        return Def("hvp", ("self", *moved, *apart, *given), doc, tuple(body))

    def _is_number(self) -> bool:
        """Whether the one output is a number, so that its upstream gradient is 1 unless given."""
        layer = self.layer
        return len(layer.outputs) == 1 and not layer.tensors[layer.outputs[0]].axes

    def _begun(self, method: str) -> list[Code]:
        """The check that forward was called, and what that kept."""
        fault = f"{self.layer.name}: call `forward` before `{method}`"
        kept = self.kept.names
        return [
            refusal("self._saved is None", "RuntimeError", fault),
            *parsed(f"{', '.join(kept)} = self._saved" if kept else ""),
        ]

    def _upstreams(self) -> list[Code]:
        """The upstream gradients, checked."""
        layer, kept = self.layer, self.kept
        upstreams = {name: layer.gradient(name) for name in layer.outputs}
        checks = (
            f'{given} = _upstream("{given}", {given}, {kept.shape(name)}, {kept.dtype})'
            for name, given in upstreams.items()
        )
        lifted = [given for name, given in upstreams.items() if kept.lifted(name)]
        return [*parsed("\n".join(checks)), *self._lifted(lifted)]

    def _tangents(self) -> list[Code]:
        """The tangents of inputs and parameters, checked, in the shapes of the statements."""
        layer, kept = self.layer, self.kept
        tangents = {name: layer.tangent(name) for name in (*layer.inputs, *layer.parameters)}
        body: list[Code] = []
        for name, tangent in tangents.items():
            given = f'"{tangent}", {tangent}, "{name}", {kept.given_shape(name)}, {kept.dtype}'
            body += parsed(f"{tangent} = _tangent({given})")
        for name, tangent in tangents.items():
            if layer.tensors[name].flattened:
                body += flattening(layer.tensors[name], tangent)
        lifted = [tangents[name] for name in layer.inputs if kept.lifted(name)]
        if not layer.broadcasts:
            return [*body, *self._lifted(lifted)]
        return [*body, *(If(expression(f"not {t}.ndim"), in_front([t])) for t in lifted)]

    def _lifted(self, names: list[str]) -> list[Code]:
        """An axis of length 1 in front, where the arguments of forward got one."""
        return [If(expression("single"), in_front(names))] if names else []

    def _in_shape(self, gradients: list[tuple[str, str]]) -> list[Code]:
        """The gradients of tensors, or their tangents, in the shapes of the tensors as given."""
        body: list[Code] = []
        for name, gradient in gradients:
            if self.layer.tensors[name].flattened:
                body.append(self._made(gradient, f"{gradient}.reshape({name}_shape)"))
            elif self.layer.broadcasts:
                summed = f"_sum_to({gradient}, {self.kept.own_shape(name)})"
                body.append(self._made(gradient, summed))
        return body

    def _made(self, name: str, value: str) -> Assign:
        """A value that belongs to its equation."""
        return Assign(Name(name), expression(value), origin=name)

    def _returned(self, gradients: list[tuple[str, str]]) -> list[Code]:
        """The return of gradients; where they were summed they have their shape already."""
        if self.layer.broadcasts:
            return [*parsed(f"return {', '.join(value for _, value in gradients)}")]
        return handed_back(gradients, self.kept)

    def _tangent_arguments(self) -> list[str]:
        """Those of inputs, and those of parameters, which are held fixed unless given.

        Without inputs that move all are given by name, lest one is taken for an input's.
        """
        layer = self.layer
        given = [layer.tangent(name) for name in layer.inputs] or ["*"]
        return [*given, *(f"{layer.tangent(name)}=None" for name in layer.parameters)]

    def _moved(self) -> str:
        layer = self.layer
        return listed(layer.tangent(name) for name in (*layer.inputs, *layer.parameters))

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


def handed_back(values: list[tuple[str, str]], kept: Residuals) -> list[Code]:
    """The return of tensors' values, without the axis that was put in front."""
    names = ", ".join(value for _, value in values)
    lifted = [value for name, value in values if kept.lifted(name)]
    if lifted and len(values) == 1:
        return [*parsed(f"return {names}[0] if single else {names}")]
    taken = f"{', '.join(lifted)} = {', '.join(f'{name}[0]' for name in lifted)}"
    unlifted = [If(expression("single"), parsed(taken))] if lifted else []
    return [*unlifted, *parsed(f"return {names}")]
