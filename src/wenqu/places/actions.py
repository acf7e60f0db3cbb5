"""Writes to divisions, codes, outlines, accounts and duties."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.refusal import Refused
from wenqu.places import duty_rules, paths
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division, DivisionCode, Duty, Outline
from wenqu.places.naming import stem
from wenqu.places.permissions import check_can_draw
from wenqu.places.scope import Area


@transaction.atomic
def add_division(*, parent: Division | None, level: int, name: str, codes: dict[tuple[str, str], str], by: audit.Actor, at: datetime) -> Division:
    """Add a division below `parent` as its next sibling; `codes` maps (system, edition) to the code."""
    above = parent.path if parent else ""
    last = Division.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
    ordinal = int(last[-paths.STEP :]) + 1 if last else 1
    division = Division.objects.create(parent=parent, level=level, name=name, path=paths.child(above, ordinal))
    DivisionCode.objects.bulk_create(
        DivisionCode(division=division, system=system, edition=edition, code=code)
        for (system, edition), code in codes.items()
    )
    audit.record(by=by, verb="add_division", at=at, subject=f"division:{division.pk}", path=division.path, detail={"name": name})
    return division


@transaction.atomic
def add_county(*, province: str, prefecture: str, county: str, code: str, system: str, by: audit.Actor, at: datetime) -> Division:
    """Add a county with the province and prefecture above it, where they are not there yet; `code` is the county's six digits."""
    if not re.fullmatch(r"(?!000)\d{4}(?!00)\d{2}", code, re.ASCII):
        raise Refused("bad_code_form", _("“%(code)s”不是县级区划代码，应为 6 位数字，如 610122") % {"code": code})
    parent: Division | None = None
    places = ((Level.PROVINCE, province, code[:2]), (Level.PREFECTURE, prefecture, code[:4]), (Level.COUNTY, county, code))
    for level, name, digits in places:
        if not stem(name, level):
            raise Refused("required_missing", _("请写全省、市、县三级的名称"))
        own = digits.ljust(12, "0")
        found = Division.objects.filter(codes__system=system, codes__code=own).first() or Division.objects.filter(parent=parent, level=level, name=name).first()
        if found and (level == Level.COUNTY or found.name != name):
            raise Refused("county_exists", _("库中已有“%(name)s”（%(code)s），请核对名称和代码") % {"name": found.name, "code": own[:6]})
        parent = found or add_division(parent=parent, level=level, name=name, codes={(system, str(day_of(at).year)): own}, by=by, at=at)
    assert parent is not None
    return parent


@transaction.atomic
def set_outline(*, division: Division, geometry: str, crs: str, source: str, by: audit.Actor, at: datetime) -> None:
    """Set or replace the outline of a division."""
    Outline.objects.update_or_create(division=division, defaults={"geometry": geometry, "crs": crs, "source": source})
    audit.record(by=by, verb="set_outline", at=at, subject=f"division:{division.pk}", path=division.path, detail={"source": source})


@transaction.atomic
def add_account(
    *, username: str, name: str, by: audit.Actor, at: datetime, password: str | None = None, demo: bool = False,
) -> Account:
    """Add an account. Without a password nobody signs in as it before an invitation was taken up."""
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused("username_taken", _("用户名“%(username)s”已被使用，请换一个") % {"username": username})
    account = Account(username=username, name=name, demo=demo, made_by=by if isinstance(by, Account) else None)
    account.set_password(password)
    account.save()
    audit.record(by=by, verb="add_account", at=at, subject=f"account:{account.pk}")
    return account


@transaction.atomic
def give_duty(
    *, account: Account, role: str, division: Division, from_on: date, by: audit.Actor, at: datetime,
    to_on: date | None = None, unit: str = "", asked_by: Account | None = None,
) -> Duty:
    """Give somebody a role in a division. What takes four eyes (`duty_rules`) needs `asked_by`, somebody else than `by`."""
    today = timezone.localtime(at).date()
    duty_rules.check_can_give(role, division, duty_rules.area_on(by, today))
    duty_rules.check_second(account, role, by, asked_by, today)
    # Two givers at a time must not pass the check together.
    if not Account.objects.select_for_update().get(pk=account.pk).is_active:
        raise Refused("account_left", _("%(name)s的账号已停用，请先重新启用") % {"name": account})
    duty_rules.check_no_equal(account, role, division, from_on, to_on)
    duty = Duty.objects.create(account=account, role=role, division=division, from_on=from_on, to_on=to_on, unit=unit)
    detail = {"role": role, "from": str(from_on), **({"to": str(to_on)} if to_on else {}), **_asked(asked_by)}
    audit.record(by=by, verb="give_duty", at=at, subject=f"account:{account.pk}", path=division.path, detail=detail)
    return duty


@transaction.atomic
def end_duty(
    *, duty: Duty, by: audit.Actor, at: datetime, last_day: date | None = None, asked_by: Account | None = None,
) -> Duty:
    """End a duty after `last_day`, or at once where none is given. The duty itself is kept for ever."""
    today = timezone.localtime(at).date()
    duty = Duty.objects.select_for_update().select_related("division", "account").get(pk=duty.pk)
    duty_rules.check_can_end(duty, today, duty_rules.area_on(by, today))
    duty_rules.check_second(duty.account, duty.role, by, asked_by, today)
    if last_day is None:
        duty.to_on, duty.ended_at = max(duty.from_on, today), at
    else:
        duty_rules.check_last_day(duty, last_day, today)
        duty.to_on = last_day
    duty.save(update_fields=["to_on", "ended_at"])
    audit.record(
        by=by, verb="end_duty", at=at, subject=f"account:{duty.account_id}", path=duty.division.path,
        detail={"role": duty.role, "to": str(duty.to_on), "at_once": last_day is None, **_asked(asked_by)},
    )
    return duty


def _asked(asked_by: Account | None) -> dict[str, str]:
    return {"asked_by": asked_by.name} if asked_by else {}


@transaction.atomic
def set_outlines(*, outlines: Iterable[tuple[Division, str]], crs: str, source: str, area: Area, by: audit.Actor, at: datetime) -> int:
    """Set or replace the outlines of several divisions. `Refused` where any lies outside the area. Returns how many."""
    count = 0
    for division, geometry in outlines:
        check_can_draw(division, area)
        set_outline(division=division, geometry=geometry, crs=crs, source=source, by=by, at=at)
        count += 1
    return count


@transaction.atomic
def remove_outlines_below(*, division: Division, area: Area, by: audit.Actor, at: datetime) -> int:
    """Forget the outlines of the direct children of a division. Returns how many."""
    check_can_draw(division, area)
    count, _by_model = Outline.objects.filter(division__parent=division).delete()
    audit.record(by=by, verb="remove_outlines", at=at, subject=f"division:{division.pk}", path=division.path, detail={"outlines": count})
    return count
