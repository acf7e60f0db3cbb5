"""Reads of the chained audit log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from wenqu.kit.chain import BEGINNING, FIELDS, body_of
from wenqu.kit.models import AuditEntry, AuditSeal

PAGE = 5000
# What stands on the seal too, indexed.
FOUND_BY = ("at", "actor_id", "actor_name", "verb", "subject", "path")


def head() -> tuple[int, str]:
    """The last place of the chain and its digest."""
    return AuditSeal.objects.order_by("-seq").values_list("seq", "digest").first() or (0, BEGINNING)


def digest_at(seq: int) -> str | None:
    """The digest at a place of the chain; None where the chain does not reach it."""
    if seq == 0:
        return BEGINNING
    return AuditSeal.objects.filter(pk=seq).values_list("digest", flat=True).first()


def unchained(above: int = 0) -> QuerySet[AuditEntry]:
    """The entries with a number over `above` that are not chained yet."""
    return AuditEntry.objects.filter(~Exists(AuditSeal.objects.filter(entry_id=OuterRef("pk"))), pk__gt=above).order_by("id")


def pending() -> QuerySet[AuditEntry]:
    """The entries after the last chained one: a second's worth, to be looked at one by one."""
    return AuditEntry.objects.filter(pk__gt=AuditSeal.objects.order_by("-seq").values_list("entry_id", flat=True).first() or 0)


def recorded(**conditions: Any) -> bool:
    """Whether there is an entry with these values of FOUND_BY, chained or just written."""
    return AuditSeal.objects.filter(**conditions).exists() or pending().filter(**conditions).exists()


def acts_of(actor_id: int) -> Iterator[tuple[str, datetime]]:
    """(verb, at) of what a person did, newest first."""
    yield from pending().filter(actor_id=actor_id).order_by("-id").values_list("verb", "at")
    yield from AuditSeal.objects.filter(actor_id=actor_id).order_by("-seq").values_list("verb", "at").iterator(chunk_size=200)


def chained(after: int, until: int | None = None, size: int = PAGE) -> Iterator[tuple[int, str, bytes]]:
    """(seq, digest, body) of the rows after a place, in order, read page by page."""
    while True:
        rows = AuditSeal.objects.filter(seq__gt=after).order_by("seq")
        if until is not None:
            rows = rows.filter(seq__lte=until)
        page: list[Any] = list(rows.values_list("seq", "digest", *(f"entry__{name}" for name in FIELDS))[:size])
        for seq, digest, *values in page:
            yield seq, digest, body_of(seq, tuple(values))
        if len(page) < size:
            return
        after = page[-1][0]
