"""Notices and their days, objections, help that comes first, and the conditions under which a household leaves the list."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from cast import AT, Cast
from crew import picture
from django.core.files.uploadedfile import SimpleUploadedFile
from evidence.files import PDF
from stages import household

from watch.way import (
    SIX,
    Staff,
    adopt,
    browser,
    clue,
    fit,
    lead,
    make_staff,
    on,
    onward,
    removal,
    send,
    step_on,
    wanted_by,
    watched,
    who,
)
from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.places.actions import give_duty
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.rulebook.watch.procedures import Doing, Situation
from wenqu.watch.courses.actions import act
from wenqu.watch.courses.asked import Wanted
from wenqu.watch.courses.given import Given
from wenqu.watch.helping.actions import plan_measure
from wenqu.watch.listing.desk import DEBT, LATE, rows_for, waiting_count
from wenqu.watch.models import Act, Course, Watched

POST, DOWN = Wanted(Doing.POST, "village_meeting"), Wanted(Doing.TAKE_DOWN, "village_meeting")


@pytest.fixture
def staff(cast: Cast) -> Staff:
    adopt(cast)
    return make_staff(cast)


@pytest.fixture
def home(cast: Cast) -> Household:
    return household(cast.village_a1, "H1", "张老三")


def do(staff: Staff, course: Course, by: Account, given: Given, day: date | None = None) -> Act:
    staff.day = day or staff.day
    course.refresh_from_db()
    return act(course=course, given=given, version=course.version, key=uuid.uuid4().hex, area=staff.area(by), by=by, at=staff.at)


def code(staff: Staff, course: Course, by: Account, given: Given) -> str:
    with pytest.raises(Refused) as refused:
        do(staff, course, by, given)
    return refused.value.code


def test_a_notice_hangs_five_full_days_and_none_of_them_is_won_by_a_date(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "village_meeting+taken")
    by, posted = staff.one(Role.VILLAGE_DESK), staff.day
    back = fit(course, POST, posted - timedelta(days=1))
    assert code(staff, course, by, back) == "notice_day", "posted today, written down as of yesterday"
    do(staff, course, by, fit(course, POST, posted))
    for days in range(1, 6):
        staff.day = posted + timedelta(days=days)
        assert code(staff, course, by, fit(course, DOWN, staff.day)) == "notice_short", days
        assert code(staff, course, by, fit(course, DOWN, posted + timedelta(days=6))) == "day_ahead"
        with on(staff.day):
            page = browser(by).get(f"/watch/courses/{course.pk}/").content.decode()
            assert f"已满 {days - 1}/5 个足日，最早 2026-03-08 撤下" in page and "公示未满 5 天，最早 2026-03-08 才能撤下" in page
    do(staff, course, by, fit(course, DOWN, posted + timedelta(days=6)), posted + timedelta(days=6))
    assert Course.objects.get(pk=course.pk).position == "town_check"


def test_each_photo_shows_one_board_at_one_moment(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "village_meeting+taken")
    by = staff.one(Role.VILLAGE_DESK)
    with on(staff.day):
        paper = send(by, course, POST, **{"photo-village": SimpleUploadedFile("p.pdf", PDF)})
        assert paper.status_code == 409 and "公示栏照片必须是照片" in paper.content.decode()
        assert "缺少村公示栏的照片" in send(by, course, POST, **{"photo-village": None}).content.decode()
        assert send(by, course, POST, **{"photo-village": picture("board")}).status_code == 302
    staff.day += timedelta(days=6)
    with on(staff.day):
        again = send(by, course, DOWN, **{"photo-village": picture("board")})
        assert again.status_code == 409 and "同一张照片不能用两次" in again.content.decode()
        assert send(by, course, DOWN).status_code == 302
    lead(staff, course, "town_check+taken")
    with on(staff.day):
        both = send(staff.one(Role.TOWN_OFFICE), course, Wanted(Doing.POST, "town_check"), **{"photo-village": picture("x"), "photo-town": picture("x")})
        assert "同一张照片不能用两次" in both.content.decode()


def test_an_objection_is_a_record_and_an_upheld_one_starts_the_days_anew(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "village_meeting+posted")
    desk, other = staff.people[Role.VILLAGE_DESK]
    office, posted = staff.one(Role.TOWN_OFFICE), staff.day
    staff.day += timedelta(days=4)
    with on(staff.day):
        assert send(desk, course, Wanted(Doing.OBJECT, "village_meeting"), words="").status_code == 409, "what was said must be written down"
        assert send(desk, course, Wanted(Doing.OBJECT, "village_meeting"), words="他家有小汽车").status_code == 302
    course.refresh_from_db()
    assert course.objections_open == 1 and waiting_count(staff.area(office)) == 1, "whoever may rule has it on the desk"
    staff.day = posted + timedelta(days=6)
    assert code(staff, course, desk, fit(course, DOWN, staff.day)) == "objection_open"
    upheld = Wanted(Doing.RULE, "village_meeting", "upheld", objection="1")
    with on(staff.day):
        own = send(desk, course, upheld)
        assert own.status_code == 409 and "另一人处理" in own.content.decode()
        assert send(office, course, upheld, words="查明车辆属实").status_code == 302
        page = browser(office).get(f"/watch/courses/{course.pk}/").content.decode()
        assert "成立，重新公示" in page and "他家有小汽车" in page and "查明车辆属实" in page
    course.refresh_from_db()
    assert course.position == "village_meeting+taken"
    do(staff, course, other, fit(course, POST, staff.day))
    reposted = staff.day
    staff.day = reposted + timedelta(days=5)
    assert code(staff, course, other, fit(course, DOWN, staff.day)) == "notice_short", "the days before the objection do not count"
    do(staff, course, other, fit(course, DOWN, reposted + timedelta(days=6)), reposted + timedelta(days=6))


def test_help_may_come_first_and_what_is_missing_stays_a_debt_with_a_day(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "home_check")
    desk, day = staff.one(Role.VILLAGE_DESK), staff.day
    urgent = Wanted(Doing.URGENT)
    with on(day):
        assert send(desk, course, urgent, **{"paper-urgency": None}).status_code == 409
        assert send(desk, course, urgent, words="突发大火，先安置").status_code == 302
        page = browser(desk).get(f"/watch/courses/{course.pk}/").content.decode()
        owed = [words for words in ("入户核实", "农户申请及承诺授权", "村级评议及公示", "乡级核查及公示", "县级复审及纳入监测") if f"欠补环节“{words}”，2026-04-01 前补齐" in page]
        assert len(owed) == 5
        assert "先行帮扶，欠补 5 个环节，2026-04-01 前补齐" in browser(desk).get("/watch/desk/?tab=debt").content.decode()
    measure = plan_measure(
        household=home, kind="temporary", plan="先安置住所", planned_on=day, due_on=None, planned_fen=None, by=desk, at=staff.at)
    assert (measure.watched, measure.course) == (None, course)
    course.refresh_from_db()
    assert (course.position, course.due_on, course.urgent_on) == ("home_check", date(2026, 4, 1), day), "it moves no step"
    assert rows_for(DEBT, staff.area(desk), day).count() == 1 and rows_for(LATE, staff.area(desk), day).count() == 0
    late = day + timedelta(days=31)
    assert rows_for(LATE, staff.area(desk), late).count() == 1
    with on(late):
        assert "应在 2026-04-01 前补齐" in browser(desk).get("/watch/desk/?tab=late").content.decode()
    staff.day = late
    assert lead(staff, course).ended == "through", "being late stops nothing"
    measure.refresh_from_db()
    assert measure.watched == Watched.objects.get(household=home), "the measures of urgent help come onto the list with the household"
    assert rows_for(DEBT, staff.area(desk), staff.day).count() == 0


def leave_by_page(staff: Staff, course: Course, by: Account, wanted: Wanted, **given: Any) -> str:
    with on(staff.day):
        answer = send(by, course, wanted, **given)
    assert answer.status_code == 409
    return str(answer.content.decode())


def test_nobody_leaves_before_everything_is_known_and_holds(staff: Staff, home: Household) -> None:
    row = watched(staff, home)
    course = lead(staff, removal(staff, home), "home_check")
    wanted, by = Wanted(Doing.TAKE, "home_check", "go_on"), staff.one(Role.VILLAGE_DESK)
    assert "“收入持续稳定”没有达到，不能标注风险消除（依据：篇八（五）风险消除）" in leave_by_page(staff, course, by, wanted, **{"met-income": "no"})
    assert "“没有不可控的刚性支出”尚未核实" in leave_by_page(staff, course, by, wanted, **{"met-spending": ""})
    assert "家庭劳动力情况尚未核实" in leave_by_page(staff, course, by, wanted, workers="")
    row.refresh_from_db()
    assert row.left_on is None
    assert lead(staff, course).ended == "through"


def test_no_working_member_freshly_protected_stays_on_the_list_and_leaves_later_by_the_county(staff: Staff, home: Household) -> None:
    row = watched(staff, home)
    course = lead(staff, removal(staff, home), "home_check")
    wanted, by, fresh = Wanted(Doing.TAKE, "home_check", "go_on"), staff.one(Role.VILLAGE_DESK), staff.day
    told = {"workers": 0, "protected_since": fresh.isoformat()}
    page = leave_by_page(staff, course, by, wanted, **told)
    assert "整户无劳动能力" in page and "持续跟踪监测，暂不标注风险消除（依据：条款未见，未核实）" in page
    assert "尚未落实兜底保障措施，不能标注风险消除（依据：篇八（五）风险消除）" in leave_by_page(staff, course, by, wanted, workers=0)
    staff.day = date(2026, 9, 30)
    situation = Situation(0, fresh)
    lead(staff, course, "county_approval", situation)
    reviewer, last = staff.one(Role.COUNTY_REVIEWER), Wanted(Doing.TAKE, "county_approval", "go_on")
    page = leave_by_page(staff, course, reviewer, last, **told)
    assert "缺少材料：县级对整户无劳动能力户的明确确认" in page
    row.refresh_from_db()
    assert row.left_on is None
    with on(staff.day):
        assert send(reviewer, course, last, **told, **{"paper-county_confirmation": SimpleUploadedFile("c.pdf", PDF)}).status_code == 302
    row.refresh_from_db()
    assert row.left_on == staff.day and Act.objects.get(step="county_approval").situation.open().count("protected_since") == 1


def test_what_was_found_goes_along_to_the_end_of_a_notice(staff: Staff, home: Household) -> None:
    """A notice comes down without a form about the household: what was told before still keeps it on the list."""
    watched(staff, home)
    course = lead(staff, removal(staff, home), "village_meeting+posted")
    staff.day = onward(course).day
    bare = fit(course, wanted_by(onward(course)), staff.day)
    worse = Given(bare.doing, bare.on, bare.step, papers=bare.papers, situation=Situation(2, None, {"income": False, "guarantees": True, "spending": True, "risk": True}))
    assert code(staff, course, who(staff, onward(course)), worse) == "condition_unmet"
    silent = Given(bare.doing, bare.on, bare.step, papers=bare.papers)
    do(staff, course, who(staff, onward(course)), silent)
    assert Course.objects.get(pk=course.pk).position == "town_review"


def test_the_sheet_hides_who_it_is_from_whoever_prints_it(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "village_meeting+posted")
    with on(staff.day):
        client = browser(staff.one(Role.TOWN_OFFICE))
        # Of the sheet itself: a random token of the page around it may spell a short number.
        page = client.get(f"/watch/notices/{home.division_id}/entry/village_meeting/").content.decode().partition("<article")[2]
        assert "张**" in page and "张老三" not in page and home.number not in page and "大病" not in page
        assert "2026-03-03 至 2026-03-07" in page.replace("\n", "") and "公示期内对以上农户有异议的" in page
        assert "张老三" in client.get("/watch/notices/").content.decode(), "who works on it sees whom it is about"
        assert client.get(f"/watch/notices/{home.division_id}/sideways/village_meeting/").status_code == 404
        assert "这里没有待公示的农户" in client.get(f"/watch/notices/{home.division_id}/removal/village_meeting/").content.decode()
    assert course.household_id == home.pk


def test_the_list_of_notices_tells_what_it_leaves_out_and_the_sheet_leaves_out_nobody(staff: Staff, cast: Cast, home: Household, monkeypatch: Any) -> None:
    for one in (home, household(cast.village_a1, "H2", "李四")):
        lead(staff, clue(staff, one), "village_meeting+taken")
    monkeypatch.setattr("wenqu.watch.notices.queries.MOST", 1)
    with on(staff.day):
        town = browser(staff.one(Role.TOWN_OFFICE))
        assert "共 2 户，这里只列前 1 户" in town.get("/watch/notices/").content.decode()
        page = town.get(f"/watch/notices/{home.division_id}/entry/village_meeting/").content.decode()
        assert "张**" in page and "李**" in page


def test_the_sheet_of_a_town_shows_all_its_villages(staff: Staff, cast: Cast, home: Household) -> None:
    other = household(cast.village_a2, "H2", "李四")
    lead(staff, clue(staff, home), "town_check+posted")
    desk = staff.one(Role.VILLAGE_DESK)
    give_duty(account=desk, role=Role.VILLAGE_DESK, division=cast.village_a2, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    lead(staff, clue(staff, other, by=desk), "town_check+taken")
    with on(staff.day):
        town, village = browser(staff.one(Role.TOWN_OFFICE)), browser(staff.one(Role.VILLAGE_DESK))
        sheet = f"/watch/notices/{cast.town_a.pk}/entry/town_check/"
        assert sheet in town.get("/watch/notices/").content.decode() and sheet not in village.get("/watch/notices/").content.decode()
        page = town.get(sheet).content.decode()
        assert "张**" in page and "李**" in page and "不少于 5 个整日" in page
        assert village.get(sheet).status_code == 404


def test_papers_are_seen_by_whoever_sees_the_course_and_by_nobody_else(staff: Staff, home: Household) -> None:
    lead(staff, clue(staff, home), "home_check")
    proof = Evidence.objects.get(about="act:1")
    with on(staff.day):
        assert browser(staff.one(Role.TOWN_OFFICE)).get(f"/evidence/{proof.pk}/").status_code == 200
        assert browser(staff.one(Role.TOWN_STATION)).get(f"/evidence/{proof.pk}/").status_code == 404, "takes in clues, sees no course"


def test_turned_down_ends_it_and_the_household_may_come_again(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "home_check")
    by = staff.one(Role.VILLAGE_DESK)
    with on(staff.day):
        assert send(by, course, Wanted(Doing.TAKE, "home_check", "turn_down"), words="").status_code == 409
        assert send(by, course, Wanted(Doing.TAKE, "home_check", "turn_down"), words="收入稳定，已解释").status_code == 302
        after = send(by, course, Wanted(Doing.TAKE, "application", "go_on"))
        assert after.status_code == 409 and "本户的程序已经结束" in after.content.decode()
    assert not Watched.objects.exists()
    assert clue(staff, home).position == "clue"


def test_the_town_check_is_another_persons_than_the_home_check(staff: Staff, home: Household) -> None:
    course = lead(staff, clue(staff, home), "home_check")
    first, second = staff.people[Role.TOWN_OFFICE]
    do(staff, course, first, fit(course, Wanted(Doing.TAKE, "home_check", "go_on"), staff.day))
    lead(staff, course, "town_check")
    check = Wanted(Doing.TAKE, "town_check", "go_on")
    assert code(staff, course, first, fit(course, check, staff.day)) == "person_same"
    with on(staff.day):
        assert "“入户核实”是您办理的，这一环节须由另一人办理" in browser(first).get(f"/watch/courses/{course.pk}/").content.decode()
    do(staff, course, second, fit(course, check, staff.day))
    assert step_on(staff, course).doing == Doing.POST and course.edition.pack_id == SIX
