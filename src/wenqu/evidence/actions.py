"""Writes of evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from wenqu.evidence.attaching import row_of, told_of
from wenqu.evidence.models import Evidence
from wenqu.evidence.received import Received
from wenqu.kit import audit
from wenqu.kit.inserting import insert_new


@transaction.atomic
def attach(
    *, received: Received, subject: str, path: str, division_id: int, about: str, by: audit.Actor, at: datetime,
) -> Evidence:
    """Let a received file prove something about a subject, inside the transaction of the act that it proves.

    The caller has checked that the actor may act on the subject. The same content for the same subject and part of its
    story is one row.
    """
    row = row_of(received=received, subject=subject, path=path, division_id=division_id, about=about, by=by, at=at)
    if not insert_new(row):
        return Evidence.objects.get(subject=subject, about=about, sha256=received.sha256)
    audit.record(by=by, verb="attach_evidence", at=at, subject=subject, path=path, detail=told_of(row))
    return row
