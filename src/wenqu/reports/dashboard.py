"""What the home page of a division shows, read from the kept roll-ups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum, Value
from django.db.models.functions import Concat, Substr

from wenqu.households.models import Household
from wenqu.judging.models import DivisionCount, Run
from wenqu.judging.queries import counts_of, latest_run, runs_covering
from wenqu.ledger.models import LIVE_STATES, Problem
from wenqu.ledger.past.counting import Asked, count_stood
from wenqu.places import paths
from wenqu.places.models import Division, Level
from wenqu.places.queries import children
from wenqu.places.scope import below
from wenqu.rulebook.model import INDICATORS
from wenqu.schemes.models import Scheme

OVERALL = ("safe", "basic", "unsafe", "unknown")
GRADES = ("met", "basic", "failed", "unknown")
# Households are counted exactly up to here where no run has counted them.
COUNT_LIMIT = 10_000


@dataclass
class Tally:
    """Households of a place by overall grade and by indicator and grade."""

    households: int = 0
    people: int = 0
    safe: int = 0
    basic: int = 0
    unsafe: int = 0
    unknown: int = 0
    indicators: dict[str, dict[str, int]] = field(default_factory=lambda: {name: dict.fromkeys(GRADES, 0) for name in INDICATORS})

    @classmethod
    def of(cls, counts: list[DivisionCount]) -> Tally:
        tally = cls()
        for row in counts:
            for name in ("households", "people", *OVERALL):
                setattr(tally, name, getattr(tally, name) + getattr(row, name))
            for indicator, grades in row.indicators.items():
                for grade, number in grades.items():
                    tally.indicators[indicator][grade] += number
        return tally

    @property
    def unsafe_share(self) -> float:
        return self.unsafe / self.households if self.households else 0.0


@dataclass
class Child:
    """One row of the table of child divisions."""

    division: Division
    tally: Tally | None
    open_problems: int = 0

    @property
    def worst_first(self) -> tuple[float, float, int, str]:
        if self.tally is None or not self.tally.households:
            return (1.0, 0.0, -self.open_problems, self.division.path)
        return (-self.tally.unsafe_share, -self.tally.unknown / self.tally.households, -self.open_problems, self.division.path)


@dataclass(frozen=True)
class Problems:
    """Live problems of a place: by kind, open ones and clues; and open ones by child division and kind."""

    by_kind: dict[str, dict[str, int]]
    by_child: dict[str, dict[str, int]]

    def total(self, state: str) -> int:
        return sum(states.get(state, 0) for states in self.by_kind.values())


def run_for(path: str, number: str, until: datetime | None = None) -> Run | None:
    """The run asked for by number where it covers the place, else the newest one that does; of those made by `until`."""
    if number.isdecimal() and len(number) <= 18:
        chosen = Run.objects.filter(pk=number, path__in=paths.ancestors(path)).first()
        if chosen is not None and (until is None or chosen.at <= until):
            return chosen
    return latest_run(path, until)


def tallies(division: Division, run: Run | None, until: datetime | None = None) -> tuple[Tally | None, dict[int, Tally]]:
    """The tally of a division and of its children. Without a run of its own, the newest runs of the counties below it are summed."""
    if run is not None:
        own = counts_of(run, division.path)
        rows = DivisionCount.objects.filter(run=run, division__parent=division)
        return Tally.of([own]) if own else None, {row.division_id: Tally.of([row]) for row in rows}
    # Counties are what is judged: a province finds them two levels down.
    counties = Division.objects.filter(below(division.path), level=Level.COUNTY)
    newest: dict[int, DivisionCount] = {}
    kept = DivisionCount.objects.filter(division__in=counties).order_by("run__as_of", "run_id")
    for row in kept.filter(run__at__lte=until) if until else kept:
        newest[row.division_id] = row
    by_child = {
        each.pk: Tally.of(found) for each in children(division) if (found := [row for row in newest.values() if paths.is_within(row.path, each.path)])
    }
    return Tally.of(list(newest.values())) if newest else None, by_child


def problems_below(path: str) -> Problems:
    """Live problems below a path. One query over one index range."""
    found: QuerySet[Any] = Problem.objects.filter(below(path)).annotate(child=Substr("path", 1, len(path) + paths.STEP))
    if connection.vendor == "sqlite":
        # By a copy of the state, of which no index knows: or SQLite takes the index of states and fetches every row beside it.
        live = found.annotate(stands=Concat("state", Value(""))).filter(stands__in=LIVE_STATES)
    else:
        live = found.filter(state__in=LIVE_STATES)
    return _problems(live.values_list("child", "kind", "clue").annotate(number=Count("pk")).order_by())


def problems_then(path: str, at: datetime) -> Problems:
    """As `problems_below`, as they stood at an instant."""
    return _problems((each.child, each.kind, each.clue, each.number) for each in count_stood(Asked(path, at)) if each.live)


def _problems(counted: Iterable[tuple[str, str, bool, int]]) -> Problems:
    by_kind: dict[str, dict[str, int]] = {}
    by_child: dict[str, dict[str, int]] = {}
    for child, kind, clue, number in counted:
        states, state = by_kind.setdefault(kind, {}), "clue" if clue else "open"
        states[state] = states.get(state, 0) + number
        if not clue:
            kinds = by_child.setdefault(child, {})
            kinds[kind] = kinds.get(kind, 0) + number
    return Problems(by_kind, by_child)


def child_rows(division: Division, by_division: dict[int, Tally], problems: Problems, order: str) -> list[Child]:
    """The children with their numbers, worst first or in the order of the register."""
    rows = [
        Child(each, by_division.get(each.pk), sum(problems.by_child.get(each.path, {}).values()))
        for each in children(division)
    ]
    return rows if order == "place" else sorted(rows, key=lambda row: row.worst_first)


def trend(path: str, until: datetime | None = None) -> list[dict[str, Any]]:
    """The overall grades of a place in every run that covers it (of those made by `until`), by as-of date, oldest first."""
    runs = runs_covering(path, until=until)
    by_run = {row.run_id: row for row in DivisionCount.objects.filter(run__in=runs, path=path)}
    return [
        {"as_of": run.as_of, "pack": run.pack_id, "run": run.pk, "households": row.households, **{name: getattr(row, name) for name in OVERALL}}
        for run in runs if (row := by_run.get(run.pk)) is not None
    ]


def schemes_below(path: str) -> int:
    return Scheme.objects.filter(below(path)).count()


def households_at_least(path: str) -> tuple[int, bool]:
    """How many households there are where no run has counted them: (number, whether it is exact)."""
    found: QuerySet[Household] = Household.objects.filter(below(path)).order_by("path", "id")
    number = found.values("pk")[: COUNT_LIMIT + 1].count()
    return min(number, COUNT_LIMIT), number <= COUNT_LIMIT


def people_registered(path: str, exact: bool) -> int | None:
    """People by the register, where there are few enough households to add up."""
    if not exact:
        return None
    return Household.objects.filter(below(path)).aggregate(total=Sum("people"))["total"]


