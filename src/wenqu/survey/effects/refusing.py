"""A record whose consequence is refused waits for somebody, with the refusal's own sentence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.survey.effects.queue import again
from wenqu.survey.models import Reason, State, Submission


@transaction.atomic
def hold_record(*, submission: Submission, refusal: Refused, by: audit.Actor, at: datetime) -> None:
    """Put it to the desk. Accepted there, it is tried again."""
    row = Submission.objects.select_for_update().defer("xml").get(pk=submission.pk)
    if row.state != State.ACCEPTED or row.effect_at is not None:
        return
    row.state = State.QUARANTINED
    row.reasons = [*(code for code in row.reasons if code != Reason.EFFECT_REFUSED), str(Reason.EFFECT_REFUSED)]
    row.effect = {**row.effect, "refused": refusal.message, "code": refusal.code}
    row.save(update_fields=["state", "reasons", "effect"])
    again(row.subject, row.round_id)
    audit.record(by=by, verb="hold_submission", at=at, subject=f"submission:{row.pk}", path=row.path, detail={"reason": refusal.code})
