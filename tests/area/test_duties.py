"""Duties in time and in several places, through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT, Cast
from django.utils import timezone

from area.endpoints import Browser, endpoints
from area.test_walk import in_world
from area.walker import text_of
from area.world import CANARY, World
from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import give_duty
from wenqu.places.models import Account, Duty, Level, Role
from wenqu.places.scope import area_of

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "ends", "held"),
    [(0, 0, True), (-9, 0, True), (0, None, True), (1, None, False), (-9, -1, False), (-9, 1, True), (1, 2, False)],
)
def test_a_duty_counts_from_its_first_day_to_its_last(cast: Cast, sign_in, begins, ends, held) -> None:
    today = timezone.localdate()
    Duty.objects.filter(account=cast.wang).update(from_on=today + begins * DAY, to_on=None if ends is None else today + ends * DAY)
    assert bool(area_of(cast.wang, today).paths) is held
    page = sign_in(cast.wang).get("/area/").content.decode()
    assert ("甲一村饮水安全" in page) is held and ("还没有职责" in page) is not held


def test_a_duty_ended_at_once_counts_no_more_that_day(cast: Cast, sign_in) -> None:
    client = sign_in(cast.wang)
    assert "甲一村饮水安全" in client.get("/area/").content.decode()
    Duty.objects.filter(account=cast.wang).update(to_on=timezone.localdate(), ended_at=timezone.now())
    assert "甲一村饮水安全" not in client.get("/area/").content.decode()
    assert client.get(f"/area/{cast.village_a1.pk}/").status_code == 404


def test_two_places_are_two_areas_each_with_its_own_role(cast: Cast) -> None:
    give_duty(account=cast.wang, role=Role.TOWN_STATION, division=cast.town_b, from_on=AT.date(), by=SYSTEM, at=AT)
    browser = Browser(cast.wang)
    for place, status in ((cast.village_a1, 200), (cast.village_b1, 200), (cast.town_b, 200), (cast.town_a, 404), (cast.village_a2, 404)):
        with browser.asked("get", f"/area/{place.pk}/") as answer:
            assert answer.status_code == status, place.name


@pytest.mark.django_db
def test_a_right_held_widely_opens_nothing_of_another_right_held_narrowly() -> None:
    """A laboratory of the county (schemes only) that is also manager of one village sees no household beyond the village."""

    def ask(world: World) -> list[str]:
        person = Account.objects.create(username="two", name="两职", password="!")
        Duty.objects.create(account=person, role=Role.VILLAGE_MANAGER, division=world.chain[Level.VILLAGE - 1], from_on=AT.date())
        Duty.objects.create(account=person, role=Role.LABORATORY, division=world.county, from_on=AT.date())
        browser, leaks = Browser(person), []
        homes = [f"{CANARY}{home.head_name.removeprefix(CANARY)}" for home in world.outside["households"]]
        keys = [*range(101, 108), *(home.pk for home in world.outside["households"]), *(scheme.pk for scheme in world.outside["schemes"])]
        for endpoint in endpoints():
            for url in {endpoint.url(*[key] * len(endpoint.arguments)) for key in keys}:
                with browser.asked("get", url) as answer:
                    text = text_of(answer)
                leaks += [f"{url}: {name}" for name in homes if name in text]
        return leaks

    assert in_world("village", 1, ask) == []
