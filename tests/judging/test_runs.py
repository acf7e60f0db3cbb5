"""Runs on a small county: whose failure it is, what is written, and that a run is repeatable and immutable."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from cast import AT, Cast
from django.conf import settings
from stages import facts, household, scheme, supply

from wenqu.judging import actions
from wenqu.judging.actions import judge_division, submit_run
from wenqu.judging.models import DivisionCount, Grade, Run
from wenqu.judging.queries import counts_of, explained_verdicts, latest_run, runs_covering
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem

GOOD = {"piped": "yes", "litres_per_person_day": 80, "short_days": 3, "lab_result": "pass"}
LATER = AT + timedelta(days=1)


def judge(cast: Cast, as_of: date = date(2026, 3, 1), pack_id: str = "national-2018", at=LATER) -> Run:
    return judge_division(division=cast.county, pack_id=pack_id, as_of=as_of, by=SYSTEM, at=at)


def grades(row) -> dict[str, str]:
    grade = Grade.objects.get(household=row)
    return {name: getattr(grade, f"get_{name}_display")() for name in ("quantity", "quality", "convenience", "reliability", "overall")}


@pytest.fixture
def county(cast: Cast) -> Cast:
    facts(cast.county, rain_mm=750, water_m3_per_head=700)
    return cast


def test_a_household_with_all_four_met_is_safe(county: Cast) -> None:
    row = household(county.village_a1, "H1")
    facts(row, **GOOD)
    judge(county)
    assert grades(row) == {"quantity": "达标", "quality": "达标", "convenience": "达标", "reliability": "达标", "overall": "安全"}


def test_nothing_known_is_unknown_and_opens_nothing(county: Cast) -> None:
    row = household(county.village_a1, "H1")
    judge(county)
    assert set(grades(row).values()) == {"未知"}
    assert not Problem.objects.exists()


def test_the_own_value_wins_over_the_schemes_and_that_over_the_divisions(county: Cast) -> None:
    plant = scheme(county.town_a, "S1", "甲镇水厂")
    own, served = household(county.village_a1, "H1"), household(county.village_a1, "H2")
    for row in (own, served):
        supply(row, plant)
    facts(plant, **GOOD)
    facts(own, litres_per_person_day=10)
    facts(county.village_a1, rain_mm=900, water_m3_per_head=1500)
    judge(county)
    assert grades(own)["quantity"] == "不达标"
    assert grades(served)["quantity"] == "达标"
    [quantity] = [row for row in explained_verdicts(served, "zh")["rows"] if row["indicator"] == "quantity"]
    assert "60" in quantity["sentence"], quantity  # the humid limit: the village's own rain, not the county's


def test_a_failed_laboratory_result_of_the_scheme_is_one_problem_on_the_scheme(county: Cast) -> None:
    plant = scheme(county.town_a, "S1", "甲镇水厂")
    rows = [household(county.village_a1, f"H{i}") for i in range(4)]
    for row in rows[:3]:
        supply(row, plant)
    facts(plant, **{**GOOD, "lab_result": "fail"})
    judge(county)
    problem = Problem.objects.get()
    assert (problem.kind, problem.subject_name, problem.households_named, problem.state, problem.clue) == ("bad_water", "甲镇水厂", 3, "found", False)
    # Who sees only some of the households would read how many there are: counts are no part of the sentence.
    assert "户" not in problem.explanation
    judge(county, as_of=date(2026, 4, 1))
    assert Problem.objects.count() == 1


def test_a_households_own_failure_is_its_own_problem(county: Cast) -> None:
    plant = scheme(county.town_a, "S1", "甲镇水厂")
    row = household(county.village_a1, "H1")
    supply(row, plant)
    facts(plant, **GOOD)
    facts(row, piped="no", round_trip_min=45)
    judge(county)
    problem = Problem.objects.get()
    assert (problem.kind, problem.subject_id, problem.path) == ("too_far", row.pk, row.path)
    assert "45" in problem.explanation and "20" in problem.explanation


def test_bad_senses_on_a_centralised_scheme_open_a_clue_and_are_no_grade(county: Cast) -> None:
    plant = scheme(county.town_a, "S1", "甲镇水厂")
    rows = [household(county.village_a1, f"H{i}") for i in range(2)]
    for row in rows:
        supply(row, plant)
        facts(row, sensory_ok="no")
    facts(plant, scheme_class="small", litres_per_person_day=80, piped="yes", short_days=0)
    judge(county)
    clue = Problem.objects.get()
    assert (clue.state, clue.clue, clue.kind, clue.subject_name, clue.households_named) == ("found", True, "bad_water", "甲镇水厂", 2)
    assert grades(rows[0])["quality"] == "未知"


def test_bad_senses_on_a_decentralised_supply_fail(county: Cast) -> None:
    row = household(county.village_a1, "H1")
    facts(row, scheme_class="decentralised", sensory_ok="no")
    judge(county)
    problem = Problem.objects.get()
    assert (problem.state, problem.clue) == ("found", False)


def test_a_contradiction_between_levels_is_blank(county: Cast) -> None:
    plant = scheme(county.town_a, "S1", "甲镇水厂")
    row = household(county.village_a1, "H1")
    supply(row, plant)
    facts(plant, longest_short_spell_days=20)
    facts(row, short_days=5)
    judge(county)
    assert grades(row)["reliability"] == "未知"


def test_facts_observed_later_are_not_seen_and_a_run_back_in_time_changes_nothing_now(county: Cast) -> None:
    row = household(county.village_a1, "H1")
    facts(row, date(2025, 1, 1), **{**GOOD, "litres_per_person_day": 5})
    facts(row, date(2026, 2, 1), **GOOD)
    now = judge(county)
    past = judge(county, as_of=date(2025, 6, 1))
    assert counts_of(past, county.county.path).unsafe == 1 and counts_of(now, county.county.path).safe == 1
    assert grades(row)["overall"] == "安全" and Grade.objects.get().run == now
    assert not Problem.objects.exists()
    assert latest_run(row.path) == now
    assert [run.as_of for run in runs_covering(row.path)] == [date(2025, 6, 1), date(2026, 3, 1)]


def test_the_same_facts_give_the_same_file_but_for_its_name(county: Cast) -> None:
    row = household(county.village_a1, "H1")
    facts(row, **GOOD)
    first, second = judge(county), judge(county)
    assert first.sha256 == second.sha256 and first.file != second.file
    assert first.digest == second.digest and "national-2018" in first.pack_text
    rows = duckdb.sql(f"SELECT number, overall, quality_reason, litres_per_person_day_from FROM '{settings.RUNS_DIR / first.file}'").fetchall()
    assert rows == [("H1", "safe", rows[0][2], 1)] and rows[0][2].startswith("quality_")


def test_counts_add_up_from_village_to_county_worst_first(county: Cast) -> None:
    for village, bad in ((county.village_a1, 0), (county.village_a2, 2), (county.village_b1, 1)):
        for i in range(3):
            row = household(village, f"{village.pk}-{i}")
            facts(row, **{**GOOD, "litres_per_person_day": 5 if i < bad else 80})
    run = judge(county)
    top = counts_of(run, county.county.path)
    assert (top.households, top.people, top.safe, top.unsafe) == (9, 27, 6, 3)
    assert [count.division.name for count in DivisionCount.objects.filter(run=run, division__level=4).order_by("-unsafe")] == ["甲镇", "乙镇"]
    villages = DivisionCount.objects.filter(run=run, division__level=5)
    assert sum(count.unsafe for count in villages) == 3
    for count in DivisionCount.objects.filter(run=run):
        assert count.safe + count.basic + count.unsafe + count.unknown == count.households
        assert all(sum(split.values()) == count.households for split in count.indicators.values())


def test_grades_follow_a_household_that_moves_or_goes(county: Cast) -> None:
    stays, goes = household(county.village_a1, "H1"), household(county.village_a1, "H2")
    judge(county)
    assert Grade.objects.count() == 2
    type(stays).objects.filter(pk=stays.pk).update(division=county.village_b1, path=county.village_b1.path)
    type(goes).objects.filter(pk=goes.pk).delete()
    judge(county)
    assert Grade.objects.get().path == county.village_b1.path


def test_killed_before_the_row_leaves_no_run_and_no_file(county: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    household(county.village_a1, "H1")

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "open_problems", dies)
    with pytest.raises(KeyboardInterrupt):
        judge(county)
    assert not Run.objects.exists() and not Grade.objects.exists()
    assert list(settings.RUNS_DIR.iterdir()) == []


def test_explanations_agree_with_the_run(county: Cast) -> None:
    plant = scheme(county.town_a, "S1", "甲镇水厂")
    row = household(county.village_a1, "H1")
    supply(row, plant)
    facts(plant, scheme_class="decentralised", short_days=20)
    facts(row, sensory_ok="yes", piped="no", round_trip_min=15, litres_per_person_day=39.9)
    judge(county)
    told = explained_verdicts(row, "zh")
    display = {"met": "达标", "basic": "基本达标", "failed": "不达标", "unknown": "未知"}
    assert {each["indicator"]: display[each["grade"]] for each in told["rows"]} == {k: v for k, v in grades(row).items() if k != "overall"}
    assert all(each["sentence"] and each["clause"] for each in told["rows"])
    reliability = told["rows"][3]["used"]
    assert {"name": "short_days", "value": "20"}.items() <= reliability[0].items()
    assert explained_verdicts(row, "en")["rows"][0]["sentence"] != told["rows"][0]["sentence"]


@pytest.mark.parametrize(("who", "where", "code"), [("li", "county", "outside_area"), ("li", "town_a", "wrong_role"), ("chen", "town_a", "not_a_county")])
def test_starting_a_run_is_refused(county: Cast, who: str, where: str, code: str) -> None:
    person = getattr(county, who)
    with pytest.raises(Refused) as refusal:
        submit_run(division=getattr(county, where), pack_id="national-2018", as_of=date(2026, 3, 1), area=county.area(person), by=person, at=LATER)
    assert refusal.value.code == code


def test_a_water_limit_pack_judges_no_household(county: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        judge(county, pack_id="gb5749-2022")
    assert refusal.value.code == "not_a_judging_pack"


def test_a_queued_run_runs_as_a_job(county: Cast, django_capture_on_commit_callbacks) -> None:
    household(county.village_a1, "H1")
    with django_capture_on_commit_callbacks(execute=True):
        job = submit_run(division=county.county, pack_id="gansu-2018", as_of=date(2026, 3, 1), area=county.area(county.chen), by=county.chen, at=LATER)
    job.refresh_from_db()
    assert (job.state, job.percent) == ("done", 100)
    assert Run.objects.get().pack_id == "gansu-2018" and job.message == f"run:{Run.objects.get().pk}"


def test_the_value_that_decided_tells_whose_failure_it_is(county: Cast) -> None:
    """Guizhou judges decentralised supplies by the longest spell and by distance: who owns those answers, not who owns a value that was not used."""
    spring = scheme(county.town_a, "S1", "甲镇山泉", "decentralised")
    row = household(county.village_a1, "H1")
    supply(row, spring)
    facts(spring, scheme_class="decentralised", longest_short_spell_days=60, horizontal_m=2000)
    facts(row, short_days=80, round_trip_min=5, piped="no", sensory_ok="yes", litres_per_person_day=50)
    judge(county, pack_id="guizhou-2020")
    assert {(problem.kind, problem.subject_name) for problem in Problem.objects.all()} == {("interrupted", "甲镇山泉"), ("too_far", "甲镇山泉")}
