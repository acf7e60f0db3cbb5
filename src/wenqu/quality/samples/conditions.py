"""What stood at a point on a day: frozen with a sample, because a verdict rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from wenqu.facts.models import SubjectKind
from wenqu.facts.queries import known_facts
from wenqu.places.paths import county_of
from wenqu.places.scope import below
from wenqu.quality.models import Point
from wenqu.schemes.models import Scheme, SchemeClass, Supply


@dataclass(frozen=True, slots=True)
class Conditions:
    """Class of the scheme, limits of source and treatment, disinfectant of the register, people served."""

    scheme_class: str
    source_limited: bool
    treatment_limited: bool
    disinfectant: str
    people: int | None


def conditions_of(point: Point, day: date) -> Conditions:
    """As the register knew them on that day. A household without a scheme is supplied by itself. A few queries."""
    scheme = point.scheme or _scheme_of_household(point, day)
    people = point.household.people if point.household is not None else _people(point.scheme, point.path, day)
    kind = _class_on(scheme, day) if scheme is not None else SchemeClass.DECENTRALISED.value if point.household is not None else ""
    return Conditions(kind, point.source_limited, point.treatment_limited, scheme.disinfection if scheme is not None else "", people)


def _held_on(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(to_on__isnull=True) | Q(to_on__gt=day))


def _scheme_of_household(point: Point, day: date) -> Scheme | None:
    if point.household_id is None:
        return None
    link = Supply.objects.filter(_held_on(day), household=point.household_id).select_related("scheme").order_by("pk").first()
    return link.scheme if link is not None else None


def _people(scheme: Scheme | None, path: str, day: date) -> int | None:
    if scheme is None:
        return None
    served = Supply.objects.filter(_held_on(day), below(county_of(path), "household__path"), scheme=scheme)
    return served.aggregate(people=Sum("household__people"))["people"] or 0


def _class_on(scheme: Scheme, day: date) -> str:
    """The fact of that day; where none is that old, what the register says."""
    subject = (int(SubjectKind.SCHEME), scheme.pk)
    known = known_facts([subject], as_of=day)[subject].get("scheme_class")
    return known.value if known is not None else scheme.scheme_class
