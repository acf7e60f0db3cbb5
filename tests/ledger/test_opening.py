from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from crew import bring, make_crew
from django.db import IntegrityError, transaction
from stages import facts, household, scheme

from wenqu.facts.models import SubjectKind
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.models import Problem, ProblemHousehold, ProblemState, Report
from wenqu.ledger.numbers import problem_numbers
from wenqu.ledger.opening.actions import follow_households, open_problems
from wenqu.ledger.opening.finding import Finding, Opened
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household as of_home
from wenqu.places.scope import area_of


def of_scheme(row, households, *, clue: bool = False, kind: str = "bad_water") -> Finding:
    return Finding(
        kind=kind, clue=clue, subject_kind=SubjectKind.SCHEME, subject_id=row.pk, subject_name=row.name, division_id=row.division_id,
        path=row.path, reason="quality_lab_fail", explanation="水质不达标", households=[each.pk for each in households],
    )


def of_household(row, kind: str = "too_far") -> Finding:
    return Finding(
        kind=kind, clue=False, subject_kind=SubjectKind.HOUSEHOLD, subject_id=row.pk, subject_name=row.head_name,
        division_id=row.division_id, path=row.path, reason="convenience_failed", explanation="太远",
    )


def found(cast: Cast, *findings: Finding, on: date = TODAY) -> Opened:
    at = AT + (on - TODAY)
    return open_problems(findings=findings, source="评价 #1", path=cast.county.path, on=on, by=SYSTEM, at=at)


def test_one_problem_on_the_scheme_names_its_households(cast: Cast) -> None:
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    homes = [household(cast.village_a1, f"H{i}") for i in range(3)]
    assert found(cast, of_scheme(plant, homes)) == Opened(opened=1, clues=0, confirmed=0, still=0)
    problem = Problem.objects.get()
    assert problem.number == "WT-2026-000001"
    assert problem.households_named == 3
    assert set(problem.named.values_list("household_id", flat=True)) == {home.pk for home in homes}
    assert set(problem.named.values_list("named_at", flat=True)) == {AT}


def test_judging_again_never_duplicates_and_names_who_came_later(cast: Cast) -> None:
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    homes = [household(cast.village_a1, f"H{i}") for i in range(3)]
    found(cast, of_scheme(plant, homes[:2]))
    again = found(cast, of_scheme(plant, homes[1:]), on=date(2026, 4, 1))
    assert again == Opened(opened=0, clues=0, confirmed=0, still=1)
    problem = Problem.objects.get()
    assert problem.households_named == 3 and ProblemHousehold.objects.count() == 3
    assert (problem.opened_on, problem.seen_on) == (TODAY, date(2026, 4, 1))


def test_a_better_verdict_closes_nothing(cast: Cast) -> None:
    found(cast, of_household(household(cast.village_a1, "H1")))
    found(cast)
    assert Problem.objects.get().state == ProblemState.FOUND


def test_a_clue_that_fails_for_certain_is_confirmed_under_its_own_number(cast: Cast) -> None:
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    home = household(cast.village_a1, "H1")
    assert found(cast, of_scheme(plant, [home], clue=True)).clues == 1
    number = Problem.objects.get(clue=True).number
    assert found(cast, of_scheme(plant, [home])).confirmed == 1
    problem = Problem.objects.get(clue=False)
    assert problem.number == number and [step.transition for step in problem.steps.all()] == ["confirm"]


# closed on day 0; a fact is observed on day | and judged on day | what becomes of it
AGAIN = """
none | 20  | stale
-5   | 20  | stale
0    | 20  | stale
1    | 2   | reopened
30   | 31  | reopened
31   | 32  | opened
"""


@pytest.mark.parametrize("row", AGAIN.strip().splitlines())
def test_what_was_closed_opens_again_only_when_something_newer_is_known(cast: Cast, row: str) -> None:
    observed, judged, becomes = (cell.strip() for cell in row.split("|"))
    home = household(cast.village_a1, "H1")
    found(cast, of_household(home))
    problem = bring(Problem.objects.get(), "signed_off", make_crew(cast))
    closed = problem.closed_on
    if observed != "none":
        facts(home, closed + timedelta(days=int(observed)), horizontal_m=3000)
    outcome = found(cast, of_household(home), on=closed + timedelta(days=int(judged)))
    assert getattr(outcome, becomes) == 1, outcome
    problem.refresh_from_db()
    assert (problem.state, problem.round) == (("found", 2) if becomes == "reopened" else ("signed_off", 1))
    assert Problem.objects.count() == (2 if becomes == "opened" else 1)


def test_the_database_itself_refuses_a_second_live_problem(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    found(cast, of_household(home))
    twin = Problem.objects.get()
    twin.pk, twin.number = None, "WT-2026-999999"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_household_that_moves_takes_its_problems_to_its_new_area(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    found(cast, of_household(home))
    type(home).objects.filter(pk=home.pk).update(division=cast.village_b1, path=cast.village_b1.path)
    assert follow_households(households=[home.pk], by=SYSTEM, at=AT) == 1
    assert follow_households(households=[home.pk], by=SYSTEM, at=AT) == 0
    problem = Problem.objects.get()
    assert problem.path == cast.village_b1.path and problem.division == cast.village_b1


def told(cast: Cast, home: Any, kind: str = "no_water") -> Report:
    return report_problem(
        subject=of_home(home), kind=kind, way="household_report", words="没水", key=uuid.uuid4().hex, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)


def test_a_household_that_moves_takes_its_reports_with_it(cast: Cast) -> None:
    home, stays = household(cast.village_a1, "H1"), household(cast.village_a1, "H2")
    report, other = told(cast, home), told(cast, stays)
    type(home).objects.filter(pk=home.pk).update(division=cast.village_b1, path=cast.village_b1.path)
    assert follow_households(households=[home.pk, stays.pk], by=SYSTEM, at=AT) == 1
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.path, report.division) == (cast.village_b1.path, cast.village_b1)
    assert other.path == cast.village_a1.path


def test_what_was_begun_while_a_source_looked_is_not_opened_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    home, alone = household(cast.village_a1, "H1"), household(cast.village_a1, "H2")

    def meanwhile(on: date, count: int = 1) -> list[str]:
        told(cast, home, "too_far")
        return problem_numbers(on, count)

    monkeypatch.setattr("wenqu.ledger.opening.actions.problem_numbers", meanwhile)
    outcome = found(cast, of_household(home), of_household(alone))
    assert (outcome.opened, outcome.still) == (1, 1)
    assert Problem.objects.live().count() == 2


def test_a_report_joins_what_a_source_found_while_it_was_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    home = household(cast.village_a1, "H1")

    def meanwhile(on: date, count: int = 1) -> list[str]:
        found(cast, of_household(home))
        return problem_numbers(on, count)

    monkeypatch.setattr("wenqu.ledger.reporting.actions.problem_numbers", meanwhile)
    assert told(cast, home, "too_far").problem == Problem.objects.get()


def test_the_time_to_verify_begins_when_it_is_found(cast: Cast) -> None:
    assert datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=8))) == AT
    found(cast, of_household(household(cast.village_a1, "H1")))
    assert Problem.objects.get().due_at is None, "the county has chosen no profile"


@pytest.mark.parametrize(("wide", "days_ago"), [(False, 0), (False, 30), (True, 0)])
def test_the_clock_goes_by_the_county_and_the_day_of_finding_whatever_was_looked_at(cast: Cast, wide: bool, days_ago: int) -> None:
    set_duty_profile(
        division=cast.county, pack_id="qingshui-12-24-48", numbers={}, document="", from_on=TODAY, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)
    findings = [of_household(household(cast.village_a1, "H1"), "no_water")]
    path = cast.province.path if wide else cast.county.path
    open_problems(findings=findings, source="评价 #1", path=path, on=TODAY - timedelta(days=days_ago), by=SYSTEM, at=AT)
    report = told(cast, household(cast.village_a1, "H2"))
    assert Problem.objects.earliest("pk").due_at == report.problem.due_at is not None
