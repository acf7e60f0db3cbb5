"""A part of a record on its way in, and the row that becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenqu.evidence.received import Received
from wenqu.survey.intake.placing import Place
from wenqu.survey.intake.reading import Record
from wenqu.survey.models import Device, Reason, State, Submission

# The part of the story of a record that its files are evidence of.
ABOUT = "record"


@dataclass(frozen=True)
class Part:
    """What came in one request: the record, where it belongs, and the files that came along under their names."""

    record: Record
    place: Place
    files: Sequence[tuple[str, Received]]


def row_of(part: Part, device: Device, replaced: Submission | None, reasons: Sequence[Reason], at: datetime) -> Submission:
    """Not in the database yet."""
    record, place = part.record, part.place
    here = {name for name, _received in part.files}
    return Submission(
        division_id=place.division_id, path=place.path, instance_id=record.instance_id, sha256=record.sha256, xml=record.text,
        form_id=record.form_id, form_version=record.form_version, version_id=place.version_id, round_id=place.round_id, device=device,
        account_id=device.account_id, subject=place.subject, state=State.QUARANTINED if reasons else State.ACCEPTED,
        reasons=[str(reason) for reason in reasons], replaces=replaced, missing=[name for name in place.files if name not in here], received_at=at, filled_at=record.filled_at,
    )


def told_of(row: Submission) -> dict[str, Any]:
    """What the log tells of a record."""
    told: dict[str, Any] = {"state": row.state, "form": row.form_id, "version": row.form_version, "device": row.device_id}
    return {**told, "reasons": row.reasons} if row.reasons else told
