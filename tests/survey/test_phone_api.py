"""What the phone page is given: tasks, plans, its part of the register, what became of its records. Nothing of anybody else's."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from cast import AT, TODAY, Cast
from crew import bring, make_crew
from django.test import Client
from openrosa.client import Collect
from stages import facts, household, scheme, supply

from survey.field import Field, make_field, phone_of, record, round_of
from survey.page import Page
from wenqu.households.models import Household
from wenqu.households.showing import showing
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.places import rights
from wenqu.places.actions import add_account, end_duty, give_duty
from wenqu.places.models import Division
from wenqu.places.rights import Right, Role
from wenqu.survey.devices.actions import revoke_device
from wenqu.survey.models import FormVersion, Submission
from wenqu.survey.rounds.actions import close_round


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


@pytest.fixture
def page(field: Field) -> Page:
    return Page(field.phone.token)


def problem_of(home: Household, kind: str = "no_water", **more: object) -> Problem:
    return Problem.objects.create(
        number=f"WT-2026-{Problem.objects.count() + 1:06d}", kind=kind, subject_kind=1, subject_id=home.pk, subject_name=f"{home.head_name}（{home.number}）",
        division=home.division, path=home.path, source="入户排查", reason="survey", explanation="三天没有水", opened_on=TODAY, opened_at=AT, seen_on=TODAY, **more)


class TestTasks:
    def test_forms_rounds_villages_and_who_holds_the_phone(self, field: Field, page: Page) -> None:
        told = page.tasks()
        village = field.cast.village_a1
        assert told["person"] == {"id": field.cast.wang.pk, "name": "王管"} and told["county"] == "清泉县"
        assert told["device"] == {"id": field.phone.device.pk, "name": "红米"}
        assert told["villages"] == [{"path": village.path, "name": "甲一村", "town": "甲镇"}]
        assert told["forms"] == [{
            "pk": field.version.pk, "id": "household_check", "version": field.version.version, "hash": field.version.xform_hash, "title": field.version.title,
            "about": "household", "step": "", "standing": False, "files": [{"name": "households.csv", "hash": "", "register": True}]}]
        assert told["rounds"] == [{
            "pk": field.round.pk, "name": "三季度排查", "form": "household_check", "from": "2026-01-01", "to": "2099-12-31", "villages": [village.path]}]
        assert set(told) == {"now", "person", "device", "county", "rescue_key", "forms", "rounds", "villages"}

    def test_what_did_not_change_is_not_sent_again(self, field: Field, page: Page) -> None:
        tag = page.get("tasks").headers["ETag"]
        assert page.get("tasks", **{"If-None-Match": tag}).status_code == 304
        close_round(round=field.round, by=field.cast.chen, at=AT)
        answer = page.get("tasks", **{"If-None-Match": tag})
        assert answer.status_code == 200 and page.told(answer)["forms"] == []

    def test_villages_of_a_duty_are_there_without_any_round(self, field: Field, page: Page) -> None:
        close_round(round=field.round, by=field.cast.chen, at=AT)
        assert [each["name"] for each in page.tasks()["villages"]] == ["甲一村"]
        # A town's duty gives no village by itself: its phone would hold the whole town.
        assert Page(phone_of(field.cast.li).token).tasks()["villages"] == []

    def test_a_form_that_takes_a_step_needs_no_round(self, field: Field, page: Page) -> None:
        close_round(round=field.round, by=field.cast.chen, at=AT)
        FormVersion.objects.update(step="report", about="")
        assert [(form["id"], form["step"], form["standing"]) for form in page.tasks()["forms"]] == [("household_check", "report", True)]
        # Only the newest version says what a form is for.
        FormVersion.objects.create(
            form=field.form, version="later", title="又一版", workbook=b"", workbook_name="x.xlsx", xform="", xform_hash="0" * 32, plan="{}", at=AT)
        assert page.tasks()["forms"] == []

    def test_a_plan_comes_as_it_was_compiled_and_may_be_kept_for_good(self, field: Field, page: Page) -> None:
        answer = page.get(f"forms/{field.version.pk}")
        assert page.told(answer) == json.loads(field.version.plan) and "immutable" in answer.headers["Cache-Control"]
        assert page.get(f"forms/{field.version.pk + 99}").status_code == 404


class TestRegister:
    def test_a_household_with_what_is_known_of_it_and_nothing_more(self, field: Field, page: Page) -> None:
        facts(field.home, date(2026, 1, 5), piped="yes", litres_per_person_day=12)
        facts(field.home, date(2026, 2, 1), litres_per_person_day=30, round_trip_min=5)
        facts(field.home, date(2026, 2, 2), round_trip_min="")
        facts(field.home, date(2999, 1, 1), short_days=1)
        page.sync()
        (row,) = page.rows("h", field.cast.village_a1.path)[:1]
        assert row == {
            "k": field.home.pk, "n": field.home.number, "h": "张三", "g": "", "c": 3, "s": field.home.supplies.get().scheme_id,
            "f": {"litres_per_person_day": ["30", "2026-02-01"], "piped": ["yes", "2026-01-05"]}, "d": "", "o": None}
        sent = json.dumps(page.buckets)
        assert "13800001234" not in sent and "11010519491231002X" not in sent

    def test_the_day_of_the_last_accepted_check(self, field: Field, page: Page) -> None:
        Collect(f"http://testserver/x/{field.phone.token}", Client()).post(record(field.home))
        page.sync()
        assert {row["k"]: row["d"] for row in page.rows("h")} == {field.home.pk: "2026-03-01", field.neighbour.pk: ""}

    def test_schemes_that_lie_there_or_serve_there(self, field: Field, page: Page) -> None:
        far = scheme(field.cast.village_a2, "S2", "甲二村水厂", operator="村委会", source_kind="spring")
        near = scheme(field.cast.village_a1, "S3", "甲一村水厂")
        facts(near, has_plant="yes")
        page.sync()
        assert [(row["name"], row["f"]) for row in page.rows("s")] == [("甲镇水厂", {}), ("甲一村水厂", {"has_plant": ["yes", "2026-02-01"]})]
        supply(field.neighbour, far)
        page.sync()
        (row,) = [row for row in page.rows("s") if row["k"] == far.pk]
        assert row == {"k": far.pk, "n": "S2", "name": "甲二村水厂", "c": "small", "o": "村委会", "q": "spring", "v": field.cast.village_a2.path, "f": {}}

    def test_a_household_that_moves_or_goes_is_gone_from_the_phone(self, field: Field, page: Page) -> None:
        page.sync()
        Household.objects.filter(pk=field.neighbour.pk).update(path=field.cast.village_a2.path, division=field.cast.village_a2)
        assert len(page.sync()) == 1
        assert [row["k"] for row in page.rows("h")] == [field.home.pk]
        Household.objects.filter(pk=field.home.pk).update(path=field.cast.village_a2.path, division=field.cast.village_a2)
        page.sync()
        assert page.rows("h") == [], "an empty bucket is none"

    def test_names_are_masked_where_they_are_not_shown_whole(self, field: Field, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
        problem_of(field.home)
        page.sync()
        role = Role.VILLAGE_MANAGER.value
        monkeypatch.setitem(rights.RIGHTS, role, rights.RIGHTS[role] - {Right.WHOLE_NAMES})
        showing.cache_clear()
        page.sync()
        showing.cache_clear()
        assert {row["h"] for row in page.rows("h")} == {"张**", "李**"} and page.rows("p", field.cast.village_a1.path)[0]["name"] == f"张**（{field.home.number}）"
        assert "张三" not in json.dumps(page.buckets, ensure_ascii=False)


class TestScope:
    def test_nothing_outside_the_duties_and_tasks_of_the_owner(self, field: Field, page: Page) -> None:
        problem_of(field.far)
        page.sync()
        assert {row["k"] for row in page.rows("h")} == {field.home.pk, field.neighbour.pk} and page.rows("p") == []

    def test_a_task_alone_gives_nothing_where_the_owner_holds_no_duty(self, field: Field, page: Page) -> None:
        field.round.assignments.create(account=field.cast.wang, division=field.cast.village_b1, path=field.cast.village_b1.path)
        household(field.cast.village_b1, "B1", "乙人")
        page.sync()
        assert {row["k"] for row in page.rows("h")} == {field.home.pk, field.neighbour.pk} and len(page.tasks()["villages"]) == 1

    def test_a_town_is_given_the_villages_of_its_tasks(self, field: Field) -> None:
        row = round_of(field.cast, field.form, [field.cast.li], [field.cast.village_a2])
        page = Page(phone_of(field.cast.li).token)
        page.sync()
        assert [row["k"] for row in page.rows("h")] == [field.far.pk]
        close_round(round=row, by=field.cast.chen, at=AT)
        page.sync()
        assert page.buckets == {}

    def test_nothing_of_another_county_even_for_somebody_of_both(self, field: Field, page: Page) -> None:
        other = Division.objects.create(parent=field.cast.county.parent, level=3, name="邻县", path=field.cast.county.parent.path + "0077")
        town = Division.objects.create(parent=other, level=4, name="邻镇", path=other.path + "0001")
        village = Division.objects.create(parent=town, level=5, name="邻村", path=town.path + "0001")
        give_duty(account=field.cast.wang, role=Role.VILLAGE_MANAGER, division=village, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
        problem_of(household(village, "N1", "邻人"), holder=field.cast.wang)
        page.sync()
        assert {row["k"] for row in page.rows("h")} == {field.home.pk, field.neighbour.pk} and page.rows("p") == [] and len(page.tasks()["villages"]) == 1

    def test_who_holds_a_duty_no_more_is_given_nothing_and_keeps_nothing(self, field: Field, page: Page) -> None:
        page.sync()
        end_duty(duty=field.cast.wang.duties.get(), by=SYSTEM, at=AT)
        page.sync()
        told = page.tasks()
        assert page.buckets == {} and told["forms"] == told["villages"] == told["rounds"] == []

    def test_a_phone_sees_only_forms_of_its_county(self, field: Field, page: Page) -> None:
        other = Division.objects.create(parent=field.cast.county.parent, level=3, name="邻县", path=field.cast.county.parent.path + "0077")
        field.form.division = other
        field.form.save()
        assert page.get(f"forms/{field.version.pk}").status_code == 404


class TestProblems:
    def test_a_problem_of_the_village_with_what_the_owner_may_do(self, field: Field, page: Page) -> None:
        problem = problem_of(field.home, severity="major")
        page.sync()
        assert page.rows("p", field.cast.village_a1.path) == [{
            "k": problem.pk, "n": problem.number, "kind": problem.get_kind_display(), "state": "found", "state_label": "已发现，待核实", "severity": problem.get_severity_display(),
            "subject": f"household:{field.home.pk}", "name": f"张三（{field.home.number}）", "words": "三天没有水", "due": "", "version": 0, "round": 1, "may": []}]

    def test_what_lies_in_the_owners_hands_comes_wherever_it_lies(self, field: Field, page: Page) -> None:
        give_duty(account=field.cast.wang, role=Role.VILLAGE_MANAGER, division=field.cast.village_a2, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
        crew = make_crew(field.cast)
        problem = problem_of(household(field.cast.village_a1, "Z9", "赵九"))
        bring(problem, "assigned", crew, AT)
        Problem.objects.filter(pk=problem.pk).update(holder=field.cast.wang)
        page.sync()
        (row,) = page.rows("p", "mine")
        assert (row["k"], row["may"], row["state"]) == (problem.pk, ["rectify"], "assigned") and row["version"] > 0

    def test_who_rectified_may_not_check_and_another_may(self, field: Field) -> None:
        crew = make_crew(field.cast)
        for town in (field.cast.li, crew.sun):
            round_of(field.cast, field.form, [town], [field.cast.village_a1])
        problem = problem_of(field.home)
        bring(problem, "rectified", crew, AT)
        may = {}
        for who in (field.cast.li, crew.sun):
            page = Page(phone_of(who).token)
            page.sync()
            may[who.username] = [row["may"] for row in page.rows("p", field.cast.village_a1.path)]
        assert may == {"li": [["check"]], "sun": [[]]}

    def test_closed_ones_go(self, field: Field, page: Page) -> None:
        problem = problem_of(field.home)
        page.sync()
        Problem.objects.filter(pk=problem.pk).update(state="dismissed", closed_at=AT, closed_on=TODAY)
        page.sync()
        assert page.rows("p") == []

    def test_labels_come_in_the_language_of_the_page(self, field: Field) -> None:
        problem_of(field.home)
        page = Page(field.phone.token, "en")
        page.sync()
        assert page.rows("p")[0]["state_label"].isascii()


class TestStates:
    def test_only_the_phones_own_records(self, field: Field, page: Page) -> None:
        Collect(f"http://testserver/x/{field.phone.token}", Client()).post(
            record(field.home, "uuid:1", extra="<evidence><photo_tap>a.jpg</photo_tap></evidence>"))
        Collect(f"http://testserver/x/{field.phone.token}", Client()).post(record(field.far, "uuid:2"))
        told = page.told(page.post("states", {"instances": ["uuid:1", "uuid:2", "uuid:3"]}))["states"]
        assert told["uuid:1"] == {"state": "accepted", "state_label": "已采用", "reasons": [], "missing": ["a.jpg"]}
        assert told["uuid:2"]["state"] == "quarantined" and told["uuid:2"]["reasons"] == ["对象不在填表人的任务范围"] and "uuid:3" not in told
        other = Page(phone_of(field.cast.li).token)
        assert other.told(other.post("states", {"instances": ["uuid:1"]})) == {"states": {}}

    def test_a_refusal_of_the_ledger_is_told_in_its_own_words(self, field: Field, page: Page) -> None:
        Collect(f"http://testserver/x/{field.phone.token}", Client()).post(record(field.home, "uuid:1"))
        Submission.objects.update(state="quarantined", reasons=["round_ended", "effect_refused"], effect={"refused": "问题已在最高层级，不能再上提"})
        told = page.told(page.post("states", {"instances": ["uuid:1"]}))["states"]["uuid:1"]
        assert told["reasons"] == ["调查批次不在期限内", "问题已在最高层级，不能再上提"]

    def test_what_is_not_a_list_of_numbers_is_refused_in_words(self, page: Page) -> None:
        for body in (b"[1]", b"{", {"instances": "uuid:1"}, {"instances": [1]}, {"instances": ["x"] * 501}, b"\xff", b"[" * 100_000):
            answer = page.post("states", body)
            assert answer.status_code == 400 and answer.json()["code"] == "unreadable", body


class TestDoor:
    ADDRESSES = (("get", "tasks"), ("get", "forms/1"), ("post", "changes"), ("post", "states"))

    def test_a_retired_phone_gets_nothing_and_may_still_send(self, field: Field, page: Page) -> None:
        revoke_device(device=field.phone.device, by=field.cast.chen, at=AT)
        for method, path in self.ADDRESSES:
            answer = page.get(path) if method == "get" else page.post(path, {})
            assert answer.status_code == 403 and answer.json()["code"] == "phone_retired", path
        assert Client().post(
            "/x/submission", {"xml_submission_file": io.BytesIO(record(field.home, "uuid:r"))}, headers={"Authorization": f"Bearer {field.phone.token}"},
        ).status_code == 201
        assert Submission.objects.get().state == "quarantined"

    def test_the_phone_of_somebody_who_left_too(self, field: Field, page: Page) -> None:
        field.cast.wang.is_active = False
        field.cast.wang.save()
        assert page.get("tasks").json()["code"] == "phone_retired"

    def test_an_unknown_token_is_not_called_retired(self, field: Field) -> None:
        for token in ("", "wqd_nobody"):
            answer = Page(token).get("tasks")
            assert answer.status_code == 403 and answer.json()["code"] == "phone_unknown"

    def test_a_session_or_a_token_in_the_address_lets_nobody_in(self, field: Field, sign_in) -> None:
        assert sign_in(field.cast.chen).get("/phone/api/tasks").status_code == 403
        assert Client().get(f"/phone/api/tasks?token={field.phone.token}").status_code == 403

    def test_the_other_method_is_refused_as_json(self, page: Page) -> None:
        assert page.get("changes").status_code == 405 and page.post("tasks", {}).json()["code"] == "wrong_method"

    def test_too_many_questions_are_asked_to_wait(self, page: Page, settings) -> None:
        settings.FIELD_PER_MINUTE = 1
        answers = [page.get("tasks") for _ in range(40)]
        assert answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0 and answers[-1].json()["code"] == "too_many"

    def test_nothing_that_is_sent_breaks_it(self, page: Page) -> None:
        for body in ({"have": []}, {"all": 7}, {"have": "x"}, {}, {"have": None}):
            assert page.post("changes", body).status_code == 400, body
        strange = {"h/9": "x", "p/mine": 7, "h/" + "9" * 5000: None}
        assert set(page.told(page.post("changes", {"have": strange}))["gone"]) == set(strange)


class TestAudit:
    def test_a_download_of_people_is_written_down_and_a_poll_without_is_not(self, field: Field, page: Page) -> None:
        page.sync()
        entry = AuditEntry.objects.get(verb="download_list")
        assert (entry.actor_id, entry.subject, entry.via, entry.detail["rows"]) == (field.cast.wang.pk, f"device:{field.phone.device.pk}", "phone", 2)
        page.sync()
        page.tasks()
        page.change(all=page.all)
        assert AuditEntry.objects.filter(verb="download_list").count() == 1
        assert field.phone.token not in str(list(AuditEntry.objects.values()))


def test_an_account_without_any_duty_has_no_phone_to_ask_with(cast: Cast) -> None:
    with pytest.raises(Refused):
        phone_of(add_account(username="x", password="qingquan-2026", name="某", by=SYSTEM, at=AT))
