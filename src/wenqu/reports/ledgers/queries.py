"""Reads of the exports page."""

from __future__ import annotations

from wenqu.jobs.models import Job
from wenqu.places.scope import Area, within
from wenqu.reports.ledgers.kinds import EXPORT_JOB

SHOWN = 30


def recent_exports(area: Area) -> list[Job]:
    """The newest exports that a person may fetch: those whose area lies in theirs."""
    return list(within(Job.objects.filter(kind=EXPORT_JOB).select_related("by"), area).order_by("-pk")[:SHOWN])
