"""Editions of packs as a county keeps and adopts them; the watch list with its filters and alarms; what waits on a desk."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from stages import household

from watch.way import PACKS, SIX, Staff, adopt, browser, clue, lead, make_staff, on, removal, watched
from wenqu.kit.refusal import Refused
from wenqu.people.todos import todos_for
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.rulebook.watch.judging.loader import judging_pack, judging_pack_ids
from wenqu.rulebook.watch.procedures import procedure_pack
from wenqu.watch.courses.replay import columns, replayed
from wenqu.watch.listing.alarms import Alarms
from wenqu.watch.listing.desk import MINE, rows_for, shown, waiting_count
from wenqu.watch.models import Adoption, Course, Edition, PackKind, Watched
from wenqu.watch.rules.actions import adopt_edition
from wenqu.watch.rules.queries import edition_at, pack_of


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def take(cast: Cast, kind: str, pack: str, from_on: date = date(2026, 1, 1), document: str = "县发〔2026〕1号") -> Adoption:
    return adopt_edition(
        division=cast.county, kind=kind, pack_id=pack, document=document, from_on=from_on, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)


@pytest.mark.parametrize("pack", [procedure_pack(name) for name in PACKS] + [judging_pack(name) for name in judging_pack_ids()], ids=lambda pack: str(pack.id))
def test_an_edition_keeps_the_whole_pack_and_gives_it_again(cast: Cast, pack: Any) -> None:
    """Also of one that extends another: nothing of the shelf is asked when it is read."""
    row = take(cast, pack.kind, pack.id, date(int(pack.in_force[:4]), 12, 1)).edition
    kept = Edition.objects.get(pk=row.pk)
    assert (kept.digest, pack_of(kept).digest, pack_of(kept).content) == (pack.digest, pack.digest, pack.content)
    assert "extends" not in kept.text


def test_a_text_that_was_changed_behind_our_back_is_not_gone_by(cast: Cast) -> None:
    row = take(cast, PackKind.PROCEDURES, SIX).edition
    Edition.objects.filter(pk=row.pk).update(text=row.text.replace("value = 5, ", "value = 1, "))
    with pytest.raises(LookupError):
        pack_of(Edition.objects.get(pk=row.pk))


def test_what_a_county_goes_by_on_a_day(cast: Cast) -> None:
    first, second = take(cast, PackKind.PROCEDURES, SIX), take(cast, PackKind.PROCEDURES, "four-steps-2021", date(2026, 3, 1))
    path = cast.village_a1.path
    assert edition_at(path, PackKind.PROCEDURES, date(2025, 12, 31)) is None
    assert edition_at(path, PackKind.PROCEDURES, date(2026, 2, 28)) == first.edition
    assert edition_at(path, PackKind.PROCEDURES, date(2026, 3, 1)) == second.edition
    assert edition_at(cast.province.path, PackKind.PROCEDURES, date(2026, 3, 1)) is None and edition_at(path, PackKind.JUDGING, date(2026, 3, 1)) is None
    assert take(cast, PackKind.PROCEDURES, "four-steps-2021", date(2026, 3, 1)) == second, "a form sent twice"
    assert take(cast, PackKind.PROCEDURES, SIX, date(2026, 4, 1)).edition == first.edition, "kept once"


@pytest.mark.parametrize(("kind", "pack", "day", "document", "code"), [
    (PackKind.PROCEDURES, "national-2026", date(2026, 1, 1), "文件", "pack_unknown"), (PackKind.PROCEDURES, SIX, date(2020, 12, 31), "文件", "pack_not_in_force"),
    (PackKind.JUDGING, "national-2021", date(2026, 1, 1), "文件", "pack_not_in_force"), (PackKind.PROCEDURES, SIX, date(2026, 1, 1), " ", "document_missing"),
    (PackKind.PROCEDURES, SIX, date(2025, 1, 1), "文件", "adoption_before_last"),
])
def test_what_is_not_adopted(cast: Cast, kind: str, pack: str, day: date, document: str, code: str) -> None:
    take(cast, PackKind.PROCEDURES, SIX, date(2025, 6, 1))
    with pytest.raises(Refused) as refused:
        take(cast, kind, pack, day, document)
    assert refused.value.code == code and Adoption.objects.count() == 1


def test_the_county_adopts_by_its_page_and_a_town_only_reads(cast: Cast, staff: Staff) -> None:
    sent = {"kind": "procedures", "choice": f"p{SIX}", "from_on": "2026-01-01", "document": "清发〔2026〕3号"}
    with on(staff.day):
        office, county = browser(staff.one(Role.TOWN_OFFICE)), browser(staff.one(Role.COUNTY_DISPATCHER))
        assert office.post("/watch/rules/", sent).status_code in {403, 404} and not Adoption.objects.exists()
        assert county.post("/watch/rules/", sent | {"document": ""}).status_code == 400
        assert county.post("/watch/rules/", sent).status_code == 302
        page = office.get("/watch/rules/").content.decode()
        assert "清发〔2026〕3号" in page and "采用另一个规则" not in page
        edition = Edition.objects.get()
        manual = office.get(f"/watch/rules/editions/{edition.pk}/").content.decode()
        assert "公示时间不得少于5天" in manual and "未核实" in manual


def test_the_list_is_filtered_and_says_what_is_suspicious(cast: Cast, staff: Staff) -> None:
    adopt(cast)
    homes = [household(cast.village_a1, f"H{number}", f"户主{number}") for number in range(3)]
    rows = [watched(staff, home) for home in homes]
    Watched.objects.filter(pk=rows[0].pk).update(object_name="边缘易致贫户", main_cause="disability", cause_names=["因残"], contact=staff.one(Role.VILLAGE_DESK))
    soon = lead(staff, removal(staff, homes[1]))
    rows[1].refresh_from_db()
    assert rows[1].left_on and soon.ended == "through" and (rows[1].left_on - rows[1].entered_on).days < 40
    with on(staff.day):
        client = browser(staff.one(Role.TOWN_OFFICE))

        def listed(query: str) -> set[str]:
            page = client.get(f"/watch/?{query}").content.decode()
            return {home.head_name for home in homes if home.head_name in page}

        assert listed("") == {"户主0", "户主2"} and listed("state=off") == {"户主1"} and listed("state=all") == {"户主0", "户主1", "户主2"}
        assert listed("kind=边缘易致贫户") == {"户主0"} and listed("cause=illness") == {"户主2"} and listed("cause=disability") == {"户主0"}
        assert listed("alarm=removed_soon") == listed("state=all&alarm=removed_soon") == {"户主1"}
        assert listed("state=off&alarm=missing") == set() and listed("alarm=missing") == {"户主2"}
        assert "纳入 2 个月内就消除，请核查" in client.get("/watch/?state=off").content.decode()
        assert "缺：联系人" in client.get("/watch/").content.decode()
        assert listed(f"area={cast.village_a2.pk}") == set()
        assert client.get(f"/watch/?area={cast.town_b.pk}").status_code == 404
    assert browser(staff.one(Role.DEPARTMENT)).get("/watch/").status_code == 403


def test_removed_soon_is_no_alarm_where_the_risk_went_by_itself(cast: Cast, staff: Staff) -> None:
    adopt(cast)
    row = watched(staff, household(cast.village_a1, "H1"))
    lead(staff, removal(staff, row.household))
    course = Course.objects.get(route="removal")
    alarms = Alarms(staff.area(staff.one(Role.TOWN_OFFICE)), staff.day)
    assert alarms.of([row.pk]) == {row.pk: ["removed_soon"]}
    Course.objects.filter(pk=course.pk).update(natural=True)
    assert alarms.of([row.pk]) == {}


def test_a_desk_shows_what_waits_for_its_own_roles(cast: Cast, staff: Staff) -> None:
    adopt(cast)
    courses = {position: lead(staff, clue(staff, household(cast.village_a1, f"H{number}")), position)
               for number, position in enumerate(("home_check", "village_meeting", "town_check", "county_review"))}
    elsewhere = clue(staff, household(cast.village_b1, "H9"), by=cast.chen)

    def waiting(role: str) -> set[Course]:
        area = staff.area(staff.one(role))
        assert waiting_count(area) == rows_for(MINE, area, staff.day).count()
        return set(rows_for(MINE, area, staff.day))

    assert waiting(Role.VILLAGE_DESK) == {courses["home_check"], courses["village_meeting"]}
    assert waiting(Role.TOWN_OFFICE) == {courses["home_check"], courses["town_check"]}
    assert waiting(Role.COUNTY_REVIEWER) == {courses["county_review"]} and waiting(Role.COUNTY_DISPATCHER) == {elsewhere}
    with on(staff.day):
        page = browser(staff.one(Role.COUNTY_REVIEWER)).get("/watch/desk/").content.decode()
        assert "县级复审及纳入监测" in page and "可以办理" in page

        class Asks:
            area, user = staff.area(staff.one(Role.COUNTY_REVIEWER)), staff.one(Role.COUNTY_REVIEWER)

        assert ("监测识别和退出待本岗位办理", 1) in [(each.text, each.count) for each in todos_for(Asks())]
    first, second = staff.people[Role.TOWN_OFFICE]
    can = {}
    for person in (first, second):
        can[person] = {row.course: row.can for row in shown(rows_for(MINE, staff.area(person), staff.day), staff.area(person), person, staff.day)}
    assert can[second] == {courses["home_check"]: True, courses["town_check"]: True}
    assert can[first] == {courses["home_check"]: True, courses["town_check"]: False}, "took the home check, so another person takes this one"


def test_the_columns_of_a_course_say_what_its_acts_say(cast: Cast, staff: Staff) -> None:
    for number, pack in enumerate(PACKS):
        adopt(cast, pack, from_on=staff.day)
        home = household(cast.village_a1, f"H{number}")
        for course in (lead(staff, clue(staff, home)), lead(staff, removal(staff, home))):
            here = replayed(Course.objects.select_related("edition").get(pk=course.pk))
            assert {name: getattr(here.row, name) for name in columns(here.pure, here.pack)} == columns(here.pure, here.pack)
        staff.day += timedelta(days=1)


def test_whoever_takes_in_clues_and_sees_no_list_may_register_one(cast: Cast, staff: Staff) -> None:
    adopt(cast)
    home = household(cast.village_a1, "H1")
    sent = {"key": uuid.uuid4().hex, "way": "survey", "begun_on": staff.day.isoformat(), "clue": "房屋漏雨"}
    with on(staff.day):
        client = browser(staff.one(Role.VILLAGE_MANAGER))
        assert "登记风险线索" in client.get(f"/households/{home.pk}/").content.decode()
        found = client.post("/watch/clue/", {"number": "H1"})
        assert found.status_code == 302 and found.headers["Location"] == f"/watch/clue/?household={home.pk}"
        answer = client.post(f"/watch/clue/?household={home.pk}", sent)
        assert answer.status_code == 302 and answer.headers["Location"] == f"/households/{home.pk}/"
        course = Course.objects.get()
        assert client.get(f"/watch/courses/{course.pk}/").status_code == 403
        assert client.get("/watch/clue/", {"household": household(cast.village_b1, "H2").pk}).status_code == 404
    assert course.clue.open() == "房屋漏雨" and course.opened_by == staff.one(Role.VILLAGE_MANAGER)
