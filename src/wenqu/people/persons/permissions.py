"""Who may do what with somebody's account as a whole: buttons, pages and actions ask here."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.duty_rules import area_on, holds_guarded
from wenqu.places.models import Account, Duty
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right


def concerned_paths(account: Account, on: date) -> list[str]:
    """Where an act on the whole account lands: the places of the duties that count now or later, else of the past ones."""
    duties = Duty.objects.filter(account=account)
    now = duties.not_over(on).values_list("division__path", flat=True)
    return sorted(set(now) or set(duties.values_list("division__path", flat=True)))


def check_whole(account: Account, by: Actor, on: date) -> None:
    """Refuse an act on the whole account unless every duty that it touches lies where the actor manages people.

    Otherwise a county could take over the sign-in of whoever also holds a duty in the province.
    """
    if not isinstance(by, Account):
        return
    area = area_on(by, on)
    touched = concerned_paths(account, on)
    if not touched and account.made_by_id != by.pk:
        raise Refused("outside_area", _("不在您的管辖区域内"))
    # Somebody without any duty is managed by whoever added them, for as long as that person manages people at all.
    for path in touched or area.may(Right.PEOPLE).paths[:1] or area.paths[:1] or ("",):
        try:
            check_may(Right.PEOPLE, path, area)
        except Refused as refusal:
            if refusal.code == "outside_area" and any(area.may(Right.PEOPLE).covers(each) for each in touched):
                raise Refused("outside_area", _(
                    "%(name)s在您管辖区域以外还有职责：您只能结束本区域内的职责，账号要由上级管理员办理") % {"name": account}) from None
            raise


def check_active(account: Account) -> None:
    if not account.is_active:
        raise Refused("account_left", _("%(name)s的账号已停用，请先重新启用") % {"name": account})


def needs_second(account: Account, by: Actor, on: date) -> bool:
    """Whether an act on this account as a whole takes a second administrator."""
    return isinstance(by, Account) and (account.pk == by.pk or holds_guarded(account, on))


def check_second_for_account(account: Account, by: Actor, on: date, asked_by: Account | None) -> None:
    """As `duty_rules.check_second`, for acts on the account as a whole."""
    if not isinstance(by, Account):
        return
    guarded = needs_second(account, by, on) or (asked_by is not None and asked_by.pk == account.pk)
    if guarded and (asked_by is None or by.pk in {account.pk, asked_by.pk}):
        raise Refused("four_eyes", _("管理员和审计员的账号、以及自己的账号，要由一名管理员提出、另一名管理员审批"))


def check_can_invite(account: Account, by: Actor, on: date, asked_by: Account | None = None) -> None:
    """A link lets its holder take the account over: only for active people, all of whose duties are the actor's to manage."""
    check_whole(account, by, on)
    check_active(account)
    check_second_for_account(account, by, on, asked_by)
