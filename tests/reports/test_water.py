"""Rates of wet and dry season as a sheet: what each is made of, by the county's own months, and the same again later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import Cast
from openpyxl import load_workbook
from quality.county import adopt
from quality.sampled import BAD, GOOD, invalidate, point_at, review, sample_at
from stages import household, scheme

from wenqu.kit.audit import SYSTEM
from wenqu.places.models import Division
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.models import Point
from wenqu.reports.ledgers.actions import export_ledger, reissue_snapshot
from wenqu.reports.models import Snapshot

WHEN = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def points(cast: Cast) -> list[Point]:
    """A plant of 900 people with outlet and tap, a station of 100 in the other town, a household of 4 there."""
    plant, station, home = scheme(cast.town_a, "S1", "甲镇水厂", "large"), scheme(cast.village_b1, "S2", "乙一村供水站", "small"), household(cast.village_b2, "H9", "王五六")
    found = [point_at(cast, plant, people=900), point_at(cast, plant, "tap", people=900), point_at(cast, station, people=100), point_at(cast, None, "household", household=home, people=4)]
    outlet, tap, other, own = found
    review(sample_at(outlet, date(2026, 2, 5)), **GOOD)
    bad = review(sample_at(tap, date(2026, 6, 1)), **BAD)
    review(sample_at(tap, date(2026, 6, 20), role="retest", of=bad.sample), **GOOD)
    review(sample_at(outlet, date(2026, 6, 5)), **GOOD)
    review(sample_at(other, date(2026, 9, 30), scheme_class="small"), **GOOD)
    review(sample_at(own, date(2026, 10, 8), scheme_class="decentralised"), iron="<0.5", turbidity="0.4")
    return found


def sheet_of(division: Division, folder: Path, at: datetime = WHEN) -> Any:
    target = folder / "water.xlsx"
    export_ledger(kind="water", division=division, area=EVERYWHERE, target=target, by=SYSTEM, at=at)
    return load_workbook(target).active


def rows_of(sheet: Any) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(place, season) -> samples judged and fit, rate, undetermined, people judged and fit, rate, what is told."""
    found = [row for row in sheet.iter_rows(min_row=5, values_only=True) if isinstance(row[0], int)]
    return {(row[1], row[2]): row[4:] for row in found}


def notes_of(sheet: Any) -> str:
    return str(sheet.cell(sheet.max_row, 1).value)


def test_each_rate_stands_beside_what_it_is_made_of(cast: Cast, points: list[Point], tmp_path: Path) -> None:
    adopt(cast)
    sheet = sheet_of(cast.county, tmp_path)
    rows = rows_of(sheet)
    # The retest counts in no rate; the tap was unfit when it was sampled for the season, so that nobody of the plant had good water.
    assert rows["清泉县（合计）", "丰水期"][:7] == (3, 2, 66.67, 1, 1000, 100, 10)
    assert rows["清泉县（合计）", "枯水期"][:7] == (1, 1, 100, 0, 900, 900, 100)
    assert rows["甲镇", "丰水期"][:7] == (2, 1, 50, 0, 900, 0, 0) and rows["乙镇", "丰水期"][:7] == (1, 1, 100, 1, 100, 100, 100)
    assert rows["清泉县（合计）", "丰水期"][7] == "不合格项次：铁 1" and rows["乙镇", "枯水期"][7] == "没有评价过的例行样品；截至日本水期还没有结束"
    months = {row[2]: row[3] for row in sheet.iter_rows(min_row=5, values_only=True) if isinstance(row[0], int)}
    assert months == {"丰水期": "5—10月", "枯水期": "1—4、11—12月"}
    said = notes_of(sheet)
    assert "样品合格率＝合格样品数÷评价样品数" in said and "人口合格率＝合格人口÷评价人口" in said and "月份未核实" in said
    assert {"按样品", "按供水人口"} <= {cell.value for cell in sheet[3]} and "评价样品数\n（分母）" in {cell.value for cell in sheet[4]}


def test_the_months_are_the_countys_own(cast: Cast, points: list[Point], tmp_path: Path) -> None:
    adopt(cast, seasons__wet__months=[7, 8, 9], seasons__dry__months=[1, 2, 3, 4, 5, 6, 10, 11, 12])
    rows = rows_of(sheet_of(cast.county, tmp_path))
    assert rows["清泉县（合计）", "丰水期"][:4] == (1, 1, 100, 0) and rows["清泉县（合计）", "枯水期"][:4] == (3, 2, 66.67, 1)
    assert "月份未核实" not in notes_of(load_workbook(tmp_path / "water.xlsx").active)


def test_above_a_county_each_goes_by_its_own_plan_and_without_one_it_is_told(cast: Cast, points: list[Point], tmp_path: Path) -> None:
    above = cast.county.parent
    assert above is not None
    sheet = sheet_of(above, tmp_path)
    assert rows_of(sheet) == {}
    assert "没有采用分水期的监测方案" in notes_of(sheet_of(cast.county, tmp_path))
    adopt(cast)
    assert {place for place, _season in rows_of(sheet_of(above, tmp_path))} == {"清泉县"}


def test_issued_again_the_same_figures_come_out_whatever_was_reviewed_since(cast: Cast, points: list[Point], tmp_path: Path) -> None:
    adopt(cast)
    before = rows_of(sheet_of(cast.county, tmp_path))
    later = WHEN + timedelta(days=3)
    review(sample_at(points[0], date(2026, 12, 1)), at=later, **BAD)
    tap = points[1].samples.get(role="routine")
    tap.results.filter(item="iron").update(written="0.1", value="0.1")
    invalidate(tap, "turbidity", later)
    now = rows_of(sheet_of(cast.county, tmp_path, later + timedelta(days=1)))
    assert now["清泉县（合计）", "枯水期"][:2] == (2, 1) and now["清泉县（合计）", "丰水期"][:2] == (3, 3)
    again = tmp_path / "again.xlsx"
    issued = reissue_snapshot(snapshot=Snapshot.objects.order_by("pk")[0], area=EVERYWHERE, target=again, by=SYSTEM, at=later + timedelta(days=2))
    assert issued.same and issued.same_rows and rows_of(load_workbook(again).active) == before
