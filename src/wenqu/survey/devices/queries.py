"""Reads of phones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from wenqu.kit.prepared import Prepared
from wenqu.kit.refusal import Missing
from wenqu.places.models import Account, Division, Duty, Level
from wenqu.places.paths import ancestors
from wenqu.places.queries import missing_row
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


def open_pairing(digest: str, at: datetime) -> Pairing | None:
    """The pairing that the secret of this digest opens now."""
    found = Pairing.objects.filter(secret_digest=digest, device=None, revoked_at=None, until__gt=at)
    return found.select_related("account", "division").first()


def devices_seen(account: Account, area: Area) -> QuerySet[Device]:
    """One's own phones and those of the places where one plans rounds, in use first, with how many records each sent and when the last."""
    told: dict[str, Any] = {"records": Count("submissions"), "last_at": Max("submissions__received_at")}
    planned = within(Device.objects.all(), area.may(Right.ROUNDS))
    rows = Device.objects.filter(Q(account=account) | Q(pk__in=planned.values("pk")))
    return rows.select_related("account", "division").annotate(**told).order_by(F("revoked_at").desc(nulls_first=True), "-pk")


def missing_device(pk: int) -> Missing:
    """What to raise for a phone that somebody does not see."""
    return missing_row(Device, pk, "device")


def people_to_pair(account: Account, area: Area, at: datetime) -> list[Account]:
    """For whom somebody may pair a phone: themselves, and who surveys in the places where they plan rounds."""
    held = within(Duty.objects.held_on(timezone.localdate(at)), area.may(Right.ROUNDS), "division__path").filter(role__in=roles_with(Right.FIELD))
    rows = Account.objects.filter(Q(pk=account.pk) | Q(pk__in=held.values("account")), is_active=True)
    return sorted(rows, key=lambda each: (each.pk != account.pk, each.name, each.pk))


def person_to_pair(account: Account, area: Area, pk: str, at: datetime) -> Account | None:
    """One of them."""
    return next((each for each in people_to_pair(account, area, at) if str(each.pk) == pk), None)


def home_of(account: Account, at: datetime) -> Division | None:
    """Where the phones of somebody belong: at the first of the duties that survey."""
    held = Duty.objects.held_on(timezone.localdate(at)).filter(account=account, role__in=roles_with(Right.FIELD))
    duty = held.select_related("division").order_by("division__path", "pk").first()
    return duty.division if duty else None


def county_of(division: Division) -> Division | None:
    """The county that holds a division, or the division itself."""
    return Division.objects.filter(path__in=ancestors(division.path), level=Level.COUNTY).first()
