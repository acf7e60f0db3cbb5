"""The household list: every household once, in order, whatever the filter; totals from the roll-up; search by beginnings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cast import AT, TODAY
from django.http import QueryDict
from judged import AS_OF
from stages import facts, household

from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade
from wenqu.places.scope import area_of
from wenqu.reports.household_list import Cursor, Filters, page_of, total_of
from wenqu.reports.searching import search


@pytest.fixture
def many(county):
    """Forty more households over all villages, of every grade, some never judged."""
    villages = (county.cast.village_b2, county.cast.village_a1, county.cast.village_b1, county.cast.village_a2)
    for number in range(40):
        row = household(villages[number % 4], f"M{number:02d}", f"户{number:02d}", kind="脱贫户" if number % 3 else "一般农户")
        if number % 5:
            facts(row, piped="yes" if number % 2 else "no", litres_per_person_day=10 * (number % 8), short_days=number, sensory_ok="yes", scheme_class="decentralised")
    judge_division(division=county.cast.county, pack_id="national-2018", as_of=AS_OF, by=county.cast.chen, at=AT)
    for number in range(3):
        household(county.cast.village_a2, f"N{number}", "未评价")
    return county


def walk(path: str, filters: Filters, size: int = 7) -> list:
    rows, after = [], None
    while True:
        page = page_of(path, filters, after, size)
        rows += page.rows
        if page.next is None:
            return rows
        assert len(page.rows) == size
        after = Cursor.read(str(page.next))


@pytest.mark.parametrize("query", [
    "", "overall=safe", "overall=basic", "overall=unsafe", "overall=unknown", "kind=脱贫户", "overall=unsafe&kind=脱贫户",
    *(f"indicator={name}&grade={grade}" for name in ("quantity", "quality", "convenience", "reliability") for grade in ("met", "basic", "failed", "unknown")),
    "overall=unsafe&indicator=quantity&grade=met", "overall=safe&indicator=quantity&grade=failed",
])
def test_walking_the_pages_meets_every_household_once_in_order(many, query):
    filters = Filters.read(QueryDict(query))
    path = many.cast.county.path
    rows = walk(path, filters)
    keys = [(row.path, row.pk) for row in rows]
    assert all(one < other for one, other in pairwise(keys))
    wanted = Grade.objects.all()
    if filters.overall:
        wanted = wanted.filter(overall={"safe": 1, "basic": 2, "unknown": 3, "unsafe": 4}[filters.overall])
    if filters.indicator:
        wanted = wanted.filter(**{filters.indicator: {"met": 1, "basic": 2, "unknown": 3, "failed": 4}[filters.grade]})
    if filters.graded:
        if filters.kind:
            wanted = wanted.filter(household__kind=filters.kind)
        assert {row.pk for row in rows} == set(wanted.values_list("pk", flat=True))
    else:
        assert len(rows) == (48 if not filters.kind else sum(row.kind == filters.kind for row in walk(path, Filters())))


def test_households_that_moved_do_not_break_the_pages(many):
    """One moves from the first village of the county to the last, one out of the town: the others are all met, once."""
    cast, filters = many.cast, Filters(overall="unsafe")
    in_town, in_county = (walk(path, filters) for path in (cast.town_a.path, cast.county.path))
    gone, within_county = in_town[3], in_county[6]
    for row in (gone, within_county):
        type(row).objects.filter(pk=row.pk).update(division=cast.village_b2, path=cast.village_b2.path)
    for path, before, missing in ((cast.town_a.path, in_town, {gone.pk, within_county.pk}), (cast.county.path, in_county, set())):
        met, after = [], None
        while True:
            page = page_of(path, filters, after, 4)
            met += [row.pk for row in page.rows]
            if page.next is None:
                break
            after = page.next
        assert met == [row.pk for row in before if row.pk not in missing]


def test_a_character_that_no_database_holds_is_dropped(many):
    assert Filters.read(QueryDict("kind=%00脱贫户")).kind == "脱贫户"
    assert found(many, "张\0山") == found(many, "张 山")


def test_totals_of_the_roll_up_are_those_of_the_list(many, sign_in):
    from wenqu.reports.dashboard import run_for, tallies  # noqa: PLC0415

    path = many.cast.town_a.path
    own, _ = tallies(many.cast.town_a, run_for(path, ""))
    for query in ("overall=unsafe", "overall=unknown", "indicator=quantity&grade=failed", "indicator=convenience&grade=unknown"):
        filters = Filters.read(QueryDict(query))
        assert total_of(own, filters) == len(walk(path, filters))


def test_a_page_links_to_the_next_and_says_how_many(many, sign_in):
    client = sign_in(many.cast.chen)
    page = client.get("/households/", {"overall": "unsafe"}).content.decode()
    assert "按最近一次评价" in page
    town = client.get("/households/", {"area": many.cast.town_a.pk}).content.decode()
    assert "张山" in town
    assert "王海" not in town


@pytest.mark.parametrize("after", ["x", "1", "-", "12-", "-5", "0001-" + "9" * 80, "0001-1'", "٣-٣"])
def test_a_broken_cursor_begins_at_the_beginning(many, sign_in, after):
    assert "甲一村" in sign_in(many.cast.chen).get("/households/", {"after": after}).content.decode()


def test_unknown_words_in_filters_are_dropped():
    filters = Filters.read(QueryDict("overall=best&indicator=colour&grade=met"))
    assert filters == Filters()


def found(many, text: str) -> list[str]:
    return [row.number for row in search(text, area_of(many.cast.chen, TODAY)).households]


def test_search_takes_beginnings_of_names_and_numbers_and_whole_phones(many):
    assert found(many, "张") == []
    assert found(many, "张山") == ["AH1"]
    assert sorted(found(many, "户0")) == [f"M{number:02d}" for number in range(10)]
    assert "M07" in found(many, "M07")
    assert found(many, "13") == []
    assert len(found(many, "138 0000-1234")) == 48
    assert found(many, "1380000123") == []
    assert found(many, " ") == []


def test_search_finds_identity_and_account_numbers_whole(many):
    many.house_a.members.create(name="赵小妹", number="x", id_number="610122199001011234", account_number="6217 0001 2345 6789 013")
    for text in ("610122199001011234", "6217000123456789013", "6217-0001-2345-6789-013"):
        assert found(many, text) == ["AH1"]
        assert found(many, text[:-1]) == []


def test_search_finds_members_by_the_whole_name(many):
    many.house_a.members.create(name="赵小妹", number="x")
    assert found(many, "赵小妹") == ["AH1"]
    assert found(many, "赵小") == []


def test_search_says_how_it_looked(many):
    assert search("13", area_of(many.cast.chen, TODAY)).looked == ["号码至少输入 4 位"]
    assert "户主姓名" in search("张山", area_of(many.cast.chen, TODAY)).looked[0]


@pytest.mark.parametrize("text", ["户0", "M0", "13800001234", "张", "张山", "AH1", "户07"])
def test_a_village_finds_what_the_county_finds_there(many, text):
    """The narrow and the wide way of searching are two plans for one answer."""
    village = many.cast.village_a1.path
    wide = {row.number for row in search(text, area_of(many.cast.chen, TODAY)).households if row.path == village}
    narrow = {row.number for row in search(text, area_of(many.cast.wang, TODAY)).households}
    assert narrow == wide
