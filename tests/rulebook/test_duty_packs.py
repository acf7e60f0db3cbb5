"""The duty packs say what the documents say, leave out what no document gives, and take a county's own numbers."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from wenqu.cli import main
from wenqu.places.rights import Role
from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.duties import (
    CHINA,
    DutyPack,
    Limit,
    duty_pack,
    duty_pack_ids,
    places,
    with_numbers,
)
from wenqu.rulebook.duties.cadence import due_dates, next_due
from wenqu.rulebook.duties.loader import PACKS, duty_file, parse_duties
from wenqu.rulebook.duties.manual import manual
from wenqu.rulebook.duties.model import SEVERITIES, STEPS, WAYS
from wenqu.rulebook.duties.reading import ROLES
from wenqu.rulebook.duties.words import calendar_note
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError

IDS = duty_pack_ids()
QINGSHUI, OPEN, BASE = duty_pack("qingshui-12-24-48"), duty_pack("mechanism-123"), duty_pack("duties-base")
KINDS = ("no_water", "too_little_water", "seasonal_shortage", "bad_water", "no_disinfection", "too_far", "interrupted", "pipe_burst",
         "frozen_pipe", "meter_fee", "source_damaged", "management", "responsibility_missing", "other")


def _hours(pack: DutyPack, step: str, severity: str, kind: str | None = None) -> tuple[int, str]:
    limit = pack.limit(step, severity, kind)
    assert isinstance(limit, Limit)
    return limit.amount, limit.unit


def _problems(text: str) -> set[tuple[str, str]]:
    with pytest.raises(PackError) as caught:
        parse_duties(text, origin="county.toml")
    assert all(str(one).startswith("county.toml") for one in caught.value.problems)
    return {(one.key, one.code) for one in caught.value.problems}


@pytest.mark.parametrize("name", IDS)
def test_every_number_is_cited(name: str) -> None:
    numbers = [number for _, number in numbers_of(tomllib.loads((PACKS / f"{name}.toml").read_text(encoding="utf-8")))]
    for number in numbers:
        assert {"value", "unit", "date", "clause", "document", "confidence"} <= number.keys(), number
        assert number["document"] != "not found" or number["confidence"] == "unverified", number
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", str(number["date"])), number
    assert not re.search(r"https?:|www\.", (PACKS / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", IDS)
def test_a_pack_has_all_kinds_ways_levels_and_severities(name: str) -> None:
    pack = duty_pack(name)
    assert tuple(pack.kinds) == KINDS
    assert (tuple(pack.ways), tuple(pack.levels), tuple(pack.severities)) == (WAYS, ("village", "town", "county"), SEVERITIES)
    assert [pack.ways[way].zh for way in WAYS] == ["农户申报", "自主排查", "数据比对", "社会监督"]
    assert all(kind.zh and kind.en and kind.severity in SEVERITIES and kind.category in pack.categories for kind in pack.kinds.values())
    assert pack.kinds["no_disinfection"].counts == pack.kinds["seasonal_shortage"].counts == "schemes"
    assert pack.kinds["management"].counts == "problems"
    assert pack.kinds["bad_water"].counts == "people"
    assert {kind.id for kind in pack.kinds.values() if kind.alarm} >= {"no_water", "bad_water", "too_little_water"}
    assert not pack.kinds["meter_fee"].alarm


def test_the_kinds_that_judging_finds_are_kinds_of_the_packs() -> None:
    assert {"too_little_water", "bad_water", "too_far", "interrupted"} <= set(BASE.kinds)


def test_roles_are_those_of_the_places() -> None:
    assert set(ROLES) == set(Role.values)


def test_qingshui_mends_in_12_24_48_hours() -> None:
    assert [_hours(QINGSHUI, "rectify", severity) for severity in SEVERITIES] == [(12, "hours"), (24, "hours"), (48, "hours")]
    assert all(limit.verified == (limit.key.split(".")[1] == "rectify") for limit in QINGSHUI.limits.values())
    assert QINGSHUI.missing == ()
    assert QINGSHUI.lineage == ("duties-base",)


def test_numbers_without_a_document_are_unverified() -> None:
    assert not BASE.reopen.verified
    assert not any(number.verified for number in BASE.alarm.sources.values())
    assert not any(rule.after.verified for rule in BASE.escalation.values())
    assert (BASE.level_above("village"), BASE.level_above("town"), BASE.level_above("county")) == ("town", "county", None)


def test_the_123_mechanism_has_no_numbers_of_its_own() -> None:
    assert [OPEN.limit(step, severity) for step in STEPS for severity in SEVERITIES] == [None] * 18
    assert OPEN.missing == tuple(f"limits.{step}.{severity}" for step in STEPS for severity in SEVERITIES)


def test_a_county_fills_in_its_numbers_and_names_its_document() -> None:
    filled = with_numbers(OPEN, {"limits.rectify.small": (1, "working_days"), "limits.rectify.major": [3, "hours"],
                                 "kind_limits.no_water.rectify.major": (2, "hours"), "reopen.days": 60, "alarm.reports": 5,
                                 "escalation.village.after": (2, "working_days"), "kinds.other.severity": "ordinary"},
                          document="县政府办〔2026〕7号", date="2026-05-01", clause="第三条")
    assert _hours(filled, "rectify", "small") == (1, "working_days")
    assert _hours(filled, "rectify", "major", "bad_water") == (3, "hours")
    assert _hours(filled, "rectify", "major", "no_water") == (2, "hours")
    assert (filled.reopen_days, filled.alarm.reports, filled.kinds["other"].severity) == (60, 5, "ordinary")
    assert (filled.escalation["village"].after.amount, filled.escalation["village"].after.unit) == (2, "working_days")
    limit = filled.limit("rectify", "small")
    assert limit is not None and limit.verified
    assert (limit.source.document, limit.source.date, limit.source.clause) == ("县政府办〔2026〕7号", "2026-05-01", "第三条")
    assert "limits.rectify.small" not in filled.missing and "limits.rectify.ordinary" in filled.missing
    assert filled.digest != OPEN.digest and filled.id == OPEN.id
    assert OPEN.limit("rectify", "small") is None and OPEN.reopen_days == 30, "the pack itself stays as it is"
    assert with_numbers(OPEN, {}, document="县文件").digest == OPEN.digest


@pytest.mark.parametrize(("numbers", "expected"), [
    ({"limits.mend.small": (1, "hours")}, ("limits.mend.small", "key_unknown")),
    ({"limits.rectify.tiny": (1, "hours")}, ("limits.rectify.tiny", "key_unknown")),
    ({"kind_limits.fire.rectify.small": (1, "hours")}, ("kind_limits.fire.rectify.small", "key_unknown")),
    ({"id": "other"}, ("id", "key_unknown")),
    ({"limits": (1, "hours")}, ("limits", "key_unknown")),
    ({"limits.rectify.small": 3}, ("limits.rectify.small.unit", "key_missing")),
    ({"limits.rectify.small": (0, "hours")}, ("limits.rectify.small.value", "value_range")),
    ({"limits.rectify.small": (-1, "hours")}, ("limits.rectify.small.value", "value_range")),
    ({"limits.rectify.small": (10_000, "hours")}, ("limits.rectify.small.value", "value_range")),
    ({"limits.rectify.small": (1, "weeks")}, ("limits.rectify.small.unit", "unit_wrong")),
    ({"limits.rectify.small": ("1", "hours")}, ("limits.rectify.small.value", "type_wrong")),
    ({"limits.rectify.small": (True, "hours")}, ("limits.rectify.small.value", "type_wrong")),
    ({"reopen.days": (1, "hours")}, ("reopen.days.unit", "unit_wrong")),
    ({"reopen.days": None}, ("reopen.days.value", "key_missing")),
    ({"limits.mend.small": None}, ("limits.mend.small", "key_unknown")),
    ({"reopen.days": "soon"}, ("reopen.days.value", "type_wrong")),
    ({"kinds.other.severity": "huge"}, ("kinds.other.severity.value", "choice_wrong")),
])
def test_numbers_that_are_not_fit_are_named(numbers: dict[str, object], expected: tuple[str, str]) -> None:
    with pytest.raises(PackError) as caught:
        with_numbers(OPEN, numbers, document="县文件")  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    assert (problem.key, problem.code) == expected


def test_a_county_takes_a_limit_away() -> None:
    pack = with_numbers(QINGSHUI, {"limits.file.small": None, "kind_limits.other.file.small": None}, document="县文件")
    assert pack.limit("file", "small") is None and pack.limit("file", "major") is not None
    assert pack.missing == ("limits.file.small",)
    assert with_numbers(OPEN, {"limits.file.small": None}, document="县文件").digest == OPEN.digest


@pytest.mark.parametrize("name", IDS)
def test_every_place_can_be_set_and_has_a_name(name: str) -> None:
    pack = duty_pack(name)
    shown = places(pack)
    assert len({place.key for place in shown}) == len({place.zh for place in shown}) == len({place.en for place in shown}) == len(shown)
    assert {place.key for place in shown if place.source is None} == set(pack.missing)
    given = {place.key: place.words[-1] if place.words else (7, place.units[-1]) for place in shown}
    filled = with_numbers(pack, given, document="县文件")
    verified = [{place.source.verified for place in places(each) if place.source} for each in (filled, pack)]
    assert filled.missing == () and verified == [{True}, {True, False}]
    assert {place.key: (place.source.value, place.source.document) for place in places(filled) if place.source} == {
        key: (value if isinstance(value, str) else 7, "县文件") for key, value in given.items()}


def test_a_place_is_named_as_people_say_it() -> None:
    named = {place.key: place for place in places(with_numbers(OPEN, {"kind_limits.no_water.rectify.major": (1, "hours")}, document="县文件"))}
    assert named["limits.rectify.small"].zh == "轻微问题的整改时限"
    assert named["kind_limits.no_water.rectify.major"].zh == "重大问题（停水断水）的整改时限"
    assert named["escalation.village.after"].zh == "村级逾期多久升级到乡镇"
    assert named["kinds.frozen_pipe.alarm"].words == ("yes", "no")


@pytest.mark.parametrize("document", ["", " ", "not found"])
def test_numbers_without_the_countys_document_are_refused(document: str) -> None:
    with pytest.raises(PackError, match="请写明本县的文件名称"):
        with_numbers(OPEN, {"reopen.days": 60}, document=document)


def test_asking_for_a_word_that_is_not_there_fails() -> None:
    for step, severity, kind in (("mend", "small", None), ("rectify", "tiny", None), ("rectify", "small", "fire")):
        with pytest.raises((KeyError, ValueError)):
            QINGSHUI.limit(step, severity, kind)
    with pytest.raises(PackError, match="没有这个职责时限包"):
        duty_pack("nowhere")


HEAD = 'id = "county"\nkind = "duties"\nextends = "duties-base"\nzh = "本县"\nen = "County"\nedition = "2026"\nregion = "本县"\nin_force = "2026"\n'
CITED = 'date = "2026", clause = "第1条", document = "县文件", confidence = "sourced"'


def test_an_overlay_replaces_entry_by_entry() -> None:
    pack = parse_duties(HEAD + f'[limits.rectify]\nsmall = {{ value = 6, unit = "hours", {CITED} }}\n'
                               f'[escalation.village]\nto = "county"\nafter = {{ value = 1, unit = "working_days", {CITED} }}\n', origin="county.toml")
    assert _hours(pack, "rectify", "small") == (6, "hours")
    assert pack.level_above("village") == "county" and pack.level_above("town") == "county"
    assert tuple(pack.kinds) == KINDS
    again = parse_duties(dump_toml(pack.content), origin="county.toml")
    assert again.digest == pack.digest and again.limits == pack.limits


@pytest.mark.parametrize(("text", "expected"), [
    ("[limits.mend]\nsmall = 1\n", ("limits.mend", "key_unknown")),
    (f'[limits.rectify]\ntiny = {{ value = 1, unit = "hours", {CITED} }}\n', ("limits.rectify.tiny", "key_unknown")),
    (f'[limits.rectify]\nsmall = {{ value = 1.5, unit = "hours", {CITED} }}\n', ("limits.rectify.small.value", "value_range")),
    ('[limits.rectify]\nsmall = { value = 1, unit = "hours", date = "2026", clause = "x", document = "not found", confidence = "sourced" }\n',
     ("limits.rectify.small.confidence", "citation_missing")),
    ("[limits.rectify]\nsmall = 12\n", ("limits.rectify.small", "type_wrong")),
    (f'[kind_limits.fire.rectify]\nsmall = {{ value = 1, unit = "hours", {CITED} }}\n', ("kind_limits.fire", "reference_unknown")),
    (f'[escalation.town]\nto = "village"\nafter = {{ value = 1, unit = "hours", {CITED} }}\n', ("escalation.town.to", "levels_order")),
    (f'[kinds.fire]\nzh = "火"\nen = "fire"\ncategory = "burning"\nseverity = {{ value = "small", unit = "rule", {CITED} }}\n'
     f'alarm = {{ value = "no", unit = "rule", {CITED} }}\n', ("kinds.fire.category", "reference_unknown")),
    ('[ways.gossip]\nzh = "传言"\nen = "gossip"\n', ("ways.gossip", "key_unknown")),
    (f'[cadence.tea]\nzh = "茶"\nen = "tea"\nrole = "department"\nwho_zh = "局"\nwho_en = "office"\nmonths = [13]\nday = {{ value = 1, unit = "day_of_month", {CITED} }}\n',
     ("cadence.tea.months", "value_range")),
    (f'[cadence.tea]\nzh = "茶"\nen = "tea"\nrole = "waiter"\nwho_zh = "局"\nwho_en = "office"\nweeks = {{ value = 1, unit = "weeks", {CITED} }}\n',
     ("cadence.tea.role", "choice_wrong")),
    ('[cadence.tea]\nzh = "茶"\nen = "tea"\nrole = "department"\nwho_zh = "局"\nwho_en = "office"\nmonths = [1]\n', ("cadence.tea", "shape_wrong")),
    ("answer = 42\n", ("answer", "key_unknown")),
])
def test_bad_packs_name_the_key(text: str, expected: tuple[str, str]) -> None:
    assert expected in _problems(HEAD + text)


def test_a_pack_without_its_tables_names_them_all() -> None:
    found = _problems(HEAD.replace('extends = "duties-base"\n', ""))
    assert {(name, "key_missing") for name in ("kinds", "categories", "severities", "ways", "levels", "alarm", "reopen")} <= found
    assert _problems(HEAD.replace("duties-base", "nowhere")) == {("extends", "pack_not_found")}
    assert _problems(HEAD.replace('"duties"', '"income-lines"')) == {("kind", "choice_wrong")}
    assert _problems("id = \n") == {("", "toml_syntax")}


def test_the_dates_of_the_seeds() -> None:
    duties = QINGSHUI.cadence
    assert due_dates(duties["department_lists"], 2026)[:2] == (date(2026, 1, 5), date(2026, 2, 5))
    assert due_dates(duties["monthly_monitoring"], 2026)[-1] == date(2026, 12, 20)
    assert due_dates(duties["monthly_report"], 2026)[10] == date(2026, 11, 2)
    assert due_dates(duties["half_year_report"], 2026) == (date(2026, 6, 25),)
    assert due_dates(duties["year_report"], 2026) == (date(2026, 12, 25),)
    assert due_dates(duties["contact_visit"], 2028)[1] == date(2028, 2, 29)
    assert due_dates(duties["education_lists"], 2026) == (date(2026, 3, 31), date(2026, 9, 30))
    assert (duties["full_survey"].times, duties["season_survey"].times, duties["consultation"].weeks) == (1, 2, 2)
    assert due_dates(duties["full_survey"], 2026) == ()
    assert duties["returned_record"].within is not None
    assert (duties["returned_record"].within.amount, duties["returned_record"].within.unit) == (5, "working_days")
    assert all(duty.source.verified and duty.source.clause != "not found" for duty in duties.values())


def test_the_next_date_counts_today() -> None:
    duty = QINGSHUI.cadence["half_year_report"]
    assert next_due(duty, date(2026, 6, 25)) == date(2026, 6, 25)
    assert next_due(duty, date(2026, 6, 26)) == date(2027, 6, 25)
    assert next_due(QINGSHUI.cadence["consultation"], date(2026, 6, 26)) is None


def test_a_deadline_in_an_unknown_year_says_so() -> None:
    assert calendar_note(()) == ""
    assert calendar_note((2027, 2028)) == "2027、2028年的放假和补班安排尚未收录，只按周末推算，收录后期限可能变动。"
    assert "2027" in calendar_note((2027,), "en")


def test_the_calendar_is_the_librarys() -> None:
    day = date(2004, 1, 1)
    while day.year <= 2026:
        assert CHINA.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", IDS)
def test_the_manual_shows_every_number_with_its_source(name: str, lang: str) -> None:
    pack = duty_pack(name)
    text = manual(pack, lang)
    numbers = [number for _, number in numbers_of(pack.content)]
    marks = ("〔有出处〕", "〔未核实〕") if lang == "zh" else ("[sourced]", "[unverified]")
    assert sum(text.count(mark) for mark in marks) == len(numbers)
    assert all(str(number["document"]) in text for number in numbers if number["document"] != "not found")
    assert all(key in text for key in pack.missing)


def test_the_pack_command_takes_duty_packs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["pack", "list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in IDS)
    assert main(["pack", "show", "qingshui-12-24-48"]) == 0
    assert "轻微：12 小时 〔有出处〕 日期 2024-09-02；条款 抢修承诺制" in capsys.readouterr().out
    assert main(["pack", "diff", "mechanism-123", "qingshui-12-24-48"]) == 0
    assert "+ limits.rectify.small：12 hours" in capsys.readouterr().out
    path = tmp_path / "county.toml"
    path.write_text(HEAD + f'[limits.rectify]\nsmall = {{ value = 6, unit = "hours", {CITED} }}\n', encoding="utf-8")
    assert main(["pack", "check", str(path)]) == 0
    assert "没有问题。职责时限" in capsys.readouterr().out
    path.write_text(HEAD + f'[limits.rectify]\nsmall = {{ value = 0, unit = "hours", {CITED} }}\n', encoding="utf-8")
    assert main(["pack", "check", str(path)]) == 1
    assert "county.toml：limits.rectify.small.value：0 不合理" in capsys.readouterr().err


def test_a_file_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    limit = f'[limits.rectify]\nsmall = {{ value = 6, unit = "hours", {CITED} }}\n'
    (tmp_path / "city.toml").write_text(HEAD.replace('"county"', '"city"') + limit, encoding="utf-8")
    (tmp_path / "county.toml").write_text(HEAD.replace("duties-base", "city.toml"), encoding="utf-8")
    pack = duty_file(tmp_path / "county.toml")
    assert (pack.lineage, _hours(pack, "rectify", "small")) == (("city", "duties-base"), (6, "hours"))
    (tmp_path / "city.toml").write_text(HEAD.replace("duties-base", "county.toml"), encoding="utf-8")
    for path, code in ((tmp_path / "city.toml", "extends_cycle"), (tmp_path / "nowhere.toml", "pack_not_found"), (tmp_path, "file_unreadable")):
        with pytest.raises(PackError) as caught:
            duty_file(path)
        assert [one.code for one in caught.value.problems] == [code]
