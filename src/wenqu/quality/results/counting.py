"""What counts of a sample: its reviewed results, as the rulebook judges them, and who is told when they change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from wenqu.quality.models import Result, ResultState, Sample
from wenqu.rulebook.quality.judging.model import Result as Value
from wenqu.rulebook.quality.judging.model import Sign

# What rooms work out of a sample whose counted results changed, by whom, when: inside the transaction that changed them.
Counting = Callable[[Sample, Any, datetime], object]
_countings: list[Counting] = []


@dataclass(frozen=True, slots=True)
class Counted:
    """The reviewed results of a sample, and the digest of what they say: the same results always have the same."""

    results: tuple[Value, ...]
    digest: str


def counted(sample: Sample) -> Counted:
    """What counts of a sample now. One query."""
    rows = sorted(sample.results.filter(state=ResultState.REVIEWED), key=lambda row: row.item)
    told = "\n".join(f"{row.item}|{row.sign}|{row.value}|{row.detection}|{row.unit}" for row in rows)
    return Counted(tuple(map(as_value, rows)), hashlib.sha256(told.encode()).hexdigest())


def as_value(row: Result) -> Value:
    """A result as the rulebook judges it: what was not detected carries its limit of detection, where one was told."""
    number = row.detection if row.sign == Sign.NOT_DETECTED else row.value
    return Value(row.item, Sign(row.sign), Decimal(number) if number else None)


def offer_counting(counting: Counting) -> None:
    """Offer what follows from changed results once, from `AppConfig.ready`."""
    if counting not in _countings:
        _countings.append(counting)


def counted_changed(sample: Sample, by: Any, at: datetime) -> None:
    """Let every room know that other results of a sample count now."""
    for counting in _countings:
        counting(sample, by, at)
