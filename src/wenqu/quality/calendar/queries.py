"""The calendar of a county's plans: tasks of a year with where each stands, of the points of an area. Worked out whenever it is asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from wenqu.places.paths import TOWN
from wenqu.places.scope import Area
from wenqu.quality.models import PlanAdoption, Point, PointUse
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.points.queries import as_watched, done_at, uses_of
from wenqu.rulebook.quality.plans import PlanPack, Standing, State, TaskRule, standings, tasks

ORDER = (State.LATE, State.SOON, State.DUE, State.AHEAD, State.DONE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One task with its plan and point; no point where all of a county do it together."""

    pack: PlanPack
    point: Point | None
    standing: Standing

    @property
    def rule(self) -> TaskRule:
        """The task's rule in its plan."""
        return self.pack.tasks[self.standing.task.rule]

    @property
    def unit(self) -> str:
        """What is counted."""
        return self.rule.times.unit


@dataclass
class Sum:
    """Tasks by state, and how many were done of those wanted."""

    states: Counter[State] = field(default_factory=Counter)
    wanted: int = 0
    done: int = 0

    def add(self, one: Standing) -> None:
        """Count one task in."""
        self.states[one.state] += 1
        self.wanted += one.task.wanted
        self.done += one.done

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return sum(self.states.values())

    @property
    def by_state(self) -> list[tuple[State, int]]:
        """Numbers in the order of what burns."""
        return [(state, self.states[state]) for state in ORDER]


def entries(adoptions: Iterable[PlanAdoption], area: Area, path: str, on: date, month: int | None = None, state: str = "") -> list[Entry]:
    """Tasks of the points of an area at or below a path, late first. Those of all points together stand only where the whole
    county is asked for. ``month``: whose window ends in it. Three queries a plan."""
    found = []
    for adoption in adoptions:
        pack, uses = pack_of(adoption.edition), uses_of(area, path, adoption.pack_id)
        points = {str(use.point_id): use.point for use in uses}
        watched = as_watched(pack, uses)
        asked = [task for task in tasks(pack, watched, adoption.year) if (task.point or path == adoption.path and area.covers(path))
                 and (month is None or task.window.last.month == month)]
        stand = standings(pack, asked, done_at(uses, pack, adoption.year), watched, on)
        found += [Entry(pack, points.get(one.task.point), one) for one in stand if not state or one.state == state]
    return sorted(found, key=lambda one: (ORDER.index(one.standing.state), one.standing.task.window.last, one.standing.task.key))


def by_town(found: Iterable[Entry]) -> dict[str, Sum]:
    """path of a town (the county's own where a point stands above its towns) -> its tasks."""
    sums: dict[str, Sum] = defaultdict(Sum)
    for one in found:
        sums[one.point.path[:TOWN] if one.point is not None else ""].add(one.standing)
    return dict(sorted(sums.items()))


def by_month(found: Iterable[Entry]) -> list[tuple[int, Sum]]:
    """Tasks by the month in which their window ends."""
    sums: dict[int, Sum] = defaultdict(Sum)
    for one in found:
        sums[one.standing.task.window.last.month].add(one.standing)
    return sorted(sums.items())


def total(found: Iterable[Entry]) -> Sum:
    """All of them."""
    whole = Sum()
    for one in found:
        whole.add(one.standing)
    return whole


def entries_of(point: Point, uses: Iterable[tuple[PointUse, PlanPack]], year: int, on: date) -> list[Entry]:
    """The tasks of one point in a year, in the order of their windows."""
    found = []
    for use, pack in uses:
        watched = as_watched(pack, [use])
        asked = [task for task in tasks(pack, watched, year) if task.point]
        found += [Entry(pack, point, one) for one in standings(pack, asked, done_at([use], pack, year), watched, on)]
    return sorted(found, key=lambda one: (one.standing.task.window.last, one.standing.task.key))
