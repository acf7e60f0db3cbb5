"""Where a course stands: the acts replayed in order. An act out of its place is never counted.

``stand`` holds the order of steps by itself, whatever acts it is given: a step is counted only while it is awaited, a
notice only when its step was taken, an end only after the last step. Papers, people and days are ``barriers``' matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from wenqu.rulebook.watch.procedures.clauses import Outcome
from wenqu.rulebook.watch.procedures.course import REJECTED, RULINGS, UPHELD, Act, Course, Doing
from wenqu.rulebook.watch.procedures.model import ProcedurePack, Route, StepRule

THROUGH, TURNED_DOWN = "through", "turned_down"


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to a notice and its ruling, if there is one."""

    act: Act
    ruling: Act | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on the boards; its days run from ``posted``."""

    posted: Act
    objections: tuple[Objection, ...] = ()

    @property
    def open(self) -> tuple[str, ...]:
        """Numbers of the objections that wait for a ruling."""
        return tuple(one.act.objection for one in self.objections if one.ruling is None)


@dataclass(frozen=True, slots=True)
class Pass:
    """A step that was got through: from when its time ran, the day it ended, and the days on which it was taken."""

    step: str
    since: date
    ended: date
    taken: Act
    visits: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a course stands. ``step`` is awaited since ``since``; ``taken`` is its decision while the notice is to come."""

    step: str
    since: date
    last: date
    taken: Act | None = None
    notice: Notice | None = None
    upheld: bool = False
    ended: str = ""
    ended_on: date | None = None
    passed: tuple[Pass, ...] = ()
    takers: Mapping[str, str] = field(default_factory=dict)
    visits: tuple[date, ...] = ()
    urgent: Act | None = None
    objections: tuple[Objection, ...] = ()

    @property
    def position(self) -> str:
        """The awaited step and how far it is, or how the course ended: one word for tables and tests."""
        if self.ended:
            return self.ended
        return f"{self.step}+posted" if self.notice else f"{self.step}+taken" if self.taken else self.step


class OutOfPlace(ValueError):
    """An act that the course cannot hold at its place."""


def stand(course: Course, pack: ProcedurePack) -> Standing:
    """Where the course stands; ``OutOfPlace`` for a course whose acts cannot have followed each other."""
    route = pack.route(course.route)
    here = Standing(step=route.names[0], since=course.begun, last=course.begun)
    for act in course.acts:
        here = after(here, act, route, pack)
    return here


def after(here: Standing, act: Act, route: Route, pack: ProcedurePack) -> Standing:
    """Where a course stands after one more act."""
    if here.ended or act.day < here.last:
        raise OutOfPlace(act.doing)
    here = replace(here, last=act.day)
    if act.doing == Doing.URGENT:
        _only(here.urgent is None, act)
        return replace(here, urgent=act)
    _only(act.step == here.step, act)
    step = route.steps[here.step]
    if act.doing == Doing.TAKE:
        return _taken(here, act, step, route)
    _only(step.notice is not None, act)
    if act.doing == Doing.POST:
        _only(here.taken is not None and here.notice is None, act)
        # An objection that is not ruled on yet is not lost with the notice that it was made to.
        return replace(here, notice=Notice(act, tuple(one for one in here.objections if one.ruling is None)), upheld=False)
    notice = here.notice
    if notice is None:
        raise OutOfPlace(act.doing)
    if act.doing == Doing.OBJECT:
        _only(act.objection not in {one.act.objection for one in here.objections}, act)
        one = Objection(act)
        return replace(here, notice=replace(notice, objections=(*notice.objections, one)), objections=(*here.objections, one))
    if act.doing == Doing.RULE:
        return _ruled(here, notice, act, pack)
    _only(act.doing == Doing.TAKE_DOWN and not notice.open, act)
    assert here.taken is not None  # nothing is posted before it
    return _next(here, here.taken, act.day, route)


def _only(fits: bool, act: Act) -> None:
    if not fits:
        raise OutOfPlace(act.doing)


def _taken(here: Standing, act: Act, step: StepRule, route: Route) -> Standing:
    _only((here.taken is None or here.upheld) and here.notice is None and act.outcome in step.outcomes, act)
    here = replace(here, upheld=False, taken=None)
    if act.outcome == Outcome.TURN_DOWN:
        return replace(here, ended=TURNED_DOWN, ended_on=act.day)
    if act.outcome == Outcome.STAY:
        return replace(here, visits=(*here.visits, act.day))
    if act.outcome == Outcome.BACK:
        _only(act.to in step.outcomes[Outcome.BACK].words, act)
        return _back(here, act, route)
    if step.notice is not None:
        return replace(here, taken=act)
    return _next(here, act, act.day, route)


def _next(here: Standing, taken: Act, day: date, route: Route) -> Standing:
    one = Pass(here.step, here.since, day, taken, (*here.visits, taken.day))
    here = replace(here, passed=(*here.passed, one), takers={**here.takers, here.step: taken.by.person}, taken=None, notice=None,
                   upheld=False, visits=(), since=day)
    position = route.names.index(one.step) + 1
    if position == len(route.names):
        return replace(here, ended=THROUGH, ended_on=day)
    return replace(here, step=route.names[position])


def _back(here: Standing, act: Act, route: Route) -> Standing:
    kept = route.names[: route.names.index(act.to)]
    return replace(here, step=act.to, since=act.day, visits=(), takers={key: one for key, one in here.takers.items() if key in kept},
                   passed=tuple(one for one in here.passed if one.step in kept))


def _ruled(here: Standing, notice: Notice, act: Act, pack: ProcedurePack) -> Standing:
    _only(act.objection in notice.open and act.outcome in RULINGS, act)
    change = {one.act.objection: replace(one, ruling=act) for one in notice.objections if one.act.objection == act.objection}
    told = tuple(change.get(one.act.objection, one) for one in here.objections)
    kept = tuple(change.get(one.act.objection, one) for one in notice.objections)
    if act.outcome == REJECTED:
        return replace(here, notice=replace(notice, objections=kept), objections=told)
    assert act.outcome == UPHELD and pack.notices is not None
    # The notice is void and its days are lost: it is posted anew, or the step is taken anew before that.
    taken = here.taken if pack.notices.upheld.text == "restart" else None
    return replace(here, notice=None, upheld=True, taken=taken, objections=told)
