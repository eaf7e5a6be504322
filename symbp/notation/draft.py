"""A layer as handed in, with every field of the right type; nothing is parsed yet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symbp.errors import NotationError, Place
from symbp.notation.names import fault_of_layer_name, fault_of_name, nearest

__all__ = ["KEYS", "Draft", "checked_doc", "draft_of"]

KEYS = (
    "forward",
    "parameters",
    "constants",
    "one_hot",
    "hyper",
    "inputs",
    "outputs",
    "assume",
    "init",
    "doc",
)
_LATER = {
    "backward": "the backward pass is derived: leave it out",
    "evaluate": "modes come in a later version of symbp",
    "random": "random arrays come in a later version: hand them in as constants",
    "sizes": "the lengths of computed axes come in a later version of symbp",
    "state": "arrays that a layer keeps come in a later version of symbp",
    "update": "arrays that a layer keeps come in a later version of symbp",
}
_MAX_NAMES = 200
_MAX_DOC = 500


@dataclass(frozen=True)
class Draft:
    """A layer as handed in; the fields are those of `symbp.notation.layer`."""

    name: str
    forward: str | tuple[str, ...] | Expr
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    parameters: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    one_hot: Mapping[str, str] = field(default_factory=dict)
    hyper: Mapping[str, int | float] = field(default_factory=dict)
    assume: tuple[str, ...] = ()
    init: Mapping[str, str] = field(default_factory=dict)
    doc: str = ""
    file: str = ""


def draft_of(name: object, table: Mapping[str, Any], file: str = "") -> Draft:
    """Check the types of a layer's fields.

    Args:
        name: the layer's name.
        table: the fields by key; those that are None count as missing.
        file: the layer file's name.

    Raises:
        NotationError: a key is unknown, a value has the wrong type, or a declared name is not
            allowed or stands in two lists.
    """
    if not isinstance(name, str):
        raise NotationError("the name of a layer is a string", Place(file))
    if fault := fault_of_layer_name(name):
        raise NotationError(fault, Place(file))
    place = Place(file, name)
    for key in table:
        if key in _LATER:
            raise NotationError(f"`{key}`: {_LATER[key]}", place)
        if key not in KEYS:
            known = ", ".join(KEYS)
            hint = nearest(str(key), KEYS) or f"; the keys are {known}"
            raise NotationError(f"unknown key `{_short(key)}`{hint}", place)
    fields = {key: value for key, value in table.items() if value is not None}
    if "forward" not in fields:
        raise NotationError('there is no `forward`: write forward = "y = exp(x)"', place)
    draft = Draft(
        name=name,
        forward=_forward(fields["forward"], Place(file, name, "forward")),
        inputs=_names(fields, "inputs", place) if "inputs" in fields else None,
        outputs=_names(fields, "outputs", place) if "outputs" in fields else None,
        parameters=_names(fields, "parameters", place),
        constants=_names(fields, "constants", place),
        one_hot=_one_hot(fields.get("one_hot", {}), Place(file, name, "one_hot")),
        hyper=_hyper(fields.get("hyper", {}), Place(file, name, "hyper")),
        assume=_strings(fields.get("assume", ()), '["sum(t[..., c], c) == 1"]', "assume", place),
        init=_init(fields, place),
        doc=checked_doc(fields.get("doc", ""), Place(file, name, "doc")),
        file=file,
    )
    _check_lists(draft)
    return draft


def _init(fields: Mapping[str, Any], place: Place) -> dict[str, str]:
    """How parameters begin in a network, by name; the words are the network's."""
    table = fields.get("init", {})
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise NotationError('init is a table of words, like { gamma = "ones" }', place)
    parameters = _names(fields, "parameters", place)
    for name in table:
        if name not in parameters:
            raise NotationError(f"init: `{_short(name)}` is no parameter", place)
    return dict(table)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _forward(value: object, place: Place) -> str | tuple[str, ...] | Expr:
    if isinstance(value, str | Expr):
        return value
    if isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
        return tuple(value)
    found = value if isinstance(value, list | tuple) else ()
    strange = next((item for item in found if not isinstance(item, str)), value)
    held = "a list that holds " if strange is not value else ""
    raise NotationError(
        f"forward is a string with one equation a line, not {held}{_kind(strange)}", place
    )


def _kind(value: object) -> str:
    """The type of a value, in the user's words."""
    words = {
        bool: "a truth value",
        dict: "a table",
        float: "a number",
        int: "a number",
        list: "a list",
        str: "a string",
    }
    return words.get(type(value), f"a {type(value).__name__}")


def _strings(value: object, example: str, key: str, place: Place) -> tuple[str, ...]:
    place = Place(place.file, place.layer, key)
    if not isinstance(value, list | tuple):
        raise NotationError(f"{key} is a list, like {example}, not {_kind(value)}", place)
    if len(value) > _MAX_NAMES:
        raise NotationError(f"{key} has more than {_MAX_NAMES} entries", place)
    for item in value:
        if not isinstance(item, str):
            raise NotationError(f"{key} is a list of strings, not of {_kind(item)}", place)
    return tuple(value)


def _names(fields: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    names = _strings(fields.get(key, ()), '["W", "b"]', key, place)
    place = Place(place.file, place.layer, key)
    for position, name in enumerate(names):
        if fault := fault_of_name(name):
            raise NotationError(fault, place)
        if name in names[:position]:
            raise NotationError(f"`{name}` stands twice in {key}", place)
    return names


def _one_hot(value: object, place: Place) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise NotationError(
            f'one_hot is a table, like one_hot = {{ t = "c" }}, not {_kind(value)}', place
        )
    for name, index in value.items():
        if not isinstance(name, str) or not isinstance(index, str):
            raise NotationError(
                f'one_hot names an index by a string, like {_short(name)} = "c", not by '
                f"{_kind(index)}",
                place,
            )
    return dict(value)


def _hyper(value: object, place: Place) -> dict[str, int | float]:
    if not isinstance(value, Mapping):
        raise NotationError(
            f"hyper is a table of numbers, like hyper = {{ alpha = 0.01 }}, not {_kind(value)}",
            place,
        )
    if len(value) > _MAX_NAMES:
        raise NotationError(f"hyper has more than {_MAX_NAMES} entries", place)
    for name, number in value.items():
        if not isinstance(name, str):
            raise NotationError("hyper is a table by name", place)
        if fault := fault_of_name(name):
            raise NotationError(fault, place)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise NotationError(
                f"`{name}` is a number with a default, like {name} = 0.01, not {_kind(number)}",
                place,
            )
        try:
            finite = math.isfinite(float(number))
        except OverflowError:
            finite = False
        if not finite:
            raise NotationError(f"the default of `{name}` is not a finite float64", place)
    return dict(value)


def checked_doc(value: object, place: Place) -> str:
    """A `doc` that may stand in an emitted docstring.

    Raises:
        NotationError: it is no single line of plain text.
    """
    if not isinstance(value, str):
        raise NotationError(f"doc is one sentence, a string, not {_kind(value)}", place)
    doc = value.strip()
    if len(doc) > _MAX_DOC:
        raise NotationError(f"doc has more than {_MAX_DOC} characters: it is one sentence", place)
    if not doc.isprintable() or "\\" in doc or '"""' in doc:
        raise NotationError(
            'doc is one line of plain text: no line breaks, backslashes or """', place
        )
    return doc


def _check_lists(draft: Draft) -> None:
    """No name stands in two lists of what is given from outside; `inputs` may order constants."""
    owner: dict[str, str] = {}
    for key in ("parameters", "constants", "inputs", "hyper"):
        for name in getattr(draft, key) or ():
            ordered = key == "inputs" and owner.get(name) == "constants"
            if name in owner and not ordered:
                raise NotationError(
                    f"`{name}` stands in {owner[name]} and in {key}: keep one",
                    Place(draft.file, draft.name, key),
                )
            owner[name] = key
