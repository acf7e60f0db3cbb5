"""Reads of open work and of hand-overs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from wenqu.kit.refusal import why_not
from wenqu.kit.registry import works
from wenqu.people.leaving.permissions import check_can_take
from wenqu.people.models import HandOver
from wenqu.people.persons.queries import people_in
from wenqu.places import paths
from wenqu.places.models import Account, Duty
from wenqu.places.scope import Area

MOST_TAKERS = 300


@dataclass(frozen=True)
class Held:
    """How much of a kind of work somebody holds."""

    kind: str
    label: Any
    count: int


def held_by(account: Account) -> list[Held]:
    """The open work of somebody, by kind; nothing for kinds that they hold none of."""
    counted = [Held(work.kind, work.label, work.count(account)) for work in works()]
    return [each for each in counted if each.count]


def takers_for(giver: Account, area: Area, on: date) -> list[Account]:
    """Those of an area who can take over everything that somebody holds."""
    needed = {path for work in works() for _right, path in work.needs(giver)}
    people = people_in(area).filter(is_active=True).exclude(pk=giver.pk)
    duties = Duty.objects.held_on(on)
    if needed:
        duties = duties.filter(division__path__in={above for path in needed for above in paths.ancestors(path)})
    people = people.filter(pk__in=duties.values("account"))
    found = list(people.order_by("name", "pk")[:MOST_TAKERS])
    return [person for person in found if why_not(check_can_take, giver, person, on) is None]


def hand_overs_of(account: Account) -> list[HandOver]:
    found = HandOver.objects.filter(Q(giver=account) | Q(taker=account)).select_related("giver", "taker")
    return list(found.order_by("-pk")[:20])
