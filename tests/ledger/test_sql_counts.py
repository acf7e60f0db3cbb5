"""How many statements the desk and the pages of the ledger take: pinned, and the same however many rows there are."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from crew import Crew, act, bring, make_crew, photo
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from stages import household, scheme, supply

from wenqu.ledger.loop import actions as loop
from wenqu.ledger.models import Alarm, Problem
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme
from wenqu.places.models import Account
from wenqu.places.scope import area_of
from wenqu.schemes.models import Scheme

STATES = ("found", "verified", "assigned", "suspended", "rectified", "checked", "signed_off", "filed", "dismissed")
# Sign-in costs three (session, person, area), the shell three (name of the area, unread notices, standing alarms), a look one.
PINNED = {
    "desk of a village": 16, "desk of a town": 21, "desk of a county": 25, "desk of a reviewer": 19, "desk of a department": 10,
    "list": 11, "list of a town": 12, "overdue": 11, "closed": 11, "list of a kind": 11, "list then": 15,
    "problem": 18, "problem then": 19, "closed problem": 22, "alarms": 9, "alarms of a town": 11, "alarm": 15,
    "found and fixed": 14, "found and fixed then": 14,
}


def told(cast: Cast, subject: Subject, kind: str) -> Problem:
    return report_problem(
        subject=subject, kind=kind, way="own_survey", words="看过", key=uuid.uuid4().hex, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT,
    ).problem


def furnish(cast: Cast, crew: Crew, plant: Scheme, tag: str) -> Problem:
    """A problem in every state in both towns, an alarm of each village, and one of the plant that three more households told of."""
    for village in (cast.village_a1, cast.village_b1):
        for state in STATES:
            bring(told(cast, of_household(household(village, f"{tag}{state}{village.pk}")), "too_far"), state, crew)
        for number in range(3):
            told(cast, of_household(household(village, f"{tag}W{number}{village.pk}")), "no_water")
    Problem.objects.filter(state="found").update(due_at=AT)
    problem = told(cast, of_scheme(plant), "bad_water")
    for number in range(3):
        home = household(cast.village_a2, f"{tag}P{number}")
        supply(home, plant)
        problem = told(cast, of_household(home), "bad_water")
    problem.refresh_from_db()
    if problem.state == "found":
        bring(problem, "rectified", crew)
    else:
        loop.rectify_problem(**act(problem, crew.sun), measures="又换了一处", files=[photo(f"{tag}1"), photo(f"{tag}2")])
    loop.return_problem(**act(problem, crew.he), note="末梢仍然缺水")
    return problem


def pages(cast: Cast, crew: Crew, problem: Problem) -> dict[str, tuple[Account, str]]:
    chen, closed = cast.chen, Problem.objects.filter(state="filed").earliest("pk")
    alarm = Alarm.objects.earliest("pk")
    return {
        "desk of a village": (cast.wang, "/"), "desk of a town": (cast.li, "/"), "desk of a county": (chen, "/"), "desk of a reviewer": (crew.he, "/"),
        "desk of a department": (crew.fang, "/"), "list": (chen, "/problems/"), "list of a town": (cast.li, "/problems/"),
        "overdue": (chen, "/problems/?state=overdue"), "closed": (chen, "/problems/?state=closed"), "list of a kind": (chen, "/problems/?kind=no_water"),
        "list then": (chen, "/problems/?state=closed&at=2026-03-01"), "problem": (chen, f"/problems/{problem.pk}/"),
        "problem then": (chen, f"/problems/{problem.pk}/?at=2026-03-01"), "closed problem": (chen, f"/problems/{closed.pk}/"),
        "alarms": (chen, "/alarms/"), "alarms of a town": (cast.li, "/alarms/"), "alarm": (chen, f"/alarms/{alarm.pk}/"),
        "found and fixed": (chen, "/fixed/"), "found and fixed then": (chen, "/fixed/?at=2026-03-01"),
    }


def counted(sign_in: Any, asked: dict[str, tuple[Account, str]]) -> dict[str, int]:
    found = {}
    for name, (account, url) in asked.items():
        client = sign_in(account)
        client.get(url)  # fills what a process remembers
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200, url
        found[name] = len(seen)
    return found


@pytest.mark.django_db
def test_no_page_of_the_ledger_takes_more_statements_for_more_rows(cast: Cast, sign_in: Any) -> None:
    crew = make_crew(cast)
    plant = scheme(cast.town_a, "GA1", "甲镇水厂")
    problem = furnish(cast, crew, plant, "A")
    few = counted(sign_in, pages(cast, crew, problem))
    for tag, village in (("B", cast.village_a2), ("C", cast.village_b2)):
        assert furnish(cast, crew, plant, tag) == problem
        for number in range(3):
            told(cast, of_household(household(village, f"{tag}N{number}")), "no_water")
    assert counted(sign_in, pages(cast, crew, problem)) == few == PINNED


@pytest.mark.parametrize("who", ["chen", "li"])
def test_the_overdue_are_those_whose_time_has_passed_and_that_are_not_closed(cast: Cast, sign_in: Any, who: str) -> None:
    crew, now = make_crew(cast), timezone.now()
    numbers = {}
    for name, state, due in (("late", "found", -1), ("soon", "found", 60), ("never", "found", None), ("done", "filed", None)):
        problem = told(cast, of_household(household(cast.village_a1, name)), "too_far")
        bring(problem, state, crew)
        numbers[name] = problem.number
        Problem.objects.filter(pk=problem.pk).update(due_at=None if due is None else now + timedelta(minutes=due))
    page = sign_in(getattr(cast, who)).get("/problems/?state=overdue").content.decode()
    assert [name for name, number in numbers.items() if number in page] == ["late"]
    assert 'value="overdue" selected' in page
    # What was late on an earlier day is told by each problem's own page.
    then = sign_in(getattr(cast, who)).get(f"/problems/?state=overdue&at={timezone.localdate():%Y-%m-%d}").content.decode()
    assert '<option value="overdue"' not in then and '<option value="closed"' in then
