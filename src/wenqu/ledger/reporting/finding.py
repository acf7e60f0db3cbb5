"""Find what a report is about: a household, a scheme or a village of the own area."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit.prefix import begins_with
from wenqu.ledger.models import Problem
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme, of_village
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, below, within
from wenqu.schemes.models import Scheme

LIMIT = 20
SHORTEST = 2


@dataclass
class Candidates:
    """What a text may mean, at most LIMIT of each sort."""

    households: list[Household] = field(default_factory=list)
    schemes: list[Scheme] = field(default_factory=list)
    villages: list[Division] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.households or self.schemes or self.villages)


def find(text: str, area: Area) -> Candidates:
    """Households by the beginning of their number or of their head's name, schemes and villages by any part of the name."""
    text = " ".join(text.replace("\0", " ").split())[:60]
    if len(text) < SHORTEST or not area.paths:
        return Candidates()
    named = area.whole.may(Right.WHOLE_NAMES)
    found = list(_beside(Household.objects.filter(begins_with("number", text)), area)[:LIMIT])
    if named.paths and len(found) < LIMIT:
        own = [row for row in _beside(Household.objects.filter(begins_with("head_name", text)), area)[:LIMIT] if named.covers(row.path)]
        found += [row for row in own if row.pk not in {each.pk for each in found}]
    schemes = within(Scheme.objects.filter(Q(name__contains=text) | begins_with("number", text)), area).order_by("path", "pk")
    villages = within(Division.objects.filter(level=Level.VILLAGE, name__contains=text), area).order_by("path")
    return Candidates(found[:LIMIT], list(schemes[:LIMIT]), list(villages[:LIMIT]))


def _beside(rows: QuerySet[Household], area: Area) -> QuerySet[Household]:
    """Of the area, by a copy of the path: the index of the number or the name is walked, not that of a whole county."""
    rows = rows.annotate(place=Concat("path", Value("")))
    wanted = Q(pk__in=())
    for path in area.paths:
        wanted |= below(path, "place") if path else Q(pk__isnull=False)
    return rows.filter(wanted).order_by()


def subject_asked(query: Any, area: Area) -> Subject | None:
    """What an address names: ?household=, ?scheme= or ?division= (a village). 404 where it is none of the area."""
    for name, load in (("household", _household), ("scheme", _scheme), ("division", _village)):
        given = query.get(name, "")
        if given:
            return load(area, int(given) if given.isdecimal() and len(given) < 16 else 0)
    return None


def _household(area: Area, pk: int) -> Subject:
    return of_household(row_in(Household.objects.all(), area, pk, "household"))


def _scheme(area: Area, pk: int) -> Subject:
    return of_scheme(row_in(Scheme.objects.all(), area, pk, "scheme"))


def _village(area: Area, pk: int) -> Subject:
    return of_village(row_in(Division.objects.filter(level=Level.VILLAGE), area, pk, "division"))


def alive_beside(subject: Subject) -> list[Problem]:
    """The problems that a report on this subject can join: its own, and those of the scheme that serves the household."""
    wanted = Q(subject_kind=subject.kind, subject_id=subject.pk)
    if subject.kind == SubjectKind.HOUSEHOLD and subject.scheme_id is not None:
        wanted |= Q(subject_kind=SubjectKind.SCHEME, subject_id=subject.scheme_id)
    return list(Problem.objects.live().filter(wanted).order_by("subject_kind", "-pk")[:LIMIT])
