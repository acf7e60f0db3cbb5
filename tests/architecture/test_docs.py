"""Prose is tested: generated pages are fresh, every setting and term is told, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wenqu import docs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(docs.pages()))
def test_generated_pages_are_fresh(name: str) -> None:
    assert (ROOT / "docs/generated" / name).read_text(encoding="utf-8") == docs.pages()[name], "run `make docs`"


def test_every_setting_is_told_and_none_that_is_gone() -> None:
    assert {name for name, _ in docs._env_calls()} == set(docs.SETTINGS)


def test_the_glossary_knows_every_grade_class_and_indicator() -> None:
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    for word in ("urban_rural", "large", "thousand", "small", "decentralised", "quantity", "quality", "convenience", "reliability", "sourced", "unverified"):
        assert re.search(rf"\b{word}\b", text), word


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "ARCHITECTURE.md"])
def test_links_and_pictures_exist(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target
