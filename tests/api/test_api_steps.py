"""The loop of a problem by the API: every step, two at once, the same again, departments, reports."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from crew import Crew, bring, make_crew, picture
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tokens import api_client

from wenqu.evidence.models import Evidence
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.ledger.models import Problem, Report
from wenqu.places.actions import add_account, give_duty
from wenqu.places.rights import Role

V1 = "/api/v1"


@pytest.fixture
def crew(county) -> Crew:
    return make_crew(county.cast)


def take(account, problem, step, key="", **given):
    """Take a step as one person, at the version that is true now unless another is given."""
    problem.refresh_from_db()
    body = {"version": problem.version, "key": key or uuid.uuid4().hex} | given
    client = api_client(account, may_write=True)
    address = f"{V1}/problems/{problem.pk}/steps/{step}"
    return client.post(address, body) if step == "rectify" else client.post(address, body, content_type="application/json")


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.usefixtures("standing_clock")
def test_a_problem_goes_round_by_the_api(county, crew):
    cast, problem, today = county.cast, county.problem_b, timezone.localdate().isoformat()
    answers = [
        take(cast.chen, problem, "verify", severity="major", note="到水厂看过"),
        take(cast.chen, problem, "assign", level="county", holder=crew.sun.pk),
        take(crew.sun, problem, "rectify", note="更换加药设备", evidence=[picture(), picture(9, "二.png")]),
        take(crew.he, problem, "check", visited_on=today, answer="satisfied", answer_note="水清了", note="放水正常"),
        take(crew.qian, problem, "sign_off", outcome="fixed", note="同意"),
        take(cast.chen, problem, "file"),
    ]
    assert [each.status_code for each in answers] == [200] * 6, [each.json() for each in answers]
    steps = [each.json() for each in answers]
    assert [each["after"] for each in steps] == ["verified", "assigned", "rectified", "checked", "signed_off", "filed"]
    assert [each["name"] for each in steps[2]["evidence"]] == ["现场.png", "二.png"] and Evidence.objects.count() == 2
    assert steps[1]["detail"] == {"level": "county", "holder": "孙修"} and steps[3]["detail"]["answer"] == "satisfied"
    told = api_client(cast.chen).get(f"{V1}/problems/{problem.pk}").json()
    assert (told["state"], told["outcome"], told["version"], told["closed_on"]) == ("filed", "fixed", 6, today)
    listed = api_client(cast.zhao).get(f"{V1}/problems/{problem.pk}/steps").json()
    assert listed == {"items": steps, "next": None}
    pages = [api_client(cast.zhao).get(f"{V1}/problems/{problem.pk}/steps", {"limit": 4, "after": after}).json() for after in ("0", str(steps[3]["id"]))]
    assert [page["items"] for page in pages] == [steps[:4], steps[4:]]


@pytest.mark.parametrize(("state", "step", "given", "after"), [
    ("found", "dismiss", {"note": "误报"}, "dismissed"), ("assigned", "escalate", {"note": "乡镇解决不了"}, "assigned"),
    ("suspended", "resume", {}, "assigned"), ("rectified", "return", {"note": "还有两户没水"}, "assigned"),
])
def test_the_other_ways_of_the_loop(county, crew, state, step, given, after):
    problem = bring(county.problem_b, state, crew)
    answer = take(crew.he if step == "return" else county.cast.chen, problem, step, **given)
    assert (answer.status_code, answer.json()["after"]) == (200, after), answer.json()


def test_suspending_transferring_merging_and_opening_again(county, crew):
    cast, problem = county.cast, bring(county.problem_b, "assigned", crew)
    until = (timezone.now() + timedelta(days=9)).isoformat()
    suspended = take(cast.chen, problem, "suspend", note="等配件", until=until)
    assert suspended.status_code == 200 and suspended.json()["due_at"] is None
    assert code(take(cast.chen, problem, "suspend", note="再等", until=until)) == (409, "wrong_state")
    assert take(cast.chen, problem, "resume").status_code == 200
    moved = take(cast.chen, problem, "transfer", level="town", unit="教育局", note="学校的水井")
    assert moved.json()["detail"] == {"level": "town", "unit": "教育局"}
    problem.refresh_from_db()
    assert (problem.unit, problem.holder) == ("教育局", None)
    twin = Problem.objects.get(pk=problem.pk)
    twin.pk, twin.number, twin.kind = None, "WT-T", "pipe_burst"
    twin.save(force_insert=True)
    assert code(take(cast.chen, problem, "merge", into="WT-none", note="同一处")) == (409, "merge_unknown")
    assert take(cast.chen, problem, "merge", into="WT-T", note="同一处").json()["after"] == "merged"
    closed = bring(county.problem_a, "signed_off", crew)
    assert code(take(cast.chen, closed, "reopen", note="又没水")) == (403, "wrong_role")
    again = take(crew.qian, closed, "reopen", note="又没水").json()
    assert (again["after"], again["round"]) == ("found", 2)


def test_who_is_late_is_told_who_was_faster(county, crew):
    problem = county.problem_a
    assert take(county.cast.wang, problem, "verify", severity="small", note="看过").status_code == 200
    late = take(county.cast.li, problem, "dismiss", version=0, note="误报")
    assert code(late) == (409, "changed_meanwhile")
    assert "王管" in late.json()["message"] and "核实" in late.json()["message"]
    assert problem.steps.count() == 1


def test_the_same_request_again_gives_the_same_answer_whatever_came_between(county, crew):
    problem = bring(county.problem_b, "assigned", crew)
    given = {"version": problem.version, "note": "换了水泵"}
    first = take(crew.sun, problem, "rectify", "key-lost-1", **given, evidence=[picture()])
    take(crew.he, problem, "return", note="没有通水")
    again = take(crew.sun, problem, "rectify", "key-lost-1", **given, evidence=[picture()])
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert problem.steps.filter(transition="rectify").count() == Evidence.objects.count() == 1
    assert code(take(crew.he, problem, "return", "key-lost-1", note="又退")) == (409, "key_used")
    # The key of somebody else's request opens nothing: the right is asked first.
    assert code(take(county.cast.li, problem, "rectify", "key-lost-1", **given, evidence=[picture()])) == (404, "not_found")


def test_the_parties_are_different_people(county, crew):
    problem = bring(county.problem_b, "rectified", crew)
    give_duty(account=crew.sun, role=Role.COUNTY_REVIEWER, division=county.cast.county, from_on=timezone.localdate(), by=SYSTEM, at=timezone.now())
    from tokens import bearing, token_for  # noqa: PLC0415

    client = bearing(token_for(crew.sun.duties.get(role=Role.COUNTY_REVIEWER), may_write=True))
    body = {"version": problem.version, "key": "key-party", "visited_on": timezone.localdate().isoformat(), "answer": "satisfied", "note": "正常"}
    assert code(client.post(f"{V1}/problems/{problem.pk}/steps/check", body, content_type="application/json")) == (409, "same_person")
    problem.refresh_from_db()
    assert problem.state == "rectified"


@pytest.mark.parametrize(("step", "given", "status", "told"), [
    ("verify", {"severity": "huge", "note": "看过"}, 422, "invalid"), ("verify", {"severity": "small", "note": "电话13800001234"}, 422, "number_in_text"),
    ("verify", {"severity": "small"}, 422, "invalid"), ("verify", {"severity": "small", "note": "看过", "key": "short"}, 422, "invalid"),
    ("verify", {"severity": "small", "note": "看过", "version": -1}, 422, "invalid"), ("verify", {"severity": "small", "note": "看过", "more": 1}, 422, "invalid"),
    ("assign", {"level": "town"}, 409, "holder_missing"), ("assign", {"level": "town", "holder": 987654}, 409, "holder_unknown"),
    ("assign", {"level": "town", "unit": "没有的局"}, 409, "unit_unknown"), ("assign", {"level": "town", "holder": "chen"}, 422, "invalid"),
    ("suspend", {"note": "等", "until": "2026-03-01T09:00"}, 422, "invalid"), ("suspend", {"note": "等", "until": "9999-01-01T00:00:00Z"}, 409, "suspension_too_long"),
    ("nothing", {}, 404, "not_found"), ("split", {"note": "x"}, 404, "not_found"), ("hand_over", {"note": "x"}, 404, "not_found"),
])
def test_what_cannot_be_taken_is_refused_with_its_code(county, crew, step, given, status, told):
    problem = county.problem_b
    if step == "assign":
        bring(problem, "verified", crew)
    before = problem.steps.count()
    assert code(take(county.cast.chen, problem, step, **given)) == (status, told)
    assert problem.steps.count() == before


def test_evidence_that_is_none_is_refused(county, crew):
    problem = bring(county.problem_b, "assigned", crew)
    text = SimpleUploadedFile("现场.jpg", b"no picture at all")
    assert code(take(crew.sun, problem, "rectify", note="换泵", evidence=[text])) == (422, "type_not_allowed")
    assert code(take(crew.sun, problem, "rectify", note="换泵")) == (422, "invalid")
    assert code(take(county.cast.zhao, problem, "rectify", note="换泵", evidence=[picture()])) == (409, "not_holder")
    problem.refresh_from_db()
    assert problem.state == "assigned" and not Evidence.objects.exists()


def test_a_department_works_on_what_it_was_given_and_sees_nothing_else(county, crew):
    cast, problem = county.cast, bring(county.problem_b, "verified", crew)
    reading = api_client(crew.fang)
    assert reading.get(f"{V1}/problems/{problem.pk}").status_code == 404
    assert take(cast.chen, problem, "assign", level="county", unit="教育局").status_code == 200
    assert reading.get(f"{V1}/problems/{problem.pk}").json()["unit"] == "教育局"
    assert len(reading.get(f"{V1}/problems/{problem.pk}/steps").json()["items"]) == 2
    assert reading.get(f"{V1}/problems/{county.problem_a.pk}").status_code == 404
    assert code(reading.get(f"{V1}/problems")) == (403, "wrong_role")
    assert code(reading.get(f"{V1}/problems/{problem.pk}/households")) == (403, "wrong_role")
    other = add_account(username="yao", password="qingquan-2026", name="姚卫", by=SYSTEM, at=timezone.now())
    give_duty(account=other, role=Role.DEPARTMENT, division=cast.county, unit="卫健局", from_on=timezone.localdate(), by=SYSTEM, at=timezone.now())
    assert take(other, problem, "rectify", note="换泵", evidence=[picture()]).status_code == 404
    assert take(crew.fang, problem, "rectify", note="学校换了水泵", evidence=[picture()]).json()["after"] == "rectified"
    assert code(take(crew.fang, problem, "file")) == (403, "wrong_role")


def test_into_whose_hands_is_told_to_who_may_assign(county, crew):
    problem = county.problem_b
    hands = api_client(county.cast.chen).get(f"{V1}/problems/{problem.pk}/hands").json()
    assert [(each["name"], each["held_as"]) for each in hands["people"]] == [("赵站", "乙镇 乡镇水管站"), ("孙修", "清泉县 县级调度员"), ("陈县", "清泉县 县级调度员")]
    assert hands["units"] == ["教育局"]
    assert code(api_client(crew.he).get(f"{V1}/problems/{problem.pk}/hands")) == (403, "wrong_role")


def report(account, of, pk, **changed):
    body = {"subject": {"kind": of, "id": pk}, "kind": "interrupted", "way": "household_report", "words": "停水两天了", "key": uuid.uuid4().hex} | changed
    return api_client(account, may_write=True).post(f"{V1}/reports", body, content_type="application/json")


def test_reports_join_one_problem_and_are_seen_where_they_come_from(county, crew):
    cast = county.cast
    first = report(cast.chen, "household", county.house_b.pk, key="key-report-1", reporter="王海", reporter_phone="13800001234").json()
    assert (first["subject"]["name"], first["way"], first["division"]["name"]) == ("王海（BH1）", "household_report", "乙一村")
    assert not {"reporter", "reporter_phone"} & set(first)
    assert report(cast.chen, "household", county.house_b.pk, key="key-report-1", reporter="王海").json() == first
    second = report(cast.chen, "household", county.house_b.pk).json()
    assert second["problem"] == first["problem"] and Report.objects.count() == 2
    assert code(report(cast.chen, "scheme", county.plant_b.pk, key="key-report-1")) == (409, "key_used")
    listed = api_client(cast.zhao).get(f"{V1}/problems/{first['problem']}/reports").json()
    assert [each["id"] for each in listed["items"]] == [first["id"], second["id"]]
    assert AuditEntry.objects.filter(verb="report_problem", via="api").count() == 2
    assert Report.objects.get(pk=first["id"]).reporter_phone.open() == "13800001234"


def test_a_problem_of_a_scheme_shows_only_the_reports_of_the_area(county, crew):
    """Both households are served by the plant of town B; the village of one of them sees the report of the other not."""
    cast = county.cast
    problem = report(cast.chen, "scheme", county.plant_b.pk).json()["problem"]
    joined = report(cast.chen, "household", county.house_b.pk).json()
    assert joined["problem"] == problem
    Problem.objects.filter(pk=problem).update(path=cast.village_b2.path, division=cast.village_b2)
    village = add_account(username="cun2", password="qingquan-2026", name="村二", by=SYSTEM, at=timezone.now())
    give_duty(account=village, role=Role.VILLAGE_MANAGER, division=cast.village_b2, from_on=timezone.localdate(), by=SYSTEM, at=timezone.now())
    assert api_client(village).get(f"{V1}/problems/{problem}/reports").json()["items"] == []
    assert len(api_client(cast.zhao).get(f"{V1}/problems/{problem}/reports").json()["items"]) == 2


def test_a_reader_above_reads_masked_names(county, crew):
    first = report(county.cast.chen, "household", county.house_b.pk).json()
    reader = add_account(username="ce", password="qingquan-2026", name="阅厅", by=SYSTEM, at=timezone.now())
    give_duty(account=reader, role=Role.READER, division=county.cast.county, from_on=timezone.localdate(), by=SYSTEM, at=timezone.now())
    client = api_client(reader)
    assert client.get(f"{V1}/problems/{first['problem']}/reports").json()["items"][0]["subject"]["name"] == "王**（BH1）"
    assert client.get(f"{V1}/problems/{first['problem']}").json()["subject"]["name"] == "王**（BH1）"


@pytest.mark.parametrize(("kind", "which", "changed", "status", "told"), [
    ("household", "house_b", {}, 404, "not_found"), ("scheme", "plant_b", {}, 404, "not_found"), ("household", "house_a", {"kind": "nothing"}, 422, "invalid"),
    ("household", "house_a", {"words": "打13800001234"}, 422, "number_in_text"), ("household", "house_a", {"happened_at": "2999-01-01T00:00:00Z"}, 409, "happened_in_future"),
    ("household", "house_a", {"happened_at": "0001-01-01T00:00:00+13:59"}, 409, "happened_too_early"), ("household", "house_a", {"reporter_phone": "x"}, 422, "invalid"),
])
def test_a_report_that_cannot_be_is_refused(county, kind, which, changed, status, told):
    answer = report(county.cast.li, kind, getattr(county, which).pk, **changed)
    assert code(answer) == (status, told)
    assert not Report.objects.exists()


def test_a_town_is_no_subject_of_a_report_and_a_reviewer_of_figures_reports_nothing(county):
    assert code(report(county.cast.li, "division", county.cast.town_a.pk)) == (409, "not_a_village")
    assert report(county.cast.li, "division", county.cast.village_a1.pk).json()["subject"]["name"] == "甲一村"
