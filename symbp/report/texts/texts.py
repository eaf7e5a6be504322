"""Sentences by key, with formulas, names and links put in where they have braces."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from symbp.errors import InternalError, UnknownNameError
from symbp.report.document import Inline, Inlines, Strong

__all__ = ["LANGUAGES", "Texts"]

LANGUAGES = ("en", "zh")
LOSS = re.compile(r"(?<![A-Za-z{])L(?![A-Za-z}])")
PLACE = re.compile(r"\{(\w+)\}")


class Texts:
    """The sentences of one language.

    Args:
        language: one of `LANGUAGES`.
        loss: the sign of the loss, which the sentences call L.

    Raises:
        UnknownNameError: there is no such language.

    >>> Texts("en").text("document.contents")
    'Contents'
    """

    def __init__(self, language: str, loss: str = "L") -> None:
        if language not in LANGUAGES:
            known = ", ".join(f"`{name}`" for name in LANGUAGES)
            raise UnknownNameError(f"no language `{language}`; there are {known}")
        self.language = language
        self.loss = loss
        self._sentences = {
            key: LOSS.sub(loss, sentence) for key, sentence in _read(language).items()
        }

    def say(self, key: str, **parts: Inline | Inlines) -> Inlines:
        """A sentence with formulas and the like in the place of its braces."""
        content: list[Inline] = []
        pieces = PLACE.split(self._sentence(key))
        for words, name in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
            if words:
                content.append(words)
            if name:
                content += _as_inlines(parts[name])
        return tuple(content)

    def text(self, key: str, **parts: object) -> str:
        """A sentence of plain words."""
        return PLACE.sub(lambda match: str(parts[match[1]]), self._sentence(key))

    def group(self, name: str) -> dict[str, str]:
        """All sentences of one group, by the rest of their key."""
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): sentence
            for key, sentence in self._sentences.items()
            if key.startswith(prefix)
        }

    def named(self, name: str, sentence: Inlines) -> Inlines:
        """A sentence after the name of what it is about."""
        return (Strong(name), self._sentence("document.colon"), *sentence)

    def joined(self, sentences: list[Inlines], key: str = "document.gap") -> Inlines:
        """Sentences one after the other; by default with what stands between sentences."""
        between = self._sentence(key)
        return tuple(part for sentence in sentences for part in (between, *sentence))[1:]

    def listed(self, items: list[Inline]) -> Inlines:
        """Items with commas between them."""
        comma = self._sentence("document.comma")
        return tuple(part for item in items for part in (comma, item))[1:]

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self._sentences

    def _sentence(self, key: str) -> str:
        try:
            return self._sentences[key]
        except KeyError:
            raise InternalError(f"the texts have no sentence `{key}`") from None


def _as_inlines(part: Inline | Inlines) -> Inlines:
    return part if isinstance(part, tuple) else (part,)


@cache
def _read(language: str) -> Mapping[str, str]:
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {
        f"{group}.{key}": sentence
        for group, sentences in tomllib.loads(text).items()
        for key, sentence in sentences.items()
    }
