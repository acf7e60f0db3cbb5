"""How many statements the pages of the watch list take: the same however many households and acts there are."""

from __future__ import annotations

from cast import Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stages import household

from watch.way import Staff, adopt, browser, clue, lead, make_staff, on, watched
from wenqu.places.rights import Role
from wenqu.watch.models import Course

PAGES = ("/watch/", "/watch/?state=all&alarm=missing", "/watch/desk/?tab=open", "/watch/desk/", "/watch/notices/")
PINNED = {"/watch/": 29, "/watch/?state=all&alarm=missing": 26, "/watch/desk/?tab=open": 21, "/watch/desk/": 22, "/watch/notices/": 11, "course": 14}


def counts(staff: Staff, course: Course) -> dict[str, int]:
    found = {}
    with on(staff.day):
        client = browser(staff.one(Role.TOWN_OFFICE))
        for url in (*PAGES, f"/watch/courses/{course.pk}/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found["course" if "courses" in url else url] = len(asked)
    return found


def test_pages_take_as_many_statements_for_many_as_for_one(cast: Cast) -> None:
    adopt(cast)
    staff = make_staff(cast)
    watched(staff, household(cast.village_a1, "W0"))
    course = lead(staff, clue(staff, household(cast.village_a1, "H0")), "village_meeting+posted")
    lead(staff, clue(staff, household(cast.village_a1, "H1")), "town_check+posted")
    few = counts(staff, course)
    for number in range(2, 5):
        watched(staff, household(cast.village_a1, f"W{number}"))
        lead(staff, clue(staff, household(cast.village_a1, f"H{number}")), "town_check+posted")
    lead(staff, course, "town_check")
    many = counts(staff, course)
    assert many == few
    # Sign-in costs three, the shell three, a look one.
    assert few == PINNED
