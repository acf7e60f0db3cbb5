"""One entry in the menu leads to the watch list; its rooms are tabs, each for whoever may open it."""

from __future__ import annotations

import re

import pytest
from cast import Cast

from watch.helped import person
from wenqu.places.rights import Role
from wenqu.watch.templatetags.watching import TABS
from wenqu.watch.urls import urlpatterns


def menu(page: str) -> list[str]:
    found = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL)
    assert found
    return re.findall(r'<a href="(/watch/[^"]*)"', found[0])


def tabs(page: str) -> dict[str, bool]:
    """Addresses of the tabs, and which is the current one."""
    found = re.search(r'<nav class="rooms".*?</nav>', page, re.DOTALL)
    return {url: bool(current) for url, current in re.findall(r'<a href="([^"]*)"( aria-current="page")?>', found[0])} if found else {}


@pytest.mark.parametrize(("role", "place", "first", "what_if"), [
    (Role.COUNTY_DISPATCHER, "county", "/watch/desk/", True), (Role.TOWN_OFFICE, "town_a", "/watch/desk/", False), (Role.SUPERVISOR, "county", "/watch/", False),
])
def test_the_menu_has_one_entry_and_every_tab_opens(cast: Cast, sign_in, role, place, first, what_if):
    client = sign_in(person("one", "一人", role, getattr(cast, place)))
    page = client.get("/watch/").content.decode()
    assert menu(page) == [first] and ("/watch/what-if/" in tabs(page)) is what_if and len(tabs(page)) == 7 + what_if
    for url in tabs(page):
        answer = client.get(url)
        assert answer.status_code == 200
        assert [each for each, current in tabs(answer.content.decode()).items() if current] == [url]


def test_who_does_not_see_the_list_has_neither(cast: Cast, sign_in):
    page = sign_in(person("two", "二人", Role.TOWN_STATION, cast.town_a)).get("/watch/clue/").content.decode()
    assert menu(page) == [] and tabs(page) == {}


def test_every_page_lies_under_one_tab():
    under = [name for tab in TABS for name in (tab.view, *tab.pages)]
    none = {"national", "report-workbook", "public"}  # files, and the page that everybody may read
    assert len(under) == len(set(under)) and set(under) | none == {each.name for each in urlpatterns}
