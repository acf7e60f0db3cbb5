"""The same snapshot number gives the same figures, whatever happened since; or the file says what differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import AT
from crew import act, bring, make_crew, reopen
from openpyxl import load_workbook
from stages import facts, household

from wenqu.jobs.models import Job
from wenqu.judging.actions import judge_division
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.ledger.merging.actions import merge_problem
from wenqu.ledger.models import Problem
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household
from wenqu.places.scope import EVERYWHERE
from wenqu.reports.ledgers import commands
from wenqu.reports.ledgers.actions import export_ledger, reissue_snapshot
from wenqu.reports.ledgers.wanted import Wanted
from wenqu.reports.models import Snapshot

FIRST = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
KINDS = ("households", "schemes", "problems", "six", "fixed", "all", "funds")


def text(file) -> str:
    return "\n".join(str(cell.value) for sheet in load_workbook(file) for row in sheet for cell in row if cell.value is not None)


def report(cast, crew, house, kind, at, key):
    return report_problem(
        subject=of_household(house), kind=kind, way="household_report", words="没水", key=key, area=cast.area(cast.chen), by=cast.chen, at=at,
    ).problem


@pytest.fixture
def busy(county):
    """Problems at several stages before the export; everything that can change figures after it."""
    cast, crew = county.cast, make_crew(county.cast)
    few, bad = county.problem_a, county.problem_b
    bring(bad, "filed", crew, AT + timedelta(hours=1))
    burst = report(cast, crew, county.house_a, "pipe_burst", AT + timedelta(hours=2), "r1")

    def go_on():
        reopen(bad, crew, LATER - timedelta(days=9))
        bring(few, "signed_off", crew, LATER - timedelta(days=8))
        other = report(cast, crew, county.house_a, "no_water", LATER - timedelta(days=7), "r2")
        report(cast, crew, county.house_b, "bad_water", LATER - timedelta(days=6), "r3")
        merge_problem(**act(burst, cast.chen, LATER - timedelta(days=6)), into=other, note="同一处")
        facts(county.house_b, (LATER - timedelta(days=5)).date(), litres_per_person_day=1)
        judge_division(division=cast.county, pack_id="national-2018", as_of=(LATER - timedelta(days=2)).date(), by=cast.chen, at=LATER - timedelta(days=1))

    return county, go_on


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_number_gives_the_same_figures_after_everything(busy, tmp_path, kind):
    county, go_on = busy
    first, second, today = (tmp_path / name for name in ("1.xlsx", "2.xlsx", "3.xlsx"))
    export_ledger(kind=kind, division=county.cast.county, area=EVERYWHERE, target=first, by=SYSTEM, at=FIRST)
    snapshot = Snapshot.objects.get()
    assert snapshot.number in text(first) and "2026-03-02 09:00:00" in text(first)
    go_on()
    issued = reissue_snapshot(snapshot=snapshot, area=EVERYWHERE, target=second, by=SYSTEM, at=LATER)
    assert (issued.same, issued.same_rows, issued.differs) == (True, True, [])
    assert "逐项相同" in text(second) and snapshot.number in text(second)
    export_ledger(kind=kind, division=county.cast.county, area=EVERYWHERE, target=today, by=SYSTEM, at=LATER)
    newest = Snapshot.objects.latest("pk")
    assert (newest.digest == snapshot.digest) is (kind in {"funds", "schemes"})
    assert Snapshot.objects.count() == 2


def test_a_past_day_exported_later_is_what_was_exported_then(busy, tmp_path):
    county, go_on = busy
    export_ledger(kind="problems", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "1.xlsx", by=SYSTEM, at=FIRST)
    go_on()
    export_ledger(kind="problems", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "2.xlsx", by=SYSTEM, at=LATER, wanted=Wanted(FIRST))
    first, second = Snapshot.objects.order_by("pk")
    assert first.digest == second.digest and first.rows_digest == second.rows_digest and first.number != second.number
    with pytest.raises(Refused) as refused:
        export_ledger(kind="problems", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "3.xlsx", by=SYSTEM, at=FIRST, wanted=Wanted(LATER))
    assert refused.value.code == "moment_ahead" and not (tmp_path / "3.xlsx").exists()


def test_what_has_no_history_is_named_where_it_differs(busy, tmp_path):
    county, _go_on = busy
    export_ledger(kind="households", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "1.xlsx", by=SYSTEM, at=FIRST)
    household(county.cast.village_a1, "AH9", "新来户")
    issued = reissue_snapshot(snapshot=Snapshot.objects.get(), area=EVERYWHERE, target=tmp_path / "2.xlsx", by=SYSTEM, at=LATER)
    assert not issued.same and "households 行数：5 → 6" in issued.differs
    assert "与原导出不同" in text(tmp_path / "2.xlsx") and "逐项相同" not in text(tmp_path / "2.xlsx")


def test_the_command_issues_again(busy, tmp_path, capsys):
    county, go_on = busy
    export_ledger(kind="problems", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "1.xlsx", by=SYSTEM, at=FIRST)
    go_on()
    given = {"kind": None, "division": None, "system": "nbs", "at": None}
    number = Snapshot.objects.get().number
    assert commands.run(type("Given", (), {**given, "snapshot": number, "out": tmp_path / "2.xlsx"})()) == 0
    assert "完全相同" in capsys.readouterr().out
    assert commands.run(type("Given", (), {**given, "snapshot": "KZ-1999-000001", "out": tmp_path / "3.xlsx"})()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_page_lists_numbers_of_the_area_and_issues_them_again(county, sign_in, tmp_path):
    cast = county.cast
    for division in (cast.county, cast.town_b):
        export_ledger(kind="problems", division=division, area=EVERYWHERE, target=tmp_path / "1.xlsx", by=SYSTEM, at=FIRST)
    whole, town = Snapshot.objects.order_by("pk").values_list("number", flat=True)
    client = sign_in(cast.zhao)
    page = client.get("/exports/snapshots/").content.decode()
    assert town in page and whole not in page
    assert client.post(f"/exports/snapshots/{whole}/").status_code == 404
    assert client.post(f"/exports/snapshots/{town}/").status_code == 302
    job = Job.objects.get()
    assert job.state == "done" and job.result_file, job.message
    assert town in job.title and Problem.objects.count() == 2
