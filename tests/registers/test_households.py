"""Households with members: what is created, changed, left alone and refused."""

from __future__ import annotations

import json

import pytest
import stages
from sheets import HOUSEHOLD_HEADERS, id_number, person, workbook

from wenqu.facts.models import Fact, Record
from wenqu.households.models import Household, Member
from wenqu.schemes.models import Supply

pytestmark = pytest.mark.django_db


def household_facts(number: str) -> dict[str, str]:
    key = Household.objects.get(number=number).pk
    return {fact.get_key_display(): fact.value for fact in Fact.objects.filter(subject_kind=1, subject_id=key)}


def test_one_row_a_person_grouped_by_household(load, tmp_path, cast):
    path = workbook(tmp_path / "农户.xlsx", [person("H01"), person("H01", 2), person("H02", 行政村="甲二村村民委员会")], title="农户信息表")
    batch = load(path)
    assert batch.counts == {"created": 3, "changed": 0, "unchanged": 0, "refused": 0, "skipped": 0, "cells": 0}
    first = Household.objects.get(number="H01")
    assert (first.head_name, first.phone.open(), first.group_name, first.kind, first.people) == ("张1", "13800001234", "东组", "一般户", 2)
    assert (first.division, first.path, first.county) == (cast.village_a1, cast.village_a1.path, cast.county)
    assert Household.objects.get(number="H02").division == cast.village_a2
    wife = Member.objects.get(number="H0102")
    assert (wife.household, wife.relation, wife.id_number.open()) == (first, "配偶", id_number(12))
    assert json.loads(wife.details.open()) == {"民族": "汉族", "务工时间（月）": "6", "人均纯收入": "12000.5", "是否解决安全饮用水": "是"}
    assert household_facts("H01") == {"litres_per_person_day": "60", "short_days": "3", "piped": "yes"}
    fact = Fact.objects.filter(subject_id=first.pk).first()
    assert fact.reference == "Sheet1!3"
    assert (fact.record.title, fact.record.source, fact.record.batch) == ("农户.xlsx", "register", batch)


def test_the_same_file_again_changes_nothing(load, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2), person("H02")])
    load(path)
    before = stages.fact_count()
    again = load(path)
    assert (again.counts["unchanged"], again.counts["created"], again.counts["changed"]) == (3, 0, 0)
    assert stages.fact_count() == before
    assert Record.objects.count() == 1


def test_only_what_differs_is_changed_and_blank_erases_nothing(load, tmp_path):
    load(workbook(tmp_path / "a.xlsx", [person("H01"), person("H02")]))
    changed = person("H01", 户联系电话="13900009999", 民族=None, 自然村=None, 人均日用水量=45, 缺水天数=None, 人均纯收入=9000)
    batch = load(workbook(tmp_path / "b.xlsx", [changed, person("H02")]))
    assert (batch.counts["changed"], batch.counts["unchanged"]) == (1, 1)
    row = Household.objects.get(number="H01")
    assert (row.phone.open(), row.group_name) == ("13900009999", "东组")
    details = json.loads(Member.objects.get(number="H0101").details.open())
    assert details["民族"] == "汉族"
    assert details["人均纯收入"] == "9000"
    assert list(Fact.objects.filter(record__batch=batch).values_list("value", flat=True)) == ["45"]


def test_members_match_by_number_then_identity_then_name(load, tmp_path):
    load(workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2), person("H01", 3, 证件号码=None, 人编号=None, 姓名="张小")]))
    keys = dict(Member.objects.values_list("name", "pk"))
    rows = [
        person("H01", 1, 姓名="张大"),
        person("H01", 2, 人编号=None, 姓名="李二"),
        person("H01", 3, 姓名="张小", 人编号="N3"),
        person("H01", 4, 姓名="张1", 人编号="N4"),
    ]
    batch = load(workbook(tmp_path / "b.xlsx", rows))
    assert Member.objects.get(pk=keys["张1"]).name == "张大"
    assert Member.objects.get(pk=keys["张2"]).name == "李二"
    assert Member.objects.get(pk=keys["张小"]).number == "N3"
    assert Member.objects.get(number="N4").pk not in keys.values(), "the same name with another number is somebody else"
    assert (batch.counts["created"], batch.counts["changed"]) == (1, 3)


def test_a_member_who_moves_to_another_household(load, tmp_path):
    load(workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2)]))
    load(workbook(tmp_path / "b.xlsx", [person("H09", 1), person("H09", 2, 人编号="H0102")]))
    assert Member.objects.get(number="H0102").household.number == "H09"


def test_rows_without_number_or_village_are_refused_and_the_others_go_on(load, tmp_path):
    rows = [
        person("H01", 户编号=None),
        person("H02", 行政村="丁村"),
        person("H03", **{"乡(镇)": None, "行政村": None}),
        person("H04", **{"县(市、区、旗)": "别的县"}),
        person("H05"),
        person("H05", 1, 姓名="又一人"),
    ]
    batch = load(workbook(tmp_path / "a.xlsx", rows))
    assert (batch.counts["created"], batch.counts["refused"]) == (1, 5)
    assert {error["code"] for error in batch.report["errors"]} == {
        "required_missing", "unknown_village", "place_missing", "outside_county", "duplicate"}
    assert list(Household.objects.values_list("number", flat=True)) == ["H05"]


def test_a_household_in_two_villages_keeps_the_first(load, tmp_path):
    batch = load(workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2, 行政村="甲二村")]))
    assert (batch.counts["created"], batch.counts["refused"]) == (1, 1)
    assert batch.report["errors"][0]["code"] == "household_in_two_villages"


def test_a_wrong_cell_is_blank_and_its_row_goes_on(load, tmp_path):
    rows = [person("H01", 证件号码=610199197001010000, 人均日用水量="很多", 缺水天数=-3, 户联系电话="12")]
    batch = load(workbook(tmp_path / "a.xlsx", rows))
    assert (batch.counts["created"], batch.counts["cells"]) == (1, 4)
    assert {error["code"] for error in batch.report["errors"]} == {"damaged_id", "not_a_number", "negative", "bad_phone"}
    assert not Member.objects.get().id_number
    assert household_facts("H01") == {"piped": "yes"}


def test_rows_of_one_household_that_disagree_on_a_fact_tell_nothing(load, tmp_path):
    batch = load(workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2, 缺水天数=40)]))
    assert [(e["code"], e["row"], e["raw"]) for e in batch.report["errors"]] == [
        ("differs_in_household", 2, "3"), ("differs_in_household", 3, "40")]
    assert "short_days" not in household_facts("H01")


def test_one_row_a_household(load, tmp_path):
    headers = ["乡镇", "村", "户编号", "户主姓名", "家庭人口", "联系电话", "民族", "人均日用水量（升）"]
    rows = [["甲镇", "甲一", "H01", "王五", 4, "13800001111", "回族", 50], ["乙镇", "乙一村", "H02", "赵六", "3", None, None, None],
            ["合计", None, None, None, 7, None, None, None]]
    batch = load(workbook(tmp_path / "a.xlsx", rows, headers))
    assert (batch.counts["created"], batch.counts["skipped"]) == (2, 1)
    assert Household.objects.get(number="H02").people == 3
    head = Member.objects.get(name="王五")
    assert (head.relation, json.loads(head.details.open())) == ("户主", {"民族": "回族"})
    assert household_facts("H02") == {}


def test_the_supplying_scheme_is_linked_and_moved(load, tmp_path, cast):
    stages.scheme(cast.county, "G1", "甲水厂")
    stages.scheme(cast.county, "G2", "乙水厂")
    load(workbook(tmp_path / "a.xlsx", [person("H01", 所属工程编号="G1")]), observed_on=stages.date(2026, 1, 1))
    batch = load(workbook(tmp_path / "b.xlsx", [person("H01", 所属工程编号="G2")]))
    assert batch.counts["changed"] == 1
    links = Supply.objects.order_by("from_on").values_list("scheme__number", "from_on", "to_on")
    assert list(links) == [("G1", stages.date(2026, 1, 1), stages.date(2026, 2, 1)), ("G2", stages.date(2026, 2, 1), None)]
    unknown = load(workbook(tmp_path / "c.xlsx", [person("H01", 所属工程编号="G9")]))
    assert unknown.report["errors"][0]["code"] == "unknown_scheme"
    assert unknown.counts["unchanged"] == 1


def test_an_older_sheet_adds_history_but_no_newer_values(load, tmp_path):
    load(workbook(tmp_path / "a.xlsx", [person("H01")]))
    load(workbook(tmp_path / "b.xlsx", [person("H01", 缺水天数=9)]), observed_on=stages.date(2025, 1, 1))
    facts = Fact.objects.filter(key=9).order_by("observed_on").values_list("value", "observed_on__year")
    assert list(facts) == [("9", 2025), ("3", 2026)]


def test_unknown_headers_are_named(check, tmp_path):
    batch = check(workbook(tmp_path / "a.xlsx", [[*person("H01"), "x"]], [*HOUSEHOLD_HEADERS, "奇怪的列"]))
    assert batch.report["sheets"][0]["unknown"] == ["奇怪的列"]
