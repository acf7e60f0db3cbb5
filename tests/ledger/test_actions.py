from __future__ import annotations

from datetime import date

import pytest
from cast import AT, TODAY, Cast
from django.db import IntegrityError, transaction
from stages import household, scheme

from wenqu.facts.models import SubjectKind
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused, why_not
from wenqu.ledger.actions import Finding, Opened, close_problem, follow_households, open_problems
from wenqu.ledger.models import Problem, ProblemHousehold, ProblemState
from wenqu.ledger.permissions import check_can_close


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
    return open_problems(findings=findings, source="评价 #1", path=cast.county.path, on=on, by=SYSTEM, at=AT)


def test_one_problem_on_the_scheme_names_its_households(cast: Cast) -> None:
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    homes = [household(cast.village_a1, f"H{i}") for i in range(3)]
    assert found(cast, of_scheme(plant, homes)) == Opened(opened=1, clues=0, confirmed=0, still=0)
    problem = Problem.objects.get()
    assert problem.number == "WT-2026-000001"
    assert problem.households_named == 3
    assert set(problem.named.values_list("household_id", flat=True)) == {home.pk for home in homes}


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
    assert Problem.objects.get().state == ProblemState.OPEN


def test_a_clue_that_fails_for_certain_becomes_open_under_its_own_number(cast: Cast) -> None:
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    home = household(cast.village_a1, "H1")
    assert found(cast, of_scheme(plant, [home], clue=True)).clues == 1
    number = Problem.objects.get(state=ProblemState.CLUE).number
    assert found(cast, of_scheme(plant, [home])).confirmed == 1
    assert Problem.objects.get(state=ProblemState.OPEN).number == number


def test_a_closed_problem_that_is_found_again_opens_a_new_one(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    found(cast, of_household(home))
    close_problem(problem=Problem.objects.get(), note="已通水", area=cast.area(cast.chen), on=TODAY, by=cast.chen, at=AT)
    assert found(cast, of_household(home), on=date(2026, 5, 1)).opened == 1
    assert Problem.objects.count() == 2


def test_the_database_itself_refuses_a_second_live_problem(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    found(cast, of_household(home))
    twin = Problem.objects.get()
    twin.pk, twin.number = None, "WT-2026-999999"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("who", "note", "code"),
    [("wang", "好了", "wrong_role"), ("zhao", "好了", "outside_area"), ("li", "  ", "note_missing"), ("nobody", "好了", "outside_area")],
)
def test_closing_is_refused(cast: Cast, who: str, note: str, code: str) -> None:
    found(cast, of_household(household(cast.village_a1, "H1")))
    problem, person = Problem.objects.get(), getattr(cast, who)
    with pytest.raises(Refused) as refusal:
        close_problem(problem=problem, note=note, area=cast.area(person), on=TODAY, by=person, at=AT)
    assert refusal.value.code == code
    assert Problem.objects.get().state == ProblemState.OPEN
    assert not AuditEntry.objects.filter(verb="close_problem").exists()


def test_closing_twice_is_refused_and_the_button_agrees(cast: Cast) -> None:
    found(cast, of_household(household(cast.village_a1, "H1")))
    problem, area = Problem.objects.get(), cast.area(cast.li)
    assert not why_not(check_can_close, problem, area)
    close_problem(problem=problem, note="已接通", area=area, on=TODAY, by=cast.li, at=AT)
    problem.refresh_from_db()
    assert why_not(check_can_close, problem, area)
    with pytest.raises(Refused, match="已经关闭"):
        close_problem(problem=problem, note="再关", area=area, on=TODAY, by=cast.li, at=AT)
    assert AuditEntry.objects.get(verb="close_problem").actor_name == "李站"


def test_a_household_that_moves_takes_its_problems_to_its_new_area(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    found(cast, of_household(home))
    type(home).objects.filter(pk=home.pk).update(division=cast.village_b1, path=cast.village_b1.path)
    assert follow_households(households=[home.pk], by=SYSTEM, at=AT) == 1
    assert follow_households(households=[home.pk], by=SYSTEM, at=AT) == 0
    problem = Problem.objects.get()
    assert problem.path == cast.village_b1.path and problem.division == cast.village_b1
    assert why_not(check_can_close, problem, cast.area(cast.li)) and not why_not(check_can_close, problem, cast.area(cast.zhao))
