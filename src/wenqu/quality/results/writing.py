"""Rows of results, written inside the transaction of an action that holds the sample and has asked whether it may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wenqu.kit import audit
from wenqu.places.models import Account
from wenqu.quality.models import STANDING, Delivery, Laboratory, Origin, Result, ResultState, Sample
from wenqu.quality.results.reading import Entry


@dataclass(frozen=True, slots=True)
class Source:
    """Where results come from: how, from whom, by whom, when. `key` begins the key of each row, so that nothing comes twice."""

    origin: Origin
    key: str
    by: Account | audit.Actor
    at: datetime
    laboratory: Laboratory | None = None
    delivery: Delivery | None = None


def standing_of(samples: Iterable[int]) -> dict[tuple[int, str], Result]:
    """(sample, item) -> the one result of it that counts or may come to count. One query."""
    rows = Result.objects.filter(sample__in=list(samples), state__in=STANDING)
    return {(row.sample_id, row.item): row for row in rows}


def new_row(sample: Sample, entry: Entry, source: Source, *, instead_of: Result | None = None, why: str = "") -> Result:
    """A row that is not written yet."""
    return Result(
        division_id=sample.division_id, path=sample.path, sample=sample, item=entry.item, written=entry.written, sign=entry.sign, value=entry.value, unit=entry.unit,
        unit_written=entry.unit_written, detection=entry.detection, method=entry.method, origin=source.origin, laboratory=source.laboratory, delivery=source.delivery,
        place=entry.place, instead_of=instead_of, why=why, entered_by_id=source.by.pk, entered_at=source.at, key=f"{source.key}.{entry.item}")


def write(rows: list[Result]) -> list[Result]:
    """Write rows; those that others stand instead of count no more."""
    replaced = [row.instead_of for row in rows if row.instead_of is not None]
    for old in replaced:
        old.state, old.version = ResultState.REPLACED, old.version + 1
    Result.objects.bulk_update(replaced, ["state", "version"])
    return Result.objects.bulk_create(rows)


def same_value(row: Result, entry: Entry) -> bool:
    """Whether a row says what somebody wrote."""
    return (row.sign, row.value, row.unit, row.detection) == (entry.sign, entry.value, entry.unit, entry.detection)

