"""Reads of the chained audit log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from wenqu.kit.chain import BEGINNING, FIELDS, body_of
from wenqu.kit.models import AuditEntry, AuditSeal

PAGE = 5000


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
