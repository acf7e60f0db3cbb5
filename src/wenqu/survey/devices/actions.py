"""Pair and retire phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.survey.devices.queries import county_of, home_of, open_pairing
from wenqu.survey.devices.secrets import PAIRING, TOKEN, new_secret, secret_digest
from wenqu.survey.models import Device, Pairing
from wenqu.survey.permissions import area_at, check_can_pair, check_can_revoke
from wenqu.survey.rescue.keys import make_first_key

MINUTES = 30
MOST_PHONES = 5


@dataclass(frozen=True)
class Ticket:
    """A new pairing with its secret, which is kept nowhere."""

    pairing: Pairing
    secret: str


@dataclass(frozen=True)
class Paired:
    """A phone with its token, which is kept nowhere."""

    device: Device
    token: str


@transaction.atomic
def offer_pairing(*, account: Account, by: Account, at: datetime) -> Ticket:
    """A one-time code for a phone of somebody, in place of any older one that was not used."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    home = home_of(account, at)
    if home is None or not account.is_active:
        raise Refused("no_field_duty", _("此人现在没有入户调查的职责，不能配对手机。请先授予职责。"))
    check_can_pair(account, by, home.path, area_at(by, at))
    _check_room(account)
    Pairing.objects.filter(account=account, device=None, revoked_at=None).update(revoked_at=at)
    secret = new_secret(PAIRING)
    row = Pairing.objects.create(
        account=account, division=home, path=home.path, secret_digest=secret_digest(secret), made_by=by, made_at=at,
        until=at + timedelta(minutes=MINUTES),
    )
    audit.record(by=by, verb="offer_pairing", at=at, subject=f"account:{account.pk}", path=home.path, detail={"pairing": row.pk, "until": row.until.isoformat()})
    return Ticket(row, secret)


@transaction.atomic
def pair_device(*, digest: str, name: str, by: audit.Actor, at: datetime) -> Paired:
    """Give the phone that shows a code its token. Whoever holds the code is not signed in: the record names its owner."""
    found = open_pairing(digest, at)
    if found is None:
        raise Refused("pairing_unusable", _("配对码无效、已经用过或已过期。请在电脑上重新生成。"))
    owner = Account.objects.select_for_update().get(pk=found.account_id)
    _check_room(owner)
    county = county_of(found.division)
    if not owner.is_active or county is None:
        raise Refused("pairing_unusable", _("配对码无效、已经用过或已过期。请在电脑上重新生成。"))
    make_first_key(at)
    token = new_secret(TOKEN)
    device = Device.objects.create(
        account=owner, division=found.division, path=found.path, county=county, name=(name.strip() or _("手机"))[:60],
        token_digest=secret_digest(token), paired_at=at,
    )
    # Of two phones that come at the same moment only one finds it unused.
    if not Pairing.objects.filter(pk=found.pk, device=None, revoked_at=None).update(device=device):
        raise Refused("pairing_unusable", _("配对码无效、已经用过或已过期。请在电脑上重新生成。"))
    audit.record(by=owner, verb="pair_device", at=at, subject=f"device:{device.pk}", path=device.path, detail={"pairing": found.pk})
    return Paired(device, token)


@transaction.atomic
def revoke_device(*, device: Device, by: Account, at: datetime) -> None:
    """Retire a phone at once: it is given nothing any more. What it still sends is kept for a decision."""
    check_can_revoke(device, by, area_at(by, at))
    if not Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
        return
    audit.record(by=by, verb="revoke_device", at=at, subject=f"device:{device.pk}", path=device.path)


def _check_room(account: Account) -> None:
    if Device.objects.filter(account=account, revoked_at=None).count() >= MOST_PHONES:
        raise Refused("too_many_phones", _("此人已有 %(most)s 部在用的手机，请先停用不用的。") % {"most": MOST_PHONES})
