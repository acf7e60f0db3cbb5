"""The form screen of the phone page as it lies on the disk: what an old phone can read, small, every word of it known."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from forms.test_engine_files import COMMENT, NEWER

import wenqu.web
from wenqu.forms.supported import KINDS
from wenqu.survey.phone.form_words import FORM

FOLDER = Path(wenqu.web.__file__).parent / "static" / "phone" / "form"
FILES = {str(path.relative_to(FOLDER)): COMMENT.sub("", path.read_text(encoding="utf-8")) for path in sorted(FOLDER.rglob("*.js"))}
CODE = "".join(FILES.values())
STYLE = (FOLDER / "form.css").read_text(encoding="utf-8")


def test_an_old_phone_can_read_it() -> None:
    assert len(FILES) > 10
    assert {name: NEWER.findall(text) for name, text in FILES.items() if NEWER.search(text)} == {}
    assert not re.search(r":has\(|@container|\binset:|:is\(|aspect-ratio|<dialog|accent-color: auto", STYLE + CODE)


def test_it_writes_no_html_and_no_style_into_the_page() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|style: ", CODE)
    assert "fetch(" not in CODE and "indexedDB" not in CODE


def test_it_is_small() -> None:
    """Of the 60 KB that the whole page may have."""
    assert len(gzip.compress(CODE.encode())) < 15_500
    assert len(gzip.compress(STYLE.encode())) < 3_000


@pytest.mark.parametrize("name", list(FORM))
def test_every_word_is_said_somewhere(name: str) -> None:
    made = re.sub(r"_[a-z]+$", "_$", name).replace("_$", "_${")
    refused = name.startswith("form_refused_") and name.removeprefix("form_refused_") in {kind.plan for kind in KINDS.values()}
    assert f'"{name}"' in CODE or refused or f"`{made}" in CODE or name in {"form_required", "form_constraint"}


def test_every_word_that_is_said_is_known() -> None:
    said = set(re.findall(r'"(form_[a-z_]+)"', CODE))
    assert len(said) > 50
    assert said - set(FORM) == set()


def test_words_name_only_what_the_page_tells() -> None:
    for name, text in FORM.items():
        for key in re.findall(r"\{(\w+)\}", str(text)):
            assert re.search(rf"\b{key}\b", CODE), name
