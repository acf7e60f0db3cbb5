"""Writes to divisions, codes, outlines, accounts and duties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from wenqu.kit import audit
from wenqu.places import paths
from wenqu.places.models import Account, Division, DivisionCode, Duty, Outline
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
def set_outline(*, division: Division, geometry: str, crs: str, source: str, by: audit.Actor, at: datetime) -> None:
    """Set or replace the outline of a division."""
    Outline.objects.update_or_create(division=division, defaults={"geometry": geometry, "crs": crs, "source": source})
    audit.record(by=by, verb="set_outline", at=at, subject=f"division:{division.pk}", path=division.path, detail={"source": source})


@transaction.atomic
def add_account(*, username: str, password: str, name: str, by: audit.Actor, at: datetime) -> Account:
    account = Account(username=username, name=name)
    account.set_password(password)
    account.save()
    audit.record(by=by, verb="add_account", at=at, subject=f"account:{account.pk}")
    return account


@transaction.atomic
def give_duty(*, account: Account, role: str, division: Division, from_on: date, by: audit.Actor, at: datetime) -> Duty:
    duty = Duty.objects.create(account=account, role=role, division=division, from_on=from_on)
    audit.record(by=by, verb="give_duty", at=at, subject=f"account:{account.pk}", path=division.path, detail={"role": role})
    return duty


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
