"""Writes to the facts: record and withdraw, never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from wenqu.facts.models import Fact, Record
from wenqu.facts.values import FACT_COLUMNS, FactRow, checked
from wenqu.importing.models import Batch
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
from wenqu.places.models import Account


@transaction.atomic
def record_facts(
    *, source: str, title: str, facts: Iterable[FactRow], batch: Batch | None, by: Account | audit.Actor, at: datetime
) -> Record:
    """Record facts of one source. `facts` may be a long stream; rows are inserted in bulk.

    Raises ValueError for a value that is not one of its key's: text is checked at this door, once.
    """
    record = Record.objects.create(
        source=source, title=title, recorded_at=at, batch=batch, by=by if isinstance(by, Account) else None
    )
    count = insert_rows(Fact, FACT_COLUMNS, ((record.pk, *checked(row)) for row in facts))
    audit.record(by=by, verb="record_facts", at=at, subject=f"record:{record.pk}", detail={"facts": count, "title": title})
    return record


@transaction.atomic
def record_each(*, source: str, told: Sequence[tuple[str, Sequence[FactRow]]], by: Account | audit.Actor, at: datetime) -> list[Record]:
    """Several records of one source, each with its title and facts; as `record_facts` for each, their rows in two statements."""
    by_ = by if isinstance(by, Account) else None
    records = Record.objects.bulk_create(Record(source=source, title=title, recorded_at=at, by=by_) for title, _facts in told)
    insert_rows(Fact, FACT_COLUMNS, ((record.pk, *checked(row)) for record, (_title, facts) in zip(records, told, strict=True) for row in facts))
    for record, (title, facts) in zip(records, told, strict=True):
        audit.record(by=by, verb="record_facts", at=at, subject=f"record:{record.pk}", detail={"facts": len(facts), "title": title})
    return records


@transaction.atomic
def withdraw_record(*, record: Record, by: Account | audit.Actor, at: datetime) -> None:
    """Withdraw all facts of a record: judged no more, still kept."""
    Record.objects.filter(pk=record.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)
    audit.record(by=by, verb="withdraw_record", at=at, subject=f"record:{record.pk}")
