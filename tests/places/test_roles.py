"""A role counts only in the place where it is held."""

from __future__ import annotations

from datetime import date

import pytest
from cast import AT, Cast, _person, _place
from judged import make_county

from wenqu.judging.permissions import check_can_judge
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.ledger.loop.permissions import check_can
from wenqu.places.actions import give_duty
from wenqu.places.models import Account, Level, Role
from wenqu.places.permissions import check_can_draw
from wenqu.places.scope import Area
from wenqu.registers.permissions import check_can_import
from wenqu.reports.ledgers.permissions import holding_path, sees_whole_phones


@pytest.fixture
def two_duties(cast: Cast) -> Account:
    """The county's in a neighbouring county, a village's in village B1 and a town's in the county itself."""
    other = _place(cast.county.parent, Level.COUNTY, "邻县", "610198000000")
    person = _person("qian", "钱", Role.COUNTY_DISPATCHER, other)
    give_duty(account=person, role=Role.VILLAGE_MANAGER, division=cast.village_b1, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    return person


def refused(check, *args) -> str:
    with pytest.raises(Refused) as refusal:
        check(*args)
    return refusal.value.code


def test_a_county_role_elsewhere_gives_nothing_in_a_village(two_duties, cast: Cast) -> None:
    area = cast.area(two_duties)
    assert area.covers(cast.village_b1.path)
    assert refused(check_can_draw, cast.village_b1, area) == "wrong_role"
    assert not sees_whole_phones(cast.village_b1, area)
    assert holding_path(cast.village_b1, area) == cast.village_b1.path
    problem = make_county(cast).problem_b
    problem.path = cast.village_b1.path
    assert refused(check_can, "assign", problem, area, two_duties) == "wrong_role"
    assert refused(check_can, "reopen", problem, area, two_duties) == "wrong_role"


def test_another_role_in_a_county_gives_nothing_there(two_duties, cast: Cast) -> None:
    give_duty(account=two_duties, role=Role.READER, division=cast.county, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    area = cast.area(two_duties)
    assert refused(check_can_import, cast.county, area) == "wrong_role"
    assert refused(check_can_judge, cast.county, area) == "wrong_role"


def test_pages_offer_only_where_the_role_is_held(two_duties, cast: Cast, sign_in) -> None:
    give_duty(account=two_duties, role=Role.READER, division=cast.county, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    client = sign_in(two_duties)
    offered = client.get("/runs/new/").content.decode()
    assert "邻县</option>" in offered
    assert "清泉县</option>" not in offered
    assert "/outlines/" not in client.get(f"/area/{cast.county.pk}/").content.decode()


def test_the_file_of_an_export_with_phones_belongs_to_whoever_may_see_them(cast: Cast) -> None:
    area = Area.of([(cast.county.path, Role.TOWN_STATION), (cast.town_a.path, Role.COUNTY_DISPATCHER)])
    assert area.paths == (cast.county.path,)
    assert sees_whole_phones(cast.village_a1, area)
    assert holding_path(cast.village_a1, area) == cast.town_a.path
    assert holding_path(cast.village_b1, area) == cast.county.path
