"""Schemes: merged two-row headers, facts, responsibilities."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest
import stages

from wenqu.facts.models import Fact
from wenqu.schemes.models import Responsibility, Scheme

pytestmark = pytest.mark.django_db


def scheme_book(path, rows):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["清泉县农村供水工程三个责任台账"])
    page.append(["填报单位：清泉县水务局"])
    page.append(["工程编号", "工程名称", "乡镇", "村", "工程类型", "有无水厂", "设计规模（吨/日）", "地方政府主体责任", None, None, "水质检测结果", "缺水天数"])
    page.append([None] * 7 + ["姓名", "职务", "电话", None, None])
    for first, last in (("A", "A"), ("H", "J")):
        page.merge_cells(f"{first}3:{last}{4 if first == 'A' else 3}")
    for row in rows:
        page.append(row)
    page.append(["合计", None, None, None, None, None, 700, None, None, None, None, None])
    page.append(["备注：设计规模按批复填写"])
    book.save(path)
    return path


ROWS = [
    ["G1", "甲水厂", "甲镇", "甲一村", "千人以上", "有", 500.5, "王县长", "县长", "0912-3456789", "合格", 3],
    ["G2", "乙供水点", "乙镇", None, "小型集中", "无", 200, None, "镇长", None, None, None],
]


def test_schemes_with_facts_and_responsible_persons(load, tmp_path, cast):
    batch = load(scheme_book(tmp_path / "a.xlsx", ROWS), "schemes")
    assert {k: batch.counts[k] for k in ("created", "refused", "skipped", "cells")} == {"created": 2, "refused": 0, "skipped": 2, "cells": 1}
    scheme = Scheme.objects.get(number="G1")
    assert (scheme.name, scheme.scheme_class, scheme.has_plant, scheme.design_m3_per_day) == ("甲水厂", "thousand", True, Decimal("500.50"))
    assert scheme.division == cast.village_a1
    assert Scheme.objects.get(number="G2").division == cast.town_b
    person = Responsibility.objects.get()
    assert (person.kind, person.name, person.post, person.phone.open()) == ("government", "王县长", "县长", "0912-3456789")
    facts = {f.get_key_display(): f.value for f in Fact.objects.filter(subject_kind=2, subject_id=scheme.pk)}
    assert facts == {"scheme_class": "thousand", "has_plant": "yes", "lab_result": "pass", "short_days": "3"}
    again = load(scheme_book(tmp_path / "b.xlsx", ROWS), "schemes")
    assert (again.counts["unchanged"], again.counts["changed"]) == (2, 0)


def test_only_what_differs(load, tmp_path):
    load(scheme_book(tmp_path / "a.xlsx", ROWS), "schemes")
    changed = [["G1", None, None, None, "千吨万人", None, None, "李县长", None, None, None, 3], ["G1", "再来", *[None] * 10], [None, "无号", *[None] * 10],
               ["G3", None, *[None] * 10], ["G4", "外工程", "丁镇", *[None] * 9]]
    batch = load(scheme_book(tmp_path / "b.xlsx", changed), "schemes")
    assert (batch.counts["changed"], batch.counts["refused"]) == (1, 4)
    scheme = Scheme.objects.get(number="G1")
    assert (scheme.name, scheme.scheme_class, scheme.has_plant) == ("甲水厂", "large", True)
    assert Responsibility.objects.get().name == "李县长"
    assert list(Fact.objects.filter(record__batch=batch).values_list("value", flat=True)) == ["large"]


def test_an_older_sheet_does_not_set_the_class_back(load, tmp_path):
    load(scheme_book(tmp_path / "a.xlsx", ROWS), "schemes")
    load(scheme_book(tmp_path / "b.xlsx", [["G1", None, None, None, "小型集中", *[None] * 7]]), "schemes", observed_on=stages.date(2024, 1, 1))
    assert Scheme.objects.get(number="G1").scheme_class == "thousand"
    assert Fact.objects.filter(key=1, observed_on__year=2024).count() == 1
