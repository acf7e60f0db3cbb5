"""Plan samples: a trip from the calendar's tasks with its blanks, parallels and spikes; a sample taken once more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.audit import Actor
from wenqu.kit.counters import take_numbers
from wenqu.kit.days import day_of
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Division
from wenqu.places.paths import county_of
from wenqu.places.scope import Area
from wenqu.quality.holding import hold_samples
from wenqu.quality.models import STANDING as MAY_COUNT
from wenqu.quality.models import Point, Role, Sample, SampleState
from wenqu.quality.samples.lifecycle import STANDING
from wenqu.quality.samples.numbering import sample_number
from wenqu.quality.samples.permissions import check_can_sample
from wenqu.quality.samples.queries import answers
from wenqu.quality.samples.trips import Extras, Wish, bottles, spread

MOST = 300
MOST_EXTRAS = 50


@transaction.atomic
def plan_samples(*, county: Division, wishes: Sequence[Wish], extras: Extras, planned_on: date, key: str, area: Area, by: Actor, at: datetime) -> list[Sample]:
    """One trip: a sample a point, and what quality control asks for beside them. The same key again is the same trip."""
    county = Division.objects.select_for_update(no_key=True).get(pk=county.pk)
    done = list(Sample.objects.filter(key__startswith=f"{key}:").order_by("pk"))
    check_same_request(all((row.county_id, row.made_by_id, row.role == Role.RETEST) == (county.pk, by.pk, False) for row in done))
    drawn = bottles(wishes)
    points = {point.pk: point for point in Point.objects.filter(pk__in=[one.point for one in drawn], county=county).select_related("division")}
    if not done and (not drawn or len(points) < len(drawn)):
        raise Refused("nothing_picked", _("请至少选择一项任务"))
    for path in {one.path for one in (*points.values(), *done)}:
        check_can_sample(path, area)
    if done:
        return done
    _check(drawn, points.values(), extras, planned_on, at)
    _check_windows(wishes, points, planned_on)
    _check_seen(wishes, points)
    (number,) = take_numbers(series=f"trip:{county.path}", count=1)
    trip, maker = f"CY{number:05d}", _Maker(county, planned_on, by, at, key)
    main = [maker.draft(points[one.point], Role.ROUTINE, edition_id=one.edition, task=one.key, items=list(one.items), trip=trip) for one in drawn]
    first = points[drawn[0].point]
    every = list(dict.fromkeys(item for one in drawn for item in one.items))
    blanks = [Role.FIELD_BLANK] * extras.field_blanks + [Role.TRANSPORT_BLANK] * extras.transport_blanks
    for role in blanks:
        # Blanks belong to the trip; they are kept where its first point is.
        maker.draft(first, role, point=None, edition_id=drawn[0].edition, items=every, trip=trip)
    pairs = [(Role.PARALLEL, at_) for at_ in spread(len(main), extras.parallels)] + [(Role.SPIKE, at_) for at_ in spread(len(main), extras.spikes)]
    for role, place in pairs:
        maker.draft(points[drawn[place].point], role, of=main[place], edition_id=main[place].edition_id, items=main[place].items, trip=trip)
    rows = maker.write()
    audit.record(by=by, verb="plan_samples", at=at, subject=f"sample:{rows[0].pk}", path=_common(rows), detail={
        "trip": trip, "planned_on": planned_on.isoformat(), "samples": len(main), "beside": len(rows) - len(main)})
    return rows


@transaction.atomic
def plan_retest(*, sample: Sample, planned_on: date, items: Sequence[str] = (), key: str, area: Area, by: Actor, at: datetime) -> Sample:
    """Take water at the point of a sample once more, for these of its items or all of them, with whatever else was tested: what failed
    is among it. The same key again is the same sample."""
    county = Division.objects.select_for_update(no_key=True).get(pk=sample.county_id)
    (sample,) = hold_samples([sample.pk])
    check_can_sample(sample.path, area)
    done = Sample.objects.filter(key=f"{key}:0").first()
    if done is not None:
        check_same_request((done.of_id, done.role, done.made_by_id) == (sample.pk, Role.RETEST, by.pk))
        return done
    if sample.point is None or sample.role not in (Role.ROUTINE, Role.RETEST) or sample.state not in STANDING:
        raise Refused("no_retest", _("只有采到的水样可以复检；空白、平行和加标样不复检"))
    if planned_on < day_of(at):
        raise Refused("day_past", _("计划采样日期不能早于今天"))
    maker = _Maker(county, planned_on, by, at, key)
    tested = sample.results.filter(state__in=MAY_COUNT).order_by("pk").values_list("item", flat=True)
    asked = list(dict.fromkeys([*sample.items, *tested])) if sample.items else []
    maker.draft(sample.point, Role.RETEST, of=sample, edition_id=sample.edition_id, items=[item for item in asked if not items or item in items])
    (row,) = maker.write()
    audit.record(by=by, verb="plan_retest", at=at, subject=f"sample:{row.pk}", path=row.path, detail={"of": sample.number, "items": len(row.items)})
    return row


class _Maker:
    """Drafts of samples of a county, numbered and written together."""

    def __init__(self, county: Division, planned_on: date, by: Actor, at: datetime, key: str) -> None:
        self.county, self.planned_on, self.by, self.at, self.key = county, planned_on, by, at, key
        self.rows: list[Sample] = []

    def draft(self, where: Point, role: Role, **told: object) -> Sample:
        row = Sample(**{"division_id": where.division_id, "path": where.path, "county": self.county, "point": where, "role": role, "planned_on": self.planned_on,
                        "state": SampleState.PLANNED, "made_by_id": self.by.pk, "made_at": self.at, "key": f"{self.key}:{len(self.rows)}", **told})
        self.rows.append(row)
        return row

    def write(self) -> list[Sample]:
        numbers = take_numbers(series=f"sample:{self.county.path}:{self.planned_on:%Y%m}", count=len(self.rows))
        for row, number in zip(self.rows, numbers, strict=True):
            row.number = sample_number(self.planned_on, number)
            row.save(force_insert=True)
        return self.rows


def _check(drawn: Sequence[object], points: Iterable[Point], extras: Extras, planned_on: date, at: datetime) -> None:
    if len(drawn) > MOST:
        raise Refused("too_many", _("一次最多安排 %(most)s 个监测点，请分几次安排") % {"most": MOST})
    if planned_on < day_of(at):
        raise Refused("day_past", _("计划采样日期不能早于今天"))
    if not all(0 <= number <= MOST_EXTRAS for number in (extras.field_blanks, extras.transport_blanks, extras.parallels, extras.spikes)):
        raise Refused("extras_wrong", _("空白样、平行样和加标样的个数应在 0 到 %(most)s 之间") % {"most": MOST_EXTRAS})
    for point in points:
        if planned_on < point.from_on or (point.to_on is not None and planned_on > point.to_on):
            raise Refused("not_in_use", _("监测点 %(number)s 在计划采样日期没有启用") % {"number": point.number})


def _check_windows(wishes: Sequence[Wish], points: dict[int, Point], planned_on: date) -> None:
    for wish in wishes:
        if not wish.window.holds(planned_on):
            spans = _("、").join(_("%(first)s 至 %(last)s") % {"first": first.isoformat(), "last": last.isoformat()} for first, last in wish.window.spans)
            raise Refused("outside_window", _("监测点 %(number)s 的任务要在 %(spans)s 采样，请改计划采样日期或不选这项任务") % {
                "number": points[wish.point].number, "spans": spans})


def _check_seen(wishes: Sequence[Wish], points: dict[int, Point]) -> None:
    """Two who plan at once do not both plan the same."""
    waiting = list(Sample.objects.filter(point__in=points, state=SampleState.PLANNED, role=Role.ROUTINE))
    for wish in wishes:
        if wish.seen is not None and sum(row.point_id == wish.point and answers(row, wish.window, wish.items) for row in waiting) > wish.seen:
            raise Refused("changed_meanwhile", _("监测点 %(number)s 的任务刚刚已有人安排采样，请刷新页面后再选") % {"number": points[wish.point].number})


def _common(rows: Sequence[Sample]) -> str:
    """The path under which all of them lie."""
    paths = sorted({row.path for row in rows}, key=len)
    while any(not path.startswith(paths[0]) for path in paths):
        paths[0] = paths[0][:-4]
    return paths[0] if len(paths[0]) >= len(county_of(rows[0].path)) else county_of(rows[0].path)
