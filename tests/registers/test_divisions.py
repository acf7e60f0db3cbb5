"""Divisions: towns and villages, both code systems, names that occur twice."""

from __future__ import annotations

import pytest
from sheets import workbook

from wenqu.facts.models import Fact
from wenqu.places.models import Division, DivisionCode

pytestmark = pytest.mark.django_db
HEADERS = ["区划代码", "乡镇", "村", "年均降水量（mm）"]


def test_new_villages_with_their_new_town(load, tmp_path, cast):
    rows = [["610199103201", "丙镇", "丙一村村民委员会", 700], ["610199103202", "丙镇", "丙二村村民委员会", None], ["610199101203", "甲镇", "甲三村", None]]
    batch = load(workbook(tmp_path / "a.xlsx", rows, HEADERS), "divisions")
    assert (batch.counts["created"], batch.counts["refused"]) == (3, 0)
    town = Division.objects.get(name="丙镇")
    assert town.parent == cast.county
    assert town.codes.get().code == "610199103000"
    assert list(town.children.order_by("path").values_list("name", flat=True)) == ["丙一村村民委员会", "丙二村村民委员会"]
    assert Division.objects.get(name="甲三村").parent == cast.town_a
    assert DivisionCode.objects.get(code="610199103201").edition == "2026"
    assert Fact.objects.get().value == "700"
    assert load(workbook(tmp_path / "b.xlsx", rows, HEADERS), "divisions").counts["unchanged"] == 3


def test_codes_and_names_alone_tell_the_level(load, tmp_path):
    rows = [["610199000000", "清泉县"], ["610199104000", "丁镇"], ["610199104201", "丁一村"], ["610199102", "乙乡镇改名"]]
    batch = load(workbook(tmp_path / "a.xlsx", rows, ["代码", "名称"], ).rename(tmp_path / "c.xlsx"), "divisions",
                 mapping_text='[columns.division_code]\nfrom = "代码"\n')
    assert (batch.counts["created"], batch.counts["unchanged"], batch.counts["changed"]) == (2, 1, 1)
    assert Division.objects.get(name="丁一村").parent.name == "丁镇"
    assert Division.objects.get(codes__code="610199102000").name == "乙乡镇改名"


def test_a_sheet_of_the_other_code_system_is_refused_not_joined(load, tmp_path, cast):
    # As with 灞源镇: 610122113 at the civil-affairs bureau is another town at the statistics bureau.
    rows = [["610199102000", "甲镇"], ["610199120000", "乙镇"]]
    batch = load(workbook(tmp_path / "a.xlsx", rows, ["区划代码", "名称"]), "divisions")
    assert batch.counts["refused"] == 2
    assert {error["code"] for error in batch.report["errors"]} == {"code_and_name_differ"}
    batch = load(workbook(tmp_path / "a.xlsx", rows, ["区划代码", "名称"]), "divisions", code_system="mca")
    assert (batch.counts["changed"], batch.counts["refused"]) == (2, 0)
    assert cast.town_a.codes.get(system="mca").code == "610199102000"
    assert cast.town_b.codes.get(system="nbs").code == "610199102000"


def test_what_lies_outside_the_county_is_refused(load, tmp_path):
    rows = [["610198101201", "甲镇", "外村", None], ["610199101201", "甲镇", "甲一村", None], ["61019910", "甲镇", "短村", None]]
    batch = load(workbook(tmp_path / "a.xlsx", rows, HEADERS), "divisions")
    assert (batch.counts["refused"], batch.counts["unchanged"]) == (2, 1)
    assert {error["code"] for error in batch.report["errors"]} == {"outside_county", "bad_code_form"}
