"""Reads of a desk: in each lane the problems that wait for one kind of step, what burns most first.

A desk costs the same whether ten problems wait or a hundred thousand: each lane is one query that stops after MOST, and
only the rows that are shown are read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.models.problem import Level
from wenqu.places import levels, paths
from wenqu.places.models import Account
from wenqu.places.queries import names_of
from wenqu.places.rights import RIGHTS, Right
from wenqu.places.scope import Area, below

# Counted so far; more than these are «200 and more».
MOST = 200
PAGE = 30
# The level above «rectify»: a problem that came up to this desk because nobody kept its time.
CHASE = "chase"
# lane -> the state that waits and the right that is needed. Rectifying goes by who holds the problem.
_WAITS = {
    "verify": (lifecycle.FOUND, Right.VERIFY), "assign": (lifecycle.VERIFIED, Right.ASSIGN), "check": (lifecycle.RECTIFIED, Right.CHECK),
    "sign_off": (lifecycle.CHECKED, Right.SIGN_OFF), "file": (lifecycle.SIGNED_OFF, Right.FILE),
}
LANES = ("verify", "assign", "rectify", CHASE, "check", "sign_off", "file")
ACTING = (Right.VERIFY, Right.ASSIGN, Right.RECTIFY, Right.CHECK, Right.SIGN_OFF, Right.FILE, Right.UNIT_WORK)
_BADNESS = {"major": 0, "ordinary": 1, "small": 2}
_NEVER = datetime.max.replace(tzinfo=UTC)
_TOWN = levels.Level.TOWN * paths.STEP


@dataclass(frozen=True)
class Waiting:
    """A problem that waits, with what its place in the order goes by."""

    pk: int
    due_at: datetime | None
    severity: str
    lane: str

    @property
    def order(self) -> tuple[datetime, int, int]:
        return (self.due_at or _NEVER, _BADNESS.get(self.severity, 3), self.pk)


@dataclass
class Lane:
    """One kind of step: what waits for it, at most MOST."""

    name: str
    waiting: list[Waiting] = field(default_factory=list)
    more: bool = False
    overdue: int = 0

    @property
    def total(self) -> int:
        return len(self.waiting)


def has_desk(area: Area) -> bool:
    """Whether there is any step that somebody may take; who only reads or administers begins with the figures."""
    return bool(area.whole.may(*ACTING).paths)


def lanes_of(area: Area, account: Account, at: datetime) -> list[Lane]:
    """The lanes in which this person may act, empty ones included. One query each; one for each way to hold a problem."""
    return [_read(name, rows, at) for name, rows in sorted(_queries(area.whole, account).items(), key=lambda each: LANES.index(each[0]))]


def _queries(area: Area, account: Account) -> dict[str, list[QuerySet[Problem]]]:
    found: dict[str, list[QuerySet[Problem]]] = {}
    for name, (state, right) in _WAITS.items():
        mine = area.may(right)
        if mine.paths:
            found[name] = [_not_of_another_party(_placed(Problem.objects.filter(state=state), mine.paths), name, account)]
    held = _to_rectify(area, account)
    if held:
        # Few at a time, and all in one index by whose hands they lie in: sorted when they are found.
        found["rectify"] = [_not_of_another_party(rows, "rectify", account).order_by(Coalesce("due_at", Value(_NEVER)), "severity") for rows in held]
    came_up = [
        _placed(Problem.objects.filter(level=level, state=lifecycle.ASSIGNED, escalations__gt=0), mine)
        for level, mine in _at_levels(area, Right.ASSIGN).items()
    ]
    if came_up:
        found[CHASE] = came_up
    return found


def _to_rectify(area: Area, account: Account) -> list[QuerySet[Problem]]:
    """Assigned to this person or to their body."""
    assigned = Problem.objects.filter(state=lifecycle.ASSIGNED)
    found = []
    mine = area.may(Right.RECTIFY)
    if mine.paths:
        found.append(_hidden(assigned.filter(holder=account, unit=""), mine.paths))
    units: dict[str, list[str]] = {}
    for path, unit in area.units:
        units.setdefault(unit, []).append(path)
    return found + [_hidden(assigned.filter(holder__isnull=True, unit=unit), tuple(held)) for unit, held in units.items()]


def _at_levels(area: Area, right: Right) -> dict[str, tuple[str, ...]]:
    """Level of a desk -> the places where the right is held at that level."""
    found: dict[str, list[str]] = {}
    for path, role in sorted(area.duties):
        if right in RIGHTS[role]:
            found.setdefault(level_of(path), []).append(path)
    return {level: tuple(held) for level, held in found.items()}


def level_of(path: str) -> str:
    """Whose desk somebody at a division sits at."""
    depth = len(path) // paths.STEP
    return Level.VILLAGE if depth >= levels.Level.VILLAGE else Level.TOWN if depth == levels.Level.TOWN else Level.COUNTY


def _placed(rows: QuerySet[Problem], mine: tuple[str, ...]) -> QuerySet[Problem]:
    """Narrowed to places, in the order of what burns. The index of the order serves a wide area, that of the place a town
    or a village."""
    # Those with a time first. The words of severity happen to stand in their order.
    ordered = rows.order_by(F("due_at").asc(nulls_last=True), "severity")
    return _narrowed(ordered, mine, "path") if all(len(path) >= _TOWN for path in mine) else _hidden(ordered, mine)


def _hidden(rows: QuerySet[Problem], mine: tuple[str, ...]) -> QuerySet[Problem]:
    """Narrowed by a computed copy of the path, of which no index knows: to the planner of SQLite all ranges look alike.
    That of PostgreSQL knows how much lies in a range, and knows nothing of a copy."""
    if connection.vendor == "postgresql":
        return _narrowed(rows, mine, "path")
    return _narrowed(rows.annotate(place=Concat("path", Value(""))), mine, "place")


def _narrowed(rows: QuerySet[Problem], mine: tuple[str, ...], name: str) -> QuerySet[Problem]:
    wanted = Q(pk__in=())
    for path in mine:
        wanted |= below(path, name) if path else Q(pk__isnull=False)
    return rows.filter(wanted)


def _not_of_another_party(rows: QuerySet[Problem], name: str, account: Account) -> QuerySet[Problem]:
    """Without those of which this person was another party in the round (`loop.permissions`)."""
    others = lifecycle.TRANSITIONS[name].others
    if not others:
        return rows
    own = Step.objects.filter(problem=OuterRef("pk"), round=OuterRef("round"), transition__in=others, by=account)
    return rows.filter(~Exists(own))


def _read(name: str, ways: list[QuerySet[Problem]], at: datetime) -> Lane:
    found = []
    for rows in ways:
        found += [Waiting(pk, due_at, severity, name) for pk, due_at, severity in rows.values_list("pk", "due_at", "severity")[: MOST + 1]]
    waiting = sorted(found, key=lambda each: each.order)[:MOST]
    overdue = sum(1 for each in waiting if each.due_at is not None and each.due_at < at)
    return Lane(name, waiting, len(found) > MOST, overdue)


@dataclass(frozen=True)
class Card:
    """A problem on the desk, and where it lies in words."""

    problem: Problem
    lane: str
    place: str


def cards_of(lanes: list[Lane], start: int = 0, size: int = PAGE) -> tuple[list[Card], bool]:
    """The problems of some lanes in one order, from `start` on, and whether more follow. Two queries."""
    # A problem can stand in two lanes (mine, and come up to my level): once is enough.
    first: dict[int, Waiting] = {}
    for each in sorted((each for lane in lanes for each in lane.waiting), key=lambda each: each.order):
        first.setdefault(each.pk, each)
    chosen = list(first.values())[start : start + size]
    rows = Problem.objects.select_related("holder").in_bulk([each.pk for each in chosen])
    names = names_of({row.path for row in rows.values()})
    cards = [Card(rows[each.pk], each.lane, names.get(rows[each.pk].path, "")) for each in chosen if each.pk in rows]
    return cards, len(first) > start + size
