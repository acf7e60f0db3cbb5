"""The one area filter: what a person may see is what lies below the divisions of their duties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wenqu.places import paths
from wenqu.places.models import Account, Division, Duty, Role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Area:
    """The paths whose subtrees a person sees, and the duties that give them: (path, role) each.

    A role counts only where it is held: who is the county's in one place and a village's in another is no more than
    the village's there.
    """

    paths: tuple[str, ...]
    duties: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, duties: Iterable[tuple[str, str]]) -> Area:
        """The area of these duties; a wider one holds the narrower ones below it."""
        held = frozenset(duties)
        whole = sorted({path for path, _role in held}, key=len)
        tops = [path for i, path in enumerate(whole) if not any(path.startswith(above) for above in whole[:i])]
        return cls(tuple(sorted(tops)), held)

    def covers(self, path: str) -> bool:
        return any(paths.is_within(path, mine) for mine in self.paths)

    def held_as(self, *roles: str) -> Area:
        """The part of the area in which one of these roles is held."""
        return Area.of((path, role) for path, role in self.duties if role in roles)

    @property
    def is_county(self) -> bool:
        """Whether the county's role is held anywhere: for what a page offers, never for what it allows."""
        return any(role == Role.COUNTY for _path, role in self.duties)


NOWHERE = Area.of(())
EVERYWHERE = Area.of([("", Role.COUNTY.value)])


def area_of(account: Account, on: date) -> Area:
    """The area of an account on a day, from the duties held that day. One query."""
    duties = (
        Duty.objects.filter(account=account, from_on__lte=on)
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
        .values_list("division__path", "role")
    )
    return Area.of(duties)


def below(path: str, field: str = "path") -> Q:
    """The condition «lies at or below `path`» as one index range."""
    if path == "":
        return Q()
    return Q(**{f"{field}__gte": path, f"{field}__lt": paths.after(path)})


def within(rows: QuerySet[M], area: Area, field: str = "path") -> QuerySet[M]:
    """Only the rows whose `field` lies in the area."""
    if not area.paths:
        return rows.none()
    condition = below(area.paths[0], field)
    for path in area.paths[1:]:
        condition |= below(path, field)
    return rows.filter(condition)


def home_division(area: Area) -> Division | None:
    """Where a person's home page starts: the top of their first area."""
    if not area.paths:
        return None
    return Division.objects.filter(below(area.paths[0])).order_by("path").first()
