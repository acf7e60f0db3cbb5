"""The subject of a report: a household, a scheme or a village, and the scheme that it concerns."""

from __future__ import annotations

from dataclasses import dataclass

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.places.models import Division
from wenqu.schemes.models import Scheme, Supply


@dataclass(frozen=True)
class Subject:
    """What a report or a problem is about."""

    kind: int
    pk: int
    name: str
    division_id: int
    path: str
    scheme_id: int | None


def of_household(household: Household) -> Subject:
    scheme = Supply.objects.filter(household=household, to_on__isnull=True).values_list("scheme_id", flat=True).first()
    return Subject(SubjectKind.HOUSEHOLD, household.pk, str(household), household.division_id, household.path, scheme)


def of_scheme(scheme: Scheme) -> Subject:
    return Subject(SubjectKind.SCHEME, scheme.pk, scheme.name, scheme.division_id, scheme.path, scheme.pk)


def of_village(division: Division) -> Subject:
    return Subject(SubjectKind.DIVISION, division.pk, division.name, division.pk, division.path, None)


def hold_subject(subject: Subject) -> None:
    """Let reports of one scheme and of one village wait for each other: two that did not see each other would make two
    problems, or raise no alarm because each is one too few. Always in this order, and before any problem, or they would wait for ever."""
    if subject.scheme_id is not None:
        list(Scheme.objects.select_for_update(no_key=True).filter(pk=subject.scheme_id).values_list("pk"))
    list(Division.objects.select_for_update(no_key=True).filter(pk=subject.division_id).values_list("pk"))
