"""Who answers for an area, and telling them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from wenqu.people.notices import notify
from wenqu.places.models import Account, Duty
from wenqu.places.paths import ancestors
from wenqu.places.rights import Role


def keepers_of(path: str, on: date) -> list[Account]:
    """The administrators whose duty covers a path on a day; where there is none, the dispatchers of the county."""
    held = Duty.objects.held_on(on).filter(division__path__in=ancestors(path), account__is_active=True)
    for role in (Role.COUNTY_ADMIN, Role.COUNTY_DISPATCHER):
        found = list(Account.objects.filter(pk__in=held.filter(role=role).values("account")).order_by("pk"))
        if found:
            return found
    return []


def tell_keepers(*, path: str, kind: str, detail: dict[str, Any], url: str, on: date, at: datetime) -> int:
    """Notify everybody who answers for a path. Called inside the act it tells of. Returns how many were told."""
    return notify(accounts=keepers_of(path, on), kind=kind, detail=detail, url=url, at=at)
