"""Hand work over; close an account when somebody leaves; open it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.registry import works
from wenqu.people.invitations.actions import revoke_invitations
from wenqu.people.leaving.permissions import check_can_hand_over, check_can_leave, check_can_reactivate
from wenqu.people.models import ApiToken, Decision, HandOver, RightsRequest
from wenqu.people.notices import notify
from wenqu.people.signing.actions import sign_out_everywhere
from wenqu.places.actions import end_duty
from wenqu.places.models import Account, Duty


@transaction.atomic
def hand_over(*, giver: Account, taker: Account, reason: str, by: audit.Actor, at: datetime) -> HandOver:
    """Give all open work of one person to another, who goes on with it. The giver stays."""
    check_no_number(reason)
    giver, taker = _locked(giver, taker)
    check_can_hand_over(giver, taker, by, at)
    return _move_work(giver, taker, reason, by, at)


@transaction.atomic
def hand_over_and_leave(
    *, account: Account, taker: Account | None, reason: str, by: audit.Actor, at: datetime, asked_by: Account | None = None,
) -> HandOver | None:
    """Somebody leaves: work handed over, duties ended, sessions, tokens and links worthless. The account and all its history stay."""
    check_no_number(reason)
    if taker is None:
        account = Account.objects.select_for_update().get(pk=account.pk)
    else:
        account, taker = _locked(account, taker)
    check_can_leave(account, taker, by, at, asked_by=asked_by)
    moved = _move_work(account, taker, reason, by, at) if taker else None
    for duty in Duty.objects.not_over(timezone.localtime(at).date()).filter(account=account):
        end_duty(duty=duty, by=by, at=at, asked_by=asked_by)
    tokens = ApiToken.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=at)
    links = revoke_invitations(account=account, by=by, at=at)
    account.is_active, account.left_at = False, at
    account.save(update_fields=["is_active", "left_at"])
    sign_out_everywhere(account=account, keep=None, by=by, at=at)
    # What others had asked for this person is moot: the account is closed.
    RightsRequest.objects.filter(account=account, decision=Decision.WAITING).exclude(change="deactivate").update(
        decision=Decision.WITHDRAWN, decided_at=at,
    )
    detail = {"reason": reason, "tokens": tokens, "invitations": links, **({"asked_by": asked_by.name} if asked_by else {})}
    audit.record(by=by, verb="deactivate", at=at, subject=f"account:{account.pk}", detail=detail)
    return moved


@transaction.atomic
def reactivate(*, account: Account, reason: str, by: audit.Actor, at: datetime, asked_by: Account | None = None) -> Account:
    """Open a closed account again: without duties, and with a password to be set anew by a link."""
    reason = reason.replace("\0", "").strip()[:200]
    check_no_number(reason)
    account = Account.objects.select_for_update().get(pk=account.pk)
    check_can_reactivate(account, by, timezone.localtime(at).date(), asked_by=asked_by)
    account.is_active, account.left_at = True, None
    account.set_unusable_password()
    account.save(update_fields=["is_active", "left_at", "password"])
    detail = {"reason": reason, **({"asked_by": asked_by.name} if asked_by else {})}
    audit.record(by=by, verb="reactivate", at=at, subject=f"account:{account.pk}", detail=detail)
    return account


def _locked(giver: Account, taker: Account) -> tuple[Account, Account]:
    """Both as they are now, in an order that two hand-overs at a time share: the taker must not leave meanwhile."""
    rows = {row.pk: row for row in Account.objects.select_for_update().filter(pk__in={giver.pk, taker.pk}).order_by("pk")}
    return rows[giver.pk], rows[taker.pk]


def _move_work(giver: Account, taker: Account, reason: str, by: audit.Actor, at: datetime) -> HandOver:
    moved = {work.kind: (str(work.label), work.hand_over(giver, taker, by, at)) for work in works()}
    counts = {kind: count for kind, (_label, count) in moved.items() if count}
    row = HandOver.objects.create(
        giver=giver, taker=taker, at=at, by=by if isinstance(by, Account) else None, reason=reason.strip()[:200], counts=counts,
    )
    audit.record(
        by=by, verb="hand_over", at=at, subject=f"account:{giver.pk}", detail={"taker": taker.name, "taker_id": taker.pk, "counts": counts},
    )
    told = _("、").join(f"{label} {count}" for label, count in moved.values() if count) or _("没有未办完的工作")
    notify(accounts=[taker], kind="work_received", detail={"giver": giver.name, "work": told}, at=at)
    return row
