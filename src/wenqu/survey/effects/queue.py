"""The two queues of effects lie in the records themselves: nothing is lost with a process, nothing is done twice."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wenqu.survey.models import State, Submission

AT_ONCE = 200


def waiting() -> QuerySet[Submission]:
    """The records whose effect is to be taken or taken back, those that failed before last. What still misses a file waits for it."""
    rows = Submission.objects.filter(effect_at=None).exclude(state=State.QUARANTINED)
    return rows.filter(Q(missing=[]) | ~Q(state=State.ACCEPTED)).order_by("effect_tries", "pk")


def to_judge() -> QuerySet[Submission]:
    """The records whose subject is to be judged again."""
    return Submission.objects.filter(to_judge=True).order_by("effect_tries", "pk")


def again(subject: str, round_id: int | None) -> None:
    """Let the records of a subject in a round be looked at again: one of them came or went, or somebody ruled."""
    if subject and round_id is not None:
        Submission.objects.filter(subject=subject, round_id=round_id, state=State.ACCEPTED).update(effect_at=None)
