"""A request held against the register of now: what it would do, or why it may not be. Pages, asking and deciding all look here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from wenqu.changes import planning
from wenqu.changes.duplicates import check_free_identity, check_free_number, check_not_both, warnings
from wenqu.changes.models import WHYS, Change, Kind, Why
from wenqu.changes.permissions import check_may_leave
from wenqu.changes.planning import Home, Plan, Wanted
from wenqu.changes.reading import basis_of, homes_of
from wenqu.changes.undoing import check_newest, plan_undo
from wenqu.households.models import Household, Member
from wenqu.households.permissions import check_stands
from wenqu.households.showing import clear
from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area


@dataclass(frozen=True)
class Asked:
    """A request as it was put: on a page, or in a row of `Change`."""

    household: Household
    kind: str
    happened_on: date
    why: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    other: Household | None = None
    to_division: Division | None = None
    identity: str = ""
    undoes: Change | None = None
    # The row itself, where there is one: it does not stand in its own way.
    row: Change | None = None

    @property
    def parties(self) -> list[int]:
        """The households that it touches, in the order in which they are locked."""
        if self.undoes is not None:
            return sorted(self.undoes.parties.values_list("household_id", flat=True))
        return sorted({self.household.pk, *([self.other.pk] if self.other else [])})


@dataclass(frozen=True)
class Look:
    """What a request would do to whom."""

    before: list[Home]
    after: list[Home]
    plan: Plan
    basis: str
    warnings: list[str]


def look_into(asked: Asked, area: Area, today: date) -> Look:
    """Work a request out against the register of now; `Refused` says why it cannot be."""
    _check_told(asked, today)
    homes = homes_of(asked.parties)
    plan = _plan(asked, homes)
    rows = [homes[asked.household.pk], *(home for key, home in homes.items() if key != asked.household.pk)]
    then = planning.after(rows, plan)
    county = asked.household.county_id
    if asked.kind == Kind.ADD:
        check_free_identity(asked.identity, county, area, asked.row)
    if plan.new_home is not None:
        check_free_number(plan.new_home.number, county, asked.row)
    if asked.kind == Kind.MERGE:
        check_not_both(rows)
    _check_leaving(plan, asked)
    _check_coming_back(rows, then, county, area)
    told = warnings(asked.kind, rows, plan, county, area)
    return Look(rows, then, plan, basis_of(rows, plan), told)


def _check_told(asked: Asked, today: date) -> None:
    if asked.happened_on > today:
        raise Refused("later_day", _("发生日期不能晚于今天"))
    fitting = WHYS.get(asked.kind, ())
    if fitting and asked.why not in fitting:
        raise Refused("why_missing", _("请选择原因"))
    if asked.kind != Kind.UNDO:
        check_stands(asked.household)
    if asked.kind == Kind.ADD and asked.why != Why.BIRTH and not asked.identity:
        raise Refused("identity_missing", _("请填写证件号码；只有新生儿可以暂时不填"))


def _plan(asked: Asked, homes: dict[int, Home]) -> Plan:
    home, on, wanted = homes[asked.household.pk], asked.happened_on, asked.wanted
    if asked.kind == Kind.ADD:
        return planning.plan_add(home, wanted)
    if asked.kind in (Kind.REMOVE, Kind.DIE):
        return planning.plan_leave(home, wanted, on)
    if asked.kind == Kind.HEAD:
        return planning.plan_head(home, wanted)
    if asked.kind == Kind.SPLIT:
        return planning.plan_split(home, wanted)
    if asked.kind == Kind.MERGE:
        return planning.plan_merge(home, homes[_other(asked).pk], wanted, on)
    if asked.kind == Kind.MOVE:
        village = asked.to_division
        if village is None or village.level != Level.VILLAGE or not village.path.startswith(asked.household.county.path):
            raise Refused("no_village", _("请选择本县内迁往的村"))
        return planning.plan_move(home, village.pk, village.path, wanted)
    if asked.kind == Kind.EXIT:
        return planning.plan_exit(home, on)
    assert asked.undoes is not None
    check_newest(asked.undoes)
    if on < asked.undoes.happened_on:
        raise Refused("before_change", _("撤销日期不能早于那次变更的日期"))
    return plan_undo(asked.undoes, on)


def _other(asked: Asked) -> Household:
    if asked.other is None or asked.other.county_id != asked.household.county_id:
        raise Refused("other_missing", _("请填写本县内并入户的户编号"))
    check_stands(asked.other)
    return asked.other


def _check_leaving(plan: Plan, asked: Asked) -> None:
    leaving = [put.pk for put in plan.puts if put.what == "household" and put.field == "left_on" and put.after is not None]
    for household in Household.objects.filter(pk__in=leaving):
        check_may_leave(household, died=asked.why == Why.ALL_DIED)


def _check_coming_back(before: list[Home], then: list[Home], county: int, area: Area) -> None:
    """Who stands again stands nowhere else meanwhile."""
    here = {each.pk for home in before if not home.left for each in home.present}
    back = {each.pk for home in then if not home.left for each in home.present if each.pk is not None} - here
    for person in Member.ever.filter(pk__in=back):
        check_free_identity(clear(person.id_number), county, area, whose=person.pk)


def asked_of(change: Change) -> Asked:
    """A stored request, to be looked into again."""
    return Asked(
        change.household, change.kind, change.happened_on, change.why, wanted_of(change), change.other, change.to_division, clear(change.identity),
        change.undoes, change,
    )


def undo_of(change: Change, on: date) -> Asked:
    """The request that takes a change back."""
    return Asked(change.household, Kind.UNDO, on, undoes=change)


def wanted_of(change: Change) -> Wanted:
    text = change.content.open()
    return Wanted.read(json.loads(text)) if text else Wanted()
