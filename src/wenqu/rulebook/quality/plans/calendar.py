"""A plan over a year: plan and points in, tasks with windows and items out; what was done in, where each task stands out.

Pure: days come in, nothing looks at a clock. Nothing here depends on the order of points or of what was done.

* A window is a day, a month, the months of a season, or the year; a season that runs over New Year has two spans of it.
* A point owes what falls into a window if it is in use on the window's last day; before its first day nothing is asked.
* Something done counts in the window that holds its day, and for the items that it covers: where several are asked, as
  often as the rarest of them was done.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from wenqu.rulebook.quality.plans.model import PlanPack, PointKind, Season, TaskRule

_DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Point:
    """A place, unit or person that a plan watches. ``people`` and ``agents`` (disinfectants) are ``None`` where not known;
    ``quotas`` are numbers of its own by task."""

    key: str
    kind: str
    people: int | None = None
    agents: tuple[str, ...] | None = None
    first: date | None = None
    last: date | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a year, in one span or two. ``id`` is "2026", "2026-05", "2026-wet" or "2026-05-03"."""

    id: str
    spans: tuple[Span, ...]

    @property
    def first(self) -> date:
        """Its first day."""
        return self.spans[0][0]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.spans[-1][1]

    def holds(self, day: date) -> bool:
        """True when the day is in it."""
        return any(first <= day <= last for first, last in self.spans)

    def since(self, day: date) -> Window:
        """What is left of it from a day on, up to its last day."""
        return Window(self.id, tuple((max(first, day), last) for first, last in self.spans if last >= day))


@dataclass(frozen=True, slots=True)
class Task:
    """So many of something at a point (at all points of its kinds: "") within a window, each with all of ``items``.
    ``unsettled``: sets whose items depend on a disinfectant that is not known."""

    rule: str
    point: str
    window: Window
    wanted: int
    items: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """One name in a plan."""
        return f"{self.rule}/{self.point}/{self.window.id}"


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done at a point on a day: ``count`` at once, with some items, or with all that are asked (``None``)."""

    point: str
    day: date
    items: frozenset[str] | None = None
    count: int = 1


class State(StrEnum):
    """Where a task stands: 未到, 应做, 临期, 逾期, 已完成."""

    AHEAD = "ahead"
    DUE = "due"
    SOON = "soon"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """A task with how many were done (never more than are wanted), and items that were done fewer times than wanted."""

    task: Task
    done: int
    state: State
    lacking: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many are still to be done."""
        return self.task.wanted - self.done


def season_of(pack: PlanPack, day: date) -> str | None:
    """The season that a day is in; ``None`` in a plan without seasons."""
    return next((season.id for season in pack.seasons.values() if day.month in season.months.numbers), None)


def windows(rule: TaskRule, seasons: Mapping[str, Season], year: int) -> Iterator[Window]:
    """The windows of a task in a year, in order."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    if rule.per.text == "year":
        yield Window(f"{year}", ((start, end),))
    elif rule.per.text == "month":
        yield from (Window(f"{year}-{month:02}", (_month(year, month),)) for month in range(1, 13))
    elif rule.per.text == "day":
        yield from (Window(day.isoformat(), ((day, day),)) for day in (start + n * _DAY for n in range((end - start).days + 1)))
    else:
        for name in rule.seasons.words if rule.seasons else ():
            yield Window(f"{year}-{name}", tuple(_spans(year, seasons[name].months.numbers)))


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _spans(year: int, months: Sequence[int]) -> Iterator[Span]:
    first = last = 0
    for month in sorted(months):
        if month != last + 1 and last:
            yield _month(year, first)[0], _month(year, last)[1]
            first = 0
        first, last = first or month, month
    yield _month(year, first)[0], _month(year, last)[1]


def sum_of(rule: TaskRule, kinds: Mapping[str, PointKind]) -> int | None:
    """What a task makes up in a common year over the points that the plan counts; ``None`` where it does not count them."""
    often = {"year": 1, "month": 12, "day": 365, "season": len(rule.seasons.words) if rule.seasons else 0}[rule.per.text]
    if rule.together:
        return rule.times.number * often
    numbers = [expected(kinds[name]) for name in rule.kinds.words]
    return None if None in numbers else rule.times.number * often * sum(number or 0 for number in numbers)


def expected(kind: PointKind) -> int | None:
    """How many points of a kind the plan counts in all."""
    return None if kind.number is None else kind.number.number * (kind.each.number if kind.each else 1)


def tasks(pack: PlanPack, points: Iterable[Point], year: int) -> list[Task]:
    """All that a plan asks of its points in a year, by rule, point and window."""
    by_kind: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        by_kind[point.kind].append(point)
    found = []
    for rule in pack.tasks.values():
        spread = list(windows(rule, pack.seasons, year))
        if rule.together:
            wanted = rule.times.number
            found += [Task(rule.id, "", window, wanted, *_items(pack, rule, None)) for window in spread]
            continue
        items = {agents: _items(pack, rule, agents) for agents in {point.agents for kind in rule.kinds.words for point in by_kind[kind]}}
        for point in sorted((one for kind in rule.kinds.words for one in by_kind[kind]), key=lambda one: one.key):
            if not _applies(rule, point):
                continue
            wanted, asked = point.quotas.get(rule.id, rule.times.number), items[point.agents]
            found += [Task(rule.id, point.key, window, wanted, *asked) for window in _in_use(spread, point) if wanted]
    return found


def _applies(rule: TaskRule, point: Point) -> bool:
    # Where nobody knows how many it serves, it is asked: a sample too many does no harm.
    return rule.over is None or point.people is None or point.people > rule.over.number


def _in_use(spread: Iterable[Window], point: Point) -> Iterator[Window]:
    for window in spread:
        if point.last is not None and point.last < window.last or point.first is not None and point.first > window.last:
            continue
        yield window if point.first is None or point.first <= window.first else window.since(point.first)


def _items(pack: PlanPack, rule: TaskRule, used: tuple[str, ...] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Items asked where these disinfectants are used, each once, and the sets that cannot be told."""
    items: list[str] = []
    unsettled = []
    for name in rule.sets.words if rule.sets else ():
        one = pack.sets[name]
        items += one.items.words if one.items else ()
        if one.by_agent is not None:
            agents = [pack.agent_items(agent) for agent in used or ()]
            items += [item for found in agents for item in found or ()]
            if used is None or None in agents:
                unsettled.append(name)
    return tuple(dict.fromkeys(items)), tuple(unsettled)


def standings(pack: PlanPack, asked: Iterable[Task], done: Iterable[Done], points: Iterable[Point], on: date) -> list[Standing]:
    """Where every task stands at the end of a day, in the order of the tasks. What was done later is not seen yet."""
    at_point: dict[str, list[Done]] = defaultdict(list)
    kind_of = {point.key: point.kind for point in points}
    of_kind: dict[str, list[Done]] = defaultdict(list)
    for one in done:
        if one.day <= on:
            at_point[one.point].append(one)
            of_kind[kind_of.get(one.point, "")].append(one)
    found = []
    for task in asked:
        rows = at_point[task.point] if task.point else [one for kind in pack.tasks[task.rule].kinds.words for one in of_kind[kind]]
        found.append(_standing(task, rows, on, pack.soon.number))
    return found


def _standing(task: Task, rows: Iterable[Done], on: date, soon: int) -> Standing:
    inside = [one for one in rows if task.window.holds(one.day)]
    if not inside:
        return Standing(task, 0, _state(task, 0, on, soon), task.items)
    counts = {item: sum(one.count for one in inside if one.items is None or item in one.items) for item in task.items}
    number = min(counts.values()) if counts else sum(one.count for one in inside)
    lacking = tuple(item for item, count in counts.items() if count < task.wanted)
    return Standing(task, min(number, task.wanted), _state(task, number, on, soon), lacking)


def _state(task: Task, number: int, on: date, soon: int) -> State:
    if number >= task.wanted:
        return State.DONE
    if on > task.window.last:
        return State.LATE
    if on < task.window.first:
        return State.AHEAD
    return State.SOON if (task.window.last - on).days < soon else State.DUE
