"""The sentences: every language says all that the code asks for, and nothing else."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from symbp.calculus.conventions import SENTENCES as KINKS
from symbp.check import JUDGES
from symbp.check.result import Verdict
from symbp.errors import UnknownNameError
from symbp.notation import Role
from symbp.report.texts import LANGUAGES, Texts

ROOT = Path(__file__).resolve().parents[3]
REPORT = ROOT / "symbp" / "report"
SOURCES = sorted(REPORT.rglob("*.py"))
NAMING = [  # what names roles, rewrites, proofs and judges, by which keys are put together
    path
    for room in ("notation", "calculus", "check")
    for path in (ROOT / "symbp" / room).rglob("*.py")
]
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]
NAMED = ("definition.", "kink.", "rule.", "stability.proof_", "verdicts.")  # groups that they name
SAME = {"rule.other"}  # nothing but braces
ASKING = {"say", "text"}
BRACES = re.compile(r"\{(\w*)\}")
WORDS = re.compile(r"""words(?:\.get\(|\[)["'](\w+)["']""")


@cache
def sentences(language: str) -> dict[str, str]:
    text = (REPORT / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return {
        f"{group}.{key}": sentence
        for group, inner in tomllib.loads(text).items()
        for key, sentence in inner.items()
    }


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def strings(path: Path) -> frozenset[str]:
    """The strings of a file that can be part of a key."""
    constants = {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return frozenset(text.replace(" ", "_") for text in constants if re.fullmatch(r"[\w ]+", text))


@cache
def groups() -> frozenset[str]:
    return frozenset(key.partition(".")[0] for key in sentences("en"))


def calls() -> Iterator[tuple[Path, ast.Call, ast.expr]]:
    """Every place that asks for a sentence, with the key as it is written there."""
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            asked = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if asked and node.func.attr in ASKING and node.args:
                yield path, node, node.args[0]


def literals() -> Iterator[tuple[str, str]]:
    """Every string of the report that is a key, or is asked for as one, with its file."""
    for path in SOURCES:
        parts = {
            part
            for node in ast.walk(tree(path))
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(tree(path)):
            whole = isinstance(node, ast.Constant) and node not in parts
            if whole and isinstance(node.value, str):
                group, dot, rest = node.value.partition(".")
                if group in groups() and dot and re.fullmatch(r"\w+", rest):
                    yield node.value, path.name
    for path, _, key in calls():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, path.name


def composed(path: Path) -> Iterator[str]:
    """The keys that the f-strings of a file can make of the names that the code knows."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
            continue
        if node.values[0].value.partition(".")[0] not in groups():
            continue
        pieces = (
            re.escape(part.value) if isinstance(part, ast.Constant) else r"(\w+)"
            for part in node.values
        )
        pattern = re.compile("".join(pieces))
        named = NAMING if node.values[0].value.startswith(NAMED) else ()
        known = strings(path).union(*map(strings, named))
        for key in sentences("en"):
            found = pattern.fullmatch(key)
            if found and known.issuperset(found.groups()):
                yield key


def handed_over() -> Iterator[str]:
    """The keys of a whole group that the pages pick words from."""
    templates = sorted((ROOT / "templates" / "report").glob("*.jinja"))
    for path in (*templates, *SOURCES):
        yield from (f"document.{key}" for key in WORDS.findall(path.read_text(encoding="utf-8")))


def kinds_of_proofs() -> set[str]:
    """The names that the calculus gives to identities."""
    return {
        node.args[0].value
        for path in NAMING
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""))
        in ("Identity", "identity")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def braces(sentence: str) -> set[str]:
    return set(BRACES.findall(sentence))


def test_every_language_has_its_file():
    assert {path.stem for path in (REPORT / "texts").glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_same_keys(language):
    assert sorted(set(sentences(language)) ^ set(sentences("en"))) == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_same_names_in_braces(language):
    said = sentences(language)
    other = {key: braces(said[key]) for key in said if key in sentences("en")}
    assert other == {key: braces(sentences("en")[key]) for key in other}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_has_a_loose_brace(language):
    for key, sentence in sentences(language).items():
        assert sentence.strip() or key == "document.gap", key
        assert not set("{}") & set(BRACES.sub("", sentence)), key
        assert "" not in braces(sentence), key


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_is_translated(language):
    said = sentences(language)
    same = {key for key, sentence in sentences("en").items() if said.get(key) == sentence}
    assert sorted(same - SAME) == []


def test_chinese_has_chinese_punctuation():
    marks = re.compile(
        r"[\u4e00-\u9fff}][,;:?!.]|[,;:?!.][\u4e00-\u9fff{]|[\u4e00-\u9fff] | [\u4e00-\u9fff]"
    )
    assert [key for key, sentence in sentences("zh").items() if marks.search(sentence)] == []


def test_an_unknown_language_is_refused_and_the_known_ones_named():
    with pytest.raises(UnknownNameError) as error:
        Texts("tlh")
    assert all(f"`{name}`" in str(error.value) for name in ("tlh", *LANGUAGES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_named_by_its_tag(language):
    tag = Texts(language).text("document.language")
    assert tag.partition("-")[0] == language


def test_every_key_in_the_code_exists():
    assert {(key, file) for key, file in literals() if key not in sentences("en")} == set()


def test_every_sentence_is_used():
    used = {key for key, _ in literals()}
    used |= {key for path in SOURCES for key in composed(path)}
    used |= set(handed_over())
    assert sorted(set(sentences("en")) - used) == []


def test_every_word_of_a_page_exists():
    assert set(handed_over()) <= set(sentences("en"))


def test_every_name_in_braces_is_given():
    checked = 0
    for path, call, key in calls():
        named = {keyword.arg for keyword in call.keywords}
        if isinstance(key, ast.Constant) and None not in named:
            missing = braces(sentences("en").get(key.value, "")) - named
            assert not missing, f"{path.name}:{call.lineno}: {key.value} lacks {missing}"
            checked += 1
    assert checked > 30


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("kink.{}", sorted(KINKS)),
        ("stability.proof_{}", sorted(kinds_of_proofs())),
        ("verdicts.{}", [*JUDGES, *(verdict.value for verdict in Verdict)]),
        ("definition.{}", [role.value for role in Role]),
    ],
)
def test_every_name_that_the_code_gives_has_a_sentence(pattern, names):
    assert names
    keys = {pattern.format(name.replace(" ", "_")) for name in names}
    assert sorted(keys - set(sentences("en"))) == []


def test_every_rule_with_a_name_has_a_reason():
    rules = {key.removesuffix("_why") for key in sentences("en") if key.startswith("rule.")}
    assert {f"{rule}{end}" for rule, end in product(rules, ("", "_why"))} <= set(sentences("en"))
