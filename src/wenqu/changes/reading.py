"""Households as they stand now, for a plan; and the digest of what a page showed of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from wenqu.changes.planning import Home, Person, Plan
from wenqu.households.models import Household, Member


def homes_of(keys: Collection[int]) -> dict[int, Home]:
    """Households by their keys with all who are or were their members. Two queries."""
    people: dict[int, list[Person]] = {}
    for pk, household, name, relation, left in Member.ever.filter(household__in=keys).order_by("pk").values_list("pk", "household_id", "name", "relation", "left_on"):
        people.setdefault(household, []).append(Person(pk, name, relation, left is not None))
    rows = Household.ever.filter(pk__in=keys).order_by("pk")
    return {row.pk: replace(home_of(row), members=tuple(people.get(row.pk, ()))) for row in rows}


def home_of(row: Household) -> Home:
    """A household without its members."""
    return Home(row.pk, row.number, row.head_name, row.people, row.division_id, row.path, row.group_name, left=row.left_on is not None)


def basis_of(homes: Iterable[Home], plan: Plan) -> str:
    """What a decision was made on: another text as soon as anything that the page showed is another."""
    told = repr((sorted(homes, key=lambda home: home.pk or 0), plan.puts, plan.moved))
    return hashlib.sha256(told.encode()).hexdigest()
