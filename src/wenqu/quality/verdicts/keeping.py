"""What the clock does: samples whose counted results are not those of their verdict are judged, what is late is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from wenqu.kit.audit import SYSTEM
from wenqu.kit.chunks import chunks
from wenqu.quality.models import JUDGED, Result, ResultState, Sample, SampleState, Verdict
from wenqu.quality.verdicts.actions import judge_samples_now

EVERY_SECONDS, TASKS_EVERY_SECONDS = 30.0, 600.0
_MOST, _TOGETHER = 500, 50


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Judge whoever is behind, such as results that were brought in while this room was shut. Returns how many changed."""
    rows, count = list(behind()[:_MOST]), 0
    for several in chunks(rows, _TOGETHER):
        if not going_on():
            break
        before = dict(Verdict.objects.filter(sample__in=several, newest=True).values_list("sample", "pk"))
        for sample, verdict in zip(several, judge_samples_now(samples=several, by=SYSTEM, at=at), strict=True):
            count += before.get(sample.pk) != (verdict.pk if verdict else None)
    return count


def behind() -> QuerySet[Sample]:
    """Samples with a result that was settled after their verdict, or with reviewed results and none; voided ones that have one."""
    newest = Verdict.objects.filter(sample=OuterRef("pk"), newest=True)
    results = Result.objects.filter(sample=OuterRef("pk"))
    rows = Sample.objects.filter(role__in=JUDGED).annotate(judged_at=Subquery(newest.values("at")[:1]))
    never = Q(judged_at=None) & Q(Exists(results.filter(state=ResultState.REVIEWED))) & ~Q(state=SampleState.VOIDED)
    later = Q(judged_at__isnull=False) & Q(Exists(results.filter(settled_at__gt=F("sample__verdicts__at"), sample__verdicts__newest=True)))
    voided = Q(judged_at__isnull=False, state=SampleState.VOIDED)
    return rows.filter(never | later | voided).order_by("pk")
