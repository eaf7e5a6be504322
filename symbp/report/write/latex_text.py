"""Text in LaTeX: every character as itself, whatever it is and whatever the engine's fonts have."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from unicodedata import normalize

from symbp.report.formula.latex import latex_words

__all__ = ["code_words", "is_chinese_letter", "printable", "words"]

BREAK = r"\allowbreak{}"
LONGEST, CUT = 30, 10  # characters of a word that is not broken; of the pieces of a longer one
PIECES = re.compile(r"\s+|[!-~]+|[^\s!-~]+")
CODE_PIECES = re.compile(r"\s+|[!-~]*?[_.,(/=\[]|[!-~]+|[^\s!-~]+")
LIGATURES = re.compile(r"([-',])(?=\1)")

CHINESE = (
    ("\u2018", "\u2019"),
    ("\u201c", "\u201d"),
    ("\u2014", "\u2014"),
    ("\u2026", "\u2026"),
    ("\u3001", "\u303f"),
    ("\u4e00", "\u9fff"),
    ("\uff01", "\uff5e"),
)


def words(text: str) -> str:
    """Text of a sentence; line breaks in it are spaces."""
    return _escaped(_cut(PIECES.findall(text)))


def code_words(text: str) -> str:
    """A piece of code within a sentence; the line may break after a part of a name."""
    return _escaped(_cut(CODE_PIECES.findall(text))).replace("'", r"\textquotesingle{}")


def is_chinese_letter(text: str) -> bool:
    """Whether the text is one Chinese character, and not a sign of punctuation."""
    return len(text) == 1 and "\u4e00" <= text <= "\u9fff"


def printable(source: str, chinese: bool) -> str:
    """A document with the characters only that its fonts have; the rest by name, [U+1F600].

    Args:
        source: the document, or a part of it.
        chinese: it is set in fonts that have Chinese characters.
    """
    return "".join(_character(c, chinese) for c in normalize("NFC", source))


def _cut(pieces: list[str]) -> list[str]:
    """The pieces of a text, those too long for a line in several."""
    return [
        part
        for piece in pieces
        for part in (
            re.findall(f".{{1,{CUT}}}", piece) if len(piece.strip()) > LONGEST else [piece]
        )
    ]


def _escaped(pieces: list[str]) -> str:
    """The pieces of a text, with a place to break between two that no space separates."""
    shown: list[str] = []
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if before.isascii() and before.strip() and piece.isascii() and piece.strip():
            shown.append(BREAK)
        shown.append(latex_words(piece) if piece.strip() else " ")
    text = LIGATURES.sub(r"\1{}", "".join(shown))
    return text.replace('"', r"\textquotedbl{}")


def _character(character: str, chinese: bool) -> str:
    if character == "\n" or " " <= character <= "~":
        return character
    if chinese and _is_chinese(character):
        return character
    if character in SHOWN:
        return SHOWN[character]
    return character if "¡" <= character <= "ÿ" else rf"[U+{ord(character):04X}]{BREAK}"


def _is_chinese(character: str) -> bool:
    """Whether it is a Chinese character or a mark of Chinese punctuation."""
    return any(first <= character <= last for first, last in CHINESE)


def _shown() -> Mapping[str, str]:
    """What LaTeX shows for characters that it has under another name."""
    tables = tomllib.loads(files(__package__).joinpath("characters.toml").read_text("utf-8"))
    signs = tables["mathematics"] | tables["scripts"]
    return {sign: rf"\ensuremath{{{name}}}" for sign, name in signs.items()} | tables["text"]


SHOWN = _shown()
