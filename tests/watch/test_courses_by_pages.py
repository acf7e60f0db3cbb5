"""A household is led onto the list and off it by the pages, by every procedure that comes along; nothing else leads there."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from cast import Cast
from stages import household

from watch.way import (
    PACKS,
    SIX,
    Staff,
    adopt,
    browser,
    clue,
    fit,
    form_of,
    lead,
    make_staff,
    on,
    onward,
    send,
    walk_by_pages,
    wanted_by,
    who,
)
from wenqu.households.models import Household
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.rulebook.watch.procedures import Doing
from wenqu.watch.courses.actions import act
from wenqu.watch.courses.asked import Wanted
from wenqu.watch.courses.replay import replayed
from wenqu.watch.models import Act, ActPaper, Course, Watched


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


@pytest.fixture
def home(cast: Cast) -> Household:
    return household(cast.village_a1, "H1", "张老三")


def by_clue_form(staff: Staff, home: Household, **given: Any) -> Course:
    sent = {"key": uuid.uuid4().hex, "way": "household", "begun_on": staff.day.isoformat(), "clue": "大病住院，自付五万元", **given}
    with on(staff.day):
        answer = browser(staff.one(Role.VILLAGE_DESK)).post(f"/watch/clue/?household={home.pk}", sent)
    course = Course.objects.get(household=home, ended="")
    assert answer.status_code == 302 and answer.headers["Location"] == f"/watch/courses/{course.pk}/"
    return course


@pytest.mark.parametrize("pack", PACKS)
def test_a_household_comes_onto_the_list_and_goes_off_it_by_the_pages(cast: Cast, staff: Staff, home: Household, pack: str) -> None:
    adopt(cast, pack)
    course = walk_by_pages(staff, by_clue_form(staff, home))
    assert course.ended == "through"
    row = Watched.objects.get(household=home)
    assert (row.entered_on, row.left_on, row.entry, row.helper_name, row.main_cause) == (course.ended_on, None, course, "帮扶干部", "illness")
    assert row.cause_names == ["因病", "因学"] and row.helper_phone.open() == "13900001111"
    with on(staff.day):
        page = browser(staff.one(Role.VILLAGE_DESK)).get("/watch/").content.decode()
        assert "张老三" in page and "帮扶干部" in page
        sent = {"key": uuid.uuid4().hex, "begun_on": staff.day.isoformat(), "clue": "病已治好，有稳定收入"}
        assert browser(staff.one(Role.VILLAGE_DESK)).post(f"/watch/{row.pk}/leave/", sent).status_code == 302
    leaving = walk_by_pages(staff, Course.objects.get(household=home, ended=""))
    row.refresh_from_db()
    assert (leaving.ended, row.left_on, row.removal) == ("through", leaving.ended_on, leaving)
    with on(staff.day):
        assert "张老三" not in browser(staff.one(Role.VILLAGE_DESK)).get("/watch/").content.decode()
        assert "张老三" in browser(staff.one(Role.VILLAGE_DESK)).get("/watch/?state=off").content.decode()


def test_a_page_shows_every_step_and_why_a_button_is_not_there(cast: Cast, staff: Staff, home: Household) -> None:
    adopt(cast)
    course = lead(staff, clue(staff, home), "village_meeting")
    with on(staff.day):
        page = browser(staff.one(Role.TOWN_OFFICE)).get(f"/watch/courses/{course.pk}/").content.decode()
    for words in ("线索搜集", "入户核实", "农户申请及承诺授权", "村级评议及公示", "乡级核查及公示", "县级复审及纳入监测", "到会人数的过半数同意才能通过",
                  "不少于 5 个足日，张贴在：村、乡镇", "须由办理“入户核实”以外的另一人办理", "申请书"):
        assert words in page, words
    assert "这一环节由行政村（村民委员会）办理，您的角色不能办理" in page and 'id="act-take-go_on"' not in page
    assert AuditEntry.objects.filter(verb="view_course", subject=f"course:{course.pk}").exists()


def everything(course: Course) -> list[Wanted]:
    """Whatever anybody could ask for by hand: every step with every outcome, notices, rulings, urgent help."""
    here = replayed(Course.objects.select_related("edition").get(pk=course.pk))
    steps = here.pack.route(course.route).steps
    found = [Wanted(Doing.TAKE, step.id, outcome, next(iter(step.outcomes["back"].words)) if outcome == "back" and "back" in step.outcomes else "")
             for step in steps.values() for outcome in ("go_on", "turn_down", "stay", "back")]
    found += [Wanted(doing, step.id) for step in steps.values() for doing in (Doing.POST, Doing.TAKE_DOWN)]
    return [*found, *(Wanted(Doing.RULE, step.id, "rejected", objection="1") for step in steps.values()), Wanted("approve_all", "county_review")]


def by_hand(course: Course, by: Account, wanted: Wanted, staff: Staff) -> str:
    """The code with which an act is refused that is asked for with everything it takes; "" where it was done."""
    try:
        act(course=course, given=fit(course, wanted, staff.day), version=course.version, key=uuid.uuid4().hex, area=staff.area(by), by=by, at=staff.at)
    except Refused as refusal:
        return refusal.code
    return ""


def test_no_direct_request_skips_or_reorders_a_step(cast: Cast, staff: Staff, home: Household) -> None:
    """At every position whoever is next asks for everything but what is awaited, papers and all: nothing is ever done. What anybody
    would try first (the steps beside the awaited one, the last one, its notice) is sent to the page as well."""
    adopt(cast)
    course, tried, sent = clue(staff, home), 0, 0
    while not course.ended:
        choice = onward(course)
        staff.day = max(staff.day, choice.day)
        by, near = who(staff, choice), _beside(course)
        for wanted in everything(course):
            if wanted.step == course.awaits and wanted.doing == choice.doing:
                continue
            before = Act.objects.count(), course.version
            assert by_hand(course, by, wanted, staff), (course.position, wanted)
            if wanted in near:
                with on(staff.day):
                    assert send(by, course, wanted).status_code in {403, 409}, (course.position, wanted)
                sent += 1
            course.refresh_from_db()
            assert (Act.objects.count(), course.version) == before, (course.position, wanted)
            tried += 1
        with on(staff.day):
            assert send(by, course, wanted_by(choice)).status_code == 302
        course.refresh_from_db()
    assert course.ended == "through" and Watched.objects.count() == 1
    assert tried == 10 * 43 - 6 * 4 - 4 and sent > 20


def _beside(course: Course) -> list[Wanted]:
    names = replayed(Course.objects.select_related("edition").get(pk=course.pk)).pack.route(course.route).names
    at = names.index(course.awaits)
    steps = {*names[max(0, at - 1) : at], *names[at + 1 : at + 2], names[-1]} - {course.awaits}
    return [*(Wanted(Doing.TAKE, step, "go_on") for step in sorted(steps)), Wanted(Doing.TAKE_DOWN, course.awaits)]


@pytest.mark.parametrize("position", ["clue", "home_check", "village_meeting", "village_meeting+taken", "village_meeting+posted", "county_review"])
def test_no_other_role_takes_the_step_that_is_awaited(cast: Cast, staff: Staff, home: Household, position: str) -> None:
    adopt(cast)
    course = lead(staff, clue(staff, home), position)
    choice = onward(course)
    staff.day = max(staff.day, choice.day)
    refused = 0
    for role, people in staff.people.items():
        if role in choice.roles and role in (Role.VILLAGE_DESK, Role.TOWN_OFFICE, Role.COUNTY_REVIEWER, Role.COUNTY_DISPATCHER):
            continue
        with on(staff.day):
            answer = send(people[0], course, wanted_by(choice))
        course.refresh_from_db()
        assert answer.status_code == 403 and course.position == position, role
        refused += 1
    assert refused >= 7
    # The same role elsewhere: the village is not theirs.
    other = clue(staff, household(cast.village_b1, "H9"), by=cast.chen)
    with on(staff.day):
        assert send(staff.one(Role.VILLAGE_DESK), other, Wanted(Doing.TAKE, "clue", "go_on")).status_code == 404


def test_a_double_click_is_one_act_and_an_old_page_is_told_who_was_faster(cast: Cast, staff: Staff, home: Household) -> None:
    adopt(cast)
    course = lead(staff, clue(staff, home), "home_check")
    first, second = staff.people[Role.VILLAGE_DESK]
    wanted = Wanted(Doing.TAKE, "home_check", "go_on")
    with on(staff.day):
        old = form_of(course, wanted)
        key = uuid.uuid4().hex
        answers = [send(first, course, wanted, key=key, version=old["version"]) for _again in range(2)]
        assert [each.status_code for each in answers] == [302, 302]
        assert Act.objects.filter(course=course, step="home_check").count() == 1 and ActPaper.objects.filter(act__step="home_check").count() == 1
        late = browser(second).post(f"/watch/courses/{course.pk}/act/", {**old, "words": "我入户看过了"})
        assert late.status_code == 409 and "您打开页面后，村级服务窗口1已在" in late.content.decode() and "我入户看过了" in late.content.decode()
        # The key of an act is its own: it does not give somebody else another one.
        stolen = send(second, course, Wanted(Doing.TAKE, "application", "go_on"), key=key)
        assert stolen.status_code == 409 and "请求编号已用于另一次办理" in stolen.content.decode()
    course.refresh_from_db()
    assert course.position == "application"


def test_what_is_missing_is_told_at_once_and_nothing_is_done(cast: Cast, staff: Staff, home: Household) -> None:
    adopt(cast)
    course = lead(staff, clue(staff, home), "application")
    wanted = Wanted(Doing.TAKE, "application", "go_on")
    with on(staff.day):
        answer = send(staff.one(Role.VILLAGE_DESK), course, wanted, **{"paper-application": None, "signers-promise": [], "words": "农户已到场"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "缺少材料：申请书" in page and "“如实承诺书”须有全部签字" in page and "农户已到场" in page
    course.refresh_from_db()
    assert course.position == "application" and not ActPaper.objects.filter(act__step="application").exists()


def test_votes_that_fall_short_do_not_pass_and_enough_cannot_be_turned_down(cast: Cast, staff: Staff, home: Household) -> None:
    adopt(cast)
    course = lead(staff, clue(staff, home), "village_meeting")
    go_on = Wanted(Doing.TAKE, "village_meeting", "go_on")
    with on(staff.day):
        by = staff.one(Role.VILLAGE_DESK)
        page = send(by, course, go_on, **{"votes-minutes-agree": 10, "votes-minutes-against": 8}).content.decode()
        assert "同意 10 票，到会 20 人，未达到过半数，不能通过" in page
        assert "表决票数与到会人数不符" in send(by, course, go_on, **{"votes-minutes-agree": 15, "votes-minutes-against": 8}).content.decode()
        assert send(by, course, go_on).status_code == 302


def test_the_last_step_is_refused_without_a_helper(cast: Cast, staff: Staff, home: Household) -> None:
    adopt(cast)
    course = lead(staff, clue(staff, home), "county_review")
    wanted = Wanted(Doing.TAKE, "county_review", "go_on")
    with on(staff.day):
        by = staff.one(Role.COUNTY_REVIEWER)
        page = send(by, course, wanted, helper_name="  ").content.decode()
        assert "纳入监测须落实帮扶责任人" in page
        assert "请选择监测对象类型" in send(by, course, wanted, object_kind="").content.decode()
        assert "请选择主要风险" in send(by, course, wanted, main_cause="").content.decode()
        assert not Watched.objects.exists() and Course.objects.get(pk=course.pk).position == "county_review"
        assert send(by, course, wanted).status_code == 302
    assert Watched.objects.get().helper_name == "帮扶干部"


def test_a_course_stays_with_the_procedure_that_it_began_with(cast: Cast, staff: Staff, home: Household) -> None:
    adopt(cast, SIX)
    course = lead(staff, clue(staff, home), "home_check")
    adopt(cast, "four-steps-2021", from_on=staff.day + timedelta(days=1))
    staff.day += timedelta(days=2)
    other = clue(staff, household(cast.village_a1, "H2"))
    assert course.edition.pack_id == SIX and other.edition.pack_id == "four-steps-2021"
    assert lead(staff, course).ended == "through"


def test_a_clue_needs_a_procedure_of_the_county_and_a_household_has_one_course(cast: Cast, staff: Staff, home: Household) -> None:
    sent = {"key": uuid.uuid4().hex, "way": "survey", "begun_on": "2026-03-02", "clue": "失业"}
    with on(date(2026, 3, 2)):
        client = browser(staff.one(Role.VILLAGE_DESK))
        answer = client.post(f"/watch/clue/?household={home.pk}", sent)
        assert answer.status_code == 409 and "还没有采用识别和退出程序" in answer.content.decode()
        adopt(cast)
        assert client.post(f"/watch/clue/?household={home.pk}", sent).status_code == 302
        assert client.post(f"/watch/clue/?household={home.pk}", sent).status_code == 302, "the same form once more"
        again = client.post(f"/watch/clue/?household={home.pk}", sent | {"key": uuid.uuid4().hex})
        assert again.status_code == 409 and "正在办理中" in again.content.decode()
        ahead = client.post(f"/watch/clue/?household={household(cast.village_a1, 'H3').pk}", sent | {"key": uuid.uuid4().hex, "begun_on": "2026-03-03"})
        assert "日期不能晚于今天" in ahead.content.decode()
    assert Course.objects.count() == 1
