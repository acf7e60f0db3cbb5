"""The import itself: chunk by chunk, each chunk with the note of what it did in one transaction.

A killed import goes on at the chunk after the last one committed. Chunks are the same whenever they are made, because
they follow the rows of the file and not what the database says of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from wenqu.facts.models import Fact, Record
from wenqu.households.models import Household, Member
from wenqu.importing.models import Batch, BatchChunk
from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.registers.comparing import make_plan
from wenqu.registers.plan import STATUSES, Plan
from wenqu.registers.reading import reading
from wenqu.registers.sealing import seal_changes
from wenqu.schemes.models import Scheme, Supply

# What an import may fill.
WRITTEN = (Division, Household, Member, Scheme, Supply, Record, Fact)


@dataclass(frozen=True)
class Acting:
    """Who acts, and when."""

    by: Account | audit.Actor
    at: datetime


def write_batch(batch: Batch, acting: Acting, progress: Callable[[int, int], None]) -> dict[str, int]:
    """Write all chunks that are not written yet; tells the rows of the whole batch by what became of them."""
    with reading(batch, fresh=False) as read:
        plan = make_plan(read, batch)
        total = plan.chunks()
        refused = plan.counts()["refused"]
        first = Batch.objects.values_list("chunks_done", flat=True).get(pk=batch.pk)
        if first == 0:
            # What is told of the whole batch is what it was before its first chunk was written.
            batch.report = {**batch.report, "entities": plan.entities}
            batch.save(update_fields=["report"])
        progress(first, total or 1)
        for number in range(first, total):
            write_chunk(plan, number, acting)
            progress(number + 1, total)
    return {**counts_of(batch), "refused": refused}


@transaction.atomic
def write_chunk(plan: Plan, number: int, acting: Acting) -> None:
    """One chunk: rows, facts, what undo needs, and how far the batch is, all or nothing."""
    assert plan.writer is not None
    batch = plan.batch
    # Only the worker that moves the mark writes: two workers on one batch cannot both.
    if not Batch.objects.filter(pk=batch.pk, chunks_done=number, state="importing").update(chunks_done=number + 1, writes=F("writes") + 1):
        raise Refused("batch_taken", _("这个批次正由另一个任务写入，本次已停止。"))
    changes = seal_changes(plan.writer.write(number, acting))
    BatchChunk.objects.create(batch=batch, number=number, changes=changes, counts=plan.counts(number))


def counts_of(batch: Batch) -> dict[str, int]:
    """Rows by outcome over all written chunks."""
    total: dict[str, Any] = dict.fromkeys(STATUSES, 0)
    for counts in BatchChunk.objects.filter(batch=batch).values_list("counts", flat=True):
        for status in STATUSES:
            total[status] += counts.get(status, 0)
    return total
