"""The one area filter: what a person may see is what lies below the divisions of their duties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wenqu.kit.prepared import Prepared
from wenqu.places import paths
from wenqu.places.models import Account, Division, Duty
from wenqu.places.rights import RIGHTS, Right, Role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Area:
    """The paths whose subtrees a person sees, and the duties that give them: (path, role) each.

    `may(right)` narrows the paths to where a role with that right is held and keeps the duties, so that what an area
    shows and what may be done in it are asked of the same object. A role counts only where it is held: who is the
    county's in one place and a village's in another is no more than the village's there.
    """

    paths: tuple[str, ...]
    duties: frozenset[tuple[str, str]]
    # The bodies outside the water service whose problems somebody works on: (path, unit) each.
    units: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, duties: Iterable[tuple[str, str]], units: Iterable[tuple[str, str]] = ()) -> Area:
        """The area of these duties; a wider one holds the narrower ones below it."""
        held = frozenset(duties)
        return cls(_tops(path for path, _role in held), held, frozenset(units))

    def covers(self, path: str) -> bool:
        return any(paths.is_within(path, mine) for mine in self.paths)

    def may(self, *rights: Right) -> Area:
        """The part of the area in which any of these rights is held; the duties stay whole."""
        return Area(_tops(path for path, role in self.duties if any(right in RIGHTS[role] for right in rights)), self.duties, self.units)

    @property
    def whole(self) -> Area:
        """Everything that any duty covers, whatever this area was narrowed to."""
        return Area.of(self.duties, self.units)


def _tops(found: Iterable[str]) -> tuple[str, ...]:
    """Only the paths that lie below no other, sorted."""
    whole = sorted(set(found), key=len)
    return tuple(sorted(path for i, path in enumerate(whole) if not any(path.startswith(above) for above in whole[:i])))


NOWHERE = Area.of(())
# The command line and the demo act with every right of a county everywhere.
EVERYWHERE = Area.of([("", Role.COUNTY_DISPATCHER.value), ("", Role.COUNTY_ADMIN.value)])


# What an area is made of, in this order.
HELD = ("division__path", "role", "unit")
# Asked for every page.
_HELD = Prepared(lambda on, account: Duty.objects.held_on(on).filter(account_id=account).values_list(*HELD), date, int)


def area_of(account: Account, on: date) -> Area:
    """The area of an account on a day, from the duties held that day; none for an account that was closed. One query."""
    if not account.is_active:
        return NOWHERE
    return area_held(_HELD.rows(on, account.pk))


def area_of_duty(duty: Duty) -> Area:
    """The area of one duty alone, as a token acts by it; whoever calls has seen that it is held."""
    return area_held([(duty.division.path, duty.role, duty.unit)])


def area_held(held: Sequence[tuple[str, ...]]) -> Area:
    """The area of duties, given as `HELD` says. A laboratory's duty names its body too, which no problem is assigned to: only who works on problems does so for one."""
    units = ((path, unit) for path, role, unit in held if unit and Right.UNIT_WORK in RIGHTS[role])
    return Area.of(((path, role) for path, role, _unit in held), units)


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
