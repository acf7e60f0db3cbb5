"""What records that are to be judged come to, worked out before anything is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wenqu.facts.models import SubjectKind
from wenqu.judging.spot import Look, look
from wenqu.kit.arrow import one_view
from wenqu.survey.effects.settling import subject_in
from wenqu.survey.models import Submission


@dataclass(frozen=True)
class Looked:
    """What records come to that are to be judged: the records as they were, and what was worked out of them."""

    rows: dict[int, tuple[datetime | None, int | None]]
    looks: list[Look]


@contextmanager
def look_at(submissions: Sequence[Submission], at: datetime) -> Iterator[Looked]:
    """What `judge_records` would store, worked out while nobody is held up."""
    with one_view():
        rows = list(rows_to_judge(submissions))
        found = subjects_of(rows)
        looks = look(households=found[SubjectKind.HOUSEHOLD], schemes=found[SubjectKind.SCHEME], at=latest_of(rows, at))
    try:
        yield Looked(seen_of(rows), looks)
    finally:
        for each in looks:
            each.con.close()


def rows_to_judge(submissions: Sequence[Submission]) -> QuerySet[Submission]:
    # By their keys alone, as in `together`.
    rows = Submission.objects.filter(pk__in=[each.pk for each in submissions]).order_by("pk")
    return rows.filter(to_judge=True).only("instance_id", "subject", "account", "filled_at", "received_at", "version", "effect", "effect_at", "facts")


def seen_of(rows: Iterable[Submission]) -> dict[int, tuple[datetime | None, int | None]]:
    """By what a record is known to have changed: whatever changes its facts takes its effect anew."""
    return {row.pk: (row.effect_at, row.facts_id) for row in rows}


def latest_of(rows: Iterable[Submission], at: datetime) -> datetime:
    """Another worker, whose round began later, may have taken some of them: what it recorded must be seen."""
    return max([at, *(row.effect_at for row in rows if row.effect_at is not None)])


def subjects_of(rows: Iterable[Submission]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {SubjectKind.HOUSEHOLD: set(), SubjectKind.SCHEME: set()}
    for subject in filter(None, map(subject_in, rows)):
        found[subject[0]].add(subject[1])
    return found
