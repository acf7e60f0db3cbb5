"""The desk: who finds which problem in which lane, in which order, and from which minute on it is overdue."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from crew import Crew, act, bring, make_crew
from django.utils import timezone
from stages import household, scheme, supply

from wenqu.kit.audit import SYSTEM
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.desk.queries import cards_of, lanes_of
from wenqu.ledger.desk.recurring import due_soon
from wenqu.ledger.keeping import Done, tick
from wenqu.ledger.loop.actions import assign_problem, escalate_problem
from wenqu.ledger.models import Alarm, DutyProfile, Problem, Report
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household
from wenqu.ledger.seeing import seen, sees
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.places.scope import Area, area_of


def found(cast: Cast, number: str, village: Any = None, at: datetime = AT, kind: str = "too_far") -> Problem:
    home = household(village or cast.village_a1, number)
    return report_problem(
        subject=of_household(home), kind=kind, way="own_survey", words="看过", key=uuid.uuid4().hex, area=area_of(cast.chen, TODAY), by=cast.chen, at=at,
    ).problem


def desk_of(account: Account, at: datetime = AT) -> dict[str, list[str]]:
    lanes = lanes_of(area_of(account, TODAY), account, at)
    numbers = dict(Problem.objects.values_list("pk", "subject_name"))
    return {lane.name: [numbers[each.pk].split("（")[1][:-1] for each in lane.waiting] for lane in lanes if lane.waiting}


@pytest.fixture
def crew(cast: Cast) -> Crew:
    return make_crew(cast)


def test_each_finds_what_waits_for_a_step_of_theirs_and_nobody_what_excludes_them(cast: Cast, crew: Crew) -> None:
    for state in ("found", "verified", "assigned", "rectified", "checked", "signed_off", "filed", "suspended", "dismissed"):
        bring(found(cast, state.upper()), state, crew)
    found(cast, "FAR", cast.village_b1)
    assert desk_of(cast.chen) == {"verify": ["FOUND", "FAR"], "assign": ["VERIFIED"], "file": ["SIGNED_OFF"]}
    assert desk_of(crew.sun) == {"verify": ["FOUND", "FAR"], "assign": ["VERIFIED"], "rectify": ["ASSIGNED"]}
    # Who checked does not sign off; who may both checks what others rectified.
    assert desk_of(crew.he) == {"check": ["RECTIFIED"]}
    assert desk_of(crew.qian) == {"check": ["RECTIFIED"], "sign_off": ["CHECKED"]}
    assert desk_of(cast.li) == {"verify": ["FOUND"], "assign": ["VERIFIED"], "check": ["RECTIFIED"]}
    assert desk_of(cast.wang) == {"verify": ["FOUND"]}
    assert desk_of(cast.zhao) == {"verify": ["FAR"]}
    assert desk_of(crew.fang) == {} and desk_of(cast.nobody) == {}


def test_a_body_finds_what_was_assigned_to_it(cast: Cast, crew: Crew) -> None:
    problem = bring(found(cast, "H1"), "verified", crew)
    assign_problem(**act(problem, cast.chen, AT + timedelta(hours=1)), level="county", holder=None, unit="教育局", note="")
    assert desk_of(crew.fang) == {"rectify": ["H1"]}
    assert "rectify" not in desk_of(crew.sun)


def test_a_body_is_worked_for_only_by_a_duty_that_works_on_problems(cast: Cast, crew: Crew) -> None:
    problem = bring(found(cast, "H1"), "verified", crew)
    assign_problem(**act(problem, cast.chen, AT + timedelta(hours=1)), level="county", holder=None, unit="教育局", note="")
    both = add_account(username="both", password="qingquan-2026", name="双职", by=SYSTEM, at=AT)
    for role, unit in ((Role.LABORATORY, "教育局"), (Role.DEPARTMENT, "民政局")):
        give_duty(account=both, role=role, division=cast.county, unit=unit, from_on=TODAY, by=SYSTEM, at=AT)
    problem.refresh_from_db()
    area = area_of(both, TODAY)
    assert desk_of(both) == {} and not sees(problem, area) and not seen(Problem.objects.all(), area).exists()
    fang = area_of(crew.fang, TODAY)
    assert desk_of(crew.fang) and sees(problem, fang) and seen(Problem.objects.all(), fang).exists()


def test_what_came_up_to_its_own_holder_stands_on_the_desk_once(cast: Cast, crew: Crew) -> None:
    problem = bring(found(cast, "H1"), "verified", crew)
    assign_problem(**act(problem, cast.chen, AT + timedelta(hours=1)), level="village", holder=cast.li, unit="", note="")
    assert desk_of(cast.li) == {"rectify": ["H1"]} and "rectify" not in desk_of(cast.wang)
    problem.refresh_from_db()
    escalate_problem(**act(problem, cast.chen, AT + timedelta(hours=2)), note="催办")
    assert desk_of(cast.li) == {"rectify": ["H1"], "chase": ["H1"]}
    cards, more = cards_of(lanes_of(area_of(cast.li, TODAY), cast.li, AT))
    assert [card.lane for card in cards] == ["rectify"] and not more


def test_what_burns_most_comes_first_and_what_has_no_time_last(cast: Cast, crew: Crew) -> None:
    for number, due, severity in (("NONE", None, "major"), ("LATER", 5, "small"), ("LATE", -2, "small"), ("BAD", 3, "major"), ("SOON", 3, "ordinary")):
        problem = found(cast, number)
        Problem.objects.filter(pk=problem.pk).update(due_at=AT + timedelta(hours=due) if due else None, severity=severity)
    for account in (cast.chen, cast.li, cast.wang):
        assert desk_of(account)["verify"] == ["LATE", "BAD", "SOON", "LATER", "NONE"]


def test_overdue_is_right_to_the_instant(cast: Cast) -> None:
    due = found(cast, "H1")
    Problem.objects.filter(pk=due.pk).update(due_at=AT)
    for at, late in ((AT - timedelta(minutes=1), 0), (AT, 0), (AT + timedelta(microseconds=1), 1)):
        [lane] = [each for each in lanes_of(area_of(cast.wang, TODAY), cast.wang, at) if each.name == "verify"]
        assert lane.overdue == late


@pytest.mark.parametrize(("due", "unit", "noted"), [("2200-03-01", "working_days", True), ("2200-03-01", "hours", False), ("2010-03-01", "working_days", False)])
def test_the_page_says_where_a_deadline_may_move_with_the_holidays(cast: Cast, sign_in: Any, due: str, unit: str, noted: bool) -> None:
    problem = found(cast, "H1")
    Problem.objects.filter(pk=problem.pk).update(due_at=datetime.fromisoformat(f"{due}T00:00+08:00"), due_unit=unit)
    assert ("2200年的放假和补班安排尚未收录" in text_of(sign_in(cast.chen).get(f"/problems/{problem.pk}/"))) is noted


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_says_what_to_do_until_when_and_leads_there(cast: Cast, sign_in: Any) -> None:
    now = timezone.now()
    late, soon = found(cast, "H1"), found(cast, "H2")
    Problem.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=3, minutes=12, seconds=20))
    Problem.objects.filter(pk=soon.pk).update(due_at=now + timedelta(hours=5, minutes=1, seconds=30))
    answer = sign_in(cast.wang).get("/")
    page = text_of(answer)
    assert "今日待办" in page and "待核实 2 逾期 1" in page
    assert page.index("逾期 3 小时 12 分钟") < page.index("还剩 5 小时 1 分钟")
    assert f'href="/problems/{late.pk}/">核实</a>' in answer.content.decode()
    assert "张三（H1）" in page and "甲一村" in page
    assert "没有等您办的问题" in text_of(sign_in(cast.zhao).get("/"))


def test_a_lane_by_itself_and_its_pages(cast: Cast, crew: Crew, sign_in: Any) -> None:
    found(cast, "H1")
    bring(found(cast, "H2"), "verified", crew)
    client = sign_in(cast.chen)
    page = text_of(client.get("/?step=assign"))
    assert "（H2）" in page and "（H1）" not in page and "看全部" in page
    assert client.get("/?step=nothing&page=99999999999").status_code == 200


def test_who_only_reads_keeps_the_figures(cast: Cast, sign_in: Any) -> None:
    reader = add_account(username="gao", password="qingquan-2026", name="高督", by=SYSTEM, at=AT)
    give_duty(account=reader, role="supervisor", division=cast.county, from_on=TODAY, by=SYSTEM, at=AT)
    client = sign_in(reader)
    assert "清泉县饮水安全" in text_of(client.get("/")) and "今日待办" not in text_of(client.get("/"))
    assert "清泉县饮水安全" in text_of(sign_in(cast.chen).get("/area/"))


def test_recurring_duties_of_the_fortnight(cast: Cast) -> None:

    desk = Area.of([(cast.village_a1.path, Role.VILLAGE_DESK)])
    assert [(each.name, each.days_left) for each in due_soon(desk, date(2026, 3, 6))] == [("动态监测", 14)]
    assert [each.day.day for each in due_soon(desk, date(2026, 3, 20))] == [20, 31, 2]
    assert due_soon(Area.of([(cast.town_a.path, Role.TOWN_STATION)]), date(2026, 3, 20)) == []


def test_the_profile_page_shows_every_number_with_its_source_and_sets_a_new_one(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.chen)
    page = text_of(client.get("/problems/duties/?pack=mechanism-123"))
    assert "未核实" in page and "轻微问题的整改时限" in page and "还没有设定" in page
    sent = {"pack": "mechanism-123", "document": "清泉县“123”机制方案", "from_on": "2026-03-01", "v.limits.rectify.small": "1", "u.limits.rectify.small": "working_days"}
    refused = client.post("/problems/duties/?pack=mechanism-123", {**sent, "v.limits.rectify.small": "一天"})
    assert refused.status_code == 409 and "请填写整数" in text_of(refused)
    assert "已设定" in text_of(client.post("/problems/duties/?pack=mechanism-123", sent, follow=True))

    assert DutyProfile.objects.get().numbers == {"limits.rectify.small": [1, "working_days"]}
    assert "清泉县“123”机制方案" in text_of(sign_in(cast.wang).get("/problems/duties/"))
    assert sign_in(cast.wang).post("/problems/duties/", sent).status_code == 403


def test_reports_are_written_down_once_however_often_they_are_sent(cast: Cast, sign_in: Any) -> None:
    home = household(cast.village_a1, "H1")
    client = sign_in(cast.wang)
    url = f"/problems/report/?household={home.pk}"
    key = re.search(r'name="key" value="(\w+)"', client.get(url).content.decode())
    assert key is not None
    sent = {"key": key[1], "kind": "no_water", "way": "household_report", "words": "昨天起没水", "reporter": "张三", "reporter_phone": "13900001111"}
    assert client.post(url, {**sent, "words": "打 13900001111"}).status_code == 400
    for _again in range(3):
        assert client.post(url, sent).status_code == 302
    assert client.post(url, {**sent, "key": uuid.uuid4().hex, "happened_at": "0001-01-01T00:00"}).status_code in {400, 409}
    report = Report.objects.get()
    assert report.reporter_phone.open() == "13900001111" and report.problem.reports_count == 1
    assert f"已有同类问题，选“停水断水”时将并入 {report.problem.number}" in text_of(client.get(url))
    assert "张三" in text_of(client.post("/problems/report/", {"q": "张三"}))
    far = household(cast.village_b1, "FAR")
    assert client.get(f"/problems/report/?household={far.pk}").status_code == 404
    assert "FAR" not in text_of(client.post("/problems/report/", {"q": "FAR"})).replace('value="FAR"', "")


def test_a_report_is_told_whether_it_began_a_problem_or_joined_one(cast: Cast, sign_in: Any) -> None:
    began, found_before = household(cast.village_a1, "H1"), found(cast, "H2", kind="no_water")
    client = sign_in(cast.wang)

    def told(home: int) -> str:
        sent = {"key": uuid.uuid4().hex, "kind": "no_water", "way": "household_report", "words": "没水"}
        return text_of(client.post(f"/problems/report/?household={home}", sent, follow=True))

    assert "已登记，问题编号" in told(began.pk)
    assert "已登记，并入已有问题" in told(began.pk)
    assert f"已登记，并入已有问题 {found_before.number}" in told(found_before.subject_id)


def test_gathering_an_alarm_lets_all_go_into_the_schemes_problem(cast: Cast, sign_in: Any) -> None:

    plant = scheme(cast.town_a, "S1", "甲镇水厂")
    problems = []
    for number in range(3):
        home = household(cast.village_a1, f"H{number}")
        supply(home, plant)
        problems.append(report_problem(
            subject=of_household(home), kind="no_water", way="household_report", words="没水", key=uuid.uuid4().hex,
            area=area_of(cast.chen, TODAY), by=cast.chen, at=timezone.now() - timedelta(hours=1),
        ).problem)
    alarm = Alarm.objects.get(subject_kind=2)
    client = sign_in(cast.chen)
    page = client.get(f"/alarms/{alarm.pk}/").content.decode()
    chosen = re.findall(r'name="problem" value="([\d-]+)"', page)
    assert len(chosen) == 3 and "区域告警：甲镇水厂" in text_of(client.get("/problems/"))
    sent = {"problem": chosen, "kind": "no_water", "note": "主管爆裂", "key": uuid.uuid4().hex}
    for _again in range(2):
        assert client.post(f"/alarms/{alarm.pk}/merge/", sent).status_code == 302
    survivor = Problem.objects.live().get()
    assert (survivor.subject_kind, survivor.reports_count, survivor.households_named) == (2, 4, 3)
    assert {each.merged_into_id for each in Problem.objects.filter(pk__in=[row.pk for row in problems])} == {survivor.pk}
    alarm.refresh_from_db()
    assert alarm.cleared_at is None
    assert sign_in(cast.wang).post(f"/alarms/{alarm.pk}/merge/", sent).status_code == 403
    assert sign_in(cast.zhao).get(f"/alarms/{alarm.pk}/").status_code == 404


def test_the_clock_escalates_each_level_once_and_ends_suspensions(cast: Cast, crew: Crew) -> None:
    set_duty_profile(
        division=cast.county, pack_id="qingshui-12-24-48", numbers={}, document="", from_on=TODAY, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT,
    )
    problem = bring(found(cast, "H1", kind="meter_fee"), "verified", crew)
    Problem.objects.filter(pk=problem.pk).update(level="village", due_at=AT + timedelta(hours=10))
    up = AT + timedelta(hours=34)
    assert tick(at=up) == Done()
    assert tick(at=up + timedelta(seconds=1)) == Done(escalated=1)
    assert tick(at=up + timedelta(minutes=1)) == Done() and tick(at=AT) == Done()
    problem.refresh_from_db()
    assert (problem.level, problem.escalations) == ("town", 1)
    assert tick(at=up + timedelta(hours=24)) == Done()
    assert tick(at=up + timedelta(hours=24, seconds=2)) == Done(escalated=1)
    assert tick(at=up + timedelta(days=99)) == Done()
    problem.refresh_from_db()
    assert (problem.level, problem.escalations) == ("county", 2)
    held = bring(found(cast, "H2"), "suspended", crew)
    assert held.suspended_until is not None
    assert tick(at=held.suspended_until - timedelta(seconds=1)).resumed == 0
    assert tick(at=held.suspended_until).resumed == 1
    assert tick(at=held.suspended_until).resumed == 0
    held.refresh_from_db()
    step = held.steps.latest("pk")
    assert (held.state, step.transition, step.by_name, step.at) == ("assigned", "resume", "系统", step.at) and held.due_at is not None
