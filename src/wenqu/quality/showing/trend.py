"""One item at one point over time: what was found, with the limit of each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from wenqu.quality.models import Point, Result, Verdict
from wenqu.quality.naming import name_of
from wenqu.quality.showing.rates import sampled

MOST = 500


@dataclass(frozen=True)
class Dot:
    """One result. `value` is None where it was no number; `sign` says that the value is only a bound."""

    on: date
    sample: int
    number: str
    written: str
    sign: str
    value: Decimal | None
    unit: str
    verdict: str
    limit: str


def items_at(point: Point) -> dict[str, str]:
    """item -> name, of what was tested at a point: what was ever unfit first, the rest in the order of the newest standard."""
    rows = Verdict.objects.filter(newest=True, sample__point=point).order_by("-sample__taken_at", "-sample_id")
    tested = [one for row in rows for one in row.items if one["result"] is not None]
    return {one["item"]: name_of(one["item"]) for one in (*(each for each in tested if each["verdict"] == "unfit"), *(each for each in tested if each["verdict"] != "not_judged"), *tested)}


def trend_of(point: Point, item: str) -> list[Dot]:
    """The results that count, the earliest first. Two queries."""
    rows = list(Verdict.objects.filter(newest=True, sample__point=point).select_related("sample").order_by("-sample__taken_at", "-sample_id")[:MOST])
    found = [(row, one) for row in reversed(rows) for one in row.items if one["item"] == item and one["result"] is not None]
    results = Result.objects.in_bulk([one["result"] for _row, one in found])
    return [
        Dot(sampled(row), row.sample_id, row.sample.number, one["written"], result.sign, _number(result), result.unit, one["verdict"], one["limit"])
        for row, one in found if (result := results.get(one["result"])) is not None
    ]


def _number(result: Result) -> Decimal | None:
    try:
        return Decimal(result.value)
    except InvalidOperation:
        return None
