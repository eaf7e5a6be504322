"""What may stand beside what: a missing operator or operand, said before any parser sees it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from symbp.notation.functions import FUNCTIONS, REDUCTIONS
from symbp.notation.source import Source
from symbp.notation.vocabulary import MACROS

__all__ = ["Token", "check_order", "instead_of_character"]

SIGNS = ("+", "-")
OPERATORS = ("+", "-", "*", "/", "**", "=", "==", "!=", "<", "<=", ">", ">=", "and", "or")
ENDS = (")", "]", ",", "")


@dataclass(frozen=True)
class Token:
    """A token of an equation; `kind` is "number", "name" or "operator"."""

    text: str
    kind: str
    column: int

    @property
    def is_operand(self) -> bool:
        """Whether it is a number or a name."""
        return self.kind in ("number", "name") and self.text not in ("and", "or", "not")


def check_order(source: Source, tokens: Sequence[Token]) -> None:
    """Refuse operands without an operator between them, and operators without an operand.

    Raises:
        NotationError: naming the column of the first such place.
    """
    end = Token("", "", len(source.text) + 1)
    for before, token in zip([None, *tokens], [*tokens, end], strict=True):
        message = _fault(before, token)
        if message:
            behind = before is not None and message.startswith("nothing stands behind")
            raise source.error(message, before.column if before and behind else token.column)


def _fault(before: Token | None, token: Token) -> str:
    """What is wrong with a token behind another; "" if nothing."""
    if before is None or before.text in ("(", "[", ",", "="):
        starts = token.text in (",", *OPERATORS) and token.text not in SIGNS
        star = token.text == "*" and before is not None and before.text in ("[", ",", "(")
        bare = before is None or before.text != "="
        if starts and not star and not (token.text in ("=", "==") and bare):
            return f"nothing stands before `{token.text}`"
        return ""
    if before.text in OPERATORS and token.text in ENDS:
        return f"nothing stands behind `{before.text}`"
    if before.text in OPERATORS and token.text in OPERATORS and token.text not in SIGNS:
        if token.text == "=":
            return f"`{before.text}=` is not part of the notation: give the result another name"
        if before.text == token.text == "/":
            return "of the operators, + - * / ** are known"
        return f"nothing stands between `{before.text}` and `{token.text}`"
    return _side_by_side(before, token)


def _side_by_side(before: Token, token: Token) -> str:
    opens = token.text == "(" and (before.kind == "number" or before.text in (")", "]"))
    closes = before.is_operand or before.text in (")", "]")
    if not (closes and token.is_operand) and not opens:
        return ""
    if before.text in {*FUNCTIONS, *REDUCTIONS, *MACROS}:
        return f"a function's argument stands in brackets: write {before.text}({token.text})"
    if before.is_operand and token.is_operand:
        factors = f"{before.text}*{token.text}"
        return f"no operator stands before `{token.text}`: a product is written {factors}"
    return f"neither an operator nor a comma stands before `{token.text}`: a product needs its `*`"


_INSTEAD = {
    "·": "a product is written x*y",
    "⋅": "a product is written x*y",
    "×": "a product is written x*y",
    "\u2217": "a product is written x*y",
    "÷": "a quotient is written x/y",
    "−": "write the hyphen, -",
    "–": "write the hyphen, -",
    "—": "write the hyphen, -",
    "√": "a root is written sqrt(x)",
    "∞": "infinity is written inf",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "∑": "a sum is written sum(x[n, i], i)",
    "Σ": "a sum is written sum(x[n, i], i)",
    "∏": "products over an index are not available",
    "…": "write three dots, ...",
    "ᵀ": "a transpose is written by its indices, x[j, i]",
    "π": "write pi",
}


def instead_of_character(character: str) -> str:
    """What to write for a character that is not ASCII.

    >>> instead_of_character("²"), instead_of_character("β")
    ('a power is written x**2', 'write beta')
    """
    if character in _INSTEAD:
        return _INSTEAD[character]
    name = unicodedata.name(character, "")
    if name.startswith("SUPERSCRIPT"):
        plain = unicodedata.normalize("NFKC", character).replace("−", "-")
        return f"a power is written x**{plain if plain.isdigit() else 'n'}"
    if name.startswith("SUBSCRIPT"):
        plain = unicodedata.normalize("NFKC", character)
        return f"an index is written x[i], and a name like x{plain} plain"
    if name.startswith(("GREEK SMALL LETTER", "GREEK CAPITAL LETTER")):
        word = name.split()[-1].lower()
        return f"write {'lam' if word == 'lamda' else word}"
    return "names are made of A-Z, a-z, 0-9 and _"
