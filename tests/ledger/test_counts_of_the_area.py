"""A plant of one town may serve another: each town counts and lists its own households, the county all of them."""

from __future__ import annotations

import pytest
from cast import AT, Cast
from stages import facts, household, scheme, supply

from wenqu.judging.actions import judge_division
from wenqu.ledger.models import Problem
from wenqu.reports.ledgers.actions import export_ledger


@pytest.fixture
def shared(cast: Cast):
    """A plant that stands in town A and fails; it serves one household there and two in town B."""
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    for village, number in ((cast.village_a1, "A1"), (cast.village_b1, "B1"), (cast.village_b2, "B2")):
        home = household(village, number)
        supply(home, plant)
        facts(home, piped="yes", litres_per_person_day=80)
    facts(plant, scheme_class="small", lab_result="fail", short_days=3)
    judge_division(division=cast.county, pack_id="national-2018", as_of=AT.date(), by=cast.chen, at=AT)
    return plant


@pytest.mark.parametrize(("who", "households"), [("chen", 3), ("li", 1)])
def test_pages_count_the_households_of_the_area(cast, shared, sign_in, who, households) -> None:
    client = sign_in(getattr(cast, who))
    problem = Problem.objects.get()
    assert problem.households_named == 3
    assert f'<span class="tile-value">{households}</span>' in client.get(f"/schemes/{shared.pk}/").content.decode()
    assert f'data-label="供水户数">{households}<' in client.get("/schemes/").content.decode()
    assert f'data-label="涉及户数">{households}<' in client.get("/problems/").content.decode()
    assert f"<dd>{households} <span" in client.get(f"/problems/{problem.pk}/").content.decode()


@pytest.mark.parametrize(("who", "households"), [("chen", 3), ("li", 1)])
@pytest.mark.parametrize(("kind", "title"), [("schemes", "供水户数"), ("problems", "涉及户数")])
def test_files_count_the_households_of_the_exporters_area(cast, shared, tmp_path, kind, title, who, households) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415

    account = getattr(cast, who)
    export_ledger(kind=kind, division=cast.town_a, area=cast.area(account), target=tmp_path / "x.xlsx", by=account, at=AT)
    sheet = load_workbook(tmp_path / "x.xlsx").active
    column = next(cell.column for row in (3, 4) for cell in sheet[row] if cell.value == title)
    assert [sheet.cell(row, column).value for row in (5, 6)] == [households, households], "the row and the sum"
