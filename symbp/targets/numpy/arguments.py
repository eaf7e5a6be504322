"""The checks at the checks of an emitted layer: statements that raise, computed from the Layer.

Every check is one comparison on the fast path; conversions and messages are off it.
"""

from __future__ import annotations

from symbp.errors import InternalError
from symbp.notation.access import gathered_spaces
from symbp.notation.layer import Layer, Role, Tensor
from symbp.targets.code import LayerCode
from symbp.targets.format import text
from symbp.targets.layout import (
    assignment,
    call_statement,
    def_statement,
    indented,
    listed,
    raise_lines,
    sentence,
    statements,
    tuple_statement,
    unless,
)
from symbp.targets.slots import Slot, axes_text, leading_shape

__all__ = ["ArgumentChecks"]


class ArgumentChecks:
    """What comes in: which checks a layer's arguments and parameters need, as emitted lines.

    Parameters are looked at first, so an argument is told that it does not fit them and not the
    other way round; inputs come before constants. `helpers` collects the names of the module
    functions that the lines call.
    """

    def __init__(self, layer: Layer, code: LayerCode) -> None:
        self.layer = layer
        self.code = code
        self.helpers: set[str] = set()
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

    def parameter_function(self) -> list[str]:
        """`_parameters(W, b)`: the parameters as arrays that fit each other."""
        names = self.layer.parameters
        body = self._floats(self.parameters, "", 4)
        for tensor in self.parameters:
            body += self._rank(tensor, 4)
        body += self._lengths(self.parameters, 4)
        body += self._least(self.parameters, 4)
        return [
            *def_statement("_parameters", names, 0),
            *indented(sentence(f"{listed(names)} checked, as arrays of one floating dtype.", 4), 4),
            *indented(body, 4),
            *indented(tuple_statement("return ", names, 4), 4),
        ]

    def argument_method(self) -> list[str]:
        """`_checked(self, x, t)`: the arguments as arrays that fit each other."""
        names = [tensor.name for tensor in self.arguments]
        sure = [t for t in self.arguments if not t.integer and t.one_hot is None]
        owner = (*self.layer.parameters, "")[0]
        checks = self._floats(sure, owner, 8)
        for tensor in sure:
            checks += self._rank(tensor, 8)
        owner = owner or (sure[0].name if sure else "")
        for tensor in self.arguments:
            if tensor.integer:
                checks += self._integers(tensor)
            elif tensor.one_hot is not None:
                checks += self._one_hot(tensor, owner)
        checks += self._lengths(self.arguments, 8)
        checks += self._leading()
        checks += self._least(self.arguments, 8)
        for tensor in self.arguments:
            if tensor.flattened:
                checks += self._flatten(tensor)
        checks += self._lift()
        checks += self._assumptions(owner)
        return [
            *def_statement("_checked", ("self", *names), 4),
            '    """The arguments, checked, as the lines above need them."""',
            *indented([*self._live(checks), *checks], 4),
            *indented(tuple_statement("return ", self.handed_on, 8), 4),
        ]

    @property
    def handed_on(self) -> list[str]:
        """What `_checked` returns: the arguments and what backward must know about them."""
        reshaped = [t for t in self.arguments if t.flattened or (self.lifts and t.variadic)]
        keeps = [t for t in reshaped if t.flattened or self.layer.broadcasts]
        shapes = [f"{tensor.name}_shape" for tensor in keeps if tensor.role is Role.INPUT]
        return [*self.layer.arguments, *shapes, *["single"][: self.lifts]]

    def _live(self, checks: list[str]) -> list[str]:
        """The parameters looked at anew: they may have been replaced since the last call."""
        if not self.parameters:
            return []
        live = [f"self.{name}" for name in self.layer.parameters]
        code = "\n".join(checks)
        used = [n for n in self.layer.parameters if f"{n}.dtype" in code or f"{n}.shape" in code]
        lines = assignment(", ".join(live), f"_parameters({', '.join(live)})", 8)
        if used:
            values = [f"self.{name}" for name in used]
            lines += tuple_statement(f"{', '.join(used)} = ", values, 8)
        return lines

    def _if(self, condition: str, error: str, message: str, depth: int) -> list[str]:
        """`if condition:` and a raise, in a file at `depth`."""
        raised = raise_lines(f"{self.layer.name}: {message}", error, depth + 4)
        return [f"if {condition}:", *raised]

    def _floats(self, tensors: list[Tensor], owner: str, depth: int) -> list[str]:
        """The tensors in one floating dtype, that of `owner` if there is one."""
        names = [tensor.name for tensor in tensors if not tensor.integer]
        if not names:
            return []
        self.helpers.add("floats")
        everything = [owner, *names] if owner else names
        if len(names) == 1:
            known = f"is not {owner}.dtype" if owner else "not in FLOATS"
            test = [f"if type({names[0]}) is not np.ndarray or {names[0]}.dtype {known}:"]
        else:
            types = " is ".join([*(f"type({name})" for name in names), "np.ndarray"])
            dtypes = " is ".join(f"{name}.dtype" for name in [*names, *everything[: bool(owner)]])
            test = unless(
                [types, dtypes, *([] if owner else [f"{names[0]}.dtype in FLOATS"])], depth
            )
        call = f"_floats({', '.join(f'{name}={name}' for name in everything)})"
        left = ", ".join(everything) if len(everything) > 1 else f"({everything[0]},)"
        return [*test, *indented(assignment(left, call, depth + 4), 4)]

    def _rank(self, tensor: Tensor, depth: int) -> list[str]:
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
        return self._if(condition, "ValueError", message, depth)

    def _integers(self, tensor: Tensor) -> list[str]:
        """Indices of an axis, none outside it; of any, where what they pick cancels."""
        self.helpers.add("integers")
        name, spaces = tensor.name, gathered_spaces(self.layer).get(tensor.name, ())
        lengths = [self.spaces[space].length for space in spaces if space in self.spaces]
        if len(lengths) < len(spaces):
            raise InternalError(f"{self.layer.name}: no axis is known that {name} indexes")
        least = f"min({', '.join(lengths)})" if len(lengths) > 1 else "np.iinfo(np.intp).max"
        least = lengths[0] if len(lengths) == 1 else least
        call = f'_integers("{name}", {name}, {least})'
        return [*assignment(name, call, 8), *self._rank(tensor, 8)]

    def _one_hot(self, tensor: Tensor, owner: str) -> list[str]:
        """Integer classes expanded, where the argument has one axis less than its axes say."""
        name = tensor.name
        as_given = self._floats([tensor], owner, 8)
        if not self._takes_classes(tensor):
            return [*as_given, *self._rank(tensor, 8)]
        self.helpers |= {"one_hot", "integers"}
        slot, dtype = self._class_slot(tensor), f"{owner}.dtype" if owner else "FLOATS[1]"
        call = f'_one_hot("{name}", {name}, {slot.length}, {dtype})'
        position = tensor.one_hot
        if position is not None and position != len(tensor.axes) - 1:
            call = f"np.moveaxis({call}, -1, {Slot(tensor, position).axis})"
        test = f"np.ndim({name}) == {self._rank_of_classes(tensor)}"
        lines = [f"if {test}:"]
        if any(assumption.tensors == (name,) for assumption in self.code.assumptions):
            lines = [f"classes = {test}", "if classes:"]
        lines += [*indented(assignment(name, call, 12), 4), f"el{as_given[0]}", *as_given[1:]]
        return [*lines, *self._rank(tensor, 8)]

    def _takes_classes(self, tensor: Tensor) -> bool:
        """Whether another tensor tells the number of classes and of leading axes."""
        return self._class_slot(tensor).tensor is not tensor and not (
            tensor.variadic and self.leading is tensor
        )

    def _class_slot(self, tensor: Tensor) -> Slot:
        assert tensor.one_hot is not None
        return self.spaces[tensor.axes[tensor.one_hot].space]

    def _rank_of_classes(self, tensor: Tensor) -> str:
        """The number of axes of integer classes, as an expression."""
        if not tensor.variadic:
            return str(tensor.rank - 1)
        assert self.leading is not None
        difference = tensor.rank - 1 - self.leading.rank
        sign = "-" if difference < 0 else "+"
        return f"{self.leading.name}.ndim" + (f" {sign} {abs(difference)}" if difference else "")

    def _lengths(self, tensors: list[Tensor], depth: int) -> list[str]:
        """The same index is the same length everywhere."""
        lines: list[str] = []
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
                lines += self._if(f"{slot.length} != {first.length}", "ValueError", message, depth)
        return lines

    def _leading(self) -> list[str]:
        """`...` is the same leading shape everywhere, or broadcasts."""
        tensors = [t for t in [*self.parameters, *self.arguments] if t.variadic]
        if len(tensors) < 2 or self.leading is None:
            return []
        if self.layer.broadcasts:
            self.helpers.add("broadcastable")
            order = [tensor.name for tensor in tensors]
            groups = (sorted(group, key=order.index) for group in self.layer.broadcast_groups)
            return [line for group in groups for line in self._together(group)]
        lines: list[str] = []
        there = leading_shape(self.leading)
        for tensor in tensors:
            here = leading_shape(tensor)
            message = (
                f"{tensor.name} has leading axes {{{here}}}, "
                f"but {self.leading.name} has {{{there}}}"
            )
            if tensor is not self.leading:
                lines += self._if(f"{here} != {there}", "ValueError", message, 8)
        return lines

    def _together(self, names: list[str]) -> list[str]:
        """A check that tensors broadcast against each other."""
        if len(names) < 2:
            return []
        first, second, *others = (f"{name}.shape" for name in names)
        test = [f"if {first} != {second}:"]
        if others:
            test = unless([" == ".join([first, second, *others])], 8)
        given = [f"{name}={name}" for name in names]
        return [*test, *indented(call_statement("_broadcastable", given, 12), 4)]

    def _least(self, tensors: list[Tensor], depth: int) -> list[str]:
        """Axes that may not be empty."""
        lines: list[str] = []
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
            lines += self._if(f"{length} < {least.length}", "ValueError", message, depth)
        return lines

    def _flatten(self, tensor: Tensor) -> list[str]:
        """The axes of `*i` made one."""
        name, plain = tensor.name, tensor.rank - 1
        kept = [f"{name}_shape[{axis}]" for axis in range(plain)]
        last = f"math.prod({name}_shape[{plain}:])" if plain else f"{name}.size"
        return [
            f"{name}_shape = {name}.shape",
            f"if {name}.ndim != {tensor.rank}:  # *{tensor.axes[-1].name} becomes one axis",
            *indented(assignment(name, f"{name}.reshape({', '.join([*kept, last])})", 12), 4),
        ]

    def _lift(self) -> list[str]:
        """An axis of length 1 in front of arguments that have no leading axes, where one is due."""
        if not self.lifts:
            return []
        tensors = [tensor for tensor in self.arguments if tensor.variadic]
        names = [tensor.name for tensor in tensors]
        if not self.layer.broadcasts:
            rank = f"{names[0]}.ndim == {tensors[0].rank}"
            lifted = ", ".join(f"{name}[None]" for name in names)
            return [
                f"single = {rank if tensors[0].rank else f'not {names[0]}.ndim'}",
                "if single:  # no leading axis: one of length 1 is put in front",
                f"    {', '.join(names)} = {lifted}",
            ]
        lines = [f"{t.name}_shape = {t.name}.shape" for t in tensors if t.role is Role.INPUT]
        axes = [f"{name}.ndim" for name in names]
        several = unless(axes, 8, "or", "single = ")
        lines += several if len(names) > 1 else [f"single = not {axes[0]}"]
        for name in names:
            lines += [
                f"if not {name}.ndim:  # a number: an array of one",
                f"    {name} = {name}[None]",
            ]
        return lines

    def _assumptions(self, owner: str) -> list[str]:
        lines: list[str] = []
        for assumption in self.code.assumptions:
            self.helpers.add("assume")
            tensors = [self.layer.tensors[name] for name in assumption.tensors]
            condition = "self.validate"
            if len(tensors) == 1 and tensors[0].one_hot is not None:
                condition += " and not classes" if self._takes_classes(tensors[0]) else ""
            dtype = f"{owner}.dtype" if owner else "FLOATS[1]"
            sides = map(text, (assumption.left, assumption.right))
            given = [f'"{assumption.source}"', *sides, dtype]
            block = statements(assumption.statements, 12)
            block += call_statement("_assume", given, 12)
            lines += [f"if {condition}:", *indented(block, 4)]
        return lines


def _axes(number: int) -> str:
    return f"{number} {'axis' if number == 1 else 'axes'}"
