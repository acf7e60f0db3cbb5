from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from cast import AT, PASSWORD, Cast, _person, _place

from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division, Level, Role


@dataclass(frozen=True)
class Staff:
    """Beside the cast: the county's administrator, a village desk, a reader above, two departments; a neighbouring county."""

    cast: Cast
    other: Division
    village_c: Division
    sun: Account  # administrator of the county
    ma: Account  # desk of village A1
    gao: Account  # reader of the prefecture
    min: Account  # civil affairs of the county
    yi: Account  # health insurance of the county
    qian: Account  # dispatcher of the other county
    zhou: Account  # administrator of the other county
    shen: Account  # auditor of the county

    def __getattr__(self, name: str):
        return getattr(self.cast, name)


def department(username: str, name: str, unit: str, division: Division) -> Account:
    account = add_account(username=username, password=PASSWORD, name=name, by=SYSTEM, at=AT)
    duty = give_duty(account=account, role=Role.DEPARTMENT, division=division, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    type(duty).objects.filter(pk=duty.pk).update(unit=unit)
    return account


@pytest.fixture
def staff(cast: Cast) -> Staff:
    other = _place(cast.county.parent, Level.COUNTY, "邻县", "610198000000")
    town = _place(other, Level.TOWN, "丙镇", "610198101000")
    return Staff(
        cast, other, _place(town, Level.VILLAGE, "丙一村", "610198101201"),
        sun=_person("sun", "孙管", Role.COUNTY_ADMIN, cast.county),
        ma=_person("ma", "马窗", Role.VILLAGE_DESK, cast.village_a1),
        gao=_person("gao", "高查", Role.READER, cast.county.parent),
        min=department("min", "闵民", "清泉县民政局", cast.county),
        yi=department("yi", "易保", "县医保局", cast.county),
        qian=_person("qian", "钱调", Role.COUNTY_DISPATCHER, other),
        zhou=_person("zhou", "周管", Role.COUNTY_ADMIN, other),
        shen=_person("shen", "沈审", Role.AUDITOR, cast.county),
    )
