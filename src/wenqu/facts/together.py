"""The facts of many sources in a few statements: what `record_facts` and `withdraw_record` do, for each of them, with an entry for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wenqu.facts.models import Fact, Record
from wenqu.facts.values import FACT_COLUMNS, FactRow, checked
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows, reserve_ids
from wenqu.places.models import Account


@dataclass(eq=False)
class Stated:
    """A source with its facts; `pk` is its record, once it is one."""

    source: str
    title: str
    facts: Sequence[FactRow]
    by: Account
    pk: int | None = None


@dataclass(frozen=True)
class Withdrawn:
    """A record that is withdrawn."""

    record: int
    by: Account


@transaction.atomic
def record_together(changes: Sequence[Stated | Withdrawn], at: datetime) -> None:
    """Record and withdraw. Raises ValueError for a value that is not one of its key's: then nothing is done."""
    stated = [each for each in changes if isinstance(each, Stated)]
    for each, pk in zip(stated, reserve_ids(Record, len(stated)), strict=True):
        each.pk = pk
    insert_rows(
        Record, ("id", "source", "title", "recorded_at", "by", "batch", "withdrawn_at"),
        ((each.pk, each.source, each.title, at, each.by.pk, None, None) for each in stated))
    insert_rows(Fact, FACT_COLUMNS, ((each.pk, *checked(row)) for each in stated for row in each.facts))
    gone = [each.record for each in changes if isinstance(each, Withdrawn)]
    if gone:
        Record.objects.filter(pk__in=gone, withdrawn_at__isnull=True).update(withdrawn_at=at)
    audit.append([_entry(each, at) for each in changes])


def _entry(change: Stated | Withdrawn, at: datetime) -> audit.Entry:
    if isinstance(change, Withdrawn):
        return audit.entry(by=change.by, verb="withdraw_record", at=at, subject=f"record:{change.record}")
    return audit.entry(by=change.by, verb="record_facts", at=at, subject=f"record:{change.pk}", detail={"facts": len(change.facts), "title": change.title})
