"""What stood at a point on a day: frozen with a sample, because a verdict rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from wenqu.facts.models import Fact, Key, SubjectKind
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


@dataclass
class Register:
    """What the register knows of some points, whatever the day that is asked for."""

    links: dict[int, list[tuple[date, date | None, Scheme]]] = field(default_factory=lambda: defaultdict(list))
    people: dict[tuple[int, str], list[tuple[date, date | None, int]]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[int, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, points: Iterable[Point]) -> Register:
        """Three queries and one a county, however many points and days."""
        found, points = cls(), list(points)
        homes = [point.household_id for point in points if point.household_id is not None]
        for link in Supply.objects.filter(household__in=homes).select_related("scheme").order_by("pk") if homes else ():
            found.links[link.household_id].append((link.from_on, link.to_on, link.scheme))
        for county in {county_of(point.path) for point in points}:
            own = {point.scheme_id for point in points if point.scheme_id is not None and county_of(point.path) == county}
            rows = Supply.objects.filter(below(county, "household__path"), scheme__in=own).order_by().values_list("scheme", "from_on", "to_on")
            for scheme, first, end, people in rows.annotate(people=Sum("household__people")):
                found.people[scheme, county].append((first, end, people or 0))
        schemes = {point.scheme_id for point in points if point.scheme_id is not None} | {link[2].pk for links in found.links.values() for link in links}
        told = Fact.objects.filter(subject_kind=SubjectKind.SCHEME, subject_id__in=schemes, key=Key.SCHEME_CLASS, record__withdrawn_at=None)
        for scheme, day, value in told.order_by("observed_on", "record__recorded_at", "pk").values_list("subject_id", "observed_on", "value"):
            found.classes[scheme].append((day, value))
        return found

    def on(self, point: Point, day: date) -> Conditions:
        """As the register knew them on that day. A household without a scheme is supplied by itself."""
        scheme = point.scheme or next((each for first, end, each in self.links.get(point.household_id or 0, ()) if _held(first, end, day)), None)
        if point.household is not None:
            people = point.household.people
        else:
            links = self.people.get((point.scheme_id or 0, county_of(point.path)), ())
            people = sum(number for first, end, number in links if _held(first, end, day)) if point.scheme_id is not None else None
        kind = self._class_on(scheme, day) if scheme is not None else SchemeClass.DECENTRALISED.value if point.household is not None else ""
        return Conditions(kind, point.source_limited, point.treatment_limited, scheme.disinfection if scheme is not None else "", people)

    def _class_on(self, scheme: Scheme, day: date) -> str:
        """The fact of that day; where none is that old, what the register says."""
        known = [value for seen, value in self.classes.get(scheme.pk, ()) if seen <= day]
        return (known[-1] if known else "") or scheme.scheme_class


def conditions_of(point: Point, day: date) -> Conditions:
    """What stood at one point. A few queries."""
    return Register.of([point]).on(point, day)


def _held(first: date, end: date | None, day: date) -> bool:
    return first <= day and (end is None or end > day)
