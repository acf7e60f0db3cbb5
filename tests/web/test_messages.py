"""The English catalogue: whole, fresh, and with the same placeholders; and no Chinese in pages that it could not reach."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wenqu"
CATALOGUE = SOURCE / "locale/en/LC_MESSAGES/django"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext", "pgettext_lazy"}
CHINESE = re.compile(r"[㐀-鿿]")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(f"{CATALOGUE}.po")


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue if not all(texts(entry)) or entry.fuzzy] == []


# Said in Chinese in English too: headers that a sheet must have, and names that people look for.
NAMES = re.compile("证件号码|户编号|姓名|角色|区划|用户名|单位|起始日期|截止日期|问渠|腾讯身份验证器|封面|同意|不同意")


def test_no_translation_is_chinese(catalogue):
    assert [entry.msgid for entry in catalogue if any(CHINESE.search(NAMES.sub("", text)) for text in texts(entry))] == []


def test_placeholders_are_the_same(catalogue):
    marks = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    wrong = [
        entry.msgid for entry in catalogue for text in texts(entry) if sorted(marks.findall(entry.msgid)) != sorted(marks.findall(text))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_fresh(catalogue):
    compiled = {(entry.msgctxt, entry.msgid): texts(entry) for entry in polib.mofile(f"{CATALOGUE}.mo")}
    assert compiled == {(entry.msgctxt, entry.msgid): texts(entry) for entry in catalogue}


def strings_of_python(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if function not in CALLS:
            continue
        place = 1 if function.startswith(("p", "np")) else 0
        if isinstance(node.args[place], ast.Constant) and isinstance(node.args[place].value, str):
            found.add(node.args[place].value)
    return found


def strings_of_template(path: Path) -> set[str]:
    code = templatize(path.read_text())
    found = set()
    for call in re.finditer(r"\b(n?p?gettext|_)\(", code):
        # The first string of the call (the second after a context), whichever quotes the template used.
        words = re.match(r"\s*((?:u?(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')\s*,?\s*)+)", code[call.end():])
        if words:
            literal = ast.literal_eval(f"[{words[1].rstrip(' ,')}]")
            found.add(literal[1 if "pgettext" in call[1] else 0])
    return found


def test_every_string_of_the_source_is_in_the_catalogue(catalogue):
    known = {entry.msgid for entry in catalogue}
    used = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            used |= strings_of_python(path)
    for path in TEMPLATES:
        used |= strings_of_template(path)
    assert {text.replace("%%", "%") for text in used} - {text.replace("%%", "%") for text in known} == set(), "run: make messages"


def test_what_translates_is_called_by_a_name_that_the_catalogue_is_collected_by():
    other = [
        f"{path.relative_to(SOURCE)}: {name.asname}" for path in sorted(SOURCE.rglob("*.py")) for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation" for name in node.names
        if "gettext" in name.name and name.asname not in (None, "_")
    ]
    assert other == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_templates_hold_no_chinese_outside_the_catalogue(path):
    text = path.read_text()
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    text = re.sub(r"\{% blocktranslate.*?\{% endblocktranslate %\}", "", text, flags=re.S)
    text = re.sub(r"\{% translate .*?%\}|\{[{%][^}]*?_\(.*?\).*?[%}]\}", "", text)
    text = text.replace('lang="zh-CN">中文</button>', "")
    assert CHINESE.findall(text) == []
