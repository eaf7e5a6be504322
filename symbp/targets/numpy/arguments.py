"""The checks of an emitted layer's arguments: statements that raise, computed from the Layer.

Every check is one comparison on the fast path; conversions and messages are off it.
"""

from __future__ import annotations

from symbp.errors import InternalError
from symbp.notation.layer import Layer, Role, Tensor
from symbp.targets.blocks import Code, Def, If, names_in
from symbp.targets.code import LayerCode
from symbp.targets.numpy.labels import Labels
from symbp.targets.numpy.reshaping import flattened, lifted
from symbp.targets.prose import listed
from symbp.targets.reading import expression, parsed, refusal
from symbp.targets.slots import Slot, axes_text, leading_shape
from symbp.targets.tree import HELPERS, Do, Literal, call

__all__ = ["ArgumentChecks", "live_parameters"]


class ArgumentChecks:
    """What comes in: which checks a layer's arguments and parameters need.

    Parameters are looked at first, so an argument is told that it does not fit them and not the
    other way round; inputs come before constants.
    """

    def __init__(self, layer: Layer, code: LayerCode) -> None:
        self.layer = layer
        self.code = code
        self.parameters = [layer.tensors[name] for name in layer.parameters]
        self.arguments = [layer.tensors[name] for name in layer.arguments]
        # The tensor whose lengths the others are compared with; never one given as classes.
        tensors = sorted(
            [*self.parameters, *self.arguments], key=lambda tensor: tensor.one_hot is not None
        )
        self.leading = next((tensor for tensor in tensors if tensor.variadic), None)
        self.lifts = code.leading_axis and any(tensor.variadic for tensor in self.arguments)
        self.spaces: dict[str, Slot] = {}
        for tensor in tensors:
            for position, index in enumerate(tensor.axes):
                if not index.variadic:
                    self.spaces.setdefault(index.space, Slot(tensor, position))
        self.labels = Labels(self.spaces, self.leading)

    def parameter_function(self) -> Def:
        """`_parameters(W, b)`: the parameters as arrays that fit each other."""
        names = self.layer.parameters
        checks = [
            *self._floats(self.parameters, ""),
            *(check for tensor in self.parameters for check in self._rank(tensor)),
            *self._lengths(self.parameters),
            *self._least(self.parameters),
            *parsed(f"return {', '.join(names)}"),
        ]
        doc = f"{listed(names)} checked, as arrays of one floating dtype."
        return Def("_parameters", names, doc, tuple(checks))

    def argument_method(self, name: str = "_checked") -> Def:
        """`_checked(self, x, t)`: the arguments as arrays that fit each other."""
        sure = [t for t in self.arguments if not t.integer and t.one_hot is None]
        owner = (*self.layer.parameters, "")[0]
        checks: list[Code] = [*self._floats(sure, owner)]
        for tensor in sure:
            checks += self._rank(tensor)
        owner = owner or (sure[0].name if sure else "")
        for tensor in self.arguments:
            if tensor.integer:
                checks += self._integers(tensor)
            elif tensor.one_hot is not None:
                checks += self._one_hot(tensor, owner)
        checks += self._lengths(self.arguments)
        checks += self._leading()
        checks += self._least(self.arguments)
        for tensor in self.arguments:
            if tensor.flattened:
                checks += flattened(tensor)
        if self.lifts:
            wide = [tensor for tensor in self.arguments if tensor.variadic]
            checks += lifted(wide, self.layer.broadcasts)
        checks += self._assumptions(owner)
        return Def(
            name,
            ("self", *(tensor.name for tensor in self.arguments)),
            "The arguments, checked, as the lines above need them.",
            (*self._live(checks), *checks, *parsed(f"return {', '.join(self.handed_on)}")),
        )

    @property
    def handed_on(self) -> list[str]:
        """What `_checked` returns: the arguments and what backward must know about them."""
        reshaped = [t for t in self.arguments if t.flattened or (self.lifts and t.variadic)]
        keeps = [t for t in reshaped if t.flattened or self.layer.broadcasts]
        shapes = [f"{tensor.name}_shape" for tensor in keeps if tensor.role is Role.INPUT]
        return [*self.layer.arguments, *shapes, *["single"][: self.lifts]]

    def _live(self, checks: list[Code]) -> list[Code]:
        """The parameters looked at anew: they may have been replaced since the last call."""
        read = {name.text for name in names_in(checks)}
        used = [name for name in self.layer.parameters if name in read]
        own = ", ".join(f"self.{name}" for name in used)
        return [
            *live_parameters(self.layer),
            *parsed(f"{', '.join(used)} = {own}" if used else ""),
        ]

    def _refusal(self, test: str, error: str, message: str) -> If:
        return refusal(test, error, f"{self.layer.name}: {message}")

    def _floats(self, tensors: list[Tensor], owner: str) -> list[If]:
        """The tensors in one floating dtype, that of `owner` if there is one."""
        names = [tensor.name for tensor in tensors if not tensor.integer]
        if not names:
            return []
        everything = [owner, *names] if owner else names
        if len(names) == 1:
            known = f"is not {owner}.dtype" if owner else "not in FLOATS"
            test = f"type({names[0]}) is not np.ndarray or {names[0]}.dtype {known}"
        else:
            types = " is ".join([*(f"type({name})" for name in names), "np.ndarray"])
            dtypes = " is ".join(f"{name}.dtype" for name in [*names, *everything[: bool(owner)]])
            known = "" if owner else f" and {names[0]}.dtype in FLOATS"
            test = f"not ({types} and {dtypes}{known})"
        given = ", ".join(f"{name}={name}" for name in everything)
        left = ", ".join(everything) if len(everything) > 1 else f"({everything[0]},)"
        return [If(expression(test), parsed(f"{left} = _floats({given})"))]

    def _rank(self, tensor: Tensor) -> list[If]:
        """As many axes as the equations say."""
        name, least = tensor.name, tensor.rank - tensor.flattened
        if tensor.variadic or tensor.flattened:
            if least == 0:
                return []
            condition = f"{name}.ndim < {least}"
            wanted = f"have at least {_axes(least)} {axes_text(tensor)}"
        elif tensor.axes:
            condition = f"{name}.ndim != {tensor.rank}"
            wanted = f"have {_axes(tensor.rank)} {axes_text(tensor)}"
        else:
            condition, wanted = f"{name}.ndim", "be a number"
        message = f"{name} must {wanted}, but has shape {{{name}.shape}}"
        return [self._refusal(condition, "ValueError", message)]

    def _integers(self, tensor: Tensor) -> list[Code]:
        """Indices of an axis, none outside it; of any, where what they pick cancels."""
        name, spaces = tensor.name, self.layer.gathered.get(tensor.name, ())
        lengths = [self.spaces[space].length for space in spaces if space in self.spaces]
        if len(lengths) < len(spaces):
            raise InternalError(f"{self.layer.name}: no axis is known that {name} indexes")
        least = f"min({', '.join(lengths)})" if len(lengths) > 1 else "np.iinfo(np.intp).max"
        least = lengths[0] if len(lengths) == 1 else least
        return [*parsed(f'{name} = _integers("{name}", {name}, {least})'), *self._rank(tensor)]

    def _one_hot(self, tensor: Tensor, owner: str) -> list[Code]:
        """Integer classes expanded, where the argument has one axis less than its axes say."""
        name = tensor.name
        (as_given,) = self._floats([tensor], owner)
        if not self.labels.accepts_classes(tensor):
            return [as_given, *self._rank(tensor)]
        rows = self.labels.expanded(tensor, f"{owner}.dtype" if owner else "FLOATS[1]")
        test, lines = self.labels.are_given(tensor), list[Code]()
        if any(assumption.tensors == (name,) for assumption in self.code.assumptions):
            test, lines = "classes", [*parsed(f"classes = {test}")]
        expanded = If(expression(test), parsed(f"{name} = {rows}"), as_given)
        return [*lines, expanded, *self._rank(tensor)]

    def _lengths(self, tensors: list[Tensor]) -> list[If]:
        """The same index is the same length everywhere."""
        checks: list[If] = []
        for tensor in tensors:
            for position, index in enumerate(tensor.axes):
                slot = Slot(tensor, position)
                if index.variadic or slot == self.spaces[index.space]:
                    continue
                first = self.spaces[index.space]
                where = f"axis {first.axis}" if not first.flattened else f"axes from {first.axis}"
                message = (
                    f"{tensor.name} has {{{slot.length}}} entries along {slot}, "
                    f"but {first.tensor.name} has {{{first.length}}} along its {where}"
                )
                test = f"{slot.length} != {first.length}"
                checks.append(self._refusal(test, "ValueError", message))
        return checks

    def _leading(self) -> list[If]:
        """`...` is the same leading shape everywhere, or broadcasts."""
        tensors = [t for t in [*self.parameters, *self.arguments] if t.variadic]
        if len(tensors) < 2 or self.leading is None:
            return []
        if self.layer.broadcasts:
            order = [tensor.name for tensor in tensors]
            groups = dict.fromkeys(self.layer.broadcast_groups.values())
            alike = (sorted(group, key=order.index) for group in groups)
            return [_together(group) for group in alike if len(group) > 1]
        checks: list[If] = []
        there = leading_shape(self.leading)
        for tensor in tensors:
            here = leading_shape(tensor)
            message = (
                f"{tensor.name} has leading axes {{{here}}}, "
                f"but {self.leading.name} has {{{there}}}"
            )
            if tensor is not self.leading:
                checks.append(self._refusal(f"{here} != {there}", "ValueError", message))
        return checks

    def _least(self, tensors: list[Tensor]) -> list[If]:
        """Axes that may not be empty."""
        checks: list[If] = []
        for least in self.code.least:
            tensor = self.layer.tensors[least.tensor]
            if tensor not in tensors:
                continue
            slot = Slot(tensor, least.axis)
            length, along = slot.length, str(slot)
            if tensor.axes[least.axis].variadic:
                length, along = f"math.prod({leading_shape(tensor)})", "its leading axes"
            message = (
                f"{tensor.name} has {{{length}}} entries along {along}, "
                f"but needs at least {least.length} because {least.reason}"
            )
            checks.append(self._refusal(f"{length} < {least.length}", "ValueError", message))
        return checks

    def _assumptions(self, owner: str) -> list[If]:
        checks: list[If] = []
        for assumption in self.code.assumptions:
            tensors = [self.layer.tensors[name] for name in assumption.tensors]
            test = "self.validate"
            if len(tensors) == 1 and tensors[0].one_hot is not None:
                test += " and not classes" if self.labels.accepts_classes(tensors[0]) else ""
            dtype = expression(f"{owner}.dtype" if owner else "FLOATS[1]")
            given = (Literal(f'"{assumption.source}"'), assumption.left, assumption.right, dtype)
            compared = Do(call("_assume", *given, home=HELPERS))
            checks.append(If(expression(test), (*assumption.statements, compared)))
        return checks


def live_parameters(layer: Layer) -> tuple[Code, ...]:
    """The parameters checked, and held as arrays."""
    live = ", ".join(f"self.{name}" for name in layer.parameters)
    return parsed(f"{live} = _parameters({live})" if live else "")


def _together(names: list[str]) -> If:
    """A check that tensors broadcast against each other."""
    shapes = [f"{name}.shape" for name in names]
    test = " != ".join(shapes) if len(names) == 2 else f"not ({' == '.join(shapes)})"
    given = ", ".join(f"{name}={name}" for name in names)
    return If(expression(test), parsed(f"_broadcastable({given})"))


def _axes(number: int) -> str:
    return f"{number} {'axis' if number == 1 else 'axes'}"
