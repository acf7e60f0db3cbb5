"""Some households judged again at once, beside runs over whole counties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT, Cast
from django.conf import settings
from django.test import Client
from judged import County, make_county
from stages import facts, household, scheme, supply

from wenqu.facts.models import Record
from wenqu.judging.actions import judge_division
from wenqu.judging.figures import overall_of
from wenqu.judging.models import DivisionCount, Grade, GradeCode, OverallCode, Run
from wenqu.judging.queries import explained_verdicts
from wenqu.judging.spot import judge_again
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.models import Problem
from wenqu.reports.household_list import Cursor, Filters, page_of
from wenqu.schemes.models import Supply

LATER = AT + timedelta(hours=3)


@pytest.fixture
def county(cast: Cast) -> County:
    return make_county(cast)


def again(*households, schemes=(), at=LATER):
    return judge_again(households=[each.pk for each in households], schemes=[each.pk for each in schemes], source="入户排查", by=SYSTEM, at=at)


def told(row) -> tuple[str, str, object]:
    """What the grade says, what its explanation says, and when it was judged by itself. The two must agree."""
    grade, verdict = Grade.objects.get(household=row), explained_verdicts(row, "zh")
    assert verdict is not None and verdict["judged_at"] == grade.judged_at
    words = OverallCode(grade.overall).name.lower()
    assert verdict["overall"] == words
    assert {each["indicator"]: each["grade"] for each in verdict["rows"]} == {
        name: GradeCode(getattr(grade, name)).name.lower() for name in ("quantity", "quality", "convenience", "reliability")}
    return words, verdict["rows"][0]["used"][0]["value"], grade.judged_at


def test_the_grade_and_its_explanation_are_those_of_now(county: County) -> None:
    assert told(county.house_a) == ("unsafe", "5", None)
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    assert told(county.house_a) == ("unsafe", "5", None)
    assert again(county.house_a).households == 1
    assert told(county.house_a) == ("safe", "70", LATER)


def test_what_fails_is_opened_and_nothing_else_touched(county: County) -> None:
    before = dict(Problem.objects.values_list("pk", "seen_on"))
    safe = type(county.house_a).objects.get(number="AH2")
    facts(safe, date(2026, 3, 1), litres_per_person_day=3)
    found = again(safe).findings
    assert [(each.kind, each.subject_id) for each in found] == [("too_little_water", safe.pk)]
    fresh = Problem.objects.exclude(pk__in=before).get()
    assert (fresh.subject_id, fresh.kind, fresh.state, fresh.source, fresh.path) == (safe.pk, "too_little_water", "found", "入户排查", safe.path)
    assert dict(Problem.objects.exclude(pk=fresh.pk).values_list("pk", "seen_on")) == before
    again(safe, at=LATER + timedelta(minutes=1))
    assert Problem.objects.count() == len(before) + 1


def test_facts_of_a_scheme_reach_all_that_it_serves(county: County) -> None:
    facts(county.plant_b, date(2026, 3, 1), lab_result="pass")
    assert again(schemes=[county.plant_b]).households == 2
    assert {told(row)[0] for row in type(county.house_b).objects.filter(number__in=("BH1", "BH2"))} == {"safe"}
    assert told(county.house_a)[2] is None


def test_a_scheme_that_fails_names_its_households_once(county: County) -> None:
    facts(county.plant_a, date(2026, 3, 1), lab_result="fail")
    again(schemes=[county.plant_a])
    again(county.house_a, at=LATER + timedelta(minutes=1))
    row = Problem.objects.get(subject_kind=2, subject_id=county.plant_a.pk)
    assert (row.kind, row.path, row.households_named) == ("bad_water", county.plant_a.path, 2)


def test_without_a_run_nothing_is_graded(cast: Cast) -> None:
    row = household(cast.village_a1, "H1")
    facts(row, piped="yes", litres_per_person_day=3)
    assert again(row).households == 0 and not Grade.objects.exists() and not Problem.objects.exists()


def test_a_household_that_came_after_the_run_is_graded_by_its_pack(county: County) -> None:
    row = household(county.cast.village_a1, "NEW", "新户")
    supply(row, county.plant_a)
    facts(row, date(2026, 3, 1), piped="yes", litres_per_person_day=70)
    again(row)
    assert told(row)[0] == "safe" and Grade.objects.get(household=row).run == county.run


def test_runs_their_files_and_counts_stay(county: County) -> None:
    file, counts = (settings.RUNS_DIR / county.run.file).read_bytes(), list(DivisionCount.objects.order_by("pk").values())
    runs = list(Run.objects.values())
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    assert (settings.RUNS_DIR / county.run.file).read_bytes() == file
    assert list(DivisionCount.objects.order_by("pk").values()) == counts and list(Run.objects.values()) == runs


def test_a_past_day_tells_what_the_run_said(county: County) -> None:
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    for moment in (AT, LATER - timedelta(seconds=1), LATER + timedelta(days=1)):
        past = explained_verdicts(county.house_a, "zh", moment)
        assert past is not None and (past["overall"], past["judged_at"]) == ("unsafe", None)


def test_the_next_run_takes_its_place_even_where_it_says_the_same(county: County) -> None:
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    run = judge_division(division=county.cast.county, pack_id="national-2018", as_of=date(2026, 3, 1), by=SYSTEM, at=LATER + timedelta(hours=1))
    assert told(county.house_a) == ("safe", "70", None)
    assert Grade.objects.get(household=county.house_a).run == run


def test_a_run_as_of_an_earlier_day_leaves_it(county: County) -> None:
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    judge_division(division=county.cast.county, pack_id="national-2018", as_of=date(2026, 1, 1), by=SYSTEM, at=LATER + timedelta(hours=1))
    assert told(county.house_a) == ("safe", "70", LATER)


def test_what_was_judged_while_a_run_was_made_is_not_lost_and_goes_by_the_new_pack(county: County) -> None:
    """The run looked before the fact came, and is stored after it was judged."""
    Record.objects.update(recorded_at=AT - timedelta(days=1))
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    run = judge_division(division=county.cast.county, pack_id="gansu-2018", as_of=date(2026, 3, 1), by=SYSTEM, at=AT - timedelta(minutes=1))
    assert told(county.house_a) == ("safe", "70", LATER)
    assert Grade.objects.get(household=county.house_a).run == run
    assert told(county.house_b)[2] is None


def test_what_changes_in_the_register_afterwards_does_not_change_the_explanation(county: County) -> None:
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    bad = scheme(county.cast.town_a, "GA9", "坏水厂")
    facts(bad, lab_result="fail", short_days=300)
    Supply.objects.filter(household=county.house_a).update(to_on=date(2026, 2, 1))
    supply(county.house_a, bad, since=date(2026, 2, 1))
    assert told(county.house_a)[0] == "safe"


def test_lists_show_the_grade_of_now_and_pages_say_so(county: County, client: Client) -> None:
    facts(county.house_a, date(2026, 3, 1), litres_per_person_day=70)
    again(county.house_a)
    asked = Filters(overall="safe", indicator="", grade="", kind="")
    assert county.house_a.pk in [row.pk for row in page_of(county.cast.town_a.path, asked, Cursor.read("")).rows]
    assert overall_of([county.house_a]) == {county.house_a.pk: "安全（2026-03-01）"}
    client.force_login(county.cast.li)
    assert "单独评价" in client.get(f"/households/{county.house_a.pk}/").content.decode()
    neighbour = type(county.house_a).objects.get(number="AH2")
    assert "单独评价" not in client.get(f"/households/{neighbour.pk}/").content.decode()
