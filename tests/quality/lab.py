"""Samples, laboratories and their workbooks: rows of samples made directly, everything else by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from cast import AT, TODAY, Cast
from django.utils import timezone
from workbooks_of_laboratories import book

from quality.county import person
from wenqu.jobs.actions import run_job
from wenqu.jobs.models import Job
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import Area, area_of
from wenqu.quality.models import Delivery, Laboratory, Point, Sample
from wenqu.quality.results.delivering.actions import (
    add_laboratory,
    receive_delivery,
    submit_read,
    submit_take,
)

TAKEN_ON = date(2026, 2, 9)
HEAD = ["样品编号", "采样日期", "色度（度）", "浑浊度（NTU）", "砷（mg/L）", "总大肠菌群（MPN/100mL）"]
GOOD = ["5", "0.32", "<0.0005", "未检出"]


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(4), tzinfo=UTC)


def point(division: Division, county: Division, number: str = "JC9001", **told: Any) -> Point:
    return Point.objects.create(division=division, path=division.path, county=county, number=number, name=f"{division.name}学校", shape="school", from_on=date(2026, 1, 1), added_at=AT, **told)


def sample(cast: Cast, number: str, where: Point, *, by: Account | None = None, taken_on: date | None = TAKEN_ON, **told: Any) -> Sample:
    """A sample as it stands after it was taken; `taken_on=None`: still planned."""
    state = {"state": "taken", "taken_at": at_noon(taken_on), "taken_by": by} if taken_on else {"state": "planned"}
    return Sample.objects.create(**{
        "division": where.division, "path": where.path, "county": cast.county, "number": number, "point": where, "items": ["colour", "turbidity", "arsenic", "total_coliform"],
        "made_at": AT, **state, **told})


class Lab:
    """A county with three samples in two towns, its laboratory, and the three people of results."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.taker = person(Role.TOWN_STATION, cast.town_a)
        self.ma, self.second = person(Role.LABORATORY, cast.county), person(Role.COUNTY_REVIEWER, cast.county)
        self.school, self.other = point(cast.village_a1, cast.county), point(cast.village_b1, cast.county, "JC9002")
        self.samples = [sample(cast, f"202602-000{n}{n}", where, by=self.taker) for n, where in enumerate((self.school, self.school, self.other), 1)]
        self.laboratory = add_laboratory(county=cast.county, name="清泉县疾控中心", certificate="CMA-1", certified_until=date(2028, 1, 1), area=self.area(self.ma), by=self.ma, at=AT)

    def area(self, account: Account) -> Area:
        return area_of(account, TODAY)

    def who(self, account: Account, at: datetime = AT) -> dict[str, Any]:
        return {"area": self.area(account), "by": account, "at": at}

    def rows(self, *results: Sequence[Any]) -> list[list[Any]]:
        """A row for each sample with the same good results, or with its own."""
        return [[one.number, TAKEN_ON.isoformat(), *(results[n] if n < len(results) else GOOD)] for n, one in enumerate(self.samples)]

    def receive(self, path: Path, *, laboratory: Laboratory | None = None) -> Delivery:
        return receive_delivery(laboratory=laboratory or self.laboratory, file=path, file_name=path.name, **self.who(self.ma))

    def read(self, path: Path) -> Delivery:
        """Upload and dry run."""
        delivery = self.receive(path)
        return self.ran(delivery, submit_read(delivery=delivery, **self.who(self.ma)))

    def take(self, delivery: Delivery) -> Delivery:
        return self.ran(delivery, submit_take(delivery=delivery, version=delivery.version, **self.who(self.ma)))

    def ran(self, delivery: Delivery, job: Job) -> Delivery:
        """The delivery after the worker did its job."""
        run_job(job=job, clock=timezone.now)
        delivery.refresh_from_db()
        return delivery


def counted(sample: Sample) -> list[tuple[str, ...]]:
    """What counts of a sample: item, sign, value, unit, limit of detection."""
    return list(sample.results.filter(state="reviewed").order_by("item").values_list("item", "sign", "value", "unit", "detection"))


def workbook(path: Path, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> Path:
    return book(path, {"结果": [list(head), *rows]})


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


