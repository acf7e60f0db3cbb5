"""The one write of the intake: a part of a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.kit import audit
from wenqu.kit.inserting import insert_new
from wenqu.survey.intake.queries import Kept, same_record
from wenqu.survey.intake.reading import Record
from wenqu.survey.intake.rows import ABOUT, Part, row_of, told_of
from wenqu.survey.models import Attachment, Device, Reason, State, Submission


@transaction.atomic
def receive_part(*, part: Part, device: Device, by: audit.Actor, at: datetime) -> Kept:
    """Keep a part of a record. The same part again, or at the same time, changes nothing: one row, and one per file.

    Another content under a number that is taken is kept beside the first and waits for a decision.
    """
    row = same_record(part.record)
    if row is not None:
        _attach(row, part.files, by, at)
        _count_missing(row, part.files)
        return row
    row, fresh = _insert(part, device, by, at)
    _attach(row, part.files, by, at)
    if not fresh:
        _count_missing(row, part.files)
    return row


def _insert(part: Part, device: Device, by: audit.Actor, at: datetime) -> tuple[Kept, bool]:
    """The row of a record, and whether it is ours: somebody may be faster."""
    replaced, reasons = _replaced(part.record, device, list(part.place.reasons))
    fresh = row_of(part, device, replaced, reasons, at)
    if not insert_new(fresh):
        # Either with the same content, or with another under the same number.
        fresh.twin, fresh.state, fresh.reasons = True, State.QUARANTINED, [*fresh.reasons, str(Reason.SAME_ID_DIFFERS)]
        same = same_record(part.record)
        if same is None and not insert_new(fresh):
            same = same_record(part.record)
        if same is not None:
            return same, False
        if fresh.pk is None:
            # Never a receipt for what is not there: the phone keeps it and sends it again.
            raise RuntimeError("neither stored nor there already")
    elif replaced is not None and fresh.state == State.ACCEPTED:
        Submission.objects.filter(pk=replaced.pk).update(state=State.REPLACED, effect_at=None)
    audit.record(by=by, verb="receive_submission", at=at, subject=f"submission:{fresh.pk}", path=fresh.path, detail=told_of(fresh))
    return Kept(fresh.pk, fresh.division_id, fresh.path), True


def _replaced(record: Record, device: Device, reasons: list[Reason]) -> tuple[Submission | None, list[Reason]]:
    """The record that this one corrects, locked, and what speaks against doing so without a question."""
    if not record.deprecated_id:
        return None, reasons
    old = Submission.objects.select_for_update().filter(instance_id=record.deprecated_id, twin=False).first()
    if old is None or old.instance_id == record.instance_id:
        return None, [*reasons, Reason.REPLACES_UNKNOWN]
    if old.account_id != device.account_id:
        return old, [*reasons, Reason.REPLACES_OTHERS]
    if old.state == State.REPLACED or Submission.objects.filter(replaces=old, state=State.ACCEPTED).exists():
        return old, [*reasons, Reason.REPLACES_REPLACED]
    return old, reasons


def _attach(row: Kept, files: Sequence[tuple[str, Received]], by: audit.Actor, at: datetime) -> None:
    """The same name with the same content is one row; another content under the same name is kept beside it."""
    for name, received in files:
        proof = attach(
            received=received, subject=f"submission:{row.pk}", path=row.path, division_id=row.division_id, about=ABOUT, by=by, at=at)
        insert_new(Attachment(submission_id=row.pk, name=name, evidence=proof, received_at=at))


def _count_missing(row: Kept, files: Sequence[tuple[str, Received]]) -> None:
    """Two parts of one record may be written at once: what is missing is counted under its lock."""
    if not files:
        return
    locked = Submission.objects.select_for_update().only("missing").get(pk=row.pk)
    here = set(Attachment.objects.filter(submission_id=row.pk).values_list("name", flat=True))
    missing = [name for name in locked.missing if name not in here]
    if missing != locked.missing:
        Submission.objects.filter(pk=row.pk).update(missing=missing)
