"""Keep count of the subjects that have several records: what the desk lists. Asked by the actions, and by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max

from wenqu.kit.models import Counter
from wenqu.survey.models import Doubled, State, Submission
from wenqu.survey.rulings.queries import together

EVERY_SECONDS = 20.0
_CURSOR = "survey-doubled"
# What was still being written when the last ones were looked at.
_BACK = 500
_AT_ONCE = 2_000


@transaction.atomic
def look_again(subject: str, round_id: int) -> Doubled | None:
    """Count the differences of a subject anew. None where it has one record or none."""
    if not subject:
        return None
    found = together(subject, round_id)
    if len(found.records) < 2:
        Doubled.objects.filter(subject=subject, round_id=round_id).delete()
        return None
    first = found.records[0]
    row, _fresh = Doubled.objects.update_or_create(subject=subject, round_id=round_id, defaults={
        "division_id": first.division_id, "path": first.path, "records": len(found.records), "newest": found.records[-1].pk,
        "differing": len(found.differing), "open": len(found.merged.open.keys() - found.waiting),
    })
    return row


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Look at the records that came since the last time. Returns how many subjects were counted anew."""
    cursor, _fresh = Counter.objects.get_or_create(name=_CURSOR)
    last, counted = Submission.objects.aggregate(last=Max("pk"))["last"] or 0, 0
    start = max(0, cursor.value - _BACK)
    while start < last and going_on():
        end = min(last, start + _AT_ONCE)
        counted += sum(_look_at_group(subject, round_id) for subject, round_id in _doubled_between(start, end))
        start = end
        if end > cursor.value:
            Counter.objects.filter(name=_CURSOR, value__lt=end).update(value=end)
    return counted


def _doubled_between(start: int, end: int) -> list[tuple[str, int]]:
    """The subjects of these records that have several standing ones, or had, and are not counted as they are now."""
    fresh = Submission.objects.filter(pk__gt=start, pk__lte=end).exclude(subject="").exclude(round=None).order_by()
    pairs = set(fresh.values_list("subject", "round_id"))
    rounds = {round_id for _subject, round_id in pairs}
    subjects = sorted({subject for subject, _round in pairs})
    out: list[tuple[str, int]] = []
    for at in range(0, len(subjects), 500):
        few = subjects[at : at + 500]
        counted = {
            (row.subject, row.round_id): (row.records, row.newest) for row in Doubled.objects.filter(subject__in=few, round__in=rounds)
        }
        now = Submission.objects.filter(subject__in=few, round__in=rounds, state=State.ACCEPTED).order_by()
        told = {(subject, round_id): (count, newest) for subject, round_id, count, newest in now.values_list("subject", "round_id").annotate(Count("pk"), Max("pk"))}
        out += [
            pair for pair in {*told, *counted} & pairs
            if counted.get(pair) != told.get(pair) and (pair in counted or told[pair][0] > 1)
        ]
    return sorted(out)


def _look_at_group(subject: str, round_id: int) -> bool:
    look_again(subject, round_id)
    return True
