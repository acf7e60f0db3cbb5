"""Answers the rows of cases: one question to a plan, one line of text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from wenqu.rulebook.duties.timing import SHANGHAI
from wenqu.rulebook.quality.plans import (
    Done,
    Owed,
    PlanPack,
    Point,
    after_event,
    expected,
    in_year,
    season_of,
    standings,
    sum_of,
    tasks,
)

YEAR = 2026


def answer(ask: str, pack: PlanPack) -> str:
    """What the plan says to a row."""
    head, *words = ask.split()
    values = dict(word.split("=", 1) for word in words if "=" in word)
    name = words[0] if words else ""
    return {
        "season": _season, "points": _points, "place": _place, "tasks": _tasks, "items": _items, "set": _set, "taker": _taker, "follow": _follow,
        "after": _after, "year": _year, "total": _total, "state": _state,
    }[head](pack, name, values)


def _season(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    return season_of(pack, date.fromisoformat(f"{YEAR}-{name}")) or "none"


def _points(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    kind = pack.kinds[name]
    told = [" ".join(kind.classes.words) if kind.classes else "any class", f"each {kind.each.number if kind.each else '-'}"]
    return f"{', '.join(told)}, in all {expected(kind) or '-'}"


def _place(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    place = pack.kinds[name].place
    return place.text if place else "none"


def _point(name: str, values: dict[str, str]) -> Point:
    agents = values.get("agents")
    return Point(
        f"{name}-1", name, people=int(values["people"]) if "people" in values else None,
        agents=None if agents is None else tuple(filter(None, agents.split(","))),
        quotas={values["quota"].split(":")[0]: int(values["quota"].split(":")[1])} if "quota" in values else {},
        first=date.fromisoformat(values["first"]) if "first" in values else None, last=date.fromisoformat(values["last"]) if "last" in values else None)


def _tasks(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    """Tasks of a point of a kind (its windows told as first, last and how many), and those of all points together that it is among."""
    found = [task for task in tasks(pack, [_point(name, values)], YEAR) if task.point or name in pack.tasks[task.rule].kinds.words]
    told = []
    for (rule, wanted), rows in groupby(found, key=lambda task: (task.rule, task.wanted)):
        spread = [task.window.id.removeprefix(f"{YEAR}").removeprefix("-") for task in rows]
        many = "year" if spread == [""] else spread[0] if len(spread) == 1 else " ".join(spread) if len(spread) == 2 else f"{spread[0]}..{spread[-1]} ({len(spread)})"
        times = pack.tasks[rule].times
        told.append(f"{rule} {wanted} {times.unit}{' together' if pack.tasks[rule].together else ''}: {many}")
    return "; ".join(told) or "none"


def _items(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    """Items of the first task of a point, in alphabetical order; then "?" and the sets that cannot be told."""
    (task, *_) = [one for one in tasks(pack, [_point(name, values)], YEAR) if "task" not in values or one.rule == values["task"]]
    return " ".join([*sorted(task.items), *(f"?{one}" for one in task.unsettled)]) or "none"


def _set(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    one = pack.sets[name]
    return ", ".join([*([" ".join(one.items.words)] if one.items else []), *(["by agent"] if one.by_agent else [])])


def _taker(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    taker = pack.tasks[name].taker
    return taker.text if taker else "none"


def _follow(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    return " ".join(pack.further(name)) or "none"


def _reports(pack: PlanPack, owed: Iterable[Owed], when: str) -> str:
    told = []
    for one in owed:
        rule = pack.reports[one.rule]
        means = f" by {'+'.join(rule.means.words)}" if rule.means else ""
        told.append(f"{one.rule} {'+'.join(rule.senders.words)} -> {'+'.join(rule.receivers.words)}{means} @{one.due_at.astimezone(SHANGHAI).strftime(when)}")
    return "; ".join(told) or "none"


def _after(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    done = {key: _moment(value) for key, value in values.items() if key in pack.reports}
    return _reports(pack, after_event(pack, name, _moment(values["at"]), done), "%m-%dT%H:%M")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{YEAR}-{text}").replace(tzinfo=SHANGHAI)


def _year(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    return _reports(pack, in_year(pack, YEAR), "%Y-%m-%dT%H:%M")


def _total(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    total = pack.totals[name]
    return f"{total.amount.number} = {' + '.join(str(sum_of(pack.tasks[one], pack.kinds)) for one in total.tasks.words)}"


def _state(pack: PlanPack, name: str, values: dict[str, str]) -> str:
    """State of the task ``of`` (its window by id without the year) of a point of a kind."""
    point = _point(name, values)
    done = [Done(point.key, date.fromisoformat(f"{YEAR}-{day}")) for day in filter(None, values.get("done", "").split(","))]
    rule, _, window = values["of"].partition(":")
    (found,) = [one for one in standings(pack, tasks(pack, [point], YEAR), done, [point], date.fromisoformat(f"{YEAR}-{values['on']}"))
                if one.task.rule == rule and one.task.window.id == (f"{YEAR}-{window}" if window else f"{YEAR}")]
    return f"{found.state} {found.done}/{found.task.wanted}"
