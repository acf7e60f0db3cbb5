"""Samples on their way: planned from the calendar, taken with what stood there that day, handed over, received, voided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from stages import household, supply

from quality.county import YEAR, adopt, keep_all, person, point_of, schemes
from wenqu.facts.actions import record_facts
from wenqu.facts.models import Key, SubjectKind
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Role as Duty
from wenqu.places.scope import area_of
from wenqu.quality.calendar.queries import entries
from wenqu.quality.models import Custody, PlanAdoption, Point, Result, Role, Sample, SampleState
from wenqu.quality.points.actions import edit_point
from wenqu.quality.samples.actions import Handed, Taking, hand_over, receive, take_sample, void_sample
from wenqu.quality.samples.numbering import read_number
from wenqu.quality.samples.planning import plan_retest, plan_samples
from wenqu.quality.samples.queries import found_by_number, offers
from wenqu.quality.samples.trips import Extras, Wish
from wenqu.rulebook.quality.plans import State
from wenqu.schemes.models import Scheme

pytestmark = pytest.mark.django_db
NONE = Extras(0, 0, 0, 0)


@dataclass
class Stage:
    cast: Cast
    adoption: PlanAdoption
    plant: Scheme
    lab: Account

    def area(self, who: Account | None = None) -> Any:
        return area_of(who or self.cast.chen, TODAY)

    def wishes(self, *points: Point) -> list[Wish]:
        found = offers(entries([self.adoption], self.area(), self.cast.county.path, TODAY))
        return [Wish(one.entry.point.pk, self.adoption.edition_id, one.entry.standing.task.key, one.entry.standing.task.items, one.entry.standing.task.window)
                for one in found if one.entry.point in points and one.entry.standing.task.window.holds(TODAY)]

    def plan(self, *points: Point, extras: Extras = NONE, key: str = "k1", on: date = TODAY, by: Account | None = None) -> list[Sample]:
        by = by or self.cast.chen
        return plan_samples(county=self.cast.county, wishes=self.wishes(*points), extras=extras, planned_on=on, key=key, area=self.area(by), by=by, at=AT)

    def one(self, key: str = "k1") -> Sample:
        return self.plan(point_of(self.plant), key=key)[0]

    def take(self, sample: Sample, key: str = "t1", on: datetime = AT, by: Account | None = None, **told: Any) -> Sample:
        by = by or self.cast.chen
        return take_sample(sample=sample, told=Taking(on, **told), key=key, area=self.area(by), by=by, at=AT)

    def hand(self, *samples: Sample, key: str = "h1", **told: Any) -> list[Sample]:
        return hand_over(samples=samples, told=Handed(**{"on": AT, "giver": "陈县", "taker": "司机", **told}), key=key, area=self.area(), by=self.cast.chen, at=AT)

    def receive(self, *samples: Sample, key: str = "r1", by: Account | None = None, **told: Any) -> list[Sample]:
        by = by or self.lab
        return receive(samples=samples, told=Handed(**{"on": AT, "taker": "检测员", "intact": True, **told}), key=key, area=self.area(by), by=by, at=AT)

    def void(self, sample: Sample, why: str = "瓶子破了", by: Account | None = None, key: str = "v1") -> Sample:
        by = by or self.cast.chen
        return void_sample(sample=sample, why=why, area=self.area(by), by=by, at=AT, key=key)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    plant, *_others = schemes(cast)
    adoption = adopt(cast, "plan-county-water")
    keep_all(cast, adoption)
    return Stage(cast, adoption, plant, person(Duty.LABORATORY, cast.county))


def test_a_trip_has_a_sample_a_point_and_what_quality_control_asks_for(stage: Stage) -> None:
    points = list(Point.objects.order_by("pk"))
    rows = stage.plan(*points, extras=Extras(1, 1, 2, 1))
    main = [row for row in rows if row.role == Role.ROUTINE]
    assert {row.point for row in main} == set(points) and len({row.number for row in rows}) == len(rows)
    assert [row.role for row in rows[len(main):]] == ["field_blank", "transport_blank", "parallel", "parallel", "spike"]
    assert {row.trip for row in rows} == {"CY00001"} and {row.state for row in rows} == {"planned"} and all(read_number(row.number) == row.number for row in rows)
    assert rows[0].number.startswith("202603-0001-") and AuditEntry.objects.get(verb="plan_samples").detail["beside"] == 5
    blank, parallels = rows[len(main)], [row for row in rows if row.role == Role.PARALLEL]
    assert blank.point is None and blank.of is None and blank.items
    assert len({row.of_id for row in parallels}) == 2 and all(row.point == row.of.point and row.items == row.of.items for row in parallels if row.of)
    assert stage.plan(*points, extras=Extras(1, 1, 2, 1)) == rows and Sample.objects.count() == len(rows)
    assert {row.trip for row in stage.plan(points[0], key="k2")} == {"CY00002"}


def test_what_is_planned_already_is_told(stage: Stage) -> None:
    point = point_of(stage.plant)
    stage.plan(point)
    found = offers(entries([stage.adoption], stage.area(), stage.cast.county.path, TODAY))
    here = [one for one in found if one.entry.point == point and one.entry.standing.task.window.holds(TODAY)]
    assert here and all(one.planned == 1 for one in here)
    assert all(one.planned == 0 for one in found if one.entry.point != point)


@pytest.mark.parametrize(("given", "code"), [({"on": TODAY - timedelta(days=1)}, "day_past"), ({"extras": Extras(51, 0, 0, 0)}, "extras_wrong"), ({"on": date(YEAR, 12, 31) + timedelta(days=1)}, "outside_window"), ({}, "nothing_picked")])
def test_what_is_not_planned(stage: Stage, given: dict[str, Any], code: str) -> None:
    points = [] if code == "nothing_picked" else [point_of(stage.plant)]
    with pytest.raises(Refused) as refused:
        stage.plan(*points, **given)
    assert refused.value.code == code and not Sample.objects.exists()


def test_a_town_plans_and_takes_only_at_its_own_points(stage: Stage) -> None:
    mine, others = point_of(stage.plant), Point.objects.exclude(path__startswith=stage.cast.town_a.path).first()
    assert others is not None
    row = stage.plan(mine, by=stage.cast.li)[0]
    stage.take(row, by=stage.cast.li)
    with pytest.raises(Refused) as refused:
        stage.plan(mine, others, by=stage.cast.li, key="k2")
    assert refused.value.code == "outside_area"
    far = stage.plan(others, key="k3")[0]
    with pytest.raises(Refused):
        stage.take(far, by=stage.cast.li, key="t2")
    with pytest.raises(Refused) as refused:
        stage.take(far, by=stage.cast.wang, key="t2")
    assert refused.value.code in {"outside_area", "wrong_role"}


def test_what_stood_there_that_day_is_frozen(stage: Stage) -> None:
    point, taken = point_of(stage.plant), AT - timedelta(days=10)
    supply(household(stage.cast.village_a1, "H9"), stage.plant, TODAY - timedelta(days=3))
    first, second = stage.one(), stage.one("k2")
    edit_point(point=point, name=point.name, place="出厂口", source_limited=True, treatment_limited=False, quotas={}, area=stage.area(), by=stage.cast.chen, at=AT)
    record_facts(source="survey", title="核查", batch=None, by=SYSTEM, at=AT, facts=[
        (SubjectKind.SCHEME, stage.plant.pk, Key.SCHEME_CLASS, "small", TODAY - timedelta(days=30), ""),
        (SubjectKind.SCHEME, stage.plant.pk, Key.SCHEME_CLASS, "large", TODAY - timedelta(days=2), "")])
    row = stage.take(first, on=taken)
    assert (row.state, row.scheme_class, row.source_limited, row.treatment_limited, row.disinfectant, row.people, row.taken_by_name) == (
        "taken", "small", True, False, "二氧化氯", 3, "陈县"), "two households by now, one that day"
    Scheme.objects.filter(pk=stage.plant.pk).update(scheme_class="decentralised", disinfection="次氯酸钠")
    row.refresh_from_db()
    assert (row.scheme_class, row.disinfectant) == ("small", "二氧化氯")
    other = stage.take(second, key="t2", disinfectant="次氯酸钠")
    assert (other.scheme_class, other.disinfectant, other.people) == ("large", "次氯酸钠", 6)


def test_the_same_request_takes_once_and_another_is_refused(stage: Stage) -> None:
    row = stage.one()
    stage.take(row, measures={"ph": "7.2"})
    stage.take(row, measures={"ph": "7.2"})
    assert Custody.objects.count() == 1 and Result.objects.count() == 1
    with pytest.raises(Refused, match="现在是“已采样”"):
        stage.take(row, key="t2")


def test_field_measurements_are_results_of_the_field(stage: Stage) -> None:
    row = stage.take(stage.one(), measures={"free_chlorine": "＜0.02", "ph": "7.25", "turbidity": "0.30", "water_temperature": "-0.5", "total_chlorine": ""})
    told = {each.item: (each.written, each.sign, each.value, each.unit, each.origin, each.state) for each in Result.objects.all()}
    assert told == {
        "free_chlorine": ("＜0.02", "below", "0.02", "mg/L", "field", "entered"), "ph": ("7.25", "value", "7.25", "", "field", "entered"),
        "turbidity": ("0.30", "value", "0.3", "NTU", "field", "entered"), "water_temperature": ("-0.5", "value", "-0.5", "℃", "field", "entered")}
    assert {each.path for each in row.results.all()} == {row.path} and {each.entered_by for each in row.results.all()} == {stage.cast.chen}


@pytest.mark.parametrize("given", [{"ph": "15"}, {"ph": "很好"}, {"free_chlorine": "0.3 mg/L"}, {"water_temperature": "80"}, {"turbidity": "①"}])
def test_what_is_no_reading(stage: Stage, given: dict[str, str]) -> None:
    with pytest.raises(Refused):
        stage.take(stage.one(), measures=given)
    assert Sample.objects.get().state == "planned" and not Custody.objects.exists() and not Result.objects.exists()


@pytest.mark.parametrize(("on", "code"), [(AT + timedelta(minutes=1), "moment_to_come"), (datetime(2025, 12, 1, tzinfo=AT.tzinfo), "not_in_use")])
def test_when_it_cannot_have_been_taken(stage: Stage, on: datetime, code: str) -> None:
    with pytest.raises(Refused) as refused:
        stage.take(stage.one(), on=on)
    assert refused.value.code == code


def test_the_chain_from_hand_to_hand(stage: Stage) -> None:
    rows = [stage.take(row, key=f"t{row.pk}", on=AT - timedelta(hours=5)) for row in stage.plan(point_of(stage.plant), extras=Extras(1, 0, 0, 0))]
    stage.hand(*rows, on=AT - timedelta(hours=4), temperature=Decimal("4.5"))
    stage.hand(*rows, on=AT - timedelta(hours=4), temperature=Decimal("4.5"))
    stage.hand(rows[0], key="h2", giver="司机", taker="快递员", on=AT - timedelta(hours=3))
    stage.receive(*rows, temperature=Decimal("6"))
    chain = list(Custody.objects.filter(sample=rows[0]).values_list("step", "giver", "taker", "intact", "temperature"))
    assert chain == [("taken", "", "陈县", None, None), ("handed_over", "陈县", "司机", None, Decimal("4.5")), ("handed_over", "司机", "快递员", None, None),
                     ("received", "", "检测员", True, Decimal("6.0"))]
    assert Custody.objects.filter(sample=rows[1]).count() == 3
    row = Sample.objects.get(pk=rows[0].pk)
    assert (row.state, row.received_at) == ("received", AT) and AuditEntry.objects.filter(verb="receive_sample").count() == 2
    with pytest.raises(Refused, match="实验室已接收"):
        stage.hand(rows[0], key="h3")


@pytest.mark.parametrize(("told", "code"), [
    ({"intact": None}, "seal_missing"), ({"intact": False}, "words_missing"), ({"taker": " "}, "parties_missing"), ({"on": AT - timedelta(hours=2)}, "before_last"),
    ({"temperature": Decimal(99)}, "temperature_wrong"), ({"words": "电话13800001234"}, "number_in_text"),
])
def test_what_is_not_received(stage: Stage, told: dict[str, Any], code: str) -> None:
    row = stage.take(stage.one(), on=AT - timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        stage.receive(row, **told)
    assert refused.value.code == code and Sample.objects.get().state == "taken"


def test_only_the_laboratory_receives_and_nobody_receives_what_was_not_taken(stage: Stage) -> None:
    row, other = stage.one(), stage.one("k2")
    with pytest.raises(Refused, match="待采样"):
        stage.receive(row)
    with pytest.raises(Refused) as refused:
        stage.receive(stage.take(row), by=stage.cast.chen)
    assert refused.value.code == "wrong_role"
    with pytest.raises(Refused, match="待采样"):
        stage.hand(other)


def test_a_void_sample_says_why_and_takes_its_measurements_along(stage: Stage) -> None:
    row = stage.take(stage.one(), measures={"ph": "7"})
    with pytest.raises(Refused, match="作废的原因"):
        stage.void(row, why=" ")
    row = stage.void(row)
    assert (row.state, row.voided_why) == ("voided", "瓶子破了") and Result.objects.get().state == "invalid" and Result.objects.get().reviews.get().why == "瓶子破了"
    assert stage.void(row).version == row.version, "sent twice"
    with pytest.raises(Refused):
        stage.receive(row)


def test_what_the_laboratory_has_or_reviewed_is_not_voided_by_the_sampler(stage: Stage) -> None:
    row = stage.receive(stage.take(stage.one(), measures={"ph": "7"}))[0]
    with pytest.raises(Refused) as refused:
        stage.void(row)
    assert refused.value.code == "wrong_role"
    Result.objects.update(state="reviewed")
    with pytest.raises(Refused, match="先作废结果"):
        stage.void(row, by=stage.lab)
    Result.objects.update(state="invalid")
    assert stage.void(row, by=stage.lab).state == "voided"


def test_water_is_taken_once_more_at_the_same_point(stage: Stage) -> None:
    first = stage.take(stage.one())
    again = plan_retest(sample=first, planned_on=TODAY, items=("ph",), key="again", area=stage.area(), by=stage.cast.chen, at=AT)
    assert (again.role, again.of, again.point, again.items, again.state) == ("retest", first, first.point, ["ph"], "planned") and again.number != first.number
    assert plan_retest(sample=first, planned_on=TODAY, key="again", area=stage.area(), by=stage.cast.chen, at=AT) == again
    with pytest.raises(Refused, match="只有采到的水样"):
        plan_retest(sample=again, planned_on=TODAY, key="x", area=stage.area(), by=stage.cast.chen, at=AT)


def test_the_calendar_counts_water_that_was_taken_and_stands(stage: Stage) -> None:
    point = point_of(stage.plant)

    def states() -> list[tuple[int, State]]:
        found = entries([stage.adoption], stage.area(), stage.cast.county.path, TODAY)
        return [(one.standing.done, one.standing.state) for one in found if one.point == point and one.standing.task.window.holds(TODAY)]

    before = states()
    rows = stage.plan(point, extras=Extras(1, 0, 1, 1))
    assert states() == before and all(done == 0 for done, _state in before)
    for row in rows[1:]:
        stage.take(row, key=f"t{row.pk}")
    assert states() == before, "blanks, parallels and spikes are no water of the plan"
    stage.take(rows[0])
    assert [done for done, _state in states()] == [1 for _each in before]
    stage.void(rows[0])
    assert states() == before


def test_a_sample_counts_for_the_items_that_it_is_tested_for(stage: Stage) -> None:
    point = point_of(stage.plant)
    row = stage.take(stage.one())
    Sample.objects.filter(pk=row.pk).update(items=row.items[1:])
    found = entries([stage.adoption], stage.area(), stage.cast.county.path, TODAY)
    here = [one.standing for one in found if one.point == point and one.standing.task.window.holds(TODAY)]
    assert here and all(one.done == 0 and one.lacking == (row.items[0],) for one in here)


def test_a_day_is_the_countys_own(stage: Stage) -> None:
    """Taken in the first hour of the year here, which is the year before in the west."""
    first = datetime(YEAR, 1, 1, 0, 30, tzinfo=AT.tzinfo) - timedelta(hours=8)
    stage.take(stage.one(), on=first)
    found = entries([stage.adoption], stage.area(), stage.cast.county.path, TODAY)
    assert any(one.standing.done for one in found)


def test_a_number_finds_its_sample_inside_the_area_alone(stage: Stage) -> None:
    row = stage.one()
    assert found_by_number(stage.area(), row.number.replace("-", "")) == [row] and found_by_number(stage.area(stage.cast.zhao), row.number) == []
    assert found_by_number(stage.area(), "202603-0001") == [] and SampleState(row.state) == SampleState.PLANNED


def test_what_is_late_is_offered_no_more(stage: Stage) -> None:
    after = date(YEAR, 11, 20)
    found = offers(entries([stage.adoption], stage.area(), stage.cast.county.path, after))
    assert found and all(one.entry.standing.task.window.last >= after for one in found)
    assert any(one.standing.state == State.LATE for one in entries([stage.adoption], stage.area(), stage.cast.county.path, after))
