"""Who may hand over work and close or open an account, and who can take work over."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.kit.registry import works
from wenqu.people.persons.permissions import check_active, check_second_for_account, check_whole
from wenqu.places.duty_rules import holds_guarded
from wenqu.places.models import Account, Division, Duty
from wenqu.places.rights import GUARDED
from wenqu.places.scope import area_of


def missing(giver: Account, taker: Account, on: date) -> list[str]:
    """What somebody lacks to take over all open work: «导入台账（清泉县）» each."""
    area = area_of(taker, on)
    needed = dict.fromkeys((right, path) for work in works() for right, path in work.needs(giver))
    lacking = [(right, path) for right, path in needed if not area.may(right).covers(path)]
    names = dict(Division.objects.filter(path__in={path for _right, path in lacking}).values_list("path", "name"))
    return [_("%(right)s（%(place)s）") % {"right": right.label, "place": names.get(path, _("全部区域"))} for right, path in lacking]


def check_can_take(giver: Account, taker: Account, on: date) -> None:
    """The taker must be able, and allowed, to do the work where it lies."""
    if taker.pk == giver.pk:
        raise Refused("same_person", _("请选择另一个人接手"))
    check_active(taker)
    lacking = missing(giver, taker, on)
    if lacking:
        raise Refused("taker_lacks", _("%(name)s不能接手，缺少：%(rights)s。请先授予职责，或另选一人") % {
            "name": taker, "rights": _("、").join(lacking),
        })
    for work in works():
        work.check(giver, taker)


def check_can_hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> None:
    today = timezone.localtime(at).date()
    check_whole(giver, by, today)
    if taker.pk == getattr(by, "pk", None) and giver.pk != taker.pk and holds_guarded(giver, today):
        # Else one administrator alone could draw another's requests to themselves and take them back.
        raise Refused("four_eyes", _("管理员和审计员的工作不能由办理交接的人自己接手：请另选一人，或由其他管理员办理"))
    check_can_take(giver, taker, today)


def holds_work(account: Account) -> bool:
    return any(work.count(account) for work in works())


def check_can_leave(
    account: Account, taker: Account | None, by: Actor, at: datetime, *, asked_by: Account | None = None, asking: bool = False,
) -> None:
    """Nobody leaves with open work in their hands. `asking`: whether the second administrator is still to come."""
    today = timezone.localtime(at).date()
    check_whole(account, by, today)
    check_active(account)
    if not asking:
        check_second_for_account(account, by, today, asked_by)
    if taker is not None:
        check_can_take(account, taker, today)
    elif holds_work(account):
        raise Refused("no_taker", _("%(name)s还有没办完的工作，请选择接手的人") % {"name": account})


def check_can_reactivate(account: Account, by: Actor, on: date, *, asked_by: Account | None = None, asking: bool = False) -> None:
    check_whole(account, by, on)
    if account.is_active:
        raise Refused("account_active", _("%(name)s的账号没有停用") % {"name": account})
    if not asking and was_guarded(account) and isinstance(by, Account) and (asked_by is None or by.pk in {account.pk, asked_by.pk}):
        raise Refused("four_eyes", _("当过管理员或审计员的账号，重新启用要由一名管理员提出、另一名管理员审批"))


def was_guarded(account: Account) -> bool:
    return Duty.objects.filter(account=account, role__in=GUARDED).exists()
