"""Decide of records that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.survey.desk.filtering import is_late
from wenqu.survey.models import State, Submission
from wenqu.survey.permissions import area_at, check_can_decide
from wenqu.survey.rulings.looking import look_again


@dataclass(frozen=True)
class Decided:
    """What came of a decision of many."""

    done: int
    left: int


@transaction.atomic
def accept_submission(*, submission: Submission, why: str, by: Account, at: datetime) -> Submission:
    """Take a record that waited as good as any. Where it corrects another, it stands in its place from now on."""
    row = _decided(submission, State.ACCEPTED, why, by, at)
    if row.replaces_id is not None:
        _stand_back(row.replaces_id)
    row.state = State.ACCEPTED
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    if row.round_id is not None:
        look_again(row.subject, row.round_id)
    return row


@transaction.atomic
def leave_out_submission(*, submission: Submission, why: str, by: Account, at: datetime) -> Submission:
    """Leave a record out. It is kept as it was received."""
    row = _decided(submission, State.LEFT_OUT, why, by, at)
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    return row


def decide_together(*, submissions: Sequence[Submission], accept: bool, why: str, by: Account, at: datetime) -> Decided:
    """The same decision, for the same reason, of many records that only came late. Each is committed and written down by
    itself; one that somebody else decided of meanwhile, or that is one's own, is left as it is."""
    if not why.strip():
        raise Refused("no_reason", _("请写明理由"))
    if any(not is_late(row) for row in submissions):
        raise Refused("not_only_late", _("一起裁定的只能是仅因迟到、任务结束或换人而待定的记录。其他的请逐条裁定。"))
    done, left = 0, 0
    for row in submissions:
        try:
            if accept:
                accept_submission(submission=row, why=why, by=by, at=at)
            else:
                leave_out_submission(submission=row, why=why, by=by, at=at)
            done += 1
        except Refused as refused:
            if refused.code not in {"already_decided", "own_record"}:
                raise
            left += 1
    return Decided(done, left)


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
