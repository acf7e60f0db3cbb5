"""What the packs say, what the loader refuses, which scheme is in force, and how a pack is changed."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.income import IncomeLineMissing
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.watch.judging import (
    WHAT_IF,
    LineNotAdopted,
    SchemeMissing,
    adopted,
    changed,
    judging_file,
    judging_pack,
    judging_pack_ids,
    line_of,
    parse_judging,
    scheme_at,
)
from wenqu.rulebook.watch.judging.loader import PACKS
from wenqu.rulebook.watch.judging.manual import manual

IDS = judging_pack_ids()
LINES = load_pack("income-lines")
ALL = [judging_pack(name) for name in IDS]


def _problems(text: str) -> set[tuple[str, str]]:
    with pytest.raises(PackError) as caught:
        parse_judging(text, origin="county.toml")
    return {(one.key, one.code) for one in caught.value.problems}


def _head(extends: str = "watch-base") -> str:
    return (f'id = "county"\nkind = "watch-judging"\nextends = "{extends}"\nzh = "县"\nen = "county"\nedition = "1"\nregion = "试县"\nin_force = "2021"\n')


def _cited(value: object, unit: str = "rule") -> str:
    text = f'"{value}"' if isinstance(value, str) else value
    return f'{{ value = {text}, unit = "{unit}", date = "2021", clause = "not found", document = "not found", confidence = "unverified" }}'


@pytest.mark.parametrize("name", IDS)
def test_every_rule_is_cited(name: str) -> None:
    text = (PACKS / f"{name}.toml").read_text(encoding="utf-8")
    for _, number in numbers_of(tomllib.loads(text)):
        assert {"value", "unit", "date", "clause", "document", "confidence"} <= number.keys(), number
        assert number["document"] != "not found" or number["confidence"] == "unverified", number
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", str(number["date"])), number
    assert not re.search(r"https?:|www\.", text)


def test_the_lines_are_those_of_the_documents() -> None:
    limits = {name: judging_pack(name).line.limit.value for name in IDS if judging_pack(name).line and judging_pack(name).line.limit}
    assert limits == {"national-2020": 5000, "colours-2020": 5000, "wuhu-insurance": 5200, "national-2021": 6000, "guizhou-2021": 6320,
                      "henan-2023": 7500, "yunnan-2025": 8700}
    assert judging_pack("guizhou-2021").line.limit.verified
    assert not judging_pack("yunnan-2025").line.limit.verified


def test_a_line_that_is_not_there_is_refused_and_the_document_named() -> None:
    guizhou = judging_pack("guizhou-2021")
    assert line_of(guizhou, "贵州省", 2021, LINES).limit.value == 6320
    with pytest.raises(IncomeLineMissing, match="贵州2022年.*请提供贵州公布2022年"):
        line_of(guizhou, "贵州", 2022, LINES)
    with pytest.raises(IncomeLineMissing, match="请提供试省公布2026年"):
        line_of(judging_pack("national-2026"), "试省", 2026, LINES)
    # Another pack's line comes from the pack of income lines.
    found = line_of(judging_pack("national-2021"), "贵州", 2021, LINES)
    assert (found.limit.value, found.edge.value, found.key) == (6320, "under", "lines")


def test_a_reference_is_judged_by_only_when_a_county_adopts_it() -> None:
    henan = judging_pack("henan-2023")
    with pytest.raises(LineNotAdopted, match="7500 元只是参考"):
        line_of(henan, "林州市", 2023, LINES)
    ours = adopted(henan, region="试县", document="试县防返贫〔2023〕1号", date="2023-04", clause="第三条")
    line = line_of(ours, "试县", 2023, LINES)
    assert (line.limit.value, line.limit.document, line.limit.clause, line.limit.verified) == (7500, "试县防返贫〔2023〕1号", "第三条", True)
    with pytest.raises(IncomeLineMissing):
        line_of(ours, "林州市", 2023, LINES)
    for bad in ("", "not found", WHAT_IF):
        with pytest.raises(PackError):
            adopted(henan, region="试县", document=bad)
    with pytest.raises(PackError):
        adopted(judging_pack("national-2026"), region="试县", document="试县文件")


@pytest.mark.parametrize(("region", "at", "name"), [
    ("试县", date(2020, 1, 1), "national-2020"), ("试县", date(2020, 12, 31), "national-2020"), ("试县", date(2021, 1, 1), "national-2021"),
    ("试县", date(2025, 12, 31), "national-2021"), ("试县", date(2026, 1, 1), "national-2026"), ("贵州", date(2021, 6, 1), "guizhou-2021"),
    ("贵州省", date(2020, 6, 1), "national-2020"), ("贵州省", date(2026, 6, 1), "national-2026"), ("林州市", date(2022, 6, 1), "national-2021"),
    ("林州市", date(2023, 6, 1), "henan-2023"), ("云南省", date(2025, 6, 1), "yunnan-2025"), ("芜湖市", date(2020, 6, 1), "wuhu-insurance"),
])
def test_the_scheme_in_force_is_that_of_region_and_date(region: str, at: date, name: str) -> None:
    assert scheme_at(region, at, ALL).id == name


def test_kinds_of_objects_change_with_the_scheme() -> None:
    kinds = {year: [entry.zh for entry in scheme_at("试县", date(year, 6, 1), ALL).objects] for year in (2020, 2021, 2026)}
    assert kinds == {2020: ["脱贫不稳定户", "边缘易致贫户"], 2021: ["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"], 2026: ["防止返贫致贫对象"]}
    with pytest.raises(SchemeMissing, match="试县在 2019-06-01"):
        scheme_at("试县", date(2019, 6, 1), ALL)


def test_an_end_of_less_than_a_year_is_its_last_day() -> None:
    def until(text: str) -> str:
        return _head("national-2021") + f'until = "{text}"\n'

    for end, last in (("2021-06", date(2021, 6, 30)), ("2021-12", date(2021, 12, 31)), ("2021-06-09", date(2021, 6, 9))):
        pack = parse_judging(until(end), "county.toml")
        own = [pack.__class__(**{**vars(pack), "region": "县"})]
        assert scheme_at("县", last, own).id == "county"
        with pytest.raises(SchemeMissing):
            scheme_at("县", date.fromordinal(last.toordinal() + 1), own)


def test_a_what_if_says_so_wherever_it_is_shown() -> None:
    pack = judging_pack("guizhou-2021")
    other = changed(pack, {"line.limit": 7500, "objects.sudden.ways.2.applies": "no", "collapse.percent": 50, "spending.medical.others": Decimal("8000.5")})
    assert other.line is not None and other.line.limit is not None
    assert (other.line.limit.value, other.line.limit.document, other.line.limit.verified) == (7500, WHAT_IF, False)
    assert "原为 6320（《2023年防返贫监测工作方案（模板18篇）》篇八，" in other.line.limit.note
    assert other.collapse is not None and (other.collapse.value, other.collapse.note) == (50, "假设，原来没有")
    assert (other.id, other.lineage[0]) == ("guizhou-2021-what-if", "guizhou-2021")
    assert other.digest != pack.digest
    assert pack.line is not None and pack.line.limit is not None and pack.line.limit.value == 6320
    assert judging_pack("guizhou-2021") is pack
    # The changed pack is whole: it can be kept as text and read again.
    assert parse_judging(dump_toml(other.content), "kept.toml").digest == other.digest


def test_numbers_of_the_four_indicators_can_be_what_if_as_well() -> None:
    pack = changed(load_pack("national-2018"), {"convenience.time.basic": 15})
    time = pack.rules.convenience.time
    assert time is not None and time.basic is not None
    assert (time.met.value, time.basic.value, time.basic.document, time.basic.verified) == (10, 15, WHAT_IF, False)


def test_a_place_that_is_none_and_a_value_that_is_not_fit_are_named() -> None:
    pack = judging_pack("guizhou-2021")
    with pytest.raises(PackError) as caught:
        changed(pack, {"line.limits": 1, "objects.sudden.ways.9.applies": "no", "line": 3, "objects.sudden.ways.x.applies": "no"})
    assert {one.key for one in caught.value.problems} == {"line.limits", "objects.sudden.ways.9.applies", "line", "objects.sudden.ways.x.applies"}
    for key, value, code in (("line.edge", "over", "choice_wrong"), ("line.limit", -1, "value_range"), ("line.limit", Decimal("6320.001"), "value_range"),
                             ("window.months", 25, "value_range"), ("collapse.percent", 101, "value_range")):
        with pytest.raises(PackError) as caught:
            changed(pack, {key: value})
        assert code in {one.code for one in caught.value.problems}, key
    with pytest.raises(PackError):
        changed(judging_pack("watch-base"), {"line.limit": 5000})


@pytest.mark.parametrize(("text", "problem"), [
    ('[exclusions."car; DROP"]\nzh = "车"\nen = "car"\n', ('exclusions.car; DROP', "choice_wrong")),
    (f'[causes.none]\nzh = "无"\nen = "none"\napplies = {_cited("yes")}\n', ("causes.none", "choice_wrong")),
    (f'[items.gift]\nzh = "礼金"\nen = "gift"\ncounts = {_cited("add")}\n', ("items.gift.asked", "key_missing")),
    (f'[burden]\nkinds = ["wages"]\nof = {_cited("income")}\npercent = {_cited(100, "%")}\n', ("burden.kinds", "reference_unknown")),
    (f'[objects.a]\nzh = "甲"\nen = "a"\nways = [{{ applies = {_cited("yes")} }}]\n', ("objects.a.ways[1]", "shape_wrong")),
    (f'[objects.a]\nzh = "甲"\nen = "a"\nways = [{{ applies = {_cited("yes")}, causes = ["love"] }}]\n', ("objects.a.ways[1].causes", "choice_wrong")),
    (f'[objects.a]\nzh = "甲"\nen = "a"\nways = [{{ applies = {_cited("yes")}, wealth = "no" }}]\n', ("objects.a.ways[1].wealth", "key_unknown")),
    (f'[grades.red]\nzh = "红"\nen = "red"\nways = [{{ applies = {_cited("yes")}, gap = "yes" }}]\n', ("grading", "key_missing")),
    (f'[screens.x]\nzh = "线索"\nen = "clue"\ndepartment = "县"\nfact = "1; --"\nwhen = "yes"\napplies = {_cited("yes")}\n', ("screens.x.fact", "choice_wrong")),
    ('[sentences.object_none]\nzh = "{nobody}"\nen = "x"\n', ("sentences.object_none.zh", "placeholder_unknown")),
    ('[sentences.hello]\nzh = "你好"\nen = "x"\n', ("sentences.hello", "key_unknown")),
    ('[classes."a b".x]\nzh = "类"\nen = "class"\nways = []\n', ("classes.a b", "choice_wrong")),
    ('[members]\n', ("members.counted", "key_missing")),
    ('surprise = 1\n', ("surprise", "key_unknown")),
])
def test_the_loader_names_what_is_wrong(text: str, problem: tuple[str, str]) -> None:
    head = _head()
    assert problem in _problems(text + head if text.startswith("surprise") else head + text)


def test_a_county_file_extends_a_pack(tmp_path: Path) -> None:
    path = tmp_path / "county.toml"
    path.write_text(_head("guizhou-2021"), encoding="utf-8")
    pack = judging_file(path)
    assert pack.lineage == ("guizhou-2021", "national-2021", "watch-base")
    assert [entry.id for entry in pack.objects] == ["unstable", "edge", "sudden"]


@pytest.mark.parametrize("name", IDS)
def test_the_manual_shows_every_rule(name: str) -> None:
    pack = judging_pack(name)
    for lang in ("zh", "en"):
        text = manual(pack, lang)
        assert all(f"{'.'.join(path)} = " in text for path, _ in numbers_of(pack.content))
    assert all(note in text for note in pack.notes)


def test_a_line_that_is_only_supposed_is_one_to_judge_by() -> None:
    other = changed(judging_pack("national-2026"), {"line.limit": 7500})
    assert other.line is not None and other.line.limit is not None and other.line.use is not None
    assert (other.line.limit.value, other.line.use.value, other.line.use.document) == (7500, "line", WHAT_IF)
    assert line_of(other, "全国", 2026, load_pack("income-lines")).limit.value == 7500
