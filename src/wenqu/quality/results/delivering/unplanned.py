"""Samples that a workbook tells of and nobody registered: a legacy year of results. Where the mapping names the column of the
point they are found by point and day, or registered as taken. A point that is not known is listed, never made."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.importing.headers import normal
from wenqu.kit.counters import take_numbers
from wenqu.kit.days import day_of
from wenqu.kit.masking import cover
from wenqu.places.models import Account
from wenqu.quality.models import JUDGED, Custody, Delivery, Point, Role, Sample, SampleState
from wenqu.quality.results.writing import Source
from wenqu.quality.samples.conditions import Register
from wenqu.quality.samples.lifecycle import STANDING
from wenqu.quality.samples.numbering import sample_number

MADE = "lab:"  # begins the key of every sample that a workbook brought


@dataclass(frozen=True, slots=True)
class Told:
    """What a workbook tells of one sample. `alone`: no other number of the workbook names this point and day."""

    number: str
    point: str
    day: date | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of it: the sample; or the point at which it is still to be registered; or why neither."""

    sample: Sample | None = None
    point: Point | None = None
    code: str = ""


class Unplanned:
    """The points of a delivery's county, read once, and the samples taken there. `today`: no sample was taken later."""

    def __init__(self, delivery: Delivery, today: date) -> None:
        self.delivery, self.today = delivery, today

    @cached_property
    def points(self) -> Mapping[str, list[Point]]:
        """By their number and their name."""
        found: dict[str, list[Point]] = defaultdict(list)
        for point in Point.objects.filter(county_id=self.delivery.division_id).select_related("scheme", "household").order_by("pk"):
            for name in {normal(point.number), normal(point.name)}:
                found[name].append(point)
        return found

    @cached_property
    def register(self) -> Register:
        """What stood at them."""
        return Register.of({point.pk: point for points in self.points.values() for point in points}.values())

    def find(self, told: Iterable[Told], *, lock: bool) -> dict[str, Found]:
        """number -> what is known. Two queries, however many."""
        found, open_ = {}, dict[str, tuple[Told, Point]]()
        for one in told:
            point, code = self._point(one)
            if point is None:
                found[one.number] = Found(code=code)
            else:
                open_[one.number] = (one, point)
        if not open_:
            return found
        keys = {self.key_of(one, point): number for number, (one, point) in open_.items()}
        rows = Sample.objects.filter(key__in=list(keys)).order_by("pk")
        for sample in rows.select_for_update(no_key=True) if lock else rows:
            found[keys[sample.key or ""]] = Found(sample)
        left = {number: both for number, both in open_.items() if number not in found}
        beside = self._registered({point.pk for _one, point in left.values()}, [one.day for one, _point in left.values() if one.day], lock=lock) if left else {}
        for number, (one, point) in left.items():
            there = beside.get((point.pk, one.day or self.today), ())
            found[number] = Found(there[0]) if len(there) == 1 and one.alone else Found(code="several_samples") if there else Found(point=point)
        return found

    def key_of(self, told: Told, point: Point) -> str:
        """The same laboratory's same number, point and day are the same sample, whatever file they come in."""
        assert told.day is not None
        return MADE + hashlib.sha256(f"{self.delivery.laboratory_id}\x1f{normal(told.number)}\x1f{point.pk}\x1f{told.day.isoformat()}".encode()).hexdigest()[:40]

    def make(self, wanted: Iterable[tuple[Told, Point, list[str]]], source: Source) -> dict[str, Sample]:
        """Register samples as taken at their points, with the items that the workbook gives. number -> sample."""
        rows: dict[str, Sample] = {}
        for one, point, items in wanted:
            assert one.day is not None
            stood = self.register.on(point, one.day)
            rows[one.number] = Sample(
                division_id=point.division_id, path=point.path, county_id=self.delivery.division_id, point=point, role=Role.ROUTINE, items=items, planned_on=one.day,
                state=SampleState.TAKEN, taken_at=timezone.make_aware(datetime.combine(one.day, time())), scheme_class=stood.scheme_class,
                source_limited=stood.source_limited, treatment_limited=stood.treatment_limited, disinfectant=stood.disinfectant, people=stood.people,
                note=_("检测机构的样品编号：%(number)s；由检测报表登记，报表没有写明采样的时刻") % {"number": cover(one.number)[:120]},
                made_by_id=source.by.pk, made_at=source.at, key=self.key_of(one, point))
        for month, several in groupby(sorted(rows.values(), key=_month), key=_month):
            same = list(several)
            first = date(month[0], month[1], 1)
            numbers = take_numbers(series=f"sample:{self.delivery.path}:{first:%Y%m}", count=len(same))
            for row, number in zip(same, numbers, strict=True):
                row.number = sample_number(first, number)
        Sample.objects.bulk_create(rows.values())
        by = source.by if isinstance(source.by, Account) else None
        Custody.objects.bulk_create(
            Custody(sample=row, step=SampleState.TAKEN, at=row.taken_at or source.at, words=_("由检测报表登记"), by=by, told_at=source.at, key=row.key) for row in rows.values())
        return rows

    def _point(self, told: Told) -> tuple[Point | None, str]:
        there = self.points.get(normal(told.point), ())
        if len(there) != 1:
            return None, "point_several" if there else "point_unknown"
        if told.day is None:
            return None, "day_missing"
        point = there[0]
        if told.day > self.today:
            return None, "day_to_come"
        if told.day < point.from_on or (point.to_on is not None and told.day > point.to_on):
            return None, "point_not_in_use"
        return point, ""

    def _registered(self, points: set[int], days: list[date], *, lock: bool) -> dict[tuple[int, date], list[Sample]]:
        """Water that was taken at points and that no workbook brought, by point and day."""
        first, last = (timezone.make_aware(datetime.combine(day, moment)) for day, moment in ((min(days), time.min), (max(days), time.max)))
        rows = Sample.objects.filter(point__in=points, role__in=JUDGED, state__in=STANDING, taken_at__range=(first, last)).exclude(key__startswith=MADE).order_by("pk")
        found: dict[tuple[int, date], list[Sample]] = defaultdict(list)
        for row in rows.select_for_update(no_key=True) if lock else rows:
            if row.taken_at is not None and row.point_id is not None:
                found[row.point_id, day_of(row.taken_at)].append(row)
        return found


def _month(row: Sample) -> tuple[int, int]:
    assert row.planned_on is not None
    return row.planned_on.year, row.planned_on.month
