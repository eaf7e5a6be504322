"""The sentences of reports, one file a language."""

from symbp.report.texts.texts import LANGUAGES, Texts

__all__ = ["LANGUAGES", "Texts"]
