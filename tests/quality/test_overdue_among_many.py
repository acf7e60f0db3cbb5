"""What is overdue is found among any number of samples by a few statements, and by the clock within a minute."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from cast import Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quality.county import adopt, schemes
from quality.sampled import point_at, result_of, sample_at
from wenqu.kit.rounds import rounds
from wenqu.ledger.models import Problem
from wenqu.quality.effects.overdue import due_of, late_results, tick, unreviewed
from wenqu.quality.models import Overdue, PointUse, Sample

NOW = timezone.make_aware(datetime(2026, 6, 30, 10, 0))


def stage(cast: Cast, count: int, seed: int = 7) -> list[Sample]:
    """Samples received at any moment of half a year: some by the edition of their plan, some by what watches their point, some by nothing."""
    rng, works = random.Random(seed), schemes(cast)
    plans = [adopt(cast, "plan-rural-water"), adopt(cast, "plan-county-water")]
    points = [point_at(cast, works[0]), point_at(cast, works[1]), point_at(cast, works[2])]
    for point, plan in zip(points, plans, strict=False):
        PointUse.objects.create(point=point, pack_id=plan.pack_id, kind="x")
    rows = []
    for number in range(count):
        received = NOW - timedelta(minutes=rng.randrange(180 * 24 * 60))
        edition = rng.choice([None, plans[0].edition, plans[1].edition])
        rows.append(sample_at(points[number % 3], timezone.localdate(received), received_at=received, edition=edition))
    return rows


def test_the_samples_found_are_those_whose_own_limit_has_passed(cast: Cast) -> None:
    rows = stage(cast, 60)
    for number, row in enumerate(rows):
        if number % 5 == 0:
            result_of(row, "iron", "0.1", at=row.received_at)
        if number % 10 == 0:
            result_of(row, "turbidity", "0.5", state="entered")
    sizes = []
    for at in (NOW, NOW - timedelta(days=60), NOW - timedelta(days=175)):
        expected = {row.pk for row in unreviewed() if (due := due_of(row)) is not None and at > due}
        assert {late.sample.pk for late in late_results(at) if late.sample is not None} == expected
        sizes.append(len(expected))
    assert 60 > sizes[0] > sizes[1] > sizes[2]


def test_a_limit_passes_in_its_instant(cast: Cast) -> None:
    for row in stage(cast, 6):
        due = due_of(row)
        if due is not None:
            found = [{late.sample.pk for late in late_results(at) if late.sample is not None} for at in (due, due + timedelta(microseconds=1))]
            assert row.pk not in found[0] and row.pk in found[1]


def test_statements_do_not_grow_with_the_samples(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            tick(at=NOW, tasks=False)
        return len(asked)

    rows = stage(cast, 20)
    tick(at=NOW, tasks=False)
    few = statements()
    for number in range(60):
        sample_at(rows[0].point, timezone.localdate(NOW), received_at=NOW - timedelta(minutes=number), edition=rows[0].edition)  # type: ignore[arg-type]
    assert statements() == few <= 12


def test_the_clock_opens_a_problem_within_a_minute(cast: Cast, monkeypatch: Any) -> None:
    late = next(row for row in stage(cast, 12) if due_of(row) is not None)
    Sample.objects.exclude(pk=late.pk).update(state="voided")
    due = due_of(late)
    assert due is not None
    (each,) = (one for one in rounds() if one.name == "quality_overdue")
    each.work(due, lambda: True)
    assert not Overdue.objects.filter(sample=late).exists(), "not late yet"
    assert each.every_seconds <= 30.0
    each.work(due + timedelta(seconds=each.every_seconds), lambda: True)
    told = Overdue.objects.get(sample=late)
    assert told.problem == Problem.objects.get() and told.problem.kind == "management"
