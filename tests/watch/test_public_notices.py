"""The web page of a board: opened without signing in by the code on the printed sheet, masked, and empty when the days are over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast
from django.test import Client
from stages import household

from watch.way import Staff, adopt, browser, clue, lead, make_staff, on
from wenqu.households.models import Household
from wenqu.places.rights import Role

SHEET = "/watch/notices/{}/entry/{}/"


@pytest.fixture
def staff(cast: Cast) -> Staff:
    adopt(cast)
    return make_staff(cast)


def web_of(staff: Staff, role: str, place: int, step: str) -> str:
    found = re.search(r'href="http://testserver(/watch/public/[^"]+)"', browser(staff.one(role)).get(SHEET.format(place, step)).content.decode())
    assert found
    return found[1]


def test_whoever_has_the_code_reads_the_sheet_while_it_hangs_and_nothing_more(staff: Staff, cast: Cast) -> None:
    home: Household = household(cast.village_a1, "A1", "张大山")
    lead(staff, clue(staff, home), "village_meeting+posted")
    other = household(cast.village_a1, "A2", "李小梅")
    lead(staff, clue(staff, other), "village_meeting")
    with on(staff.day):
        web = web_of(staff, Role.TOWN_OFFICE, cast.village_a1.pk, "village_meeting")
        page = Client().get(web)
        text = page.content.decode()
        assert page.status_code == 200 and "张**" in text and "现予公示" in text and "noindex" in text
        for secret in ("张大山", home.number, home.phone.open() or "没有电话", "生病", "李"):
            assert secret not in text, secret
        # Another place's address is not found by counting.
        code = web.rsplit("/", 2)[1]
        for wrong in (code.replace(f"{cast.village_a1.pk}.", f"{cast.village_a2.pk}.", 1), code[:-1], str(cast.village_a1.pk), "x.y"):
            assert Client().get(f"/watch/public/{wrong}/").status_code == 404
        assert Client().post(web).status_code == 405
    with on(staff.day + timedelta(days=6)):
        assert "张**" not in Client().get(web).content.decode(), "off the web with the last of its days, though nobody took the paper down"


def test_a_town_shows_what_hangs_on_its_own_board_only(staff: Staff, cast: Cast) -> None:
    lead(staff, clue(staff, household(cast.village_a1, "A1", "张大山")), "town_check+posted")
    with on(staff.day):
        web = web_of(staff, Role.TOWN_OFFICE, cast.town_a.pk, "town_check")
    lead(staff, clue(staff, household(cast.village_a1, "A2", "李小梅")), "village_meeting+posted")
    with on(staff.day):
        assert "李**" not in Client().get(web).content.decode()
        assert "李**" in Client().get(web_of(staff, Role.TOWN_OFFICE, cast.village_a1.pk, "village_meeting")).content.decode()
