"""What laboratories write: text cases, and what must hold for everything that could be written."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenqu.rulebook.loader import load_pack, pack_ids
from wenqu.rulebook.quality.results.items import Names, reading_of
from wenqu.rulebook.quality.results.units import UNITS, convert, same_kind, unit_of
from wenqu.rulebook.quality.results.values import KINDS, WORDS, read_result
from wenqu.rulebook.quality.results.wrongs import WRONGS, sentence
from wenqu.rulebook.water import WaterLimits

HERE = Path(__file__).parent


def editions() -> list[WaterLimits]:
    return [water for id_ in pack_ids("water-limits") if isinstance(water := load_pack(id_).water, WaterLimits)]


NAMES = Names(editions())


def cases(name: str, cells: int) -> list[list[str]]:
    rows = [line.split("|") for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [[cell.strip() for cell in row] + [""] * (cells - len(row)) for row in rows]


@pytest.mark.parametrize("case", cases("values.txt", 5), ids=lambda case: case[0])
def test_a_result_as_written(case: list[str]) -> None:
    written, kind, said, unit, code = case
    found = read_result("" if written == "(空)" else written.replace("␣", " "))
    number = format(found.value, "f") if found.value is not None else found.word
    assert (found.kind, found.unit, found.code) == (kind, unit, code)
    assert number == said if found.value is None else found.value == Decimal(said)


@pytest.mark.parametrize("case", cases("names.txt", 4), ids=lambda case: case[0])
def test_a_name_as_written(case: list[str]) -> None:
    written, key, unit, code = case
    named = NAMES.read(written)
    assert (named.item.key if named.item else "-", named.unit, named.code) == (key, unit, code)


@pytest.mark.parametrize("case", cases("units.txt", 3), ids=lambda case: " ".join(case[:2]))
def test_a_number_in_the_unit_of_its_item(case: list[str]) -> None:
    name, written, wanted = case
    number, _blank, unit = written.partition(" ")
    item = NAMES.read(name).item
    assert item is not None
    used, factor, code = reading_of(item, "" if unit == "(不写)" else unit)
    value, _blank, in_unit = wanted.partition(" ")
    if code:
        assert code == wanted
    else:
        assert (Decimal(number) * factor, used) == (Decimal(value), in_unit)


def test_every_item_of_every_edition_is_found_by_all_of_its_names_and_by_no_other() -> None:
    for water in editions():
        for entry in (*water.items.values(), *water.residuals.values()):
            for name in (entry.zh, entry.en, *entry.aliases):
                named = NAMES.read(name)
                assert named.item is not None and named.item.key == entry.key, name
                assert not named.code, name


def test_the_unit_of_every_limit_can_be_written_and_is_the_items_own() -> None:
    for water in editions():
        for entry in water.items.values():
            cited = entry.limit or entry.high
            if cited is None or cited.unit in ("rule", "ratio", "pH"):
                continue
            used, factor, code = reading_of(NAMES.items[entry.key], cited.unit)
            assert (used, factor, code) == (cited.unit, 1, ""), entry.key


def test_every_code_has_a_sentence_that_says_what_to_do() -> None:
    for case in (*cases("values.txt", 5), *cases("names.txt", 4)):
        assert not case[-1] or case[-1] in WRONGS
    for code in WRONGS:
        assert "；" in sentence(code, units="mg/L", basis="以 N 计")
        assert "{" not in sentence(code, units="mg/L", basis="以 N 计")


# What a number can be written with, and what only looks like it.
LOOKS = st.text(alphabet="0123456789.,eE×x^+-<>≤≥LlNnDd①②³½₂ １２．＜，。/~±*%()mgµ未检出无有ⅣO", max_size=12)
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False)


@given(LOOKS)
def test_nothing_that_is_written_becomes_a_number_that_does_not_stand_there(text: str) -> None:
    found = read_result(text)
    assert found.kind in KINDS and (found.kind == "wrong") == bool(found.code)
    assert (found.value is not None) == (found.kind in ("value", "below", "above"))
    assert found.kind != "word" or found.word in WORDS
    if found.value is None:
        return
    # Every digit of the number stands in the text as a plain (or full width) digit, in this order, and powers are exact.
    plain = text.translate({0xFF10 + d: 0x30 + d for d in range(10)} | {0xFF0E: ".", 0xFF0C: ","})
    written = re.sub(r"[^0-9]", "", plain)
    digits = "".join(map(str, found.value.normalize().as_tuple().digits)).strip("0")
    assert digits in written or "10" in written and digits == "1"


@given(LOOKS)
def test_reading_again_what_was_read_gives_the_same(text: str) -> None:
    found = read_result(text)
    if found.kind not in ("wrong", "blank"):
        again = read_result(found.text())
        assert (again.kind, again.value, again.word) == (found.kind, found.value, found.word)


@given(NUMBERS, st.sampled_from(["{}", " {} ", "<{}", "＜{}", "{}L", ">{}", "> {}", "{} mg/L", "<{} µg/L", "{}①"]))
def test_a_number_comes_back_exactly_in_every_way_of_writing_it(number: Decimal, way: str) -> None:
    found = read_result(way.format(format(number, "f")))
    if number == 0 and ("<" in way or "＜" in way or way.endswith("L") and "/" not in way):
        assert found.code == "nothing_below"
        return
    assert found.value == number
    below = "<" in way or "＜" in way or way == "{}L"
    assert found.kind == ("below" if below else "above" if ">" in way else "value")


@given(NUMBERS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_a_conversion_is_exact_and_goes_only_where_the_same_is_measured(number: Decimal, one: str, other: str) -> None:
    written, wanted = UNITS[one], UNITS[other]
    try:
        there = convert(number, written, wanted)
    except ValueError:
        assert not same_kind(written, wanted) or "pCi/L" in (one, other)
        return
    assert same_kind(written, wanted)
    assert there * wanted.factor == number * written.factor
    if {one, other} != {"Bq/L", "pCi/L"}:
        assert convert(there, wanted, written) == number


@pytest.mark.parametrize("name", sorted(set(UNITS) - {"度?"}))
def test_a_unit_reads_as_itself_however_wide_it_is_written(name: str) -> None:
    if name == "度":  # alone it does not say of what; the item does
        assert unit_of("度") == UNITS["度?"]
        return
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    assert unit_of(name) == unit_of(wide) == unit_of(f" {name} ") == UNITS[name]
