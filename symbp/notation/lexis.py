"""Cheap checks of raw text, before any parser sees it: length, depth, tokens.

All that comes later costs time or stack in proportion to what passes here, so this is where a
hostile file is stopped.
"""

from __future__ import annotations

import keyword
import re

from symbp.errors import NotationError, Place
from symbp.notation.order import Token, check_order, instead_of_character
from symbp.notation.source import Source

__all__ = ["check_text", "split_at", "split_equations"]

MAX_EQUATIONS = 200
MAX_LENGTH = 4_000
MAX_DEPTH = 60
MAX_DIGITS = 40
MAX_EXPONENT = 300

_TOKEN = re.compile(
    r"(?P<space> +)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>\.\.\.|\*\*|[=!<>]=|[-+*/<>=(),\[\]])",
    re.ASCII,
)
_CLOSING = {")": "(", "]": "["}
_WORDS = frozenset({"and", "or", "not"})
_INSTEAD = {
    "if": "write where(condition, a, b)",
    "else": "write where(condition, a, b)",
    "lambda": "name an intermediate instead; lambda is a Python keyword",
    "%": "there is no remainder",
    "^": "a power is written x**2",
    "@": "a matrix product is written sum(x[n, i] * W[i, j], i)",
    "&": "conditions are joined by `and`",
    "|": "an absolute value is written abs(x), and conditions are joined by `or`",
    "!": "conditions are negated by `not`",
    "~": "conditions are negated by `not`",
    ".": "NumPy's names are written without `np.`, and a transpose by its indices, x[j, i]",
    "'": "a transpose is written by its indices, x[j, i]",
    ":": "axes are not sliced but named by indices, and an equation has a plain `=`",
    ";": "equations stand one a line",
}


def split_equations(text: str | list[str] | tuple[str, ...], place: Place) -> list[Source]:
    """Split a text into equations, one a line; an open bracket continues the line.

    Args:
        text: the equations, one a line, or a list with one an element. `#` starts a comment.
        place: the file, layer and key.

    Raises:
        NotationError: there are none, or too many, or one is too long.
    """
    pieces = [text] if isinstance(text, str) else list(text)
    if sum(map(len, pieces)) > MAX_EQUATIONS * MAX_LENGTH:
        raise NotationError("the text is too long for a layer", place)
    sources: list[Source] = []
    for piece in pieces:
        for line in _logical_lines(piece):
            sources.append(
                Source(line, Place(place.file, place.layer, place.key, len(sources) + 1))
            )
    if not sources:
        raise NotationError("there is no equation here: write one, like y = exp(x)", place)
    if len(sources) > MAX_EQUATIONS:
        raise NotationError(
            f"{len(sources)} equations are more than {MAX_EQUATIONS}: split the layer", place
        )
    return sources


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    pending: list[str] = []
    depth = 0
    for raw in text.splitlines():
        line = " ".join(raw.partition("#")[0].split())
        if not line:
            continue
        pending.append(line)
        depth += sum(line.count(c) for c in "([") - sum(line.count(c) for c in ")]")
        if depth <= 0:
            lines.append(" ".join(pending))
            pending, depth = [], 0
    if pending:
        lines.append(" ".join(pending))
    return lines


def check_text(source: Source) -> None:
    """Refuse a text that is too long or too deep, or holds anything but the notation's tokens.

    Raises:
        NotationError: naming the column of the first fault.
    """
    text = source.text
    if len(text) > MAX_LENGTH:
        raise source.error(
            f"the equation has {len(text)} characters, more than {MAX_LENGTH}: "
            "split it into intermediates"
        )
    opened: list[tuple[str, int]] = []
    tokens: list[Token] = []
    position, previous = 0, ""
    while position < len(text):
        column = position + 1
        match = _TOKEN.match(text, position)
        if match is None:
            raise source.error(_stray(text[position]), column)
        token, kind = match[0], match.lastgroup
        if previous == "number" and kind in ("number", "name"):
            raise source.error(
                "a number runs into what follows it: write 2*x for a product, and numbers in "
                "decimal, like 0.5 or 1e-3",
                column,
            )
        if kind == "number":
            _check_number(source, token, column)
        elif kind == "name" and keyword.iskeyword(token) and token not in _WORDS:
            hint = _INSTEAD.get(token, "it is a Python keyword")
            raise source.error(f"`{token}` is not part of the notation: {hint}", column)
        elif token in ("(", "["):
            opened.append((token, column))
            if len(opened) > MAX_DEPTH:
                raise source.error(
                    f"brackets are nested more than {MAX_DEPTH} deep: split the equation into "
                    "intermediates",
                    column,
                )
        elif token in _CLOSING:
            if not opened or opened[-1][0] != _CLOSING[token]:
                raise source.error(f"`{token}` closes a bracket that is not open", column)
            opened.pop()
        if kind != "space":
            tokens.append(Token(token, str(kind), column))
        position, previous = match.end(), kind or ""
    if opened:
        raise source.error(f"`{opened[-1][0]}` is never closed", opened[-1][1])
    check_order(source, tokens)


def _with_left_side(text: str, sign: str) -> str:
    """An expression as the line that was meant."""
    if sign == "==":
        return f"{text} == 1"
    used = set(re.findall(r"\w+", text))
    return f"{next(name for name in ('y', 'z', 'out', 'result') if name not in used)} = {text}"


def _stray(character: str) -> str:
    if not character.isascii():
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        return f"`{shown}` is not ASCII: {instead_of_character(character)}"
    shown = character if character.isprintable() else f"\\x{ord(character):02x}"
    hint = _INSTEAD.get(character, "equations are written with names, numbers, + - * / ** and ()")
    return f"`{shown}` is not part of the notation: {hint}"


def _check_number(source: Source, token: str, column: int) -> None:
    mantissa, _, exponent = token.lower().partition("e")
    if len(mantissa.replace(".", "").strip("0")) > MAX_DIGITS or len(mantissa) > MAX_EXPONENT:
        raise source.error(f"the number has more than {MAX_DIGITS} digits", column)
    exponent = exponent.lstrip("+-").lstrip("0")
    if len(exponent) > 3 or int(exponent or "0") > MAX_EXPONENT:
        raise source.error(
            f"the number's exponent is beyond {MAX_EXPONENT}: infinity is written inf", column
        )


def split_at(source: Source, sign: str) -> tuple[str, str, int]:
    """Split a checked text at its only `=` or `==` outside of brackets.

    Args:
        source: a text that has passed `check_text`.
        sign: "=" or "==".

    Returns:
        The text before, the text after, and the offset of the latter.

    Raises:
        NotationError: there is no such sign, or more than one.
    """
    example = "y = exp(x)" if sign == "=" else "sum(t[..., c], c) == 1"
    depth, found = 0, 0
    for match in _TOKEN.finditer(source.text):
        token, column = match[0], match.start() + 1
        depth += (token in ("(", "[")) - (token in _CLOSING)
        if token == "=" and depth:
            raise source.error(
                "`=` inside of brackets: arguments have no names here, and a comparison is ==",
                column,
            )
        if token not in ("=", "==") or depth:
            continue
        if token != sign:
            raise source.error(f"`{token}` stands where `{sign}` belongs, like {example}", column)
        if found:
            raise source.error(
                f"`{token}` is one too many: write one `{sign}`, like {example}", column
            )
        found = column
    if not found:
        raise source.error(f"there is no `{sign}`: write {_with_left_side(source.text, sign)}")
    end = found - 1 + len(sign)
    return source.text[: found - 1], source.text[end:], end
