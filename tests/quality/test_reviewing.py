"""A whole workbook reviewed by a second person: never by who delivered it nor by who took the sample; what follows, follows as sample by sample."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import AT, Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quality.county import YEAR, adopt, browser, schemes
from quality.lab import TAKEN_ON, Lab, sample, workbook
from quality.test_unplanned import read
from wenqu.facts.models import Fact, Key
from wenqu.jobs.actions import run_job
from wenqu.jobs.models import Job, State
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.places.models import Duty
from wenqu.quality.models import Delivery, Result, Review, Sample, Verdict
from wenqu.quality.points.actions import add_points
from wenqu.quality.results.actions import return_results, review_results
from wenqu.quality.results.delivering import reviewing
from wenqu.quality.results.delivering.reviewing import review_of, submit_review
from wenqu.schemes.models import Scheme

HEAD = ["采样地点", "采样日期", "色度（度）", "浑浊度（NTU）", "砷（mg/L）"]
GOOD, BAD = ["5", "0.32", "<0.0005"], ["5", "0.32", "0.2"]


@pytest.fixture
def lab(cast: Cast) -> Lab:
    return Lab(cast)


def accept(lab: Lab, delivery: Delivery, count: int, by: Any = None) -> Job:
    job = submit_review(delivery=delivery, count=count, **lab.who(by or lab.second, timezone.now()))
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    return job


def delivered(lab: Lab, path: Path, rows: list[list[Any]], head: list[str] = HEAD) -> Delivery:
    """Taken with its samples, not reviewed."""
    return lab.take(read(lab, workbook(path, rows, head)))


def taps(lab: Lab, scheme: Scheme, *names: str) -> None:
    adoption = adopt(lab.cast, "plan-county-water")
    add_points(adoption=adoption, kind="plant_tap", names=names, scheme=scheme, from_on=date(YEAR, 1, 1), **lab.who(lab.ma))


def test_a_second_person_accepts_all_that_waits(lab: Lab, tmp_path: Path) -> None:
    works = schemes(lab.cast)[0]
    taps(lab, works, "龙头一")
    delivery = delivered(lab, tmp_path / "往年.xlsx", [["龙头一", "2026-01-05", *GOOD], ["龙头一", "2026-01-12", *BAD], [lab.school.name, "2026-01-05", *GOOD]])
    assert not Verdict.objects.exists()
    with pytest.raises(Refused, match="由另一个人"):
        submit_review(delivery=delivery, count=9, **lab.who(lab.ma))
    with pytest.raises(Refused, match="刚刚有变化"):
        submit_review(delivery=delivery, count=8, **lab.who(lab.second))
    job = accept(lab, delivery, 9)
    assert job.state == State.DONE and set(Result.objects.values_list("state", "settled_by")) == {("reviewed", lab.second.pk)}
    assert Review.objects.filter(opinion="accept", by=lab.second).count() == 9
    assert sorted(Verdict.objects.values_list("verdict", "newest")) == [("fit", True), ("fit", True), ("unfit", True)]
    problem = Problem.objects.get()
    assert (problem.kind, problem.subject_id) == ("bad_water", works.pk)
    assert "0.2" in problem.explanation and Verdict.objects.get(verdict="unfit").problem == problem, "the problem is there at once"
    assert list(Fact.objects.filter(key=Key.LAB_RESULT, subject_id=works.pk).order_by("observed_on").values_list("value", flat=True)) == ["pass", "fail"]
    with pytest.raises(Refused, match="没有等您审核"):
        submit_review(delivery=delivery, count=0, **lab.who(lab.second))
    assert AuditEntry.objects.filter(verb="review_delivery", subject=f"delivery:{delivery.pk}").count() == 1


def test_who_took_a_sample_leaves_its_results_to_another(lab: Lab, tmp_path: Path) -> None:
    mine = sample(lab.cast, "202602-00077", lab.school, by=lab.second)
    rows = [[one.number, TAKEN_ON.isoformat(), *GOOD] for one in (*lab.samples, mine)]
    delivery = lab.take(lab.read(workbook(tmp_path / "二月.xlsx", rows, ["样品编号", "采样日期", *HEAD[2:]])))
    assert accept(lab, delivery, 9).state == State.DONE
    assert set(mine.results.values_list("state", flat=True)) == {"entered"} and set(lab.samples[0].results.values_list("state", flat=True)) == {"reviewed"}
    page = browser(lab.second).get(reverse("quality:review-delivery", args=[delivery.pk])).content.decode()
    assert "审核通过全部" not in page and "待审核" in page


def test_what_was_returned_before_stays_returned(lab: Lab, tmp_path: Path) -> None:
    rows = [[one.number, TAKEN_ON.isoformat(), *GOOD] for one in lab.samples]
    delivery = lab.take(lab.read(workbook(tmp_path / "二月.xlsx", rows, ["样品编号", "采样日期", *HEAD[2:]])))
    doubted = lab.samples[0].results.get(item="arsenic")
    return_results(sample=lab.samples[0], picked={doubted.pk: doubted.version}, why="与原始记录不符", key="r", **lab.who(lab.second))
    accept(lab, delivery, 8)
    doubted.refresh_from_db()
    assert doubted.state == "returned" and Result.objects.filter(state="reviewed").count() == 8
    assert not lab.samples[0].verdicts.exists() and lab.samples[1].verdicts.filter(newest=True).count() == 1, "a sample is judged when nothing of it waits"


def test_the_whole_at_once_comes_to_the_same_as_sample_by_sample(lab: Lab, tmp_path: Path) -> None:
    one, _two, other, _four = schemes(lab.cast)
    taps(lab, one, "甲龙头", "甲龙头二")
    taps(lab, other, "乙龙头", "乙龙头二")
    days = [date(2026, 1, 3) + timedelta(days=4 * n) for n in range(8)]
    tested = [(("龙头二" if n % 3 == 2 else "龙头"), day, BAD if n in (1, 2, 6) else GOOD) for n, day in enumerate(days)]
    whole = delivered(lab, tmp_path / "甲.xlsx", [[f"甲{name}", day.isoformat(), *values] for name, day, values in tested])
    single = delivered(lab, tmp_path / "乙.xlsx", [[f"乙{name}", day.isoformat(), *values] for name, day, values in tested])
    accept(lab, whole, 24)
    for row in Sample.objects.filter(results__delivery=single).distinct().order_by("taken_at"):
        picked = {result.pk: result.version for result in row.results.all()}
        review_results(sample=row, picked=picked, key=f"k{row.pk}", **lab.who(lab.second, timezone.now()))

    def outcome(scheme: Scheme) -> tuple[Any, ...]:
        facts = Fact.objects.filter(key=Key.LAB_RESULT, subject_id=scheme.pk, record__withdrawn_at=None).order_by("observed_on").values_list("observed_on", "value")
        verdicts = Verdict.objects.filter(sample__point__scheme=scheme, newest=True).order_by("sample__taken_at").values_list("verdict", "told", "problem")
        problems = Problem.objects.filter(subject_id=scheme.pk)
        return list(facts), [(verdict, told, problem is not None) for verdict, told, problem in verdicts], [(row.kind, row.state) for row in problems]

    assert outcome(one) == outcome(other)
    assert [value for _day, value in outcome(one)[0]] == ["pass", "fail", "fail", "fail", "fail", "pass", "fail", "pass"]
    told = Problem.objects.get(subject_id=one.pk)
    assert "2026-01-27" in told.explanation and "此前另有 2 份水样不合格（最近几份采于 2026-01-07、2026-01-11）" in told.explanation


def test_few_statements_however_many_samples(lab: Lab, tmp_path: Path) -> None:
    works = schemes(lab.cast)[0]
    taps(lab, works, "龙头一")
    rows = [["龙头一", (date(2026, 1, 1) + timedelta(days=n)).isoformat(), *(BAD if n % 9 == 4 else GOOD)] for n in range(50)]
    delivery = delivered(lab, tmp_path / "往年.xlsx", rows)
    keys = list(Sample.objects.filter(results__delivery=delivery).values_list("pk", flat=True).distinct())
    entries = AuditEntry.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert reviewing.accept_chunk(delivery, keys, lab.second, timezone.now()) == 150
    assert len(asked) - (AuditEntry.objects.count() - entries) < 70, "an entry in the log for each verdict and fact, and nothing else for each"
    assert Verdict.objects.count() == 50


def test_a_killed_review_goes_on_with_what_still_waits(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "TOGETHER", 1)
    delivery = delivered(lab, tmp_path / "往年.xlsx", [[lab.school.name, f"2026-01-{day:02d}", *GOOD] for day in (5, 6, 7)])
    real, done = reviewing.all_changed, []

    def killed(*given: Any) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        real(*given)

    monkeypatch.setattr(reviewing, "all_changed", killed)
    job = submit_review(delivery=delivery, count=9, **lab.who(lab.second, timezone.now()))
    with pytest.raises(KeyboardInterrupt):
        run_job(job=job, clock=timezone.now)
    assert (Result.objects.filter(state="reviewed").count(), Review.objects.count(), Verdict.objects.count()) == (3, 3, 1)
    monkeypatch.setattr(reviewing, "all_changed", real)
    run_job(job=Job.objects.get(pk=job.pk), clock=timezone.now)
    assert (Result.objects.filter(state="reviewed").count(), Review.objects.count(), Verdict.objects.count()) == (9, 9, 3)


def test_whoever_lost_the_duty_accepts_nothing(lab: Lab, tmp_path: Path) -> None:
    delivery = delivered(lab, tmp_path / "往年.xlsx", [[lab.school.name, "2026-01-05", *GOOD]])
    job = submit_review(delivery=delivery, count=3, **lab.who(lab.second, AT))
    Duty.objects.filter(account=lab.second).update(to_on=date(2026, 1, 31))
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    assert job.state == State.FAILED and not Review.objects.exists()


def test_the_page_offers_and_shows_it(lab: Lab, tmp_path: Path) -> None:
    delivery = delivered(lab, tmp_path / "往年.xlsx", [[lab.school.name, "2026-01-05", *GOOD], [lab.school.name, "2026-01-06", *BAD]])
    mine, url = browser(lab.second), reverse("quality:review-delivery", args=[delivery.pk])
    assert url in mine.get(reverse("quality:results")).content.decode()
    page = mine.get(url).content.decode()
    assert "审核通过全部 2 个样品的 6 项" in page and "0.2" in page
    accepting = reverse("quality:accept-delivery", args=[delivery.pk])
    assert mine.post(accepting, {"count": "5"}).status_code == 409 and not Job.objects.filter(kind="quality_review").exists()
    assert mine.post(accepting, {"count": "6"}).status_code == 302
    assert "审核检测报表" in mine.get(url).content.decode() and mine.get(reverse("quality:review-progress", args=[delivery.pk])).status_code == 200
    job = review_of(delivery)
    assert job is not None
    run_job(job=job, clock=timezone.now)
    assert "HX-Refresh" in mine.get(reverse("quality:review-progress", args=[delivery.pk])).headers
    page = mine.get(url).content.decode()
    assert "审核通过全部" not in page and "已审核" in page and url not in mine.get(reverse("quality:results")).content.decode()
    assert browser(lab.taker).get(url).status_code in (403, 404) and browser(lab.taker).post(accepting, {"count": "6"}).status_code in (403, 404)
