"""Reads of alarms."""

from __future__ import annotations

from django.db.models import QuerySet

from wenqu.facts.models import SubjectKind
from wenqu.ledger.models import LIVE_STATES, Report
from wenqu.places.scope import below
from wenqu.rulebook.duties import DutyPack


def open_reports(kind: int, pk: int, path: str, pack: DutyPack) -> QuerySet[Report]:
    """The reports of a scheme or of a village whose problems are not closed, of the kinds that count for an alarm."""
    counting = [name for name, each in pack.kinds.items() if each.alarm]
    found = Report.objects.filter(kind__in=counting, problem__state__in=LIVE_STATES)
    return found.filter(scheme=pk) if kind == SubjectKind.SCHEME else found.filter(below(path))
