"""What the clock does: samples whose counted results are not those of their verdict are judged, what is late is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from wenqu.kit.audit import SYSTEM
from wenqu.quality.models import JUDGED, Result, ResultState, Sample, SampleState, Verdict
from wenqu.quality.verdicts.actions import judge_sample_now
from wenqu.quality.verdicts.asked import digest_of
from wenqu.quality.verdicts.judged import WAITING, counted, first_edition, judged
from wenqu.rulebook.quality.results.naming import item_names

EVERY_SECONDS = 30.0


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Judge whoever is behind, such as results that were brought in while this room was shut. Returns how many changed."""
    count = 0
    # All of them: some stay behind until their laboratory tells something, and whoever comes after them would wait with them.
    for key in list(behind().values_list("pk", flat=True)):
        if not going_on():
            break
        sample = Sample.objects.select_related("point__scheme").get(pk=key)
        if not _differs(sample):
            sample.verdicts.filter(newest=True).update(up_to=at)
            continue
        before = sample.verdicts.filter(newest=True).values_list("pk", flat=True).first()
        verdict = judge_sample_now(sample=sample, by=SYSTEM, at=at)
        count += before != (verdict.pk if verdict else None)
    return count


def _differs(sample: Sample) -> bool:
    """Whether judging it would change anything: asked before anybody is held up."""
    rows, newest = counted(sample), sample.verdicts.filter(newest=True).first()
    if newest is None:
        return judged(sample, rows) is not None
    return not rows or newest.rests_on != digest_of(rows)


def behind() -> QuerySet[Sample]:
    """Samples with a result that was settled after their verdict; with none, though all that came is reviewed and a standard was in force;
    voided ones that have one. Only those whose laboratory has told nothing yet stay here for long."""
    newest = Verdict.objects.filter(sample=OuterRef("pk"), newest=True)
    results = Result.objects.filter(sample=OuterRef("pk"))
    rows = Sample.objects.filter(role__in=JUDGED).annotate(judged_at=Subquery(newest.values("up_to")[:1]))
    reviewed, waiting = results.filter(state=ResultState.REVIEWED, item__in=item_names()), results.filter(state__in=WAITING)
    never = Q(judged_at=None, point__isnull=False, taken_at__date__gte=first_edition()) & Q(Exists(reviewed)) & ~Q(Exists(waiting)) & ~Q(state=SampleState.VOIDED)
    later = Q(judged_at__isnull=False) & Q(Exists(results.filter(settled_at__gt=F("sample__verdicts__up_to"), sample__verdicts__newest=True)))
    voided = Q(judged_at__isnull=False, state=SampleState.VOIDED)
    return rows.filter(never | later | voided).order_by("pk")
