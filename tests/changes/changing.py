"""Households to be changed, the people who ask and confirm, and a change from asking to the end by the real actions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cast import Cast
from stages import county_of

from wenqu.changes.actions import ask_change, confirm_change
from wenqu.changes.looking import Asked, asked_of, look_into
from wenqu.changes.models import Change, Kind
from wenqu.changes.planning import Wanted
from wenqu.households.models import Household, Member
from wenqu.kit.audit import SYSTEM
from wenqu.kit.numbers import check_digit
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division, Role
from wenqu.places.scope import Area, area_of

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)
_keys = itertools.count(1)


def identity(number: int) -> str:
    """A right identity number, another one for every number."""
    body = f"610199{1950 + number % 60}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    return body + check_digit(body)


def account(username: str, name: str, role: str, division: Division) -> Account:
    row = add_account(username=username, password="qingquan-2026", name=name, by=SYSTEM, at=AT)
    give_duty(account=row, role=role, division=division, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    return row


@dataclass
class Office:
    """Who asks (the desk of a village, the county) and who confirms (the town, the county's reviewer)."""

    cast: Cast
    desk: Account
    town: Account
    county: Account
    reviewer: Account


def make_office(cast: Cast) -> Office:
    return Office(
        cast, account("desk", "赵台", Role.VILLAGE_DESK, cast.village_a1), account("town", "钱镇", Role.TOWN_OFFICE, cast.town_a), cast.chen,
        account("reviewer", "孙复", Role.COUNTY_REVIEWER, cast.county),
    )


def home(village: Division, number: str, *names: str, people: int | None = -1, first: int = 0) -> Household:
    """A household of these people, the first of them its head; `first` numbers their identities."""
    row = Household.objects.create(
        division=village, path=village.path, county=county_of(village), number=number, head_name=names[0], group_name="东组",
        people=len(names) if people == -1 else people, phone="13800001234", kind="一般户",
    )
    for place, name in enumerate(names):
        Member.objects.create(household=row, number=f"{number}{place:02d}", name=name, relation="户主" if place == 0 else "子", id_number=identity(first + place) if first else "")
    return row


def pk(household: Household, name: str) -> int:
    return Member.ever.get(household=household, name=name).pk


def area(by: Account) -> Area:
    return area_of(by, DAY)


def asking(household: Household, kind: str, **told: Any) -> Asked:
    """A request; what is not a field of it is wanted."""
    own = {key: told.pop(key) for key in list(told) if key in Asked.__dataclass_fields__}
    return Asked(household, kind, own.pop("happened_on", DAY), wanted=Wanted(**told), **own)


def ask(asked: Asked, by: Account, *, sure: bool = False, key: str = "", note: str = "") -> Change:
    return ask_change(asked=asked, note=note, sure=sure, key=key or f"key-{next(_keys)}", area=area(by), today=DAY, by=by, at=AT)


def confirm(change: Change, by: Account, basis: str = "") -> Change:
    """As somebody does who has just seen the page."""
    seen = basis or look_into(asked_of(Change.objects.get(pk=change.pk)), area(by), DAY).basis
    return confirm_change(change=change, basis=seen, area=area(by), today=DAY, by=by, at=AT)


def carry(asked: Asked, by: Account, confirmer: Account, **more: Any) -> Change:
    return confirm(ask(asked, by, **more), confirmer)


def people_of(village: Division) -> int:
    """The people of a village as the register counts them: told numbers, and listed members where no number is told."""
    return sum(row.members.count() if row.people is None else row.people for row in Household.objects.filter(division=village))


__all__ = ["AT", "DAY", "Kind", "Office", "account", "area", "ask", "asking", "carry", "confirm", "home", "identity", "make_office", "people_of", "pk"]
