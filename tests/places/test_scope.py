from __future__ import annotations

from datetime import date

import pytest
from cast import AT, TODAY, Cast

from wenqu.kit.audit import SYSTEM
from wenqu.places import paths
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Division, Role
from wenqu.places.scope import EVERYWHERE, NOWHERE, area_of, home_division, within


def names(area) -> set[str]:
    return set(within(Division.objects.all(), area).values_list("name", flat=True))


def test_a_person_sees_only_what_lies_below_their_duties(cast: Cast) -> None:
    assert names(cast.area(cast.chen)) == {"清泉县", "甲镇", "乙镇", "甲一村", "甲二村", "乙一村", "乙二村"}
    assert names(cast.area(cast.li)) == {"甲镇", "甲一村", "甲二村"}
    assert names(cast.area(cast.wang)) == {"甲一村"}
    assert names(cast.area(cast.nobody)) == set()
    assert names(NOWHERE) == set()
    assert len(names(EVERYWHERE)) == Division.objects.count()


def test_two_duties_add_up_and_the_wider_one_holds_the_narrower(cast: Cast) -> None:
    give_duty(account=cast.wang, role=Role.VILLAGE_MANAGER, division=cast.village_b1, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    assert names(cast.area(cast.wang)) == {"甲一村", "乙一村"}
    give_duty(account=cast.wang, role=Role.TOWN_STATION, division=cast.town_a, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    assert cast.area(cast.wang).paths == (cast.town_a.path, cast.village_b1.path)


@pytest.mark.parametrize(("day", "seen"), [("2025-12-31", False), ("2026-01-01", True), ("2026-03-31", True), ("2026-04-01", False)])
def test_a_duty_counts_from_its_first_to_its_last_day(cast: Cast, day: str, seen: bool) -> None:
    person = add_account(username="sun", password="x", name="孙", by=SYSTEM, at=AT)
    duty = give_duty(account=person, role=Role.TOWN_STATION, division=cast.town_a, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    type(duty).objects.filter(pk=duty.pk).update(to_on=date(2026, 3, 31))
    assert bool(area_of(person, date.fromisoformat(day)).paths) is seen


def test_siblings_with_a_common_prefix_stay_apart(cast: Cast) -> None:
    assert paths.after("00010009") == "00010010"
    assert paths.after("0001") == "0002"
    assert not cast.area(cast.li).covers(cast.town_b.path)
    assert cast.area(cast.li).covers(cast.village_a2.path)


def test_home_starts_at_the_top_of_the_area(cast: Cast) -> None:
    assert home_division(cast.area(cast.li)) == cast.town_a
    assert home_division(cast.area(cast.nobody)) is None


def test_a_path_refuses_more_children_than_it_can_hold() -> None:
    with pytest.raises(ValueError):
        paths.child("0001", paths.TOP + 1)
    assert paths.after(paths.child("0001", paths.TOP)) == "00019999"
    assert date.min < TODAY
