"""The reporting chain of a plan: what must be told after an event or by a day of the year, and where each report stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.duties.calendar import CHINA
from wenqu.rulebook.duties.model import Limit, Unit
from wenqu.rulebook.duties.timing import SHANGHAI, WorkingDays, due
from wenqu.rulebook.model import Number
from wenqu.rulebook.quality.plans.calendar import State
from wenqu.rulebook.quality.plans.model import PlanPack, ReportRule

# Means that leave a paper or a receipt, by which it can be shown that a report was made.
PROVEN = ("writing", "system", "mail")
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """That some of those who are to be told were told at a moment, by some of the means."""

    at: datetime
    receivers: frozenset[str]
    means: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Owed:
    """A report with the moment from which its time runs, its deadline, and when it was made."""

    rule: str
    start: datetime
    due_at: datetime
    done_at: datetime | None

    def state(self, at: datetime) -> State:
        """Where it stands at a moment; one made after its deadline stays late."""
        made = self.done_at is not None and self.done_at <= at
        if made and self.done_at is not None and self.done_at <= self.due_at:
            return State.DONE
        if made or at > self.due_at:
            return State.LATE
        return State.DUE


def made_at(rule: ReportRule, told: Iterable[Telling]) -> datetime | None:
    """When a report was made in full: everybody who is to be told, by every means that the plan names. ``None`` while one lacks."""
    first = _first_told(rule, told)
    return None if None in first.values() else max(at for at in first.values() if at is not None)


def lacking(rule: ReportRule, told: Iterable[Telling]) -> list[tuple[str, str]]:
    """Who was not told by which means yet; no means where the plan names none."""
    return [who for who, at in _first_told(rule, told).items() if at is None]


def _first_told(rule: ReportRule, told: Iterable[Telling]) -> dict[tuple[str, str], datetime | None]:
    means = rule.means.words if rule.means is not None else ("",)
    every = list(told)
    return {
        (receiver, one): min((each.at for each in every if receiver in each.receivers and (not one or one in each.means)), default=None)
        for receiver in rule.receivers.words for one in means}


def after_event(
    pack: PlanPack, event: str, at: datetime, done: Mapping[str, datetime] | None = None, days: WorkingDays = CHINA, zone: ZoneInfo = SHANGHAI,
) -> list[Owed]:
    """The reports that an event makes due, in the order of the plan. One that follows another runs from when that was made, from
    its deadline while it was not. ``KeyError`` for an event that the plan does not know."""
    pack.events[event]
    made, found = done or {}, dict[str, Owed]()
    for rule in pack.reports.values():
        if rule.events is None or rule.within is None or event not in rule.events.words:
            continue
        start = counted = at
        if rule.after is not None:
            first = found[rule.after.text]
            start = first.done_at or first.due_at
            # A deadline at 24:00 belongs to the day that it ends.
            counted = start if first.done_at or rule.within.unit == Unit.HOURS else start - _INSTANT
        found[rule.id] = Owed(rule.id, start, _deadline(counted, rule.within, days, zone), made.get(rule.id))
    return list(found.values())


def in_year(pack: PlanPack, year: int, done: Mapping[str, datetime] | None = None, zone: ZoneInfo = SHANGHAI) -> list[Owed]:
    """The reports due by a day of the year, at the end of that day, the earliest first."""
    made, start = done or {}, datetime(year, 1, 1, tzinfo=zone)
    found = []
    for rule in pack.reports.values():
        if rule.day is not None:
            month, day = map(int, rule.day.text.split("-"))
            found.append(Owed(rule.id, start, _end_of(date(year, month, day), zone), made.get(rule.id)))
    return sorted(found, key=lambda owed: owed.due_at)


def _deadline(start: datetime, within: Clause, days: WorkingDays, zone: ZoneInfo) -> datetime:
    if within.unit == "days":  # whole days of the calendar after that of the start: none is "before midnight"
        return _end_of(start.astimezone(zone).date() + within.number * _DAY, zone)
    source = Number(within.number, within.unit, within.date, within.clause, within.document, within.confidence)
    return due(start, Limit(within.key, within.number, within.unit, source), days, zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + _DAY, time.min, zone)
