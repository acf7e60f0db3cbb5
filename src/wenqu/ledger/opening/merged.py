"""Problems that go on in another one: what is found or told of their subject again belongs there."""

from __future__ import annotations

from collections.abc import Container

from django.db.models import Q

from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem
from wenqu.ledger.opening.finding import Identity


def survivors(condition: Q, wanted: Container[Identity]) -> dict[Identity, int]:
    """Of the merged problems that meet a condition: identity -> the live problem (key) in which it goes on, however often it was merged."""
    merged = {}
    identities: dict[Identity, int] = {}
    rows = Problem.objects.filter(condition, state=lifecycle.MERGED).order_by("closed_at", "pk")
    for pk, into, subject_kind, subject_id, kind in rows.values_list("pk", "merged_into_id", "subject_kind", "subject_id", "kind"):
        merged[pk] = into
        if (subject_kind, subject_id, kind) in wanted:
            identities[(subject_kind, subject_id, kind)] = pk
    ends = {identity: _end(pk, merged) for identity, pk in identities.items()}
    live = set(Problem.objects.live().filter(pk__in=set(ends.values())).values_list("pk", flat=True)) if ends else set()
    return {identity: end for identity, end in ends.items() if end in live}


def _end(pk: int, merged: dict[int, int]) -> int:
    """Follow the pointers; those that lead out of what was read are looked up one by one."""
    seen = set()
    while pk not in seen:
        seen.add(pk)
        into = merged.get(pk) or Problem.objects.filter(pk=pk, state=lifecycle.MERGED).values_list("merged_into_id", flat=True).first()
        if into is None:
            return pk
        merged[pk] = into
        pk = into
    return pk
