"""What forward keeps for the methods that follow it, and how they ask for shapes and the dtype."""

from __future__ import annotations

from symbp.notation.layer import Layer
from symbp.targets.code import LayerCode
from symbp.targets.numpy.arguments import ArgumentChecks

__all__ = ["Residuals"]


class Residuals:
    """What a layer's forward pass keeps.

    Args:
        layer: read for names and axes.
        code: its mathematics.
        checks: of its arguments.

    Attributes:
        extra: beyond the code's own, from the name that later methods use to its value in forward.
    """

    def __init__(self, layer: Layer, code: LayerCode, checks: ArgumentChecks) -> None:
        self._layer, self._saved, self._checks = layer, code.saved, checks
        self.extra = self._extra(moved=len(code.phases) > 1)

    @property
    def names(self) -> list[str]:
        """Everything, in the order in which it is kept."""
        return [*self._saved, *self.extra]

    @property
    def dtype(self) -> str:
        """The layer's dtype, as an expression."""
        holder = self._holder()
        return "dtype" if holder is None else f"{holder}.dtype"

    def shape(self, output: str) -> str:
        """The shape of an output as it was handed out, as an expression."""
        if not self._layer.tensors[output].axes:
            return "()"
        return self._unlifted(output, self.own_shape(output))

    def own_shape(self, name: str) -> str:
        """The shape that a value has within the statements, as an expression."""
        return f"{name}.shape" if self._is_whole(name) else f"{name}_shape"

    def given_shape(self, name: str) -> str:
        """The shape of an input or a parameter as it was given, as an expression."""
        if not self._layer.tensors[name].axes:
            return "()"
        if name in self._layer.parameters:
            return f"self.{name}.shape"
        if self._is_reshaped(name):
            return f"{name}_shape"
        return self._unlifted(name, self.own_shape(name))

    def lifted(self, name: str) -> bool:
        """Whether an axis of length 1 may have been put in front of a tensor."""
        return self._checks.lifts and self._layer.tensors[name].variadic

    def _unlifted(self, name: str, shape: str) -> str:
        return f"{shape}[1:] if single else {shape}" if self.lifted(name) else shape

    def _is_whole(self, name: str) -> bool:
        """Whether the array is kept, and what is called its shape is not another."""
        return name in self._saved and f"{name}_shape" not in self.extra

    def _is_reshaped(self, name: str) -> bool:
        """Whether a shape is kept from before the argument was reshaped."""
        return f"{name}_shape" in self._checks.handed_on

    def _holder(self) -> str | None:
        """Something saved that has the layer's dtype."""
        layer, tensors = self._layer, self._layer.tensors
        for name in (*layer.outputs, *layer.arguments, *tensors):
            if name in self._saved and not tensors[name].integer:
                return name
        return f"self.{layer.parameters[0]}" if layer.parameters else None

    def _extra(self, moved: bool) -> dict[str, str]:
        """Shapes of what is given, where gradients are summed or there are tangents; of outputs."""
        layer, saved = self._layer, self._saved
        extra = {name: name for name in self._checks.handed_on if name not in layer.arguments}
        if layer.broadcasts:
            for name in (*layer.inputs, *layer.parameters):
                source = f"self.{name}" if name in layer.parameters else name
                if name not in saved:
                    extra.setdefault(f"{name}_shape", f"{source}.shape")
        for name in (*layer.outputs, *(layer.inputs if moved else ())):
            if layer.tensors[name].axes and name not in saved:
                extra.setdefault(f"{name}_shape", f"{name}.shape")
        if self._holder() is None:
            extra["dtype"] = f"{layer.outputs[0]}.dtype"
        return extra
