"""One real-world problem, one number."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from cast import AT, TODAY, Cast
from crew import Crew, act, bring, make_crew
from django.db.models import Q
from stages import household, scheme, supply

from wenqu.kit.refusal import Refused
from wenqu.ledger.merging.actions import merge_problem, split_problem
from wenqu.ledger.models import Problem, Report
from wenqu.ledger.opening.actions import open_problems
from wenqu.ledger.opening.finding import Finding
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household, of_scheme
from wenqu.places.models import Account
from wenqu.places.scope import area_of


@pytest.fixture
def crew(cast: Cast) -> Crew:
    return make_crew(cast)


def tell(subject, by: Account, kind: str = "no_water", at=AT, **more) -> Report:
    return report_problem(
        subject=subject, kind=kind, way="household_report", words="没水", key=uuid.uuid4().hex, area=area_of(by, TODAY), by=by, at=at, **more)


@pytest.fixture
def plant(cast: Cast):
    row = scheme(cast.town_a, "S1", "甲镇水厂")
    row.homes = [household(cast.village_a1, f"H{number}", f"户{number}") for number in range(4)]
    for home in row.homes:
        supply(home, row)
    return row


def merge(gone: Problem, stays: Problem, crew: Crew, at=AT):
    return merge_problem(**act(gone, crew.cast.chen, at), into=stays, note="同一处")


def test_reports_and_households_go_where_the_problem_goes_on(cast: Cast, crew: Crew, plant) -> None:
    ones = [tell(of_household(home), cast.wang).problem for home in plant.homes[:2]]
    main = tell(of_scheme(plant), cast.chen).problem
    assert Problem.objects.live().count() == 3
    for each in ones:
        merge(each, main, crew)
    main.refresh_from_db()
    assert (main.reports_count, main.households_named) == (3, 2)
    assert set(Report.objects.values_list("problem__number", flat=True)) == {main.number}
    assert set(Report.objects.filter(subject_kind=1).values_list("came_with__number", flat=True)) == {each.number for each in ones}
    assert [step.transition for step in main.steps.all()] == ["report", "absorb", "absorb"]
    assert Problem.objects.live().count() == 1


def test_what_is_told_of_a_merged_one_goes_to_its_survivor(cast: Cast, crew: Crew, plant) -> None:
    first = tell(of_household(plant.homes[0]), cast.wang).problem
    second = tell(of_scheme(plant), cast.chen, kind="pipe_burst").problem
    third = tell(of_scheme(plant), cast.chen, kind="source_damaged").problem
    merge(first, second, crew)
    merge(second, third, crew)
    assert tell(of_household(plant.homes[0]), cast.wang).problem == third
    finding = Finding("no_water", False, 1, plant.homes[0].pk, "户0", cast.village_a1.pk, cast.village_a1.path, "x", "没水")
    outcome = open_problems(findings=[finding], source="评价", path=cast.county.path, on=TODAY + timedelta(days=1), by=cast.chen, at=AT + timedelta(days=1))
    assert (outcome.opened, outcome.still) == (0, 1)
    third.refresh_from_db()
    assert third.seen_on == TODAY + timedelta(days=1)
    bring(third, "filed", crew, AT + timedelta(days=1))
    assert tell(of_household(plant.homes[0]), cast.wang, at=AT + timedelta(days=90)).problem not in {first, second, third}


# what is merged | into | code
REFUSED = """
plant | plant | merge_itself
other | home  | merge_into_household
home  | far   | merge_into_closed
"""


@pytest.mark.parametrize("row", REFUSED.strip().splitlines())
def test_what_cannot_be_one_is_refused(cast: Cast, crew: Crew, plant, row: str) -> None:
    gone, stays, code = (cell.strip() for cell in row.split("|"))
    closed = bring(tell(of_household(plant.homes[2]), cast.wang, kind="frozen_pipe").problem, "rectified", crew)
    rows = {
        "plant": tell(of_scheme(plant), cast.chen, kind="pipe_burst").problem, "home": tell(of_household(plant.homes[0]), cast.wang).problem,
        "other": tell(of_household(plant.homes[1]), cast.wang).problem, "far": closed,
    }
    with pytest.raises(Refused) as refusal:
        merge(rows[gone], rows[stays], crew)
    assert refusal.value.code == code
    assert not Problem.objects.filter(state="merged").exists()


def test_a_split_takes_reports_along_and_begins_as_found(cast: Cast, crew: Crew, plant) -> None:
    main = tell(of_scheme(plant), cast.chen).problem
    for home in plant.homes[:3]:
        tell(of_household(home), cast.wang)
    main.refresh_from_db()
    assert main.reports_count == 4 and Problem.objects.count() == 1
    bring(main, "assigned", crew)
    other = Report.objects.get(subject_id=plant.homes[1].pk, subject_kind=1)
    given = act(main, cast.chen)
    part = split_problem(**given, reports=[other.pk], kind="frozen_pipe", note="这一户是冻管")
    assert split_problem(**given, reports=[other.pk], kind="frozen_pipe", note="这一户是冻管") == part
    main.refresh_from_db()
    assert (part.state, part.kind, part.reports_count, part.split_from, part.path) == ("found", "frozen_pipe", 1, main, cast.village_a1.path)
    assert (main.state, main.reports_count) == ("assigned", 3)
    other.refresh_from_db()
    assert (other.problem, other.came_with) == (part, main)
    with pytest.raises(Refused) as refusal:
        split_problem(**act(main, cast.chen), reports=list(main.reports.values_list("pk", flat=True)), kind="other", note="x")
    assert refusal.value.code == "split_subjects"
    with pytest.raises(Refused) as refusal:
        split_problem(**act(main, cast.chen), reports=[main.reports.first().pk], kind="moon", note="x")
    assert refusal.value.code == "unknown_kind"


def test_no_report_is_lost_however_problems_are_merged_and_split(cast: Cast, crew: Crew, plant) -> None:
    reports = [tell(of_household(home), cast.wang) for home in plant.homes]
    main = tell(of_scheme(plant), cast.chen, kind="pipe_burst").problem
    for report in reports:
        merge(Problem.objects.get(pk=report.problem_id), main, crew)
    for number, report in enumerate(reports[:2]):
        split_problem(**act(main, cast.chen), reports=[report.pk], kind=("frozen_pipe", "meter_fee")[number], note="另一处")
    assert Report.objects.count() == 5
    for problem in Problem.objects.all():
        assert problem.reports_count == problem.reports.count() or problem.state == "merged", problem
    assert not Report.objects.filter(Q(problem__state="merged")).exists()
