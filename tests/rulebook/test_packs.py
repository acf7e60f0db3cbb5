"""The delivered packs say what the sources say, and every number says where it comes from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from wenqu.rulebook.loader import PACKS, load_pack, pack_ids
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.model import Levels, Number, SchemeClass
from wenqu.rulebook.reasons import BY_INDICATOR, RANK, REASONS, decode

FILES = sorted(PACKS.rglob("*.toml"))


def _tables(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _tables(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _tables(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_is_cited(path: Path) -> None:
    tables = [table for table in _tables(tomllib.loads(path.read_text(encoding="utf-8"))) if "value" in table]
    assert tables
    for table in tables:
        assert {"value", "unit", "date", "clause", "document", "confidence"} <= table.keys(), table
        if table["document"] == "not found":
            assert table["confidence"] == "unverified", table
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", str(table["date"])), table


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_pack_carries_an_address(path: Path) -> None:
    assert not re.search(r"https?:|www\.", path.read_text(encoding="utf-8"))


def _values(levels: Levels | None) -> tuple[object, ...]:
    assert levels is not None
    return (levels.met.value, levels.basic.value if levels.basic else None)


def _value(number: Number | None) -> object:
    assert number is not None
    return number.value


def test_national_numbers() -> None:
    rules = load_pack("national-2018").rules
    assert (_value(rules.quantity.rain), _value(rules.quantity.water)) == (800, 1000)
    assert _values(rules.quantity.humid) == (60, 35)
    assert _values(rules.quantity.arid) == (40, 20)
    assert _values(rules.convenience.time) == (10, 20)
    assert rules.convenience.distance is not None
    assert _values(rules.convenience.distance.horizontal) == (400, 800)
    assert _values(rules.convenience.distance.vertical) == (40, 80)
    assert rules.convenience.distance.join.value == "all"
    assert rules.reliability.every is not None
    assert _values(rules.reliability.every.levels) == (95, 90)
    assert rules.quality.classes == (SchemeClass.DECENTRALISED,)
    assert all(not switch.default and not switch.source.verified for switch in load_pack("national-2018").switches)


def test_provincial_numbers() -> None:
    gansu, guizhou, chongqing = (load_pack(n).rules for n in ("gansu-2018", "guizhou-2020", "chongqing-2023"))
    assert _values(gansu.quantity.flat) == (20, None)
    assert _values(gansu.convenience.time) == (20, None)
    assert gansu.quality.without_plant == (SchemeClass.SMALL, SchemeClass.THOUSAND)
    assert _values(guizhou.quantity.flat) == (35, None)
    assert guizhou.convenience.time is None and guizhou.convenience.distance is not None
    assert _values(guizhou.convenience.distance.horizontal) == (1000, None)
    assert _values(guizhou.convenience.distance.vertical) == (100, None)
    assert guizhou.reliability.centralised is not None and guizhou.reliability.decentralised is not None
    assert _values(guizhou.reliability.centralised.levels) == (36, None)
    assert _values(guizhou.reliability.decentralised.levels) == (30, None)
    assert _values(chongqing.quantity.humid) == (35, None)
    assert _values(chongqing.quantity.arid) == (20, None)
    assert chongqing.convenience.distance is not None
    assert chongqing.convenience.distance.join.value == "any"


def test_nothing_of_chongqing_counts_as_verified() -> None:
    pack = load_pack("chongqing-2023")
    own = [number for path, number in numbers_of(pack.content) if path[0] != "switches"]
    assert own and all(number["confidence"] == "unverified" for number in own)


@pytest.mark.parametrize("name", pack_ids("four-indicators"))
def test_limits_keep_their_decimal_value(name: str) -> None:
    for _, number in numbers_of(load_pack(name).content):
        assert isinstance(number["value"], int | Decimal | str)


def test_reasons_are_unique_and_rank_by_their_number() -> None:
    assert len({reason.code for reason in REASONS}) == len(REASONS)
    for name, reasons in BY_INDICATOR.items():
        assert len({reason.number for reason in reasons}) == len(reasons)
        for reason in reasons:
            assert reason.code.startswith(f"{name}_")
            assert RANK[reason.grade] == reason.number // 10
            assert decode(name, reason.number) == (reason.grade, reason.code)
            assert reason.number < 128  # fits a TINYINT
