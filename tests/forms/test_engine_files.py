"""The engine of the phone page as it lies on the disk: what an old phone can read, nothing that reaches out of it, small."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import wenqu.web

ENGINE = Path(wenqu.web.__file__).parent / "static" / "phone" / "engine"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(ENGINE.glob("*.js"))}
COMMENT = re.compile(r"^\s*(//|/\*\*|\*).*\n", re.MULTILINE)
# What came to browsers after Chrome 86.
NEWER = re.compile(r"\.at\(|hasOwn|structuredClone|findLast|toSorted|toSpliced|toReversed|groupBy|static \{|randomUUID|WeakRef\(|\.any\(|#\w+ in |fromAsync"
                   r"|\?\?=|\|\|=|&&=|^\s*#\w+\(|\d_\d|Iterator\.|\.isWellFormed|/v[;,.)]|import .* with \{", re.MULTILINE)
OUTSIDE = re.compile(r"\b(document|window|navigator|fetch|XMLHttpRequest|localStorage|indexedDB|self|setTimeout|eval|Function)\b")


def code(text: str) -> str:
    return COMMENT.sub("", text)


def test_an_old_phone_can_read_it() -> None:
    assert len(FILES) > 8
    assert {name: NEWER.findall(code(text)) for name, text in FILES.items() if NEWER.search(code(text))} == {}


def test_it_reaches_for_nothing_outside() -> None:
    assert {name: OUTSIDE.findall(code(text)) for name, text in FILES.items() if OUTSIDE.search(code(text))} == {}
    imported = [source for text in FILES.values() for source in re.findall(r'from "([^"]+)"', text)]
    assert {source.removeprefix("./") for source in imported} <= set(FILES)


def test_it_is_small() -> None:
    assert len(gzip.compress("".join(code(text) for text in FILES.values()).encode())) < 12_000
    assert sum(len(gzip.compress(text.encode())) for text in FILES.values()) < 17_500


def test_its_files_are_short() -> None:
    assert all(len(text.splitlines()) < 200 for text in FILES.values())
