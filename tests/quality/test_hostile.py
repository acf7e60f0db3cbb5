"""What would lose a result, let it count unreviewed, or tell something that is not so."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from stages import household, scheme, supply

from quality.county import adopt, browser, keep_all, person, schemes
from quality.lab import TAKEN_ON, Lab, workbook
from quality.sampled import BAD, GOOD, MARCH, point_at, result_of, review, sample_at, today
from wenqu.facts.models import SubjectKind
from wenqu.facts.queries import known_facts
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE, area_of
from wenqu.quality.effects.overdue import due_of
from wenqu.quality.effects.overdue import tick as tell_late
from wenqu.quality.models import Delivery, Overdue, Point, Result, Review, Sample, Verdict
from wenqu.quality.plans.actions import drop_plan
from wenqu.quality.results.actions import enter_results, invalidate_results, review_results
from wenqu.quality.results.delivering.actions import submit_take
from wenqu.quality.results.reading import Answer
from wenqu.quality.samples.actions import (
    Handed,
    Taking,
    hand_over,
    receive,
    take_sample,
    untake,
    void_sample,
)
from wenqu.quality.samples.numbering import sample_number
from wenqu.quality.samples.planning import plan_retest
from wenqu.quality.verdicts.actions import judge_sample_now
from wenqu.quality.verdicts.keeping import tick as judge_behind
from wenqu.schemes.models import Scheme

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)
WHO: dict[str, Any] = {"area": EVERYWHERE, "by": SYSTEM, "at": AT}


@pytest.fixture
def lab(cast: Cast) -> Lab:
    return Lab(cast)


@pytest.fixture
def plant(cast: Cast) -> Scheme:
    row = scheme(cast.town_a, "S1", "甲镇水厂", "large", disinfection="次氯酸钠")
    supply(household(cast.village_a1, "H1"), row)
    return row


@pytest.fixture
def outlet(cast: Cast, plant: Scheme) -> Point:
    return point_at(cast, plant)


def quality(plant: Scheme) -> str | None:
    known = known_facts([(SubjectKind.SCHEME, plant.pk)], as_of=date(2026, 12, 31))[(SubjectKind.SCHEME, plant.pk)]
    return known["lab_result"].value if "lab_result" in known else None


def at_hour(sample: Sample, hour: int) -> Sample:
    assert sample.taken_at is not None
    sample.taken_at = sample.taken_at.replace(hour=hour)
    sample.save(update_fields=["taken_at"])
    return sample


# A request's key names one request: a page that is gone back to must not say that something was done.

def test_a_page_gone_back_to_does_not_pretend_to_have_invalidated(lab: Lab) -> None:
    one = lab.samples[0]
    rows = enter_results(sample=one, answers={"colour": Answer("5", "度"), "turbidity": Answer("0.5", "NTU")}, laboratory=None, key="e", **lab.who(lab.ma))
    first, second = ({row.pk: row.version} for row in rows)
    review_results(sample=one, picked=first, key="page", **lab.who(lab.second))
    for again in (
        lambda: invalidate_results(sample=one, picked=second, why="污染", key="page", **lab.who(lab.second)),
        lambda: review_results(sample=one, picked=second, key="page", **lab.who(lab.second)),
        lambda: enter_results(sample=lab.samples[1], answers={"colour": Answer("5", "度")}, laboratory=None, key="e", **lab.who(lab.ma)),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.code == "key_used"
    assert Review.objects.count() == 1 and Result.objects.filter(state="entered").count() == 1


def test_steps_and_retests_of_another_sample_or_kind_are_other_requests(cast: Cast, outlet: Point) -> None:
    one, other = (sample_at(outlet, date(2026, 2, 20), state="taken", received_at=None) for _each in range(2))
    lab = person(Role.LABORATORY, cast.county)
    hand_over(samples=[one], told=Handed(AT, "王", "李"), key="page", **WHO)
    with pytest.raises(Refused, match="另一次办理"):
        receive(samples=[one], told=Handed(AT, "王", "李", True), key="page", area=area_of(lab, TODAY), by=lab, at=AT)
    plan_retest(sample=one, planned_on=TODAY, key="r", **WHO)
    with pytest.raises(Refused, match="另一次办理"):
        plan_retest(sample=other, planned_on=TODAY, key="r", **WHO)
    void_sample(sample=one, why="瓶破", key="v", **WHO)
    with pytest.raises(Refused, match="另一次办理"):
        void_sample(sample=other, why="瓶破", key="v", **WHO)
    assert Sample.objects.get(pk=other.pk).state == "taken"


# A second person.

def test_who_uploaded_a_workbook_does_not_review_it_though_another_took_it(lab: Lab, tmp_path: Path) -> None:
    delivery = lab.read(workbook(tmp_path / "a.xlsx", lab.rows()))
    Delivery.objects.filter(pk=delivery.pk).update(by=lab.second)
    lab.take(delivery)
    one = lab.samples[0]
    picked = dict(one.results.values_list("pk", "version"))
    with pytest.raises(Refused, match="您自己上传的"):
        review_results(sample=one, picked=picked, key="r", **lab.who(lab.second))
    assert "待审核（项）" not in browser(lab.second).get("/").content.decode()
    third = person(Role.COUNTY_DISPATCHER, lab.cast.county)
    assert len(review_results(sample=one, picked=picked, key="r", **lab.who(third))) == 4


def test_a_number_is_known_however_the_laboratory_wrote_it_and_is_one_sample(lab: Lab, tmp_path: Path) -> None:
    number = sample_number(date(2026, 2, 1), 12)
    Sample.objects.filter(pk=lab.samples[0].pk).update(number=number)
    bare, wide = number.replace("-", ""), number.replace("-", "－")
    day = TAKEN_ON.isoformat()
    rows = [[bare, day, "5", "0.32", "<0.0005", "未检出"], [wide, day, "5", "0.9", "", ""], [number, day, "", "", "", ""]]
    delivery = lab.read(workbook(tmp_path / "a.xlsx", rows))
    assert delivery.told["counts"] == {"new": 4, "same": 1, "has_result": 1}
    assert lab.take(delivery).counts == {"new": 4, "same": 1, "has_result": 1}
    assert dict(lab.samples[0].results.values_list("item", "written")) == {"colour": "5", "turbidity": "0.32", "arsenic": "<0.0005", "total_coliform": "未检出"}


def test_a_workbook_whose_job_is_not_done_is_not_queued_twice(lab: Lab, tmp_path: Path) -> None:
    delivery = lab.take(lab.read(workbook(tmp_path / "a.xlsx", lab.rows())))
    with pytest.raises(Refused, match="刚刚被别人处理过"):
        submit_take(delivery=delivery, version=delivery.version - 1, **lab.who(lab.ma))
    assert lab.take(delivery).counts == {"same": 12} and Result.objects.count() == 12


# What is known of the water follows the hour of sampling, not who reviewed last.

@pytest.mark.parametrize("unfit_first", [True, False])
def test_a_retest_of_the_same_day_is_what_counts_in_whatever_order_they_are_reviewed(plant: Scheme, outlet: Point, unfit_first: bool) -> None:
    bad = at_hour(sample_at(outlet, DAY), 1)
    good = at_hour(sample_at(outlet, DAY, role="retest", of=bad), 8)
    for number, (sample, written) in enumerate(((bad, BAD), (good, GOOD)) if unfit_first else ((good, GOOD), (bad, BAD))):
        review(sample, at=MARCH + timedelta(hours=number), **written)
    assert quality(plant) == "pass" and set(Verdict.objects.values_list("verdict", flat=True)) == {"fit", "unfit"}


def test_an_older_sample_that_is_reviewed_later_does_not_hide_the_newer(plant: Scheme, outlet: Point) -> None:
    review(sample_at(outlet, date(2026, 3, 9)), **BAD)
    review(sample_at(outlet, DAY), at=MARCH + timedelta(days=1), **GOOD)
    assert quality(plant) == "fail"


def test_an_unfit_sample_that_is_reviewed_after_its_retest_tells_of_it(plant: Scheme, outlet: Point) -> None:
    retest = sample_at(outlet, date(2026, 3, 9), role="retest", of=sample_at(outlet, DAY))
    review(retest, **GOOD)
    review(retest.of, at=MARCH + timedelta(days=1), **BAD)
    (step,) = Problem.objects.get(kind="bad_water").steps.all()
    assert quality(plant) == "pass" and "2026-03-09采的水样复检合格，请核实后办理销号" in step.note


def test_one_school_that_is_fit_does_not_clear_another_of_the_village(cast: Cast) -> None:
    schools = [Point.objects.create(
        division=cast.village_a1, path=cast.village_a1.path, county=cast.county, number=f"JC{name}", name=name, shape="school", from_on=date(2026, 1, 1), added_at=AT) for name in ("东校", "西校")]
    bad = sample_at(schools[0], DAY, scheme_class="")
    review(bad, **BAD)
    review(sample_at(schools[1], date(2026, 3, 6), scheme_class=""), at=MARCH + timedelta(days=1), **GOOD)
    review(sample_at(schools[0], date(2026, 3, 7), scheme_class="", role="retest", of=bad), at=MARCH + timedelta(days=2), turbidity="0.5")
    review(sample_at(schools[0], date(2026, 3, 8), scheme_class="", role="retest", of=bad), at=MARCH + timedelta(days=3), **GOOD)
    other, part, whole = Problem.objects.get(kind="bad_water").steps.order_by("pk").values_list("note", flat=True)
    assert "没有复检合格" in other and "没有复检合格" in part and "销号" not in other + part and "请核实后办理销号" in whole


def test_a_retest_of_a_retest_clears_what_the_first_left(plant: Scheme, outlet: Point) -> None:
    first = review(sample_at(outlet, DAY), iron="0.52", turbidity="9")
    second = review(sample_at(outlet, date(2026, 3, 6), role="retest", of=first.sample), at=MARCH + timedelta(days=1), iron="0.1", turbidity="8")
    assert quality(plant) == "fail"
    review(sample_at(outlet, date(2026, 3, 7), role="retest", of=second.sample), at=MARCH + timedelta(days=2), turbidity="0.5")
    assert quality(plant) == "pass"


def test_a_retest_is_asked_for_what_failed_though_no_plan_asked_for_it(outlet: Point) -> None:
    sample = sample_at(outlet, date(2026, 2, 20))
    review(sample, **BAD, lead="0.5")
    retest = plan_retest(sample=sample, planned_on=TODAY, key="r", **WHO)
    assert set(retest.items) == {"iron", "turbidity", "lead"} and retest.items[:2] == sample.items


# A record of sampling that is corrected does not pull the sample away from under its results.

def test_a_sample_that_was_tested_stays_taken_when_its_record_is_withdrawn(plant: Scheme, outlet: Point) -> None:
    sample = sample_at(outlet, DAY, state="planned", taken_at=None, received_at=None)
    take_sample(sample=sample, told=Taking(AT, measures={"ph": "7.2"}), key="record-1", **WHO)
    result_of(sample, "ph_paper", "1", state="invalid", at=MARCH)
    review(Sample.objects.get(pk=sample.pk), **BAD)
    sample.results.filter(item="ph").update(state="reviewed", settled_at=MARCH)
    assert judge_sample_now(sample=sample, by=SYSTEM, at=MARCH) is not None
    results, samples = untake(keys=["record-1"], by=SYSTEM, at=MARCH + timedelta(hours=1))
    assert ([row.item for row in results], samples) == (["ph"], []) and Sample.objects.get(pk=sample.pk).state == "taken"
    assert Verdict.objects.get(newest=True).verdict == "unfit" and quality(plant) == "fail"
    assert review(sample_at(outlet, date(2026, 3, 9)), at=MARCH + timedelta(days=1), **GOOD).told == "pass"


# What was measured in the field is no result of the laboratory.

def test_chlorine_of_the_field_says_nothing_good_of_water_that_nobody_tested(plant: Scheme, outlet: Point) -> None:
    sample = sample_at(outlet, DAY, items=["free_chlorine", "iron", "turbidity"])
    result_of(sample, "free_chlorine", "0.5", at=MARCH, origin="field")
    assert judge_sample_now(sample=sample, by=SYSTEM, at=MARCH) is None and quality(plant) is None
    assert review(sample, **GOOD).verdict == "fit" and quality(plant) == "pass"


def test_chlorine_of_the_field_is_judged_where_nothing_else_is_asked_or_it_is_unfit(outlet: Point) -> None:
    sample = sample_at(outlet, DAY, items=["free_chlorine"])
    result_of(sample, "free_chlorine", "0.5", at=MARCH, origin="field")
    other = sample_at(outlet, DAY, items=["free_chlorine", "iron"])
    result_of(other, "free_chlorine", "5", at=MARCH, origin="field")
    assert [judge_sample_now(sample=each, by=SYSTEM, at=MARCH).verdict for each in (sample, other)] == ["fit", "unfit"]  # type: ignore[union-attr]


def late_sample(cast: Cast) -> tuple[Sample, datetime]:
    plant, *_others = schemes(cast)
    keep_all(cast, adopt(cast))
    sample = sample_at(Point.objects.get(scheme=plant), DAY)
    due_at = due_of(sample)
    assert due_at is not None
    return sample, due_at + timedelta(minutes=1)


def test_results_of_the_laboratory_are_late_though_the_field_is_reviewed(cast: Cast) -> None:
    sample, late = late_sample(cast)
    result_of(sample, "ph", "7.2", at=MARCH, origin="field")
    judge_sample_now(sample=sample, by=SYSTEM, at=MARCH)
    assert tell_late(at=late) == 1 and Overdue.objects.get().sample == sample


def test_a_void_sample_is_not_told_as_done(cast: Cast) -> None:
    sample, late = late_sample(cast)
    assert tell_late(at=late) == 1
    void_sample(sample=sample, why="瓶破", key="v", area=area_of(lab := person(Role.LABORATORY, cast.county), TODAY), by=lab, at=late)
    assert tell_late(at=late + timedelta(hours=1)) == 1
    note = Problem.objects.get(kind="management").steps.get().note
    assert "没有补做" in note and "已经补做" not in note


def test_a_plan_that_is_dropped_is_not_told_as_done(cast: Cast) -> None:
    schemes(cast)
    adoption = adopt(cast)
    keep_all(cast, adoption)
    at = datetime(2026, 3, 31, 16, 0, 30, tzinfo=UTC)
    assert tell_late(at=at) >= 1
    drop_plan(adoption=adoption, document="清卫发〔2026〕9号", area=area_of(cast.chen, TODAY), by=cast.chen, at=at)
    assert tell_late(at=at + timedelta(hours=1)) >= 1
    assert not Overdue.objects.filter(done_at=None).exists()
    assert all("没有补做" in step.note for row in Problem.objects.filter(kind="management") for step in row.steps.filter(transition="inform"))


def test_the_clock_reaches_whoever_stands_behind_many_that_wait(outlet: Point) -> None:
    samples = [sample_at(outlet, DAY)]
    samples += Sample.objects.bulk_create([
        Sample(division_id=outlet.division_id, path=outlet.path, county=outlet.county, number=f"W{n}", point=outlet, state="received", taken_at=MARCH, received_at=MARCH,
               items=["iron", "turbidity"], made_at=MARCH) for n in range(500)])
    Result.objects.bulk_create([
        Result(division_id=outlet.division_id, path=outlet.path, sample=each, item=item, written="0.1", value="0.1", origin="hand", state=state, entered_at=MARCH, settled_at=MARCH)
        for each in samples for item, state in (("iron", "reviewed"), ("turbidity", "entered"))])
    last = sample_at(outlet, date(2026, 3, 9))
    for item, text in GOOD.items():
        result_of(last, item, text, at=MARCH)
    assert judge_behind(at=MARCH) == 1 and Verdict.objects.get().sample == last


def test_a_household_that_left_has_no_problem_of_its_water(cast: Cast) -> None:
    home = household(cast.village_a1, "H9")
    point = point_at(cast, None, "household", household=home)
    home.left_on = date(2026, 3, 1)
    home.save(update_fields=["left_on"])
    verdict = review(sample_at(Point.objects.get(pk=point.pk), DAY, scheme_class="decentralised"), **BAD)
    assert verdict.verdict == "unfit" and verdict.problem is None and not Problem.objects.exists()


# Files that leave.

def test_no_cell_of_the_upload_file_is_a_formula(cast: Cast, outlet: Point) -> None:
    review(sample_at(outlet, DAY), **GOOD)
    for item, method in (("iron", "-2+3+cmd|' /C calc'!A0"), ("turbidity", "＝1+1")):
        Result.objects.filter(item=item).update(method=method)
    result_of(Sample.objects.get(), "water_temperature", "-3.5", at=MARCH)
    data = browser(person(Role.LABORATORY, cast.county)).get("/quality/upload.csv?year=2026").content.decode("utf-8-sig")
    rows = {row["item"]: row for row in csv.DictReader(StringIO(data))}
    assert (rows["iron"]["method"], rows["turbidity"]["method"]) == ("'-2+3+cmd|' /C calc'!A0", "'＝1+1") and rows["water_temperature"]["written"] == "-3.5"


@pytest.mark.parametrize("written", ["1e-400", "10^-99", "0." + "0" * 40 + "1"])
def test_a_reading_that_no_instrument_shows_is_refused_with_a_sentence(outlet: Point, written: str) -> None:
    sample = sample_at(outlet, DAY, state="planned", taken_at=None, received_at=None)
    with pytest.raises(Refused, match="不是读数"):
        take_sample(sample=sample, told=Taking(AT, measures={"ph": written}), key="t", **WHO)


def test_names_are_text_on_every_page_and_a_blank_has_its_pages(cast: Cast) -> None:
    bad = "<script>alert(1)</script>"
    plant = scheme(cast.town_a, "S1", bad, "large")
    point = point_at(cast, plant, name=bad, place=bad)
    sample = sample_at(point, today(), note=bad, taken_by_name=bad, trip="CY00001", planned_on=today())
    blank = sample_at(point, today(), role="field_blank", trip="CY00001", planned_on=today())
    Sample.objects.filter(pk=blank.pk).update(point=None)
    result_of(sample, "visible_matter", "有<img src=x>", at=MARCH, sign="detected", value="", method=bad)
    result_of(blank, "iron", "<0.01", at=MARCH)
    review(sample, **BAD)
    client = browser(person(Role.COUNTY_REVIEWER, cast.county))
    pages = [f"/quality/{where}/{one.pk}/{page}" for one in (sample, blank) for where, page in (
        ("samples", ""), ("samples", "trip/"), ("samples", "labels/"), ("samples", "verdict/"), ("results", ""))]
    pages += [f"/quality/points/{point.pk}/", f"/quality/points/{point.pk}/trend/?item=iron", "/quality/", "/quality/samples/", "/quality/results/?tab=all", "/quality/rates/", "/quality/notice/"]
    sheet = client.get("/quality/notice/").content.decode()
    pages.append("/quality/public/" + sheet.split("/quality/public/")[1].split('"')[0])
    for page in pages:
        answer = client.get(page)
        text = answer.content.decode()
        assert answer.status_code == 200 and bad not in text and "<img src=x>" not in text, page
