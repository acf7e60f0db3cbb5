"""Reads of phones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from wenqu.kit.prepared import Prepared
from wenqu.places.models import Account, Division, Duty, Level
from wenqu.places.paths import ancestors
from wenqu.places.rights import Right, roles_with
from wenqu.places.scope import Area, within
from wenqu.survey.devices.secrets import secret_digest
from wenqu.survey.models import Device, Pairing

SHOWN = 200


# In the order of the fields of the model.
_DEVICE = ("id", "division_id", "path", "account_id", "county_id", "revoked_at")
_OWNER = ("id", "is_active", "name")
_BY_TOKEN = Prepared(
    lambda digest: Device.objects.filter(token_digest=digest).values_list(*_DEVICE, *(f"account__{name}" for name in _OWNER)), str)


def device_of(token: str) -> Device | None:
    """The phone of a token with its owner, revoked ones too; what else there is of both is loaded when it is asked for. One query."""
    row = _BY_TOKEN.first(secret_digest(token))
    if row is None:
        return None
    *told, revoked = row[: len(_DEVICE)]
    device = Device.from_db("default", _DEVICE, [*told, datetime.fromisoformat(revoked) if isinstance(revoked, str) else revoked])
    pk, active, name = row[len(_DEVICE) :]
    device.account = Account.from_db("default", _OWNER, [pk, bool(active), name])
    return device


def open_pairing(secret: str, at: datetime) -> Pairing | None:
    """The pairing that a secret opens now."""
    found = Pairing.objects.filter(secret_digest=secret_digest(secret), device=None, revoked_at=None, until__gt=at)
    return found.select_related("account", "division").first()


def devices_in(area: Area, account: Account | None = None) -> QuerySet[Device]:
    """The phones of an area, or of one person, in use first, with how many records each sent and when the last."""
    rows = Device.objects.filter(account=account) if account else within(Device.objects.all(), area)
    told: dict[str, Any] = {"records": Count("submissions"), "last_at": Max("submissions__received_at")}
    return rows.select_related("account", "division").annotate(**told).order_by("-revoked_at", "-pk")


def home_of(account: Account, at: datetime) -> Division | None:
    """Where the phones of somebody belong: at the first of the duties that survey."""
    held = Duty.objects.held_on(timezone.localdate(at)).filter(account=account, role__in=roles_with(Right.FIELD))
    duty = held.select_related("division").order_by("division__path", "pk").first()
    return duty.division if duty else None


def county_of(division: Division) -> Division | None:
    """The county that holds a division, or the division itself."""
    return Division.objects.filter(path__in=ancestors(division.path), level=Level.COUNTY).first()
