"""Whose water a point shows: the scheme's, else the household's; and whom it serves."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import titled
from wenqu.quality.models import Point
from wenqu.schemes.models import Supply

BAD_WATER, MANAGEMENT = "bad_water", "management"


def subject_of(point: Point) -> tuple[int, int]:
    """The scheme, the household, or the place of a point that has neither, such as a school's."""
    if point.scheme_id is not None:
        return SubjectKind.SCHEME, point.scheme_id
    return (SubjectKind.HOUSEHOLD, point.household_id) if point.household_id is not None else (SubjectKind.DIVISION, point.division_id)


def is_there(point: Point) -> bool:
    """Whether somebody still drinks it: a household that left the register has no problem any more."""
    return point.scheme_id is not None or point.household is None or point.household.left_on is None


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


def served_by(point: Point, on: date) -> tuple[int, ...]:
    """The households that the scheme of a point serves on a day, by the links of the register."""
    if point.scheme_id is None:
        return ()
    links = Supply.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), scheme=point.scheme_id, from_on__lte=on, household__left_on=None)
    return tuple(sorted(set(links.values_list("household_id", flat=True))))
