"""The fixed cast: a small county with two towns of two villages, and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, add_division, give_duty
from wenqu.places.models import Account, Division, Level, Role
from wenqu.places.scope import Area, area_of

AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 1)
PASSWORD = "qingquan-2026"


@dataclass(frozen=True)
class Cast:
    province: Division
    county: Division
    town_a: Division
    town_b: Division
    village_a1: Division
    village_a2: Division
    village_b1: Division
    village_b2: Division
    chen: Account  # county bureau
    li: Account  # town A
    zhao: Account  # town B
    wang: Account  # village A1
    nobody: Account  # signed in, no duty

    def area(self, account: Account) -> Area:
        return area_of(account, TODAY)


def _place(parent: Division | None, level: int, name: str, code: str) -> Division:
    return add_division(parent=parent, level=level, name=name, codes={("nbs", "2023"): code}, by=SYSTEM, at=AT)


def _person(username: str, name: str, role: str | None, division: Division | None) -> Account:
    account = add_account(username=username, password=PASSWORD, name=name, by=SYSTEM, at=AT)
    if role and division:
        give_duty(account=account, role=role, division=division, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    return account


def make_cast() -> Cast:
    province = _place(None, Level.PROVINCE, "陕西省", "610000000000")
    prefecture = _place(province, Level.PREFECTURE, "西安市", "610100000000")
    county = _place(prefecture, Level.COUNTY, "清泉县", "610199000000")
    town_a = _place(county, Level.TOWN, "甲镇", "610199101000")
    town_b = _place(county, Level.TOWN, "乙镇", "610199102000")
    village_a1 = _place(town_a, Level.VILLAGE, "甲一村", "610199101201")
    village_a2 = _place(town_a, Level.VILLAGE, "甲二村", "610199101202")
    village_b1 = _place(town_b, Level.VILLAGE, "乙一村", "610199102201")
    village_b2 = _place(town_b, Level.VILLAGE, "乙二村", "610199102202")
    return Cast(
        province, county, town_a, town_b, village_a1, village_a2, village_b1, village_b2,
        chen=_person("chen", "陈县", Role.COUNTY_DISPATCHER, county),
        li=_person("li", "李站", Role.TOWN_STATION, town_a),
        zhao=_person("zhao", "赵站", Role.TOWN_STATION, town_b),
        wang=_person("wang", "王管", Role.VILLAGE_MANAGER, village_a1),
        nobody=_person("nobody", "无职", None, None),
    )
