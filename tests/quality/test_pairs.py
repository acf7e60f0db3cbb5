"""Two at once on PostgreSQL: nobody waits for ever, nothing is lost, doubled or judged by what somebody else is just changing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import AT, TODAY, Cast, make_cast
from django.db import connection, transaction
from stages import household, scheme, supply

from quality.county import adopt, keep_all, person, schemes
from quality.lab import Lab, workbook
from quality.sampled import BAD, GOOD, MARCH, point_at, result_of, review, sample_at
from wenqu.facts.models import SubjectKind
from wenqu.facts.queries import known_facts
from wenqu.households.following import follow
from wenqu.households.holding import hold
from wenqu.judging.spot import lock_counties
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.ledger.opening.actions import open_problems
from wenqu.ledger.opening.finding import Finding
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE, area_of
from wenqu.quality.effects.overdue import Late, tell_overdue
from wenqu.quality.models import Custody, Delivery, Overdue, Point, Result, Review, Sample, Verdict
from wenqu.quality.results.actions import (
    correct_result,
    enter_results,
    invalidate_results,
    review_results,
)
from wenqu.quality.results.delivering.actions import submit_take, take_delivery
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
from wenqu.quality.samples.planning import plan_retest, plan_samples
from wenqu.quality.samples.trips import Extras, Wish
from wenqu.quality.verdicts.actions import judge_sample_now
from wenqu.rulebook.quality.plans import Window

pytestmark = [pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"), pytest.mark.django_db(transaction=True)]
WHO: dict[str, Any] = {"area": EVERYWHERE, "by": SYSTEM, "at": AT}
DAY = date(2026, 2, 20)


class Other:
    """The other one: `begin` lets it run until it waits for a lock or is done; `outcome` is what it gave, or how it was refused."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.told: list[Any] = []
        self.thread = threading.Thread(target=self._run, args=[act])

    def _run(self, act: Callable[[], Any]) -> None:
        try:
            self.told.append(act())
        except BaseException as error:
            self.told.append(error)
        finally:
            connection.close()

    def begin(self) -> None:
        self.thread.start()
        while self.thread.is_alive() and not self._waits():
            self.thread.join(0.02)

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    @property
    def outcome(self) -> Any:
        (one,) = self.told
        if isinstance(one, BaseException) and not isinstance(one, Refused):
            raise one
        return one


@contextmanager
def beside(act: Callable[[], Any]) -> Iterator[Other]:
    """The block is one transaction, in the midst of which the other one begins."""
    other = Other(act)
    with transaction.atomic():
        yield other
    other.thread.join(60)
    assert not other.thread.is_alive()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def picked(sample: Sample) -> dict[int, int]:
    return dict(sample.results.filter(state__in=["entered", "reviewed", "returned"]).values_list("pk", "version"))


def entered(sample: Sample, **written: str) -> Sample:
    for item, text in written.items():
        result_of(sample, item, text, state="entered")
    return sample


def accept(sample: Sample, key: str = "r", at: Any = MARCH) -> list[Result]:
    return review_results(sample=sample, picked=picked(sample), key=key, area=EVERYWHERE, by=SYSTEM, at=at)


def plant_of(cast: Cast) -> Any:
    row = scheme(cast.town_a, "S1", "甲镇水厂", "large", disinfection="次氯酸钠")
    supply(household(cast.village_a1, "H1"), row)
    return row


def test_two_points_of_one_scheme_reviewed_at_once_know_of_each_other(cast: Cast) -> None:
    plant = plant_of(cast)
    bad, good = entered(sample_at(point_at(cast, plant, "tap"), DAY), **BAD), entered(sample_at(point_at(cast, plant), date(2026, 2, 25)), **GOOD)
    with beside(lambda: accept(good, "r2")) as other:
        accept(bad, "r1")
        other.begin()
    assert [one.state for one in other.outcome] == ["reviewed", "reviewed"]
    known = known_facts([(SubjectKind.SCHEME, plant.pk)], as_of=date(2026, 3, 31))[(SubjectKind.SCHEME, plant.pk)]
    assert known["lab_result"].value == "fail" and Verdict.objects.get(sample=good).told == "fail"


def test_two_unfit_samples_of_one_scheme_at_once_are_one_problem(cast: Cast) -> None:
    plant = plant_of(cast)
    first, second = (entered(sample_at(point_at(cast, plant, shape), DAY), **BAD) for shape in ("outlet", "tap"))
    with beside(lambda: accept(second, "r2", MARCH + timedelta(seconds=1))) as other:
        accept(first, "r1")
        other.begin()
    assert len(other.outcome) == 2
    row = Problem.objects.get(kind="bad_water")
    assert set(Verdict.objects.values_list("problem", flat=True)) == {row.pk} and row.steps.filter(transition="inform").count() == 1


def test_a_run_of_judging_and_a_review_do_not_wait_for_each_other(cast: Cast) -> None:
    plant = plant_of(cast)
    review(sample_at(point_at(cast, plant), DAY), **BAD)
    sample = entered(sample_at(point_at(cast, plant, "tap"), DAY), **BAD)
    finding = Finding("bad_water", False, SubjectKind.SCHEME, plant.pk, plant.name, plant.division_id, plant.path, "test", "不合格")
    with beside(lambda: accept(sample)) as other:
        lock_counties(cast.county.path)
        other.begin()
        open_problems(findings=[finding], source="评价", path=cast.county.path, on=DAY, by=SYSTEM, at=MARCH)
    assert [one.state for one in other.outcome] == ["reviewed", "reviewed"] and Problem.objects.count() == 1


def test_a_retest_is_planned_while_its_sample_is_reviewed(cast: Cast) -> None:
    sample = entered(sample_at(point_at(cast, plant_of(cast)), DAY), **BAD)
    with beside(lambda: accept(sample)) as other:
        lock_counties(cast.county.path)
        other.begin()
        retest = plan_retest(sample=sample, planned_on=AT.date(), key="t", **WHO)
    assert len(other.outcome) == 2 and retest.of_id == sample.pk


def test_a_household_moves_while_its_water_is_reviewed(cast: Cast) -> None:
    home = household(cast.village_a1, "H9")
    sample = entered(sample_at(point_at(cast, None, "household", household=home), DAY, scheme_class="decentralised"), **BAD)
    with beside(lambda: accept(sample)) as other:
        lock_counties(cast.county.path)
        hold(home.pk)
        other.begin()
        home.division, home.path = cast.village_b1, cast.village_b1.path
        home.save(update_fields=["division", "path"])
        follow([home.pk])
    assert len(other.outcome) == 2
    assert set(Verdict.objects.values_list("path", flat=True)) == set(Sample.objects.values_list("path", flat=True)) == {cast.village_b1.path}
    assert Problem.objects.get(kind="bad_water").path == cast.village_b1.path


def test_a_record_is_withdrawn_while_its_measurements_are_reviewed(cast: Cast) -> None:
    sample = sample_at(point_at(cast, plant_of(cast)), DAY, state="planned", taken_at=None, received_at=None, items=["ph"])
    take_sample(sample=sample, told=Taking(AT, measures={"ph": "7.2"}), key="record-1", **WHO)
    with beside(lambda: untake(keys=["record-1"], by=SYSTEM, at=MARCH)) as other:
        accept(sample)
        assert Verdict.objects.get().verdict == "fit"
        other.begin()
    results, samples = other.outcome
    assert (len(results), len(samples)) == (1, 1) and Result.objects.get().state == "invalid" and not Verdict.objects.filter(newest=True).exists()


def test_who_reviews_holds_what_a_withdrawal_holds_in_the_same_order(cast: Cast) -> None:
    sample = sample_at(point_at(cast, plant_of(cast)), DAY, state="planned", taken_at=None, received_at=None, items=["ph"])
    take_sample(sample=sample, told=Taking(AT, measures={"ph": "7.2"}), key="record-1", **WHO)
    with beside(lambda: untake(keys=["record-1"], by=SYSTEM, at=MARCH)) as other:
        list(Sample.objects.select_for_update(no_key=True).filter(pk=sample.pk))
        other.begin()
        list(Result.objects.select_for_update(no_key=True).filter(sample=sample))
    assert len(other.outcome[0]) == 1


def test_one_sample_is_taken_handed_over_received_and_voided_once(cast: Cast) -> None:
    sample = sample_at(point_at(cast, plant_of(cast)), DAY, state="planned", taken_at=None, received_at=None)
    handed, by = Handed(AT, "王", "李", True), person(Role.LABORATORY, cast.county)
    who = {"area": area_of(by, TODAY), "by": by, "at": AT}
    steps: list[Callable[[str], Any]] = [
        lambda key: take_sample(sample=sample, told=Taking(AT), key=key, **WHO), lambda key: receive(samples=[sample], told=handed, key=key, **who),
        lambda key: void_sample(sample=sample, why="瓶破", key=key, **who)]
    for number, step in enumerate(steps):
        with beside(lambda step=step, number=number: step(f"b{number}")) as other:  # type: ignore[misc]
            step(f"a{number}")
            other.begin()
        assert isinstance(other.outcome, Refused) and other.outcome.code == "wrong_state"
    assert list(Custody.objects.values_list("step", flat=True)) == ["taken", "received", "voided"]


def test_a_sample_is_voided_while_it_is_handed_over(cast: Cast) -> None:
    sample = sample_at(point_at(cast, plant_of(cast)), DAY, state="taken", received_at=None)
    with beside(lambda: hand_over(samples=[sample], told=Handed(AT, "王", "李"), key="h", **WHO)) as other:
        void_sample(sample=sample, why="瓶破", key="v", **WHO)
        other.begin()
    assert isinstance(other.outcome, Refused) and Sample.objects.get(pk=sample.pk).state == "voided"


def test_the_same_request_twice_at_once_is_one(cast: Cast) -> None:
    sample = entered(sample_at(point_at(cast, plant_of(cast)), DAY), **BAD)
    asked = picked(sample)
    with beside(lambda: review_results(sample=sample, picked=asked, key="r", area=EVERYWHERE, by=SYSTEM, at=MARCH)) as other:
        accept(sample)
        other.begin()
    assert len(other.outcome) == 2 and Review.objects.count() == 2 and Verdict.objects.count() == 1


def test_two_who_settle_the_same_results(cast: Cast) -> None:
    sample = entered(sample_at(point_at(cast, plant_of(cast)), DAY), **BAD)
    asked = picked(sample)
    with beside(lambda: invalidate_results(sample=sample, picked=asked, why="污染", key="i", area=EVERYWHERE, by=SYSTEM, at=MARCH)) as other:
        accept(sample)
        other.begin()
    assert isinstance(other.outcome, Refused) and other.outcome.code == "changed_meanwhile"
    assert set(Result.objects.values_list("state", flat=True)) == {"reviewed"} and Review.objects.count() == 2


def test_a_correction_while_the_verdict_is_written_takes_it_back(cast: Cast) -> None:
    sample = entered(sample_at(point_at(cast, plant_of(cast)), DAY), **GOOD)
    iron = sample.results.get(item="iron")
    with beside(lambda: correct_result(result=iron, version=iron.version + 1, answer=Answer("0.52", "mg/L"), why="抄错", key="c", area=EVERYWHERE, by=SYSTEM, at=MARCH)) as other:
        accept(sample)
        other.begin()
    assert other.outcome.instead_of_id == iron.pk
    assert not Verdict.objects.filter(newest=True).exists() and Verdict.objects.get().verdict == "fit"


def test_accepting_what_its_author_just_corrected_is_refused(cast: Cast) -> None:
    sample = entered(sample_at(point_at(cast, plant_of(cast)), DAY), iron="0.1")
    iron, asked = sample.results.get(), picked(sample)
    with beside(lambda: review_results(sample=sample, picked=asked, key="r", area=EVERYWHERE, by=SYSTEM, at=MARCH)) as other:
        correct_result(result=iron, version=1, answer=Answer("0.52", "mg/L"), why="抄错", key="c", area=EVERYWHERE, by=SYSTEM, at=MARCH)
        other.begin()
    assert isinstance(other.outcome, Refused) and not Verdict.objects.exists() and not Review.objects.exists()


def test_two_workers_judge_the_same_results_once(cast: Cast) -> None:
    sample = sample_at(point_at(cast, plant_of(cast)), DAY)
    for item, text in BAD.items():
        result_of(sample, item, text, at=MARCH)
    with beside(lambda: judge_sample_now(sample=sample, by=SYSTEM, at=MARCH)) as other:
        first = judge_sample_now(sample=sample, by=SYSTEM, at=MARCH)
        other.begin()
    assert other.outcome == first and Verdict.objects.count() == Problem.objects.filter(kind="bad_water").count() == 1


def test_what_is_late_is_told_once_by_two_workers(cast: Cast) -> None:
    point = point_at(cast, plant_of(cast))
    late = Late("results:1", point, None, "逾期", DAY)
    with beside(lambda: tell_overdue(late=late, by=SYSTEM, at=MARCH)) as other:
        assert tell_overdue(late=late, by=SYSTEM, at=MARCH)
        other.begin()
    assert other.outcome is False and Overdue.objects.count() == Problem.objects.count() == 1


def test_numbers_given_out_at_once_differ(cast: Cast) -> None:
    sample = sample_at(point_at(cast, plant_of(cast)), DAY)
    with beside(lambda: plan_retest(sample=sample, planned_on=AT.date(), key="b", **WHO)) as other:
        mine = plan_retest(sample=sample, planned_on=AT.date(), key="a", **WHO)
        other.begin()
    assert mine.number != other.outcome.number and Sample.objects.filter(role="retest").count() == 2


def test_two_who_plan_the_same_task_at_once_plan_it_once(cast: Cast) -> None:
    schemes(cast)
    adoption = adopt(cast)
    keep_all(cast, adoption)
    point, year = Point.objects.order_by("pk")[0], Window("2026", ((date(2026, 1, 1), date(2026, 12, 31)),))

    def plan(key: str) -> list[Sample]:
        wish = Wish(point.pk, adoption.edition_id, "t", ("ph",), year, seen=0)
        return plan_samples(county=cast.county, wishes=[wish], extras=Extras(0, 0, 0, 0), planned_on=TODAY, key=key, **WHO)

    with beside(lambda: plan("b")) as other:
        assert len(plan("a")) == 1
        other.begin()
    assert isinstance(other.outcome, Refused) and other.outcome.code == "changed_meanwhile" and Sample.objects.count() == 1


def test_by_hand_while_a_delivery_is_taken(cast: Cast, tmp_path: Path) -> None:
    lab = Lab(cast)
    delivery = lab.read(workbook(tmp_path / "a.xlsx", lab.rows()))
    Delivery.objects.filter(pk=delivery.pk).update(state="taking", taken_at=AT, taken_by=lab.ma)
    with beside(lambda: take_delivery(delivery=delivery, by=lab.ma, at=AT)) as other:
        enter_results(sample=lab.samples[0], answers={"colour": Answer("7", "度")}, laboratory=None, key="k", **lab.who(lab.ma))
        other.begin()
    assert other.outcome.counts == {"new": 11, "has_result": 1}
    assert Result.objects.filter(item="colour", sample=lab.samples[0]).get().value == "7"


def test_the_same_delivery_is_taken_once_by_two_workers(cast: Cast, tmp_path: Path) -> None:
    lab = Lab(cast)
    delivery = lab.read(workbook(tmp_path / "a.xlsx", lab.rows()))
    Delivery.objects.filter(pk=delivery.pk).update(state="taking", taken_at=AT, taken_by=lab.ma)
    with beside(lambda: take_delivery(delivery=delivery, by=lab.ma, at=AT)) as other:
        take_delivery(delivery=delivery, by=lab.ma, at=AT)
        other.begin()
    assert isinstance(other.outcome, Refused) and other.outcome.code == "delivery_taken" and Result.objects.count() == 12


def test_the_same_file_uploaded_twice_is_taken_once(cast: Cast, tmp_path: Path) -> None:
    lab = Lab(cast)
    first = lab.read(workbook(tmp_path / "a.xlsx", lab.rows()))
    second = type(first).objects.get(pk=first.pk)
    second.pk, second.stored = None, f"{first.stored}x"
    second.save(force_insert=True)
    with beside(lambda: submit_take(delivery=second, version=second.version, **lab.who(lab.ma))) as other:
        submit_take(delivery=first, version=first.version, **lab.who(lab.ma))
        other.begin()
    assert isinstance(other.outcome, Refused) and other.outcome.code == "file_taken"
