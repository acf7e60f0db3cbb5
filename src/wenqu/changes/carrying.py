"""A plan into the database: rows and lines, inside the transaction of the decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from wenqu.changes.models import Change, Line, Party
from wenqu.changes.planning import Plan, Put, totals
from wenqu.changes.reading import homes_of
from wenqu.changes.undoing import TABLES, plain
from wenqu.households.models import Household, Member
from wenqu.kit.registry import arrived
from wenqu.ledger.opening.actions import follow_households
from wenqu.places.models import Account
from wenqu.schemes.models import Supply


class NotConserved(Exception):
    """People would come or go whom no request names: a fault of ours, and nothing is written."""


def carry_out(change: Change, plan: Plan, on: date, by: Account, at: datetime) -> None:
    """Write what the plan says, each value with its line; the people of the households must add up afterwards."""
    parties = set(change.parties.values_list("household_id", flat=True))
    before = totals(homes_of(parties).values())
    made = _make(change, plan, parties, on)
    puts = [_named(put, made) for put in [*plan.puts, *_ending(plan.ends, on)]]
    _check_unmoved(puts)
    by_row: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for put in puts:
        by_row[put.what, int(put.pk or 0)][put.field] = put.after
    # Ends before beginnings: a household has one supply at a time.
    for (what, key), fields in sorted(by_row.items(), key=lambda each: each[1].get("to_on") is None):
        TABLES[what]._base_manager.filter(pk=key).update(**fields)
    if plan.copies is not None:
        _copy_supply(change, plan.copies, made, on)
    Line.objects.bulk_create([Line(change=change, what=put.what, row=put.pk or 0, field=put.field, before=put.before, after=put.after) for put in puts])
    moved = [put.pk for put in puts if put.what == "household" and put.field == "path" and put.pk is not None]
    follow_households(households=moved, by=by, at=at)
    _check_conserved(parties, before, plan)
    arrived([made] if made is not None else [], by, at)


def _make(change: Change, plan: Plan, parties: set[int], on: date) -> int | None:
    """The new household or member; gives the key of the household."""
    if plan.new_person is not None:
        # Sealed anew under the label of members.
        person = Member.objects.create(
            household_id=plan.joins, name=plan.new_person.name, relation=plan.new_person.relation, id_number=change.identity.open())
        Line.objects.create(change=change, what="member", row=person.pk)
    if plan.new_home is None:
        return None
    new, origin = plan.new_home, change.household
    home = Household.objects.create(
        division_id=new.division, path=new.path, county_id=origin.county_id, number=new.number, head_name=new.head_name, group_name=new.group_name,
        kind=origin.kind, people=new.people,
    )
    Line.objects.create(change=change, what="household", row=home.pk)
    Party.objects.create(change=change, household=home, open=False)
    parties.add(home.pk)
    return home.pk


def _named(put: Put, made: int | None) -> Put:
    """With the key of the new household where the plan knew none."""
    target = made if put.field == "household_id" and put.after is None else put.after
    return Put(put.what, made if put.pk is None else put.pk, put.field, put.before, target)


def _ending(homes: Collection[int], on: date) -> list[Put]:
    """A link that began that day or later ends the day after it began: it was there."""
    rows = Supply.objects.filter(household__in=homes, to_on=None)
    return [Put("supply", row.pk, "to_on", None, max(on, row.from_on + timedelta(days=1)).isoformat()) for row in rows]


def _copy_supply(change: Change, home: int, made: int | None, on: date) -> None:
    now = Supply.objects.filter(household=home, to_on=None).first()
    if now is not None and made is not None:
        link = Supply.objects.create(household_id=made, scheme_id=now.scheme_id, from_on=max(on, now.from_on))
        Line.objects.create(change=change, what="supply", row=link.pk)


def _check_unmoved(puts: list[Put]) -> None:
    """Every row stands as the plan saw it. The rows are locked: what differs is a fault of ours."""
    for put in puts:
        row = TABLES[put.what]._base_manager.get(pk=put.pk)
        if plain(getattr(row, put.field)) != put.before:
            raise NotConserved(f"{put.what}:{put.pk}.{put.field}")


def _check_conserved(parties: Collection[int], before: dict[str, int], plan: Plan) -> None:
    """Only whom the request names came or went: of these households, which nobody else writes now."""
    now = totals(homes_of(parties).values())
    moved = {path: now.get(path, 0) - before.get(path, 0) for path in {*now, *before}}
    if {path: number for path, number in moved.items() if number} != {path: number for path, number in plan.moved.items() if number}:
        raise NotConserved(f"{moved} instead of {plan.moved}")
