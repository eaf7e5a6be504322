"""From a draft to a layer: the stages of this room, in order."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from symbp.errors import NotationError, Place
from symbp.notation.build import build
from symbp.notation.defaults import check_defaults
from symbp.notation.draft import Draft
from symbp.notation.expand import expanded
from symbp.notation.instantiate import instantiate
from symbp.notation.layer import Assumption, Equation, Layer, Role, Tensor
from symbp.notation.lexis import split_equations
from symbp.notation.own_names import with_own_names
from symbp.notation.scope import check_scope
from symbp.notation.shapes import Shapes, infer_shapes
from symbp.notation.spaces import Spaces, infer_spaces
from symbp.notation.syntax import parse_assumption, parse_equation
from symbp.notation.translate import equation_of
from symbp.notation.tree import Access, Plain, Slot, Statement
from symbp.notation.use import check_use, does_broadcast
from symbp.notation.words import Words, classify

__all__ = ["read"]


def read(draft: Draft) -> Layer:
    """Read a layer.

    Args:
        draft: the layer as handed in.

    Returns:
        The layer, validated.

    Raises:
        NotationError: the layer is malformed.
    """
    equations, assumptions = with_own_names(draft, _equations(draft), _assumptions(draft))
    statements = expanded(draft, (*equations, *assumptions))
    equations, assumptions = statements[: len(equations)], statements[len(equations) :]
    words = classify(draft, equations, assumptions)
    parsed = (*equations, *assumptions)
    shapes = infer_shapes(parsed, words)
    written = tuple(instantiate(s, i, shapes, words) for i, s in enumerate(parsed))
    for statement in written:
        check_scope(statement)
    check_use(written[: len(equations)], words)
    spaces = infer_spaces(written, shapes, words)
    tensors = _tensors(draft, written, words, shapes, spaces)
    broadcasts = does_broadcast(written[: len(equations)], shapes, words)
    values = [build(statement, spaces.indices, broadcasts) for statement in written]
    for statement in written:
        check_defaults(statement, draft.hyper)
    return Layer(
        name=draft.name,
        equations=tuple(
            _equation(statement, sides, spaces)
            for statement, sides in zip(written, values, strict=True)
            if statement.target is not None
        ),
        tensors=tensors,
        inputs=words.inputs,
        outputs=words.outputs,
        parameters=words.parameters,
        constants=words.constants,
        hyper=draft.hyper,
        assumptions=tuple(
            Assumption(sides[0], sides[1], statement.source.text)
            for statement, sides in zip(written, values, strict=True)
            if statement.target is None
        ),
        broadcasts=broadcasts,
        doc=draft.doc,
        file=draft.file,
        initialisers=draft.init,
        order=draft.inputs or (),
        undeclared=_undeclared(draft, words),
    )


def _undeclared(draft: Draft, words: Words) -> tuple[str, ...]:
    """The names taken as inputs although the layer declares what it is given."""
    declares = draft.inputs is None and (draft.parameters or draft.hyper)
    return words.inputs if declares else ()


def _equations(draft: Draft) -> tuple[Statement, ...]:
    place = Place(draft.file, draft.name, "forward")
    if isinstance(draft.forward, Expr):
        return (equation_of(draft.forward, place),)
    return tuple(map(parse_equation, split_equations(draft.forward, place)))


def _assumptions(draft: Draft) -> tuple[Statement, ...]:
    if not draft.assume:
        return ()
    place = Place(draft.file, draft.name, "assume")
    return tuple(map(parse_assumption, split_equations(draft.assume, place)))


def _equation(statement: Statement, sides: tuple[Expr, ...], spaces: Spaces) -> Equation:
    target = statement.target
    assert target is not None
    axes = tuple(spaces.indices[slot.name] for slot in target.slots if isinstance(slot, Plain))
    return Equation(target.name, axes, sides[0], statement.source.text)


def _tensors(
    draft: Draft,
    statements: tuple[Statement, ...],
    words: Words,
    shapes: Shapes,
    spaces: Spaces,
) -> dict[str, Tensor]:
    integer = _integer(statements, words)
    one_hot = _one_hot(draft, statements, words, shapes)
    for name in sorted(integer & one_hot.keys()):
        raise NotationError(
            f"`{name}` indexes another tensor, so it holds integers and is never one-hot",
            Place(draft.file, draft.name, "one_hot"),
        )
    defined = [name for name, role in words.roles.items() if role is Role.DEFINED]
    order = (*words.inputs, *words.constants, *words.parameters, *defined)
    return {
        name: Tensor(
            name=name,
            role=words.roles[name],
            axes=spaces.axes[name],
            flattened=name in shapes.flattened,
            integer=name in integer,
            one_hot=one_hot.get(name),
        )
        for name in order
    }


def _integer(statements: tuple[Statement, ...], words: Words) -> set[str]:
    """The tensors whose entries are positions in another tensor."""
    found = set()
    for statement in statements:
        for node in statement.nodes:
            if not isinstance(node, Access):
                continue
            for slot in node.slots:
                if not isinstance(slot, Access):
                    continue
                if words.roles[slot.name] is not Role.CONSTANT:
                    raise statement.error_at(
                        slot,
                        f"`{slot.name}` indexes `{node.name}`, so it holds integers and has no "
                        f'gradient: declare it in constants, constants = ["{slot.name}"]',
                    )
                found.add(slot.name)
    return found


def _one_hot(
    draft: Draft, statements: tuple[Statement, ...], words: Words, shapes: Shapes
) -> dict[str, int]:
    """The position of the class axis of each constant that may be given as integer classes."""
    place = Place(draft.file, draft.name, "one_hot")
    found = {}
    for name, index in draft.one_hot.items():
        if name not in words.constants:
            raise NotationError(f"`{name}` is not a constant: add it to constants", place)
        if name in shapes.flattened:
            raise NotationError(
                f"`{name}` has a flattened axis: a missing class axis could not be told from it",
                place,
            )
        axes = shapes.axes[name]
        found_at = {
            position
            for slots in _written_axes(name, statements, axes)
            for position, slot in enumerate(slots)
            if isinstance(slot, Plain) and slot.name == index
        }
        if len(found_at) != 1:
            raise NotationError(
                f"`{index}` is not an index of `{name}`, whose axes are ({', '.join(axes)})", place
            )
        found[name] = found_at.pop()
    return found


def _written_axes(
    name: str, statements: tuple[Statement, ...], axes: tuple[str, ...]
) -> Iterator[tuple[Slot, ...]]:
    """Every way in which a tensor's axes are written."""
    yield tuple(Plain(0, axis) for axis in axes)
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, Access) and node.name == name:
                yield node.slots
