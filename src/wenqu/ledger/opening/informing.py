"""Tell a live problem what was found of its subject since: it is told once, and changes nothing of the problem."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from wenqu.kit.audit import Actor
from wenqu.ledger.loop.taking import take
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.opening.finding import Identity
from wenqu.ledger.opening.merged import survivors


def live_problem(identity: Identity) -> Problem | None:
    """The live problem of a subject and kind, or the one in which it goes on since it was merged."""
    kind_of_subject, subject, kind = identity
    here = Q(subject_kind=kind_of_subject, subject_id=subject, kind=kind)
    found = Problem.objects.filter(here).live().order_by("pk").first()
    if found is not None:
        return found
    end = survivors(here, {identity}).get(identity)
    return Problem.objects.get(pk=end) if end is not None else None


@transaction.atomic
def inform_problem(*, problem: Problem, words: str, key: str, by: Actor, at: datetime, detail: dict[str, Any] | None = None) -> Step | None:
    """Write it into the story of a problem that is worked on; None where it is closed by now. The same `key` again tells nothing twice."""
    if not Problem.objects.filter(pk=problem.pk).live().exists():
        return None
    return take("inform", problem=problem, version=None, key=key, area=None, by=by, at=at, note=words, detail=detail)
