"""Reads of the run pages, inside an area."""

from __future__ import annotations

from django.db.models import Q, Sum

from wenqu.judging.models import DivisionCount, Run
from wenqu.places.models import Level
from wenqu.places.paths import STEP, ancestors
from wenqu.places.scope import Area, below, within

PAGE = 30


def _seen(area: Area) -> Q:
    """Runs inside the area, and runs of what holds it: those judged its households too."""
    condition = Q(pk__in=[])
    for path in area.paths:
        condition |= below(path) | Q(path__in=ancestors(path))
    return condition


def runs_seen(area: Area, before: int | None, size: int = PAGE) -> tuple[list[Run], int | None]:
    """One page of the runs that concern an area, newest first, and where the next page begins."""
    found = Run.objects.filter(_seen(area)).select_related("division", "by").defer("pack_text").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    _count_seen(rows, area)
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def run_in(area: Area, pk: int) -> Run | None:
    run = Run.objects.filter(_seen(area), pk=pk).select_related("division", "by").first()
    _count_seen([run] if run else [], area)
    return run


def _count_seen(runs: list[Run], area: Area) -> None:
    """Give every run `seen_whole` (whether the area holds all of it) and `households_seen`: all its households, else those of the area."""
    wider = [run.pk for run in runs if not area.covers(run.path)]
    parts = DivisionCount.objects.filter(run__in=wider, path__in=area.paths).values_list("run").annotate(Sum("households")).order_by()
    mine = dict(parts) if wider else {}
    for run in runs:
        run.seen_whole = run.pk not in wider  # type: ignore[attr-defined]
        run.households_seen = mine.get(run.pk, 0) if run.pk in wider else run.households  # type: ignore[attr-defined]


def counts_seen(run: Run, area: Area) -> list[DivisionCount]:
    """The roll-ups of a run down to the towns (down to the villages for a village's own area), only those of the area."""
    rows = within(DivisionCount.objects.filter(run=run), area).select_related("division").order_by("path")
    lowest = max((len(path) // STEP for path in area.paths), default=0)
    return list(rows.filter(division__level__lte=max(lowest, Level.TOWN))[:600])
