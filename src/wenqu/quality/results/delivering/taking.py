"""Taking a workbook: chunk by chunk, each chunk with how far the delivery is in one transaction.

A killed worker's successor goes on at the chunk after the last one committed; chunks follow the samples of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.importing.staging import letters
from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.giving_way import giving_way
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.quality.models import Delivery, DeliveryState, Origin, Point, Result, Sample
from wenqu.quality.results.delivering.opening import Open
from wenqu.quality.results.delivering.placing import (
    CORRECTS,
    NEW,
    WITH_SAMPLE,
    Placed,
    chunk,
    place_rows,
    prepare,
    told_of,
)
from wenqu.quality.results.delivering.unplanned import Told, Unplanned
from wenqu.quality.results.writing import Source, values_of, write

Actor = Account | audit.Actor


def take_chunks(delivery: Delivery, book: Open, by: Actor, at: datetime, progress: Callable[[int, int], None]) -> None:
    """Take all chunks that were not taken yet."""
    con = book.read.con
    chunks, unplanned = prepare(con), Unplanned(delivery, day_of(at))
    for number in range(Delivery.objects.values_list("chunks_done", flat=True).get(pk=delivery.pk), chunks):
        with giving_way():
            take_chunk(delivery, con, number, unplanned, by, at)
        progress(number + 1, chunks)


@transaction.atomic
def take_chunk(delivery: Delivery, con: Any, number: int, unplanned: Unplanned, by: Actor, at: datetime) -> None:
    """The results of one chunk of samples, and how far the delivery is, all or nothing."""
    # Only the worker that moves the mark writes: two workers on one delivery cannot both.
    if not Delivery.objects.filter(pk=delivery.pk, chunks_done=number, state=DeliveryState.TAKING).update(chunks_done=number + 1):
        raise Refused("delivery_taken", _("这份报表正由另一个任务采用，本次已停止。"))
    placed = list(place_rows(chunk(con, number, letters), delivery, unplanned, lock=True))
    made = unplanned.make(_unregistered(placed), Source(Origin.FILE, "", by, at)) if any(one.outcome == WITH_SAMPLE for one in placed) else {}
    counts, rows, old = Counter(one.outcome for one in placed), [], list[Result]()
    why = _("报表“%(name)s”更正") % {"name": delivery.file_name[:150]}
    for one in placed:
        if one.outcome not in (NEW, WITH_SAMPLE, CORRECTS):
            continue
        sample: Sample = made[one.row.number] if one.sample is None else one.sample
        source, corrects = Source(Origin.FILE, f"d{delivery.pk}.{sample.pk}", by, at, delivery.laboratory, delivery), one.outcome == CORRECTS
        rows.append(values_of(sample, one.row.entry, source, instead_of=one.standing if corrects else None, why=why if corrects else ""))
        if corrects and one.standing is not None:
            old.append(one.standing)
    write(rows, old)
    kept = Delivery.objects.get(pk=delivery.pk)
    kept.counts = {outcome: kept.counts.get(outcome, 0) + counts[outcome] for outcome in {*kept.counts, *counts}}
    kept.save(update_fields=["counts"])
    audit.record(by=by, verb="take_delivery", at=at, subject=f"delivery:{delivery.pk}", path=delivery.path, detail={"chunk": number, "count": len(rows), "samples": len(made)})


def _unregistered(placed: list[Placed]) -> list[tuple[Told, Point, list[str]]]:
    """The samples of a chunk that are to be registered, with their points and items."""
    found: dict[str, tuple[Told, Point, list[str]]] = {}
    for one in placed:
        if one.outcome == WITH_SAMPLE and one.point is not None:
            found.setdefault(one.row.number, (told_of(one.row), one.point, []))[2].append(one.row.entry.item)
    return list(found.values())
