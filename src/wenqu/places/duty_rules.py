"""What may be a duty, and who may give or end it: the page, the sheet, the command and the action ask here."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division, Duty
from wenqu.places.permissions import check_may
from wenqu.places.rights import GUARDED, LEVELS, Right, Role
from wenqu.places.scope import EVERYWHERE, Area, area_of


def area_on(by: Actor, on: date) -> Area:
    """The area of whoever acts on a day; the system itself (command line, demo) acts everywhere."""
    return area_of(by, on) if isinstance(by, Account) else EVERYWHERE


def check_level(role: str, division: Division) -> None:
    """Refuse a role at a level where it is not held (`rights.LEVELS`)."""
    highest, lowest = LEVELS[role]
    if highest <= division.level <= lowest:
        return
    levels = str(Level(lowest).label)
    if highest != lowest:
        levels = _("%(highest)s至%(lowest)s") % {"highest": Level(highest).label, "lowest": levels}
    raise Refused("wrong_level", _("“%(role)s”只能设在%(levels)s一级，%(place)s是%(level)s一级") % {
        "role": Role(role).label, "levels": levels, "place": division.name, "level": Level(division.level).label,
    })


def check_can_give(role: str, division: Division, area: Area) -> None:
    """An administrator gives duties at or below where the right to manage people is held, never outside."""
    check_may(Right.PEOPLE, division.path, area)
    if role not in Role.values:
        raise Refused("unknown_role", _("没有这种角色"))
    check_level(role, division)


def check_no_equal(account: Account, role: str, division: Division, from_on: date, to_on: date | None) -> None:
    """Refuse a duty beside an equal one that counts on any of the same days."""
    if to_on is not None and to_on < from_on:
        raise Refused("ends_before_it_begins", _("职责的结束日期早于开始日期"))
    equal = Duty.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on), account=account, role=role, division=division, ended_at__isnull=True)
    if to_on is not None:
        equal = equal.filter(from_on__lte=to_on)
    found = equal.order_by("from_on").first()
    if found is not None:
        raise Refused("duty_overlaps", _("%(name)s从 %(day)s 起在%(place)s已有“%(role)s”职责，日期重叠；请先结束原来的，或改日期") % {
            "name": account, "day": found.from_on, "place": division.name, "role": Role(role).label,
        })


def check_can_end(duty: Duty, on: date, area: Area) -> None:
    """A duty that is not over yet is ended where it lies."""
    check_may(Right.PEOPLE, duty.division.path, area)
    if duty.is_over(on):
        raise Refused("duty_over", _("这项职责已经结束"))


def check_last_day(duty: Duty, last_day: date, on: date) -> None:
    if last_day < max(duty.from_on, on - timedelta(days=1)):
        raise Refused("last_day_too_early", _("最后一天不能早于开始日期，也不能改到更早的过去；要马上停止，请选“立即结束”"))


def holds_guarded(account: Account, on: date) -> bool:
    """Whether somebody is an administrator or auditor on a day, or will be one."""
    return Duty.objects.not_over(on).filter(account=account, role__in=GUARDED).exists()


def is_guarded(account: Account, role: str, by: Actor, on: date) -> bool:
    """Whether giving or ending this duty takes a second administrator: any change of an administrator's or auditor's
    rights, and of one's own. The system itself (the command line of the server) needs no second."""
    return isinstance(by, Account) and (role in GUARDED or by.pk == account.pk or holds_guarded(account, on))


def check_second(account: Account, role: str, by: Actor, asked_by: Account | None, on: date) -> None:
    """Refuse a guarded change that was not asked by somebody else than whoever now lets it happen."""
    if not isinstance(by, Account):
        return
    guarded = is_guarded(account, role, by, on) or (asked_by is not None and asked_by.pk == account.pk)
    if guarded and (asked_by is None or by.pk in {account.pk, asked_by.pk}):
        raise Refused("four_eyes", _("管理员和审计员的权限、以及自己的职责，要由一名管理员提出、另一名管理员审批"))
