"""Reads of the intake."""

from __future__ import annotations

from wenqu.survey.intake.reading import Record
from wenqu.survey.models import Submission


def same_record(record: Record) -> Submission | None:
    """The row of this very record, by its number and its bytes."""
    return Submission.objects.filter(instance_id=record.instance_id, sha256=record.sha256).first()
