"""Administrators of the small county of `cast`, and of what lies around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cast import AT, PASSWORD, Cast, _place

from wenqu.kit.audit import SYSTEM
from wenqu.people.persons.actions import NewDuty
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division, Level, Role

SINCE = date(2026, 1, 1)


@dataclass(frozen=True)
class Staff:
    guan: Account  # administers the county
    fu: Account  # administers it too
    zong: Account  # administers the province
    lin: Account  # administers the neighbouring county alone
    shen: Account  # audits the county
    neighbour: Division
    hua: Account  # town station in a town of the neighbouring county
    faraway: Division


def person(username: str, name: str, role: str, division: Division) -> Account:
    account = add_account(username=username, password=PASSWORD, name=name, by=SYSTEM, at=AT)
    give_duty(account=account, role=role, division=division, from_on=SINCE, by=SYSTEM, at=AT)
    return account


def make_staff(cast: Cast) -> Staff:
    neighbour = _place(cast.county.parent, Level.COUNTY, "邻县", "610198000000")
    faraway = _place(neighbour, Level.TOWN, "丙镇", "610198101000")
    return Staff(
        guan=person("guan", "管一", Role.COUNTY_ADMIN, cast.county), fu=person("fu", "管二", Role.COUNTY_ADMIN, cast.county),
        zong=person("zong", "省管", Role.COUNTY_ADMIN, cast.province), lin=person("lin", "邻管", Role.COUNTY_ADMIN, neighbour),
        shen=person("shen", "审计", Role.AUDITOR, cast.county), neighbour=neighbour,
        hua=person("hua", "花外人", Role.TOWN_STATION, faraway), faraway=faraway,
    )


def duty(role: str, division: Division, **more: object) -> NewDuty:
    return NewDuty(role=role, division=division, from_on=date(2026, 3, 1), **more)  # type: ignore[arg-type]
