"""Judge a sample from its counted results and let what follows from it follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from wenqu.kit import audit
from wenqu.places.models import Account
from wenqu.quality.effects.actions import take_effect
from wenqu.quality.models import Result, Sample, Verdict
from wenqu.quality.verdicts.asked import digest_of
from wenqu.quality.verdicts.judged import Judged, counted, judged
from wenqu.quality.verdicts.wording import items_of, words_of


@transaction.atomic
def judge_sample_now(*, sample: Sample, by: Account | audit.Actor, at: datetime) -> Verdict | None:
    """Judge what counts of a sample now: call it in the transaction in which its counted results change.

    The same results are never judged twice: their verdict is given again. Where nothing is left to be judged, the verdict
    that stood counts no more and stays readable.
    """
    row = Sample.objects.select_for_update(of=("self",)).select_related("point__scheme", "point__household").get(pk=sample.pk)
    rows = counted(row)
    rests_on = digest_of(rows)
    was = row.verdicts.filter(newest=True).first()
    if was is not None and rows and was.rests_on == rests_on:
        return was
    found = judged(row, rows)
    if found is None and was is None:
        return None
    if was is not None:
        was.newest, was.retired_at = False, at
        was.save(update_fields=["newest", "retired_at"])
    now = _kept(row, rows, rests_on, found, at) if found is not None else None
    audit.record(by=by, verb="judge_water_sample", at=at, subject=f"sample:{row.pk}", path=row.path, detail={
        "verdict": now.verdict if now else "", "was": was.verdict if was else "", "pack": now.pack_id if now else "", "results": len(rows)})
    take_effect(sample=row, was=was, now=now, by=by, at=at)
    return now


def _kept(sample: Sample, rows: Sequence[Result], rests_on: str, found: Judged, at: datetime) -> Verdict:
    """The verdict of these results: the one that they had before, if they had one."""
    earlier = sample.verdicts.filter(rests_on=rests_on).first()
    if earlier is not None:
        earlier.newest, earlier.retired_at = True, None
        earlier.save(update_fields=["newest", "retired_at"])
        return earlier
    verdict, pack = found.verdict, found.pack
    return Verdict.objects.create(
        division_id=sample.division_id, path=sample.path, sample=sample, rests_on=rests_on, pack_id=pack.id, digest=pack.digest, verdict=str(verdict.verdict),
        follow_up=verdict.follow_up, items=items_of(verdict, pack, {row.item: row for row in rows}), missing=list(verdict.missing), words=words_of(verdict, pack), at=at)
