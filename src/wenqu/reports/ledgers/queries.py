"""Reads of the exports page."""

from __future__ import annotations

from wenqu.jobs.models import Job
from wenqu.kit.refusal import Missing
from wenqu.places.scope import Area, within
from wenqu.reports.ledgers.kinds import EXPORT_JOB
from wenqu.reports.models import Snapshot

SHOWN = 30
PAGE = 50


def recent_exports(area: Area) -> list[Job]:
    """The newest exports that a person may fetch: those whose area lies in theirs."""
    return list(within(Job.objects.filter(kind=EXPORT_JOB).select_related("by"), area).order_by("-pk")[:SHOWN])


def snapshots_seen(area: Area, before: int | None, size: int = PAGE) -> tuple[list[Snapshot], int | None]:
    """One page of the snapshots of places in an area, newest first, and where the next page begins."""
    found = within(Snapshot.objects.select_related("division", "by").defer("figures"), area).order_by("-pk")
    rows = list((found.filter(pk__lt=before) if before is not None else found)[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def snapshot_in(area: Area, number: str) -> Snapshot:
    """The snapshot, or 404 where it does not exist or is of a place outside the area."""
    row = within(Snapshot.objects.select_related("division"), area).filter(number=number).first()
    if row is None:
        there = Snapshot.objects.filter(number=number).first()
        raise Missing("outside_area" if there else "no_such_row", f"snapshot:{number}", there.path if there else "")
    return row
