"""Judge samples from their counted results and let what follows from it follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from wenqu.kit import audit
from wenqu.places.models import Account
from wenqu.quality.effects.actions import Change, take_effects
from wenqu.quality.holding import hold_counting
from wenqu.quality.models import Result, Sample, Verdict
from wenqu.quality.verdicts.asked import digest_of
from wenqu.quality.verdicts.judged import Judged, counted_of, judged, waiting_of
from wenqu.quality.verdicts.wording import items_of, words_of


def judge_sample_now(*, sample: Sample, by: Account | audit.Actor, at: datetime) -> Verdict | None:
    """Judge what counts of one sample now."""
    return judge_samples_now(samples=[sample], by=by, at=at)[0]


@transaction.atomic
def judge_samples_now(*, samples: Sequence[Sample], by: Account | audit.Actor, at: datetime) -> list[Verdict | None]:
    """Judge what counts of samples now, with what follows from all of it together: call it in the transaction in which their
    counted results change. A few statements and an entry each, however many samples.

    The same results are never judged twice: their verdict is given again. Where nothing is left to be judged, the verdict
    that stood counts no more and stays readable.
    """
    keys = [sample.pk for sample in samples]
    rows = sorted(hold_counting(keys), key=lambda row: (row.taken_at or row.made_at, row.pk))
    counts, waiting = counted_of(rows), waiting_of(keys)
    stood = {verdict.sample_id: verdict for verdict in Verdict.objects.filter(sample__in=keys, newest=True)}
    changes, given = list[Change](), dict[int, Verdict | None]()
    fresh: list[tuple[Sample, str, Judged, Sequence[Result]]] = []
    same: list[int] = []
    for row in rows:
        results, was = counts.get(row.pk, []), stood.get(row.pk)
        rests_on = digest_of(results)
        if was is not None and results and was.rests_on == rests_on:
            given[row.pk] = was
            same.append(was.pk)
            continue
        found = judged(row, results, waits=row.pk in waiting)
        if found is not None:
            fresh.append((row, rests_on, found, results))
        elif was is None:
            given[row.pk] = None
            continue
        changes.append(Change(row, was, None))
    Verdict.objects.filter(pk__in=same).update(up_to=at)
    _retire([one.was for one in changes if one.was is not None], at)
    kept = _kept(fresh, at)
    changes = [Change(one.sample, one.was, kept.get(one.sample.pk)) for one in changes]
    for one in changes:
        audit.record(by=by, verb="judge_water_sample", at=at, subject=f"sample:{one.sample.pk}", path=one.sample.path, detail={
            "verdict": one.now.verdict if one.now else "", "was": one.was.verdict if one.was else "", "pack": one.now.pack_id if one.now else "",
            "results": len(counts.get(one.sample.pk, ()))})
    take_effects(changes=changes, by=by, at=at)
    given |= {one.sample.pk: one.now for one in changes}
    return [given.get(key) for key in keys]


def _retire(verdicts: Sequence[Verdict], at: datetime) -> None:
    for verdict in verdicts:
        verdict.newest, verdict.retired_at = False, at
    Verdict.objects.filter(pk__in=[verdict.pk for verdict in verdicts]).update(newest=False, retired_at=at)


def _kept(fresh: Iterable[tuple[Sample, str, Judged, Sequence[Result]]], at: datetime) -> dict[int, Verdict]:
    """sample -> the verdict of its results: the one that they had before, if they had one."""
    fresh = list(fresh)
    before = {(verdict.sample_id, verdict.rests_on): verdict for verdict in Verdict.objects.filter(sample__in=[sample.pk for sample, *_rest in fresh])}
    found, new = {}, list[Verdict]()
    for sample, rests_on, judged_, results in fresh:
        earlier = before.get((sample.pk, rests_on))
        if earlier is not None:
            earlier.newest, earlier.retired_at = True, None
            found[sample.pk] = earlier
            continue
        verdict, pack = judged_.verdict, judged_.pack
        new.append(Verdict(
            division_id=sample.division_id, path=sample.path, sample=sample, rests_on=rests_on, pack_id=pack.id, digest=pack.digest, verdict=str(verdict.verdict),
            follow_up=verdict.follow_up, items=items_of(verdict, pack, {row.item: row for row in results}), missing=list(verdict.missing), words=words_of(verdict, pack), at=at, up_to=at))
    Verdict.objects.filter(pk__in=[verdict.pk for verdict in found.values()]).update(newest=True, retired_at=None, up_to=at)
    return found | {verdict.sample_id: verdict for verdict in Verdict.objects.bulk_create(new)}
