"""Whose water a point shows: the scheme's, else the household's; and whom it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import titled
from wenqu.quality.models import Point
from wenqu.schemes.models import Supply

BAD_WATER, MANAGEMENT = "bad_water", "management"


@dataclass(frozen=True)
class Served:
    """The households that a subject serves on a day, and their people."""

    households: tuple[int, ...]
    people: int


def subject_of(point: Point) -> tuple[int, int]:
    """The scheme, the household, or the place of a point that has neither, such as a school's."""
    if point.scheme_id is not None:
        return SubjectKind.SCHEME, point.scheme_id
    return (SubjectKind.HOUSEHOLD, point.household_id) if point.household_id is not None else (SubjectKind.DIVISION, point.division_id)


def name_of(point: Point) -> str:
    """How the ledger calls the subject of a point."""
    if point.scheme is not None:
        return point.scheme.name
    if point.household is not None:
        return titled(point.household.head_name, point.household.number)
    # A list of problems shall say which school of a village it is about.
    return _("%(place)s（%(point)s）") % {"place": point.division.name, "point": point.name[:70]}


def place_of(point: Point) -> tuple[int, str]:
    """Where the subject lies: division and path."""
    where = point.scheme or point.household or point
    return where.division_id, where.path


def served_by(point: Point, on: date) -> Served:
    """Whom the subject of a point serves on a day, by the links of the register."""
    if point.scheme_id is None:
        home = point.household
        return Served((home.pk,), home.people or 0) if home is not None else Served((), 0)
    links = Supply.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), scheme=point.scheme_id, from_on__lte=on, household__left_on=None)
    rows = dict(links.values_list("household_id", "household__people"))
    return Served(tuple(sorted(rows)), sum(people or 0 for people in rows.values()))
