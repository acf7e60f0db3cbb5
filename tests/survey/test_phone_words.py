"""The words of the phone page: what the client asks for is there, in both languages, and nothing is there that it does not ask for."""

from __future__ import annotations

import json
import re

import pytest

from wenqu.survey.phone.bundle import sources, words_in
from wenqu.survey.phone.form_words import FORM
from wenqu.survey.phone.kept_words import KEPT
from wenqu.survey.phone.page_words import PAGE
from wenqu.survey.phone.words import WORDS

# t("key"), and t("a." + b) or t(`a.${b}`): then the beginning.
_ASKED = re.compile(r"""(?<![\w.])t\(\s*(["'`])([^"'`$]*)(\1|\$\{)(\s*\+)?""")
_TEXT = re.compile(r"""(["'`])([\w.-]*?)(?:\1|\$\{)""")
# A beginning anywhere: `fact_${name}` handed to a helper.
_BEGUN = re.compile(r"""`([\w.-]+)\$\{|(["'])([\w.-]+)\2\s*\+""")
_NAMES = re.compile(r"\{(\w+)\}")


def client() -> dict[str, str]:
    return {name: path.read_text(encoding="utf-8") for name, path in sources().items() if name.endswith(".js") and not name.startswith("engine/")}


def unknown(files: dict[str, str], words: dict[str, object]) -> list[str]:
    """What the client asks for and what is not there."""
    out = []
    for name, text in files.items():
        for _quote, key, end, plus in _ASKED.findall(text):
            begun = bool(plus) or end == "${"
            if key and not (any(each.startswith(key) for each in words) if begun else key in words):
                out.append(f"{name}: {key}")
    return out


def unused(files: dict[str, str], words: dict[str, object]) -> list[str]:
    """What is there and stands nowhere in the client, neither whole nor as the beginning that something is put behind."""
    text = "\n".join(files.values())
    whole = {found for _quote, found in _TEXT.findall(text)}
    begun = {found[0] or found[2] for found in _BEGUN.findall(text)}
    return [key for key in words if key not in whole and not any(key.startswith(each) for each in begun)]


def test_every_word_that_the_page_asks_for_is_there() -> None:
    assert unknown(client(), WORDS) == []


def test_every_word_that_is_there_is_asked_for() -> None:
    assert unused(client(), WORDS) == []


def test_both_are_noticed() -> None:
    files = {"a.js": 't("here"); t("gone"); const key = "named"; t(key); t(`kind_${each}`); t("why." + code); said(`fact_${name}`); format("other")'}
    assert unknown(files, {"here": 1, "kind_a": 1}) == ["a.js: gone", "a.js: why."]
    assert unused(files, {"here": 1, "named": 1, "kind_a": 1, "left": 1, "why.x": 1, "fact_a": 1}) == ["left"]


def test_no_word_stands_in_two_parts() -> None:
    assert len(WORDS) == len(PAGE) + len(KEPT) + len(FORM)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_they_come_as_a_module(language: str) -> None:
    text = words_in(language)
    assert text.startswith("export default {") and text.endswith("};\n")
    told = json.loads(text.removeprefix("export default ").removesuffix(";\n"))
    assert set(told) == set(WORDS) and all(told.values())


def test_both_languages_name_the_same_things() -> None:
    chinese, english = (json.loads(words_in(each).removeprefix("export default ").removesuffix(";\n")) for each in ("zh-hans", "en"))
    differing = {key for key in chinese if set(_NAMES.findall(chinese[key])) != set(_NAMES.findall(english[key]))}
    assert differing == set()
