"""What each name of a layer is: an index, a tensor of some role, or a hyper-parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symbp.errors import NotationError, Place
from symbp.notation.draft import Draft
from symbp.notation.layer import Role
from symbp.notation.names import fault_of_name, nearest
from symbp.notation.tree import Access, Name, Plain, Statement

__all__ = ["Words", "classify"]


@dataclass(frozen=True)
class Words:
    """The names of a layer, in reading order.

    Args:
        indices: names of axes.
        roles: every tensor's role.
        hyper: names of the hyper-parameters.
        inputs, parameters, constants: the tensors given from outside, in order.
        outputs: the tensors handed back.
    """

    indices: tuple[str, ...]
    roles: Mapping[str, Role]
    hyper: frozenset[str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: tuple[str, ...]
    constants: tuple[str, ...]

    @property
    def tensors(self) -> tuple[str, ...]:
        """All tensors."""
        return tuple(self.roles)

    @property
    def given(self) -> tuple[str, ...]:
        """The tensors that come from outside."""
        return tuple(n for n, role in self.roles.items() if role is not Role.DEFINED)


def classify(
    draft: Draft, equations: tuple[Statement, ...], assumptions: tuple[Statement, ...]
) -> Words:
    """Find out what each name is.

    Raises:
        NotationError: a name is not allowed, is two things at once, is used before it is
            defined, is defined twice, or is declared and not used.
    """
    statements = (*equations, *assumptions)
    indices = _indices(statements)
    roles = _roles(draft, equations, indices)
    _check_assumed(assumptions, roles, indices, draft)
    inputs = _inputs(draft, [n for n, role in roles.items() if role is Role.INPUT])
    defined = [n for n, role in roles.items() if role is Role.DEFINED]
    return Words(
        indices=tuple(indices),
        roles=roles,
        hyper=frozenset(draft.hyper),
        inputs=inputs,
        outputs=_outputs(draft, defined, equations),
        parameters=draft.parameters,
        constants=draft.constants,
    )


def _indices(statements: Iterable[Statement]) -> dict[str, tuple[Statement, Plain]]:
    """Every name used as an index, with its first place."""
    found: dict[str, tuple[Statement, Plain]] = {}
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, Plain) and not node.variadic and node.name not in found:
                if fault := fault_of_name(node.name):
                    raise statement.error_at(node, fault)
                found[node.name] = (statement, node)
    return found


def _roles(
    draft: Draft,
    equations: tuple[Statement, ...],
    indices: Mapping[str, tuple[Statement, Plain]],
) -> dict[str, Role]:
    """Every tensor's role, in reading order; the targets of later equations are looked ahead."""
    declared = dict.fromkeys(draft.parameters, Role.PARAMETER)
    declared |= dict.fromkeys(draft.constants, Role.CONSTANT)
    declared |= {n: Role.INPUT for n in draft.inputs or () if n not in draft.constants}
    defined: dict[str, int] = {}
    for number, equation in enumerate(equations, 1):
        target = _target(equation)
        name = target.name
        if name in defined:
            raise equation.error_at(
                target,
                f"`{name}` is already defined by equation {defined[name]}: give it another name",
            )
        if name in declared or name in draft.hyper:
            raise equation.error_at(
                target, f"`{name}` is given from outside and cannot be defined: choose another name"
            )
        defined[name] = number
    roles: dict[str, Role] = {}
    used: set[str] = set()
    for number, equation in enumerate(equations, 1):
        for node in equation.nodes:
            if not isinstance(node, Name | Access):
                continue
            name = node.name
            if name in draft.hyper and isinstance(node, Name) and name not in indices:
                used.add(name)
                continue
            if isinstance(node, Name) and name in indices:
                _check_number(draft, equation, node, {*declared, *defined})
                continue
            _check_tensor(draft, equation, node, indices)
            if node is not equation.target:
                _check_order(equation, node, number, defined)
            roles.setdefault(
                name, Role.DEFINED if name in defined else declared.get(name, Role.INPUT)
            )
            used.add(name)
    _check_declared(draft, used, indices)
    return roles


def _target(equation: Statement) -> Access:
    assert equation.target is not None
    return equation.target


def _check_number(draft: Draft, statement: Statement, node: Name, tensors: set[str]) -> None:
    for known, what in ((tensors, "a tensor"), (draft.hyper, "a hyper-parameter")):
        if node.name in known:
            raise statement.error_at(
                node, f"`{node.name}` is an index and also {what}: rename one of them"
            )


def _check_tensor(
    draft: Draft,
    statement: Statement,
    node: Name | Access,
    indices: Mapping[str, tuple[Statement, Plain]],
) -> None:
    if fault := fault_of_name(node.name):
        raise statement.error_at(node, fault)
    if node.name in indices:
        where, place = indices[node.name]
        raise where.error_at(
            place, f"`{node.name}` is an index and also a tensor: rename one of them"
        )
    if node.name in draft.hyper:
        raise statement.error_at(
            node, f"`{node.name}` is a hyper-parameter, a number: it is written without brackets"
        )


def _check_order(
    equation: Statement, node: Name | Access, number: int, defined: Mapping[str, int]
) -> None:
    where = defined.get(node.name, 0)
    if where == number:
        raise equation.error_at(
            node,
            f"`{node.name}` is used in its own definition: recurrences come in a later version; "
            "give the result another name",
        )
    if where > number:
        raise equation.error_at(
            node, f"`{node.name}` is used before it is defined, by equation {where}: move that up"
        )


def _check_declared(draft: Draft, used: set[str], indices: Iterable[str]) -> None:
    for key in ("parameters", "constants", "inputs", "hyper"):
        for name in getattr(draft, key) or ():
            place = Place(draft.file, draft.name, key)
            if name in indices:
                raise NotationError(
                    f"`{name}` is declared in {key} and is an index in the equations: rename one",
                    place,
                )
            if name not in used:
                hint = nearest(name, used)
                raise NotationError(f"`{name}` is not used by any equation{hint}", place)


def _check_assumed(
    assumptions: tuple[Statement, ...],
    roles: Mapping[str, Role],
    indices: Mapping[str, object],
    draft: Draft,
) -> None:
    """Assumptions are about tensors that come from outside and that the equations use."""
    for assumption in assumptions:
        about = False
        for node in assumption.nodes:
            if not isinstance(node, Name | Access) or (
                isinstance(node, Name) and (node.name in indices or node.name in draft.hyper)
            ):
                continue
            if node.name not in roles:
                hint = nearest(node.name, roles)
                raise assumption.error_at(node, f"no equation uses `{node.name}`{hint}")
            if roles[node.name] is Role.DEFINED:
                raise assumption.error_at(
                    node,
                    f"`{node.name}` is computed by the layer: assume only what is given from "
                    "outside",
                )
            about = True
        if not about:
            raise assumption.source.error("an assumption is about a tensor of the equations")


def _inputs(draft: Draft, found: list[str]) -> tuple[str, ...]:
    if draft.inputs is None:
        return tuple(found)
    missing = [name for name in found if name not in draft.inputs]
    if missing:
        raise NotationError(
            f"`{missing[0]}` is used and not given by any list: add it to inputs, parameters, "
            "constants or hyper",
            Place(draft.file, draft.name, "inputs"),
        )
    return tuple(name for name in draft.inputs if name not in draft.constants)


def _outputs(draft: Draft, defined: list[str], equations: tuple[Statement, ...]) -> tuple[str, ...]:
    if draft.outputs is None:
        return (_target(equations[-1]).name,)
    place = Place(draft.file, draft.name, "outputs")
    if not draft.outputs:
        raise NotationError("a layer has at least one output", place)
    for name in draft.outputs:
        if name not in defined:
            hint = nearest(name, defined)
            raise NotationError(f"`{name}` is not defined by any equation{hint}", place)
    return draft.outputs
