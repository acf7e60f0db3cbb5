"""Samples judged once for each set of counted results, and what follows: facts, grades, problems."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cast import Cast
from stages import facts, household, scheme, supply

from quality.county import adopt, browser, keep_all, person, schemes
from quality.sampled import BAD, GOOD, MARCH, invalidate, point_at, result_of, review, sample_at
from wenqu.facts.models import Fact, SubjectKind
from wenqu.facts.queries import known_facts
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.models import Problem
from wenqu.places.rights import Role
from wenqu.quality.effects.overdue import due_of
from wenqu.quality.effects.overdue import tick as tell_late
from wenqu.quality.models import Overdue, Point, PointUse, Verdict
from wenqu.quality.verdicts.actions import judge_sample_now
from wenqu.quality.verdicts.keeping import behind
from wenqu.quality.verdicts.keeping import tick as judge_behind
from wenqu.schemes.models import Scheme

DAY = date(2026, 3, 5)


@pytest.fixture
def plant(cast: Cast) -> Scheme:
    row = scheme(cast.town_a, "S1", "甲镇水厂", "large", disinfection="次氯酸钠")
    for number in ("H1", "H2"):
        supply(household(cast.village_a1, number), row)
    return row


@pytest.fixture
def outlet(cast: Cast, plant: Scheme) -> Point:
    return point_at(cast, plant)


def quality(plant: Scheme, on: date = date(2026, 3, 31)) -> str | None:
    known = known_facts([(SubjectKind.SCHEME, plant.pk)], as_of=on)[(SubjectKind.SCHEME, plant.pk)]
    return known["lab_result"].value if "lab_result" in known else None


def problem() -> Problem:
    return Problem.objects.get(kind="bad_water")


def test_every_item_is_kept_with_value_limit_clause_and_sentence(outlet: Point) -> None:
    verdict = review(sample_at(outlet, DAY), iron="0.52", turbidity="<0.5", free_chlorine="0.4")
    assert verdict is not None
    assert (verdict.verdict, verdict.pack_id) == ("unfit", "gb5749-2022") and "chlorate" in verdict.missing and "应测而没有结果" in verdict.words["zh"]
    iron = next(one for one in verdict.items if one["item"] == "iron")
    assert (iron["name"], iron["written"], iron["limit"], iron["reason"]) == ("铁", "0.52", "≤0.3 mg/L", "over")
    assert "超过限值 0.3 mg/L" in iron["zh"] and "over 0.3 mg/L" in iron["en"] and iron["clause"] in iron["zh"]
    assert {one["item"]: one["verdict"] for one in verdict.items} == {"iron": "unfit", "turbidity": "fit", "free_chlorine": "fit"}
    assert verdict.words["zh"].startswith("按GB 5749-2022评价：不合格（铁）。")


def test_the_same_results_are_judged_once_and_older_verdicts_stay_readable(outlet: Point) -> None:
    sample = sample_at(outlet, DAY)
    first = review(sample, **BAD)
    assert judge_sample_now(sample=sample, by=SYSTEM, at=MARCH) == first and Verdict.objects.count() == 1
    assert invalidate(sample, "iron", MARCH + timedelta(days=1)) is not None
    last = review(sample, at=MARCH + timedelta(days=2), iron="0.2")
    assert [(row.verdict, row.newest) for row in Verdict.objects.order_by("pk")] == [("unfit", False), ("fit", False), ("fit", True)]
    assert last is not None and first is not None and Verdict.objects.get(pk=first.pk).items == first.items


def test_the_edition_is_that_of_the_day_of_sampling(outlet: Point) -> None:
    old, new = sample_at(outlet, date(2023, 3, 31)), sample_at(outlet, date(2023, 4, 1))
    assert [review(one, turbidity="0.5").pack_id for one in (old, new)] == ["gb5749-2006", "gb5749-2022"]


@pytest.mark.parametrize("role", ["field_blank", "transport_blank", "parallel", "spike"])
def test_measures_of_the_work_are_not_judged_as_water(outlet: Point, role: str) -> None:
    sample = sample_at(outlet, DAY)
    assert review(sample_at(outlet, DAY, role=role, of=sample), **BAD) is None and not Verdict.objects.exists() and not Problem.objects.exists()


def test_nothing_is_said_while_results_wait_unless_the_water_is_unfit(outlet: Point) -> None:
    sample = sample_at(outlet, DAY)
    result_of(sample, "iron", "0.1", state="entered")
    assert review(sample, turbidity="0.5") is None and not Verdict.objects.exists()
    other = sample_at(outlet, DAY)
    result_of(other, "iron", "0.1", state="entered")
    assert review(other, turbidity="9").verdict == "unfit"


def test_unfit_water_opens_a_problem_and_the_grades_follow(cast: Cast, plant: Scheme, outlet: Point) -> None:
    facts(plant, scheme_class="large", lab_result="pass")
    judge_division(division=cast.county, pack_id="national-2018", as_of=date(2026, 3, 4), by=cast.chen, at=datetime(2026, 3, 4, 1, tzinfo=UTC))
    assert not Problem.objects.filter(kind="bad_water").exists()
    good = Grade.objects.order_by("household").values_list("quality", flat=True)
    assert len(set(good)) == 1
    before = list(good)
    verdict = review(sample_at(outlet, DAY), **BAD)
    row = problem()
    assert (row.subject_kind, row.subject_id, row.source, row.households_named, verdict.problem) == (SubjectKind.SCHEME, plant.pk, "水质检测", 2, row)
    assert "铁 0.52（限值≤0.3 mg/L）" in row.explanation and "2026-03-05" in row.explanation
    assert "2 户" not in row.explanation, "a town that sees the scheme reads nothing of how many it serves elsewhere"
    assert quality(plant) == "fail" and quality(plant, date(2026, 3, 4)) == "pass"
    assert list(Grade.objects.order_by("household").values_list("quality", flat=True)) != before
    retest = review(sample_at(outlet, date(2026, 3, 12), role="retest", of=verdict.sample), at=MARCH + timedelta(days=5), **GOOD)
    assert (retest.told, quality(plant)) == ("pass", "pass")
    assert list(Grade.objects.order_by("household").values_list("quality", flat=True)) == before
    row.refresh_from_db()
    step = row.steps.get()
    assert row.is_live and (step.transition, step.detail["sample"]) == ("inform", retest.sample.number) and "复检合格" in step.note


def test_a_retest_that_did_not_test_what_failed_clears_nothing(plant: Scheme, outlet: Point) -> None:
    first = review(sample_at(outlet, DAY), **BAD)
    other = review(sample_at(outlet, date(2026, 3, 12), role="retest", of=first.sample), at=MARCH + timedelta(days=3), turbidity="0.2")
    assert (other.verdict, other.told, quality(plant)) == ("fit", "fail", "fail")
    assert "没有复检合格" in problem().steps.get().note


def test_one_good_point_does_not_hide_a_bad_one(cast: Cast, plant: Scheme, outlet: Point) -> None:
    tap = point_at(cast, plant, "tap")
    bad = sample_at(tap, DAY)
    later = review(sample_at(outlet, date(2026, 3, 8)), **GOOD)
    assert quality(plant) == "pass"
    # The results of the tap come late: they change what is known of the later day too.
    review(bad, at=MARCH + timedelta(days=1), **BAD)
    later.refresh_from_db()
    assert (later.told, quality(plant, date(2026, 3, 6)), quality(plant)) == ("fail", "fail", "fail")
    Point.objects.filter(pk=tap.pk).update(to_on=date(2026, 3, 10))
    assert review(sample_at(outlet, date(2026, 3, 20)), at=MARCH + timedelta(days=15), **GOOD).told == "pass"


def test_what_is_invalidated_is_withdrawn(plant: Scheme, outlet: Point) -> None:
    sample = sample_at(outlet, DAY)
    result_of(sample, "iron", "0.52", at=MARCH)
    first = judge_sample_now(sample=sample, by=SYSTEM, at=MARCH)
    assert first is not None and quality(plant) == "fail"
    assert invalidate(sample, "iron", MARCH + timedelta(days=1)) is None
    first.refresh_from_db()
    assert (first.newest, first.told, first.record) == (False, "", None) and quality(plant) is None
    assert Fact.objects.count() == 1 and "已撤回" in problem().steps.get().note


def test_a_second_unfit_sample_is_told_in_the_problem_that_stands(outlet: Point) -> None:
    review(sample_at(outlet, DAY), **BAD)
    review(sample_at(outlet, date(2026, 3, 9)), at=MARCH + timedelta(days=1), iron="0.9", turbidity="0.5")
    assert "铁 0.9" in problem().steps.get().note and Problem.objects.count() == 1


def test_a_household_of_its_own_and_a_school(cast: Cast) -> None:
    home = household(cast.village_b2, "H9", "王五")
    verdict = review(sample_at(point_at(cast, None, "household", household=home), DAY, scheme_class="decentralised"), iron="0.9", turbidity="0.5")
    assert (problem().subject_kind, problem().subject_id, verdict.told) == (SubjectKind.HOUSEHOLD, home.pk, "fail")
    school = Point.objects.create(division=cast.village_b1, path=cast.village_b1.path, county=cast.county, number="JC9", name="乙一村小学", shape="school",
                                  from_on=date(2026, 1, 1), added_at=MARCH)
    review(sample_at(school, DAY, scheme_class=""), **BAD)
    assert Problem.objects.get(subject_kind=SubjectKind.DIVISION).explanation.startswith("乙一村小学（学校）")
    assert not Fact.objects.filter(subject_kind=SubjectKind.DIVISION).exists()


def school(cast: Cast, number: str, name: str) -> Point:
    return Point.objects.create(division=cast.village_b1, path=cast.village_b1.path, county=cast.county, number=number, name=name, shape="school", from_on=date(2026, 1, 1), added_at=MARCH)


def test_a_problem_of_a_school_names_it_and_is_found_from_its_sample(cast: Cast) -> None:
    verdict = review(sample_at(school(cast, "JC9", "乙一村小学"), DAY, scheme_class=""), **BAD)
    row = problem()
    assert row.subject_name == "乙一村（乙一村小学）" and "铁 0.52（限值≤0.3 mg/L）" in row.explanation and "没有登记这个监测点供哪些农户" in row.explanation
    assert (row.path, verdict.problem) == (cast.village_b1.path, row)
    page = browser(cast.chen).get(f"/quality/samples/{verdict.sample_id}/").content.decode()
    assert f'href="/problems/{row.pk}/"' in page and row.number in page
    assert "乙一村小学" in browser(cast.chen).get(f"/problems/{row.pk}/").content.decode() and "乙一村小学" in browser(cast.chen).get("/problems/").content.decode()
    # A laboratory reads the number; problems are not its own.
    page = browser(person(Role.LABORATORY, cast.county)).get(f"/quality/samples/{verdict.sample_id}/").content.decode()
    assert row.number in page and f'href="/problems/{row.pk}/"' not in page


def test_one_good_school_does_not_say_that_another_of_its_village_is(cast: Cast) -> None:
    first, second = school(cast, "JC8", "乙一村小学"), school(cast, "JC9", "乙一村幼儿园")
    bad = review(sample_at(first, DAY, scheme_class=""), **BAD)
    review(sample_at(second, DAY, scheme_class=""), at=MARCH + timedelta(days=1), **BAD)
    assert Problem.objects.count() == 1 and "乙一村幼儿园" in problem().steps.get().note
    review(sample_at(first, date(2026, 3, 12), role="retest", of=bad.sample, scheme_class=""), at=MARCH + timedelta(days=5), **GOOD)
    assert "还有不合格的项目或监测点没有复检合格" in problem().steps.order_by("-pk").first().note
    review(sample_at(second, date(2026, 3, 13), scheme_class=""), at=MARCH + timedelta(days=6), **GOOD)
    assert "请核实后办理销号" in problem().steps.order_by("-pk").first().note


def test_a_school_that_was_not_tested_again_for_what_failed_is_not_cleared(cast: Cast) -> None:
    point = school(cast, "JC8", "乙一村小学")
    first = review(sample_at(point, DAY, scheme_class=""), **BAD)
    review(sample_at(point, date(2026, 3, 12), role="retest", of=first.sample, scheme_class=""), at=MARCH + timedelta(days=3), turbidity="0.2")
    assert "没有复检合格" in problem().steps.get().note


def test_the_clock_finds_what_nobody_judged(outlet: Point) -> None:
    sample = sample_at(outlet, DAY)
    for item, text in BAD.items():
        result_of(sample, item, text, at=MARCH)
    assert list(behind()) == [sample]
    assert judge_behind(at=MARCH + timedelta(minutes=1)) == 1 and judge_behind(at=MARCH + timedelta(minutes=2)) == 0 and problem().households_named == 2
    sample.results.filter(item="iron").update(state="invalid", settled_at=MARCH + timedelta(minutes=3))
    assert judge_behind(at=MARCH + timedelta(minutes=4)) == 1 and not behind().exists()
    sample.state, sample.voided_why = "voided", "瓶破"
    sample.save()
    assert judge_behind(at=MARCH + timedelta(minutes=5)) == 1 and not Verdict.objects.filter(newest=True).exists() and not behind().exists()


def test_nobody_waits_behind_what_cannot_be_judged(outlet: Point) -> None:
    only_measured, half, early, good = (sample_at(outlet, day) for day in (DAY, date(2026, 3, 6), date(2001, 3, 5), date(2026, 3, 7)))
    result_of(only_measured, "water_temperature", "12.5", at=MARCH)
    result_of(early, "iron", "0.1", at=MARCH)
    result_of(half, "iron", "0.1", at=MARCH)
    result_of(half, "turbidity", "0.5", at=MARCH, state="entered")
    assert not behind().exists()
    verdict = review(good, **GOOD)
    result_of(good, "water_temperature", "12.5", at=MARCH + timedelta(hours=1))
    assert list(behind()) == [good]
    assert judge_behind(at=MARCH + timedelta(hours=2)) == 0 and not behind().exists()
    verdict.refresh_from_db()
    assert verdict.newest and "water_temperature" not in {one["item"] for one in verdict.items}


def test_results_that_are_late_open_one_problem_and_being_done_is_told(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    keep_all(cast, adopt(cast))
    outlet = Point.objects.get(scheme=plant)
    sample = sample_at(outlet, DAY)
    due_at = due_of(sample)
    assert due_at == datetime(2026, 3, 19, 16, tzinfo=UTC), "ten working days, to the end of the day"
    assert tell_late(at=due_at) == 0 and not Overdue.objects.filter(sample=sample).exists()
    late = due_at + timedelta(seconds=30)
    assert tell_late(at=late) == 1
    row = Problem.objects.get(kind="management")
    assert (row.subject_id, row.source) == (plant.pk, "水质监测") and "应于 2026-03-19 前审核完成" in row.explanation
    assert tell_late(at=late + timedelta(minutes=1)) == 0 and Problem.objects.count() == 1 and not row.steps.exists()
    review(sample, at=late + timedelta(hours=1), **GOOD)
    assert tell_late(at=late + timedelta(hours=2)) == 1 and Overdue.objects.get(sample=sample).done_at is not None
    assert "已经补做" in row.steps.get().note and tell_late(at=late + timedelta(hours=3)) == 0


def test_tasks_that_went_by_are_told_once_for_each_scheme(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    keep_all(cast, adopt(cast))  # kept on 1 March: January and February were late before
    at = datetime(2026, 3, 31, 16, 0, 30, tzinfo=UTC)
    assert tell_late(at=at - timedelta(minutes=1)) == 0
    assert tell_late(at=at) == 1
    row = Problem.objects.get(kind="management")
    assert row.subject_id == plant.pk and "集镇供水每月检测" in row.explanation and "2026-03-31" in row.explanation
    assert tell_late(at=at + timedelta(minutes=1)) == 0
    assert tell_late(at=at + timedelta(days=30)) == 1 and "2026-04-30" in row.steps.get().note and Problem.objects.count() == 1


def test_what_is_late_at_a_school_is_told_in_its_village(cast: Cast) -> None:
    adopt(cast, "plan-county-water")
    school = Point.objects.create(division=cast.village_b1, path=cast.village_b1.path, county=cast.county, number="JC9", name="乙一村小学", shape="school",
                                  from_on=date(2026, 1, 1), added_at=MARCH)
    PointUse.objects.create(point=school, pack_id="plan-county-water", kind="school")
    at = datetime(2026, 12, 31, 16, 0, 30, tzinfo=UTC)
    assert tell_late(at=at - timedelta(days=150)) == 0 and tell_late(at=at - timedelta(minutes=1)) == 1
    row = Problem.objects.get(kind="management")
    assert (row.subject_kind, row.subject_id) == (SubjectKind.DIVISION, cast.village_b1.pk) and "乙一村小学" in row.explanation
