"""What the clock does: samples whose counted results are not those of their verdict are judged, what is late is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from wenqu.kit.audit import SYSTEM
from wenqu.kit.chunks import chunks
from wenqu.quality.models import JUDGED, Result, ResultState, Sample, SampleState, Verdict
from wenqu.quality.verdicts.actions import judge_samples_now
from wenqu.quality.verdicts.asked import digest_of
from wenqu.quality.verdicts.judged import WAITING, counted_of, first_edition, judged, waiting_of
from wenqu.rulebook.quality.results.naming import item_names

EVERY_SECONDS, TASKS_EVERY_SECONDS = 30.0, 600.0
_TOGETHER = 50


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Judge whoever is behind, such as results that were brought in while this room was shut. Returns how many changed."""
    count = 0
    # All of them: some stay behind until their laboratory tells something, and whoever comes after them would wait with them.
    for keys in chunks(list(behind().values_list("pk", flat=True)), _TOGETHER):
        if not going_on():
            break
        several, before = _differing(keys, at)
        for sample, verdict in zip(several, judge_samples_now(samples=several, by=SYSTEM, at=at), strict=True):
            count += before.get(sample.pk) != (verdict.pk if verdict else None)
    return count


def _differing(keys: Sequence[int], at: datetime) -> tuple[list[Sample], dict[int, int]]:
    """Those whom judging would change, asked before anybody is held up, and the verdicts that they have."""
    samples = list(Sample.objects.filter(pk__in=keys).select_related("point__scheme").order_by("pk"))
    counts, waiting = counted_of(samples), waiting_of(keys)
    newest = {verdict.sample_id: verdict for verdict in Verdict.objects.filter(sample__in=keys, newest=True)}
    found, same = list[Sample](), list[int]()
    for sample in samples:
        rows, was = counts.get(sample.pk, []), newest.get(sample.pk)
        if was is None:
            differs = judged(sample, rows, waits=sample.pk in waiting) is not None
        else:
            differs = not rows or was.rests_on != digest_of(rows)
            same += [] if differs else [was.pk]
        found += [sample] if differs else []
    Verdict.objects.filter(pk__in=same).update(up_to=at)
    return found, {key: verdict.pk for key, verdict in newest.items()}


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
