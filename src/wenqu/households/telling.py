"""Who answers for an area, and telling them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from wenqu.people.models import Notice
from wenqu.places.models import Account, Duty
from wenqu.places.paths import ancestors
from wenqu.places.rights import Role


def keepers_of(path: str, on: date) -> list[Account]:
    """The administrators whose duty covers a path on a day; where there is none, the dispatchers of the county."""
    held = Duty.objects.filter(division__path__in=ancestors(path), from_on__lte=on, account__is_active=True)
    held = held.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    for role in (Role.COUNTY_ADMIN, Role.COUNTY_DISPATCHER):
        found = Account.objects.filter(pk__in=held.filter(role=role).values("account")).order_by("pk")
        if found:
            return list(found)
    return []


def tell_keepers(*, path: str, kind: str, detail: dict[str, Any], url: str, on: date, at: datetime) -> int:
    """Notify everybody who answers for a path. Called inside the act it tells of. Returns how many were told."""
    accounts = keepers_of(path, on)
    Notice.objects.bulk_create(Notice(account=account, kind=kind, detail=detail, url=url, at=at) for account in accounts)
    return len(accounts)
