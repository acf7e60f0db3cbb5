"""A county with schemes, plans and points, by the real actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from cast import AT, PASSWORD, TODAY, Cast
from django.test import Client
from stages import household, scheme, supply

from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.quality.models import PlanAdoption, Point, PointUse
from wenqu.quality.plans.actions import adopt_plan
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.points.actions import take_proposals
from wenqu.quality.points.proposals import proposals
from wenqu.schemes.models import Scheme

YEAR = 2026


def adopt(cast: Cast, pack: str = "plan-rural-water", year: int = YEAR, **values: Any) -> PlanAdoption:
    return adopt_plan(division=cast.county, year=year, pack_id=pack, values={key.replace("__", "."): value for key, value in values.items()},
                      document="清卫发〔2026〕1号", document_on=date(2026, 1, 5), area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)


def schemes(cast: Cast) -> list[Scheme]:
    """A town's plant of town A (three served), a village's scheme in each town, and one that is decentralised."""
    rows = [scheme(cast.town_a, "S1", "甲镇水厂", "large", disinfection="二氧化氯"), scheme(cast.village_a1, "S2", "甲一村供水站", "small", disinfection="次氯酸钠"),
            scheme(cast.village_b1, "S3", "乙一村供水站", "small"), scheme(cast.village_b2, "S4", "乙二村水井", "decentralised")]
    supply(household(cast.village_a1, "H1"), rows[0])
    return rows


def keep_all(cast: Cast, adoption: PlanAdoption) -> list[PointUse]:
    found = proposals(pack_of(adoption.edition), cast.county.path)
    return take_proposals(adoption=adoption, keys=[one.key for one in found], from_on=date(YEAR, 1, 1), area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)


def point_of(scheme_: Scheme, shape: str = "outlet") -> Point:
    return Point.objects.get(scheme=scheme_, shape=shape)


def person(role: str, division: Division) -> Account:
    account = add_account(username=f"q-{role}-{division.pk}", password=PASSWORD, name=f"{Role(role).label}", by=SYSTEM, at=AT)
    give_duty(account=account, role=role, division=division, unit="疾控中心" if role == Role.LABORATORY else "", from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    return account


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    session = client.session
    session["second_factor"] = 1_700_000_000
    session.save()
    return client
