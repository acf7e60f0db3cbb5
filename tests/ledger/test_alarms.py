"""Area alarms: the edge of the rule, the window, who is concerned, falling back, and reports that come at the same moment."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from cast import AT, TODAY, Cast, make_cast
from crew import act, bring, make_crew, reopen
from django.db import connection, connections
from stages import household, scheme, supply

from wenqu.facts.models import SubjectKind
from wenqu.ledger import keeping
from wenqu.ledger.alarms import queries
from wenqu.ledger.alarms.watching import unwatched
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.loop.actions import dismiss_problem
from wenqu.ledger.merging.actions import merge_problem
from wenqu.ledger.models import Alarm, AlarmPlace, Problem, Report
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme, of_village
from wenqu.places.actions import add_division
from wenqu.places.levels import Level
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE, Area, area_of

K, WINDOW = 3, timedelta(hours=24)


def tell(cast: Cast, subject: Subject, at: datetime = AT, kind: str = "no_water", key: str = "") -> Report:
    return report_problem(
        subject=subject, kind=kind, way="household_report", words="停水", key=key or uuid.uuid4().hex, area=EVERYWHERE, by=cast.chen, at=at,
    )


def served(cast: Cast, number: int, village: Any = None) -> tuple[Any, list[Any]]:
    """A plant in town A and households of a village that it serves."""
    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    homes = [household(village or cast.village_a1, f"H{each}") for each in range(number)]
    for home in homes:
        supply(home, plant)
    return plant, homes


def of_kind(kind: int) -> Alarm:
    return Alarm.objects.get(subject_kind=kind)


def test_one_less_than_the_rule_raises_nothing_and_the_next_raises_one_for_each(cast: Cast) -> None:
    plant, homes = served(cast, 5)
    for home in homes[: K - 1]:
        tell(cast, of_household(home))
    assert not Alarm.objects.exists()
    tell(cast, of_household(homes[K - 1]))
    alarm, village = of_kind(SubjectKind.SCHEME), of_kind(SubjectKind.DIVISION)
    assert (alarm.subject_id, alarm.reports, alarm.households, alarm.raised_at) == (plant.pk, K, 5, AT)
    assert (village.subject_id, village.reports, village.households) == (cast.village_a1.pk, K, 5)
    assert alarm.rule["sources"]["reports"]["confidence"] == "unverified" and alarm.rule["reports"] == K
    tell(cast, of_household(homes[4]))
    assert Alarm.objects.count() == 2 and of_kind(SubjectKind.SCHEME).reports == K + 1


@pytest.mark.parametrize(("gap", "raised"), [(WINDOW, True), (WINDOW + timedelta(seconds=1), False)])
def test_the_edge_of_the_window(cast: Cast, gap: timedelta, raised: bool) -> None:
    _plant, homes = served(cast, 3)
    tell(cast, of_household(homes[0]), AT - gap)
    tell(cast, of_household(homes[1]), AT - timedelta(hours=1))
    tell(cast, of_household(homes[2]), AT)
    assert Alarm.objects.filter(subject_kind=SubjectKind.SCHEME).exists() is raised


def test_kinds_that_do_not_count_raise_nothing(cast: Cast) -> None:
    _plant, homes = served(cast, 4)
    for home in homes:
        tell(cast, of_household(home), kind="meter_fee")
    assert not Alarm.objects.exists()


def test_a_village_counts_itself_and_its_households_but_no_scheme_that_stands_there(cast: Cast) -> None:
    plant = scheme(cast.village_a1, "S1", "一村水窖")
    homes = [household(cast.village_a1, f"H{each}") for each in range(2)]
    for each in (of_household(homes[0]), of_household(homes[1]), of_scheme(plant)):
        tell(cast, each)
    assert not Alarm.objects.exists()
    tell(cast, of_village(cast.village_a1))
    assert of_kind(SubjectKind.DIVISION).reports == K


def test_the_numbers_are_those_of_the_countys_profile(cast: Cast) -> None:
    _plant, homes = served(cast, 3)
    set_duty_profile(
        division=cast.county, pack_id="mechanism-123", numbers={"alarm.reports": 2, "alarm.window": 6}, document="清泉县通知", from_on=TODAY,
        area=area_of(cast.chen, TODAY), by=cast.chen, at=AT,
    )
    tell(cast, of_household(homes[0]), AT - timedelta(hours=7))
    tell(cast, of_household(homes[1]))
    assert not Alarm.objects.exists()
    tell(cast, of_household(homes[2]))
    rule = of_kind(SubjectKind.SCHEME).rule
    assert (rule["reports"], rule["window_hours"], rule["sources"]["window"]) == (2, 6, {
        "document": "清泉县通知", "clause": "not found", "confidence": "sourced",
    })


def wide(cast: Cast, numbers: dict[str, int]) -> None:
    set_duty_profile(
        division=cast.county, pack_id="mechanism-123", numbers=numbers, document="清泉县通知", from_on=TODAY, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT,
    )


def raise_one(cast: Cast) -> tuple[Alarm, list[Problem]]:
    _plant, homes = served(cast, 3)
    far = household(cast.village_b1, "FAR")
    supply(far, _plant)
    problems = [tell(cast, of_household(home)).problem for home in homes]
    Alarm.objects.filter(subject_kind=SubjectKind.DIVISION).delete()
    return of_kind(SubjectKind.SCHEME), problems


def test_who_is_concerned_and_what_part_of_it_they_see(cast: Cast) -> None:
    alarm, _problems = raise_one(cast)
    seen = {}
    for name, account in {"county": cast.chen, "town_a": cast.li, "town_b": cast.zhao, "village": cast.wang, "nobody": cast.nobody}.items():
        found = queries.standing(area_of(account, TODAY))
        queries.count_own(found, area_of(account, TODAY))
        seen[name] = [(each.pk, each.households_seen, each.reports_seen) for each in found]  # type: ignore[attr-defined]
    assert seen == {
        "county": [(alarm.pk, 4, 3)], "town_a": [(alarm.pk, 3, 3)], "town_b": [(alarm.pk, 1, 0)], "village": [(alarm.pk, 3, 3)], "nobody": [],
    }
    # The village beside it in the same town is not served: nothing of it.
    beside = Area.of([(cast.village_a2.path, Role.VILLAGE_MANAGER)])
    assert queries.standing(beside) == []
    assert [home.number for home in queries.household_rows(alarm, area_of(cast.zhao, TODAY), None).rows] == ["FAR"]


def test_what_is_open_is_counted_and_shown_before_what_was_closed_earlier(cast: Cast) -> None:
    crew = make_crew(cast)
    alarm, problems = raise_one(cast)
    for problem in problems[:2]:
        bring(problem, "dismissed", crew)
    found = queries.problem_rows(alarm, area_of(cast.chen, TODAY), most=2)
    assert ([row.pk for row in found.rows], found.total, found.open) == ([problems[2].pk, problems[0].pk], 3, 1)


def test_earlier_alarms_are_those_that_concern_the_reader(cast: Cast) -> None:
    alarm, _problems = raise_one(cast)
    before = {"path": alarm.path, "division": alarm.division, "subject_kind": alarm.subject_kind, "subject_id": alarm.subject_id, "reports": K, "households": 1}
    earlier = Alarm.objects.create(number="JB-2025-0001", **before, first_report_at=AT, raised_at=AT, cleared_at=AT, rule=alarm.rule)
    AlarmPlace.objects.create(alarm=earlier, path=cast.village_b1.path, households=1)
    assert queries.earlier_of(alarm, area_of(cast.zhao, TODAY)) == [earlier]
    assert queries.earlier_of(alarm, area_of(cast.wang, TODAY)) == []


def test_it_falls_back_when_the_last_is_closed_and_says_how_they_ended(cast: Cast) -> None:
    crew = make_crew(cast)
    alarm, problems = raise_one(cast)
    bring(problems[0], "signed_off", crew, AT + timedelta(hours=1))
    dismiss_problem(**act(problems[1], cast.chen, AT + timedelta(hours=2)), note="误报")
    alarm.refresh_from_db()
    assert alarm.cleared_at is None
    bring(problems[2], "signed_off", crew, AT + timedelta(hours=3))
    alarm.refresh_from_db()
    assert alarm.cleared_at == AT + timedelta(hours=3, minutes=4)
    assert (alarm.fixed, alarm.not_fixed) == (2, 1)
    assert queries.standing(area_of(cast.chen, TODAY)) == []


def test_merging_lets_no_alarm_fall_back(cast: Cast) -> None:
    plant, homes = served(cast, 1)
    for each in range(K):
        problem = tell(cast, of_household(homes[0]), AT + timedelta(minutes=each)).problem
    judged = Problem.objects.create(
        number="WT-2026-900001", kind="bad_water", subject_kind=SubjectKind.SCHEME, subject_id=plant.pk, subject_name=plant.name, division=cast.town_a,
        path=cast.town_a.path, source="评价 #1", reason="x", explanation="x", opened_on=TODAY, opened_at=AT, seen_on=TODAY,
    )
    merge_problem(**act(problem, cast.chen, AT + timedelta(hours=1)), into=judged, note="同一事")
    assert of_kind(SubjectKind.SCHEME).cleared_at is None
    dismiss_problem(**act(judged, cast.chen, AT + timedelta(hours=2)), note="误报")
    alarm = of_kind(SubjectKind.SCHEME)
    assert alarm.cleared_at is not None and (alarm.fixed, alarm.not_fixed) == (0, 1)


def test_what_lay_open_long_before_does_not_hold_it_up(cast: Cast) -> None:
    crew = make_crew(cast)
    plant, homes = served(cast, 4)
    tell(cast, of_scheme(plant), AT - timedelta(days=90), kind="bad_water")
    problems = [tell(cast, of_household(home)).problem for home in homes[:3]]
    for problem in problems:
        bring(problem, "dismissed", crew, AT + timedelta(hours=1))
    assert of_kind(SubjectKind.SCHEME).cleared_at is not None


def test_after_it_fell_back_a_new_one_begins(cast: Cast) -> None:
    crew = make_crew(cast)
    alarm, problems = raise_one(cast)
    for problem in problems:
        bring(problem, "dismissed", crew, AT + timedelta(hours=1))
    for home in range(3):
        tell(cast, of_household(household(cast.village_b2, f"N{home}")), AT + timedelta(hours=30))
    assert of_kind(SubjectKind.SCHEME).pk == alarm.pk
    assert Alarm.objects.filter(path=cast.village_b2.path, cleared_at__isnull=True).count() == 1


def test_a_problem_that_is_opened_again_counts_again_within_a_round(cast: Cast) -> None:
    crew = make_crew(cast)
    _plant, homes = served(cast, 3)
    first = tell(cast, of_household(homes[0])).problem
    bring(first, "dismissed", crew)
    for home in homes[1:]:
        tell(cast, of_household(home), AT + timedelta(minutes=1))
    assert not Alarm.objects.exists()
    reopen(first, crew, AT + timedelta(minutes=2))
    assert keeping.tick(at=AT + timedelta(minutes=3)).raised == 2
    assert keeping.tick(at=AT + timedelta(minutes=4)).raised == 0
    assert Alarm.objects.count() == 2


def test_a_round_goes_by_the_window_and_the_number_of_each_county(cast: Cast) -> None:
    crew = make_crew(cast)
    _plant, homes = served(cast, 3)
    wide(cast, {"alarm.window": 168})
    first = tell(cast, of_household(homes[0])).problem
    bring(first, "dismissed", crew)
    for day, home in enumerate(homes[1:], 1):
        tell(cast, of_household(home), AT + timedelta(days=2 * day))
    now = AT + timedelta(days=5)
    reopen(first, crew, now)
    assert unwatched(now + timedelta(days=3), TODAY) == [] and not Alarm.objects.exists()
    assert keeping.tick(at=now).raised == 2
    assert unwatched(now, TODAY) == []


def test_a_round_looks_only_at_what_meets_the_rule_of_its_county(cast: Cast) -> None:
    beside = cast.county.parent
    for level, name in ((Level.COUNTY, "邻县"), (Level.TOWN, "邻镇"), (Level.VILLAGE, "邻村")):
        beside = add_division(parent=beside, level=level, name=name, codes={("nbs", "2023"): f"61019820{level}000"}, by=cast.chen, at=AT)
    for village in (cast.village_a1, beside):
        plant = scheme(village, "S1", f"{village.name}水厂")
        for number in range(K - 1):
            home = household(village, f"{village.name}{number}")
            supply(home, plant)
            tell(cast, of_household(home))
            tell(cast, of_household(home), kind="meter_fee")
    assert unwatched(AT, TODAY) == []
    wide(cast, {"alarm.reports": 1})
    assert {path for _pk, path in unwatched(AT, TODAY)} == {"", cast.village_a1.path}
    assert keeping.tick(at=AT).raised == 2 and not Alarm.objects.filter(path=beside.path).exists()


@pytest.mark.django_db(transaction=True)
def test_reports_at_the_same_moment_raise_one_alarm_and_none_is_lost() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("in memory it refuses where a file waits; its writers come one after the other, see hammer.py")
    cast = make_cast()
    plant, homes = served(cast, 12)
    subjects = [of_household(home) for home in homes]
    failed: list[BaseException] = []
    gate = threading.Barrier(4)

    def work(mine: list[Subject]) -> None:
        gate.wait()
        try:
            for subject in mine:
                tell(cast, subject)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(subjects[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Report.objects.count() == 12
    alarm = Alarm.objects.get(subject_kind=SubjectKind.SCHEME)
    assert alarm.reports == 12 and Alarm.objects.count() == 2


def test_settled_by_the_round_too(cast: Cast) -> None:
    _alarm, _problems = raise_one(cast)
    Problem.objects.update(state="filed", closed_at=AT, closed_on=TODAY, outcome="fixed")
    assert keeping.tick(at=AT + timedelta(hours=1)).cleared == 1
    assert Alarm.objects.get().fixed == 3
    assert keeping.tick(at=AT + timedelta(hours=1)).cleared == 0


