"""Who may give what, where: role by act by area, as a text table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT, TODAY, Cast
from django.db import IntegrityError, transaction
from staff import Staff, duty

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.people.models import RightsRequest
from wenqu.people.persons.actions import end_or_ask, give_or_ask
from wenqu.places.actions import end_duty, give_duty
from wenqu.places.models import Duty, Role
from wenqu.places.rights import LEVELS
from wenqu.places.scope import area_of

# who asks | what they give | to whom | where | what comes out
GIVING = """
guan  village_manager    wang  village_a1  duty_overlaps
guan  village_manager    wang  village_a2  given
guan  village_manager    wang  town_a      wrong_level
guan  village_desk       wang  county      wrong_level
guan  town_station       wang  town_b      given
guan  town_office        wang  village_b1  wrong_level
guan  county_dispatcher  wang  county      given
guan  county_dispatcher  wang  town_a      wrong_level
guan  county_reviewer    wang  province    outside_area
guan  department         wang  county      given
guan  department         wang  town_a      wrong_level
guan  reader             wang  province    outside_area
guan  auditor            wang  county      asked
guan  county_admin       wang  county      asked
guan  county_admin       wang  town_a      wrong_level
guan  town_station       wang  faraway     outside_area
guan  county_admin       wang  neighbour   outside_area
guan  county_reviewer    guan  county      asked
guan  town_station       fu    town_a      asked
guan  town_station       shen  town_a      asked
zong  county_admin       wang  neighbour   asked
zong  reader             wang  province    given
zong  reader             zong  province    asked
zong  town_station       hua   town_a      given
lin   town_station       hua   town_a      outside_area
lin   town_station       hua   faraway     duty_overlaps
shen  town_station       wang  town_a      wrong_role
chen  town_station       wang  town_a      wrong_role
li    village_manager    wang  village_a2  wrong_role
li    village_manager    wang  village_b1  outside_area
nobody village_manager   wang  village_a2  outside_area
"""
ROWS = [line.split() for line in GIVING.strip().splitlines()]


def of(cast: Cast, staff: Staff, name: str):
    return getattr(cast, name, None) or getattr(staff, name)


def outcome(act) -> str:
    try:
        given = act()
    except Refused as refused:
        return refused.code
    return "asked" if isinstance(given, RightsRequest) else "given"


@pytest.mark.parametrize(("who", "role", "whom", "where", "expected"), ROWS, ids=[" ".join(row) for row in ROWS])
def test_giving(cast: Cast, staff: Staff, who, role, whom, where, expected) -> None:
    account, place = of(cast, staff, whom), of(cast, staff, where)
    before = Duty.objects.filter(account=account).count()
    assert outcome(lambda: give_or_ask(account=account, duty=duty(role, place), reason="工作需要", by=of(cast, staff, who), at=AT)) == expected
    assert Duty.objects.filter(account=account).count() == before + (expected == "given")


# who ends | whose duty | what comes out
ENDING = """
guan  wang  given
guan  li    given
guan  shen  asked
guan  fu    asked
guan  guan  asked
guan  zong  outside_area
guan  hua   outside_area
zong  hua   given
zong  guan  asked
lin   hua   given
lin   wang  outside_area
chen  wang  wrong_role
wang  wang  wrong_role
"""
ENDED = [line.split() for line in ENDING.strip().splitlines()]


@pytest.mark.parametrize(("who", "whose", "expected"), ENDED, ids=[" ".join(row) for row in ENDED])
def test_ending(cast: Cast, staff: Staff, who, whose, expected) -> None:
    row = Duty.objects.get(account=of(cast, staff, whose))
    assert outcome(lambda: end_or_ask(duty=row, last_day=None, reason="调整", by=of(cast, staff, who), at=AT)) == expected
    row.refresh_from_db()
    assert (row.ended_at is not None) == (expected == "given")


@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_held_at_its_levels_and_at_no_other(cast: Cast, staff: Staff, role: str) -> None:
    places = {1: cast.province, 2: cast.county.parent, 3: cast.county, 4: cast.town_a, 5: cast.village_a1}
    for level, place in places.items():
        highest, lowest = LEVELS[role]
        expected = "given" if highest <= level <= lowest else "wrong_level"
        assert outcome(lambda place=place: give_duty(account=cast.nobody, role=role, division=place, from_on=TODAY, by=SYSTEM, at=AT)) == expected


def test_a_wrong_level_is_named_in_chinese(cast: Cast, staff: Staff) -> None:
    with pytest.raises(Refused) as refused:
        give_duty(account=cast.wang, role=Role.VILLAGE_MANAGER, division=cast.town_a, from_on=TODAY, by=SYSTEM, at=AT)
    assert refused.value.message == "“村级管水员”只能设在村（社区）一级，甲镇是乡镇（街道）一级"
    with pytest.raises(Refused) as refused:
        give_duty(account=cast.wang, role=Role.READER, division=cast.town_a, from_on=TODAY, by=SYSTEM, at=AT)
    assert "省至县（区）一级" in refused.value.message


# The first duty runs from 3-01 to 3-31. A second from … to …: refused or given.
OVERLAPS = """
2026-02-01  2026-02-28  given
2026-02-01  2026-03-01  duty_overlaps
2026-03-10  2026-03-20  duty_overlaps
2026-03-31  -           duty_overlaps
2026-04-01  -           given
2026-02-01  -           duty_overlaps
2026-05-02  2026-05-01  ends_before_it_begins
"""


@pytest.mark.parametrize("line", OVERLAPS.strip().splitlines())
def test_equal_duties_never_overlap(cast: Cast, line: str) -> None:
    begins, ends, expected = line.split()
    give_duty(account=cast.nobody, role=Role.TOWN_STATION, division=cast.town_a, from_on=date(2026, 3, 1), to_on=date(2026, 3, 31), by=SYSTEM, at=AT)
    assert outcome(lambda: give_duty(
        account=cast.nobody, role=Role.TOWN_STATION, division=cast.town_a, from_on=date.fromisoformat(begins),
        to_on=None if ends == "-" else date.fromisoformat(ends), by=SYSTEM, at=AT)) == expected


def test_the_database_itself_refuses_a_second_open_duty(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(account=cast.wang, role=Role.VILLAGE_MANAGER, division=cast.village_a1, from_on=date(2027, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(account=cast.nobody, role=Role.VILLAGE_MANAGER, division=cast.village_a1, from_on=TODAY, ended_at=AT)


def test_ended_at_once_it_counts_no_more_the_same_day_and_may_be_given_again(cast: Cast, staff: Staff) -> None:
    row = Duty.objects.get(account=cast.wang)
    end_duty(duty=row, by=staff.guan, at=AT)
    assert area_of(cast.wang, TODAY).paths == ()
    with pytest.raises(Refused, match="已经结束"):
        end_duty(duty=row, by=staff.guan, at=AT)
    give_duty(account=cast.wang, role=Role.VILLAGE_MANAGER, division=cast.village_a1, from_on=TODAY, by=staff.guan, at=AT)
    assert area_of(cast.wang, TODAY).paths == (cast.village_a1.path,)
    assert Duty.objects.filter(account=cast.wang).count() == 2
    assert AuditEntry.objects.filter(verb="end_duty", actor_name="管一").get().detail["at_once"] is True


def test_ended_on_a_later_day_it_counts_until_then(cast: Cast, staff: Staff) -> None:
    row = Duty.objects.get(account=cast.wang)
    end_duty(duty=row, last_day=TODAY + timedelta(days=3), by=staff.guan, at=AT)
    assert area_of(cast.wang, TODAY + timedelta(days=3)).paths
    assert not area_of(cast.wang, TODAY + timedelta(days=4)).paths
    with pytest.raises(Refused, match="最后一天不能早于"):
        end_duty(duty=row, last_day=TODAY - timedelta(days=9), by=staff.guan, at=AT)


def test_nothing_is_given_to_a_closed_account(cast: Cast, staff: Staff) -> None:
    cast.wang.is_active = False
    cast.wang.save()
    assert outcome(lambda: give_duty(account=cast.wang, role=Role.TOWN_STATION, division=cast.town_a, from_on=TODAY, by=staff.guan, at=AT)) == "account_left"


def test_guarded_duties_take_two_even_for_the_action_itself(cast: Cast, staff: Staff) -> None:
    """The rule sits below the requests: no page or command can go round it."""
    for asked_by in (None, staff.guan):
        assert outcome(lambda asked_by=asked_by: give_duty(
            account=cast.wang, role=Role.COUNTY_ADMIN, division=cast.county, from_on=TODAY, asked_by=asked_by, by=staff.guan, at=AT)) == "four_eyes"
    assert outcome(lambda: give_duty(
        account=staff.guan, role=Role.TOWN_STATION, division=cast.town_a, from_on=TODAY, asked_by=staff.fu, by=staff.guan, at=AT)) == "four_eyes"
    assert outcome(lambda: end_duty(duty=Duty.objects.get(account=staff.guan), asked_by=staff.fu, by=staff.guan, at=AT)) == "four_eyes"
