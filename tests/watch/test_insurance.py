"""The insurance model: from a monthly list to the payout, every order of the steps, every role, and what has to be proven."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from cast import AT, TODAY, Cast
from crew import photo, picture
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from stages import household

from watch.helped import person
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.rulebook.watch.measures import measure_pack
from wenqu.watch.insurance import actions, queries
from wenqu.watch.insurance.lifecycle import ENDED, STEPS
from wenqu.watch.models import CaseState, InsuranceCase, InsuranceStep

pytestmark = pytest.mark.django_db
WAY = ("screen_village", "screen_town", "check_home", "check_again", "post", "take_down", "pay")


@dataclass
class People:
    village: Account
    town: Account
    county: Account
    reviewer: Account

    def of(self, name: str) -> Account:
        return {"screen_village": self.village, "screen_town": self.town, "check_home": self.county, "check_again": self.reviewer, "post": self.village,
                "take_down": self.village, "pay": self.reviewer}[name]


@pytest.fixture
def people(cast: Cast) -> People:
    return People(person("gu", "顾村", Role.VILLAGE_DESK, cast.village_a1), person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a), cast.chen,
                  person("he", "何核", Role.COUNTY_REVIEWER, cast.county))


def taken_in(cast: Cast, by: Account, number: str = "H1") -> InsuranceCase:
    return actions.list_households(households=[household(cast.village_a1, number)], risk="illness", department="医保局", month="202602", by=by, at=AT)[0]


def days_after(name: str) -> date:
    """A notice hangs from 1 March (the day of posting does not count) to 6 March."""
    return TODAY + timedelta(days=6) if name in {"take_down", "pay"} else TODAY


def take(case: InsuranceCase, name: str, by: Account, outcome: str = "go_on", **more: Any) -> InsuranceStep:
    case.refresh_from_db()
    told: dict[str, Any] = {
        "version": case.version, "on": days_after(name), "note": "入户看过收入和药费" if outcome == "go_on" else "收入明显超过标准", "who": "人保财险 刘查", "fen": 670_270, "voucher": "PZ-1",
        "files": [photo(f"{name}{case.version}")] if STEPS[name].proof else [], "at": AT + timedelta(days=10), **more}
    return actions.take_insurance_step(case=case, name=name, outcome=outcome, by=by, **told)


def refused(code: str, *args: Any, **more: Any) -> None:
    with pytest.raises(Refused) as caught:
        take(*args, **more)
    assert caught.value.code == code


def brought(cast: Cast, people: People, until: str) -> InsuranceCase:
    """A case before a step."""
    case = taken_in(cast, people.village)
    for name in WAY[: WAY.index(until)]:
        take(case, name, people.of(name))
    case.refresh_from_db()
    return case


def test_from_the_list_to_the_payout(cast: Cast, people: People) -> None:
    case = brought(cast, people, "pay")
    take(case, "pay", people.reviewer)
    case.refresh_from_db()
    assert (case.state, case.paid_fen, case.voucher, case.checks, case.posted_on) == ("paid", 670_270, "PZ-1", 1, TODAY)
    assert list(case.steps.values_list("name", flat=True)) == list(WAY)
    assert queries.figures(cast.area(cast.chen)) == {"listed": 1, "checked": 1, "posted": 1, "paid": 1, "fen": 670_270, "again": 1}


def test_no_step_is_skipped_by_anybody(cast: Cast, people: People) -> None:
    """Every step in every state by every one: only what the table says is taken."""
    everybody = (people.village, people.town, people.county, people.reviewer)
    roles = {people.village: "village_desk", people.town: "town_office", people.county: "county_dispatcher", people.reviewer: "county_reviewer"}
    case, taken = taken_in(cast, people.village), set()
    for state in CaseState.values:
        for name in STEPS:
            for who in everybody:
                given = {"paid_on": TODAY, "paid_fen": 1, "voucher": "x"} if state == "paid" else {}
                InsuranceCase.objects.filter(pk=case.pk).update(state=state, posted_on=TODAY, **given)
                try:
                    with transaction.atomic():
                        take(case, name, who)
                        taken.add((state, name, roles[who]))
                        transaction.set_rollback(True)
                except Refused as refusal:
                    assert refusal.code in {"wrong_role", "wrong_state"}
    assert taken == {(step.source, name, role) for name, step in STEPS.items() for role in step.roles} and not any(state in ENDED for state, _n, _r in taken)


def test_nobody_checks_and_pays_or_checks_twice(cast: Cast, people: People) -> None:
    case = brought(cast, people, "check_again")
    refused("same_person", case, "check_again", people.county)
    for name in ("check_again", "post", "take_down"):
        take(case, name, people.of(name))
    refused("same_person", case, "pay", people.county)


def test_a_sample_that_disagrees_is_checked_at_home_again(cast: Cast, people: People) -> None:
    case = brought(cast, people, "check_again")
    take(case, "check_again", people.reviewer, outcome="again")
    take(case, "check_home", people.county)
    case.refresh_from_db()
    assert (case.state, case.checks) == ("checked", 2)


def test_a_check_at_home_is_checked_again_once(cast: Cast, people: People) -> None:
    case = brought(cast, people, "check_again")
    take(case, "check_again", people.reviewer)
    refused("already_taken", case, "check_again", people.reviewer)
    take(case, "post", people.village)


def test_a_notice_hangs_its_whole_days_unless_an_objection_is_upheld(cast: Cast, people: People) -> None:
    case = brought(cast, people, "take_down")
    refused("notice_not_full", case, "take_down", people.village, on=TODAY + timedelta(days=5))
    take(case, "take_down", people.village, outcome="turn_down", on=TODAY + timedelta(days=2))
    case.refresh_from_db()
    assert case.state == "refused"


def test_what_has_to_be_proven_is(cast: Cast, people: People) -> None:
    case = brought(cast, people, "check_home")
    refused("evidence_missing", case, "check_home", people.county, files=[])
    refused("who_missing", case, "check_home", people.county, who=" ")
    refused("note_missing", case, "check_home", people.county, outcome="turn_down", note="")
    refused("changed_meanwhile", case, "check_home", people.county, version=0)
    refused("before_last_step", case, "check_home", people.county, on=TODAY - timedelta(days=1))
    for name in ("check_home", "post", "take_down"):
        take(case, name, people.of(name))
    for code, more in (("bad_amount", {"fen": 0}), ("bad_amount", {"fen": None}), ("voucher_missing", {"voucher": " "}), ("evidence_missing", {"files": []})):
        refused(code, case, "pay", people.reviewer, **more)
    assert InsuranceCase.objects.get().state == "cleared"
    with pytest.raises(IntegrityError), transaction.atomic():
        InsuranceCase.objects.filter(pk=case.pk).update(state="paid", paid_on=TODAY, paid_fen=5)


def test_a_household_has_one_open_case_for_a_risk(cast: Cast, people: People) -> None:
    case = taken_in(cast, people.village)
    again = {"households": [case.household], "department": "", "month": "202603", "by": people.village, "at": AT}
    assert actions.list_households(risk="illness", **again) == []
    assert len(actions.list_households(risk="schooling", **again)) == 1
    take(case, "screen_village", people.village, outcome="turn_down")
    assert len(actions.list_households(risk="illness", **again)) == 1


def test_the_list_of_a_month_by_its_page(cast: Cast, people: People, sign_in) -> None:
    household(cast.village_a1, "H1")
    household(cast.village_b1, "H2")
    client = sign_in(people.town)
    answer = client.post(reverse("watch:insurance-list"), {"risk": "illness", "department": "医保局", "month": "202602", "numbers": "H1\nH2\nNONE"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "H2、NONE" in page and InsuranceCase.objects.get().household.number == "H1"
    assert client.post(reverse("watch:insurance-list"), {"risk": "illness", "month": "2026-02", "numbers": "H1"}).status_code == 422
    assert "医保局" in client.get(reverse("watch:insurance")).content.decode()
    assert sign_in(cast.li).get(reverse("watch:insurance")).status_code == 403


@pytest.mark.usefixtures("standing_clock")
def test_steps_are_taken_on_the_page_of_the_case(cast: Cast, people: People, sign_in) -> None:
    case, today = taken_in(cast, people.village), timezone.localdate().isoformat()
    client = sign_in(people.village)
    assert "乡镇初筛" not in client.get(reverse("watch:insurance-case", args=[case.pk])).content.decode()
    client.post(reverse("watch:insurance-step", args=[case.pk, "screen_village"]), {"version": 0, "outcome": "go_on", "on": today, "note": ""})
    client = sign_in(people.town)
    client.post(reverse("watch:insurance-step", args=[case.pk, "screen_town"]), {"version": 1, "outcome": "go_on", "on": today, "note": ""})
    client = sign_in(people.county)
    bare = client.post(reverse("watch:insurance-step", args=[case.pk, "check_home"]), {"version": 2, "outcome": "go_on", "on": today, "who": "人保 刘查", "note": "年收入四千元"})
    assert bare.status_code == 409 and "请附上佐证材料" in bare.content.decode()
    page = client.post(reverse("watch:insurance-step", args=[case.pk, "check_home"]), {
        "version": 2, "outcome": "go_on", "on": today, "who": "人保 刘查", "note": "年收入四千元", "evidence": picture()}, follow=True).content.decode()
    assert "年收入四千元" in page and "人保 刘查" in page and "下载原件" in page and "须由另一人办理" in page
    assert client.post(reverse("watch:insurance-step", args=[case.pk, "steal"]), {}).status_code == 404
    assert sign_in(person("zou", "邹镇", Role.TOWN_OFFICE, cast.town_b)).get(reverse("watch:insurance-case", args=[case.pk])).status_code == 404


def test_the_numbers_of_the_model_are_the_packs() -> None:
    rule = measure_pack("measures-2026").insurance
    assert rule is not None and (rule.list_day.value, rule.notice_days.value, rule.notice_days.confidence) == (5, 5, "unverified")


def test_the_list_of_a_department_is_taken_as_it_was_delivered(cast: Cast, people: People, sign_in) -> None:
    household(cast.village_a1, "H1")
    household(cast.village_a1, "610199000000000012")
    url, client = reverse("watch:insurance-list"), sign_in(people.town)
    sent = {"risk": "illness", "department": "医保局", "month": "202602", "numbers": ""}
    book = openpyxl.Workbook()
    for row in (["甲镇大额医疗费用名单"], ["序号", "户编号", "姓名", "自付（元）"], [1, "H1", "张三", 41000], [2, "610199000000000012", "李四", 52000], [3, "H1", "张小", 100]):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    answer = client.post(url, {**sent, "file": SimpleUploadedFile("医保名单.xlsx", kept.getvalue())})
    assert answer.status_code == 302, answer.content.decode()
    assert sorted(InsuranceCase.objects.values_list("household__number", flat=True)) == ["610199000000000012", "H1"]
    for name, content, told in (
        ("照片.xlsx", picture(1).read(), "这不是 Excel 工作簿或 CSV 文件"), ("空.csv", b"\xe5\xa7\x93\xe5\x90\x8d\n\xe5\xbc\xa0", "户编号"),
    ):
        wrong = client.post(url, {**sent, "file": SimpleUploadedFile(name, content)})
        assert wrong.status_code == 422 and told in wrong.content.decode(), name
    assert "请上传名单，或填写户编号" in client.post(url, sent).content.decode()
    assert InsuranceCase.objects.count() == 2
