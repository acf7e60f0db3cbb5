"""The one area filter: what a person may see is what lies below the divisions of their duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wenqu.places import paths
from wenqu.places.models import Account, Division, Duty, Role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Area:
    """The paths whose subtrees a person sees, and the roles held in them."""

    paths: tuple[str, ...]
    roles: frozenset[str]

    def covers(self, path: str) -> bool:
        return any(paths.is_within(path, mine) for mine in self.paths)

    @property
    def is_county(self) -> bool:
        return Role.COUNTY in self.roles


NOWHERE = Area((), frozenset())
EVERYWHERE = Area(("",), frozenset({Role.COUNTY.value}))


def area_of(account: Account, on: date) -> Area:
    """The area of an account on a day, from the duties held that day. One query."""
    duties = (
        Duty.objects.filter(account=account, from_on__lte=on)
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
        .values_list("role", "division__path")
    )
    held = list(duties)
    whole = sorted({path for _, path in held}, key=len)
    tops = [path for i, path in enumerate(whole) if not any(path.startswith(above) for above in whole[:i])]
    return Area(tuple(sorted(tops)), frozenset(role for role, _ in held))


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
