"""Decide of records that wait."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.survey.models import State, Submission
from wenqu.survey.permissions import area_at, check_can_decide


@transaction.atomic
def accept_submission(*, submission: Submission, why: str, by: Account, at: datetime) -> Submission:
    """Take a record that waited as good as any. Where it corrects another, it stands in its place from now on."""
    row = _decided(submission, State.ACCEPTED, why, by, at)
    if row.replaces_id is not None:
        _stand_back(row.replaces_id)
    row.state = State.ACCEPTED
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    return row


@transaction.atomic
def leave_out_submission(*, submission: Submission, why: str, by: Account, at: datetime) -> Submission:
    """Leave a record out. It is kept as it was received."""
    row = _decided(submission, State.LEFT_OUT, why, by, at)
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    return row


def _stand_back(first: int) -> None:
    """Of all corrections of a record, and of their corrections, the one that was decided last stands alone."""
    level = [first]
    while level:
        Submission.objects.filter(pk__in=level, state=State.ACCEPTED).update(state=State.REPLACED, effect_at=None)
        level = list(Submission.objects.filter(replaces__in=level).values_list("pk", flat=True))


def _decided(submission: Submission, state: State, why: str, by: Account, at: datetime) -> Submission:
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    check_can_decide(row, by, area_at(by, at))
    if not why.strip():
        raise Refused("no_reason", _("请写明理由"))
    row.state, row.decided_by, row.decided_at, row.decided_why = state, by, at, why.strip()[:200]
    audit.record(
        by=by, verb="accept_submission" if state == State.ACCEPTED else "leave_out_submission", at=at, subject=f"submission:{row.pk}", path=row.path,
        detail={"reasons": row.reasons, "reason": row.decided_why})
    return row
