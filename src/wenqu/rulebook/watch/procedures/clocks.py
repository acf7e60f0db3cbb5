"""What is late and what is owed, as of a day that is passed in. Being late never skips a step and never stops one.

N days to do something end with the Nth day after the day on which the time began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from wenqu.rulebook.watch.procedures.course import Course
from wenqu.rulebook.watch.procedures.model import ProcedurePack, Route, StepRule
from wenqu.rulebook.watch.procedures.notices import down_from, monthly_days, months_after
from wenqu.rulebook.watch.procedures.standing import THROUGH, Standing, stand
from wenqu.rulebook.watch.procedures.words import Said, say


@dataclass(frozen=True, slots=True)
class Late:
    """Something that was not done by its day; ``done`` is when it was done after all."""

    said: Said
    step: str
    due: date
    done: date | None


@dataclass(frozen=True, slots=True)
class Debt:
    """Something that is still to be done; ``due`` is its day where the pack gives one."""

    said: Said
    step: str
    due: date | None


def late(course: Course, pack: ProcedurePack, on: date) -> tuple[Late, ...]:
    """Everything late as of a day, what was done late included."""
    here, route = stand(course, pack), pack.route(course.route)
    found = [*_steps(here, route, on)]
    end = here.ended_on
    if route.within is not None:
        due = course.begun + timedelta(days=route.within.number)
        if (end or on) > due:
            found.append(Late(say("whole_late", route.within, due=due), "", due, end))
    if here.urgent is not None:
        due = here.urgent.day + timedelta(days=pack.urgent.within.number)
        if (end or on) > due:
            found.append(Late(say("debt_late", pack.urgent.within, due=due), "", due, end))
    return tuple(found)


def owed(course: Course, pack: ProcedurePack, on: date) -> tuple[Debt, ...]:
    """What is still to be done: the steps missing after urgent help, notices, rulings, and this month's visit."""
    here, route = stand(course, pack), pack.route(course.route)
    if here.ended:
        return ()
    found = [*_notice(here, route.steps[here.step], pack, on)]
    step = route.steps[here.step]
    if step.monthly is not None:
        visited = {(day.year, day.month) for day in here.visits}
        due = next((day for day in monthly_days(here.since, step.monthly.number, months_after(on, 1))
                    if day >= on and (day.year, day.month) not in visited), None)
        if due is not None and (due.year, due.month) == (on.year, on.month):
            found.append(Debt(say("month_owed", step.monthly, about=step.id, step=(step.zh, step.en), due=due), step.id, due))
    if here.urgent is not None:
        due = here.urgent.day + timedelta(days=pack.urgent.within.number)
        for name in route.names[route.names.index(here.step):]:
            missing = route.steps[name]
            found.append(Debt(say("step_owed", pack.urgent.within, about=name, step=(missing.zh, missing.en), due=due), name, due))
    return tuple(found)


def _steps(here: Standing, route: Route, on: date) -> Iterator[Late]:
    for one in here.passed:
        yield from _step(route.steps[one.step], one.since, one.ended, one.visits, True)
    if not here.ended:
        yield from _step(route.steps[here.step], here.since, on, here.visits, False)


def _step(step: StepRule, since: date, until: date, visits: tuple[date, ...], over: bool) -> Iterator[Late]:
    name = (step.zh, step.en)
    if step.at_most is not None:
        due = since + timedelta(days=step.at_most.number)
        if until > due:
            yield Late(say("step_late", step.at_most, about=step.id, step=name, due=due), step.id, due, until if over else None)
    for due in monthly_days(since, step.monthly.number, until) if step.monthly else ():
        of_month = [day for day in visits if (day.year, day.month) == (due.year, due.month)]
        if min(of_month, default=until) > due:
            yield Late(say("month_late", step.monthly, about=step.id, step=name, due=due), step.id, due, min(of_month, default=None))


def _notice(here: Standing, step: StepRule, pack: ProcedurePack, on: date) -> Iterator[Debt]:
    name = (step.zh, step.en)
    if here.taken is not None and here.notice is None:
        yield Debt(say("posting_owed", about=step.id, step=name), step.id, None)
    if here.notice is None or step.notice is None or pack.notices is None:
        return
    for number in here.notice.open:
        yield Debt(say("ruling_owed", about=number, objection=number), step.id, None)
    if not here.notice.open and on >= down_from(here.notice.posted.day, step.notice, pack.notices):
        yield Debt(say("down_owed", about=step.id, step=name), step.id, None)


def alarms(pack: ProcedurePack, *, entered: date, on: date, first_measure: date | None = None, removed: date | None = None,
           natural: bool = False) -> tuple[Said, ...]:
    """What is suspicious of a household on the list since ``entered``: no measure, or removed soon (by help, not by itself)."""
    found = []
    rule = pack.alarms.no_measure
    due = months_after(entered, rule.number)
    if min(day for day in (first_measure, removed, on) if day is not None) > due:
        found.append(say("no_measure", rule, months=rule.number, due=due))
    rule = pack.alarms.removed_soon
    if removed is not None and not natural and removed <= months_after(entered, rule.number):
        found.append(say("removed_soon", rule, months=rule.number))
    return tuple(found)


def through(course: Course, pack: ProcedurePack) -> date | None:
    """The day on which every step was through: the household is on the list, or off it. ``None`` while or where it is not."""
    here = stand(course, pack)
    return here.ended_on if here.ended == THROUGH else None
