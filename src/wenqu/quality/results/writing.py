"""Rows of results, written inside the transaction of an action that holds the sample and has asked whether it may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
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


COLUMNS = (
    "division_id", "path", "sample_id", "item", "written", "sign", "value", "unit", "unit_written", "detection", "method", "origin", "laboratory_id", "delivery_id", "place",
    "state", "instead_of_id", "why", "entered_by_id", "entered_at", "version", "key")


def values_of(sample: Sample, entry: Entry, source: Source, *, instead_of: Result | None = None, why: str = "") -> tuple[Any, ...]:
    """A row in the order of the columns."""
    return (
        sample.division_id, sample.path, sample.pk, entry.item, entry.written, entry.sign, entry.value, entry.unit, entry.unit_written, entry.detection, entry.method,
        source.origin.value, source.laboratory and source.laboratory.pk, source.delivery and source.delivery.pk, entry.place, ResultState.ENTERED.value,
        instead_of and instead_of.pk, why, source.by.pk, source.at, 1, f"{source.key}.{entry.item}")


def new_row(sample: Sample, entry: Entry, source: Source, *, instead_of: Result | None = None, why: str = "") -> Result:
    """A row that is not written yet."""
    return Result(**dict(zip(COLUMNS, values_of(sample, entry, source, instead_of=instead_of, why=why), strict=True)))


def replace(replaced: list[Result]) -> None:
    """Rows that others stand instead of count no more."""
    for old in replaced:
        old.state, old.version = ResultState.REPLACED, old.version + 1
    Result.objects.bulk_update(replaced, ["state", "version"])


def write(rows: list[tuple[Any, ...]], replaced: list[Result]) -> None:
    """Write many rows, given by their values; those that they stand instead of count no more."""
    replace(replaced)
    insert_rows(Result, COLUMNS, rows)


def same_value(row: Result, entry: Entry) -> bool:
    """Whether a row says what somebody wrote."""
    return (row.sign, row.value, row.unit, row.detection) == (entry.sign, entry.value, entry.unit, entry.detection)

