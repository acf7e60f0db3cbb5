"""The contact person's visit by phone: a visit of the household for as long as its record stands, a clue where it is on no list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from cast import AT, TODAY, Cast
from django.test import Client
from stages import household
from watch.helped import person, watched
from watch.way import adopt

from survey.effects_helper import LATER, SOON, run, send, xml_of
from survey.field import phone_of
from survey.page import Page
from wenqu.evidence.models import Evidence
from wenqu.evidence.sight import subject_seen
from wenqu.facts.models import Fact
from wenqu.households.models import Household
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.ledger.models import Report
from wenqu.places.actions import end_duty
from wenqu.places.models import Account, Duty
from wenqu.places.rights import Role
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.designing.offering import forms_for
from wenqu.survey.desk.actions import accept_submission, leave_out_submission
from wenqu.survey.devices.actions import Paired
from wenqu.survey.effects.telling import effect_lines
from wenqu.survey.models import Form, Submission
from wenqu.watch.listing.alarms import NO_VISIT, WORSE, Alarms
from wenqu.watch.models import Course, Visit, Watched

pytestmark = pytest.mark.django_db


@dataclass
class Stage:
    cast: Cast
    desk: Account  # the village desk, contact person of `row`
    phone: Paired
    row: Watched

    @property
    def home(self) -> Household:
        return self.row.household

    def alarms(self, on: date = TODAY) -> list[str]:
        return Alarms(self.cast.area(self.cast.chen), on).of([self.row.pk]).get(self.row.pk, [])


@pytest.fixture
def stage(cast: Cast) -> Stage:
    desk = person("sun", "孙窗口", Role.VILLAGE_DESK, cast.village_a1)
    publish_shipped(county=cast.county, shipped="contact-visit", by=cast.chen, at=AT)
    return Stage(cast, desk, phone_of(desk), watched(cast.village_a1, "H1", contact=desk))


def visit_of(home: Household | int, instance: str = "uuid:v1", *, on: str = "2026-03-01", way: str = "home", worse: str = "no", words: str = "", **rest: str) -> bytes:
    told = f"<visit><visited_on>{on}</visited_on><way>{way}</way><met>head old</met></visit>"
    risk = f"<risk_group><risk>{'yes' if worse == 'yes' else 'no'}</risk><risk_words>{words}</risk_words><measures>done</measures></risk_group>"
    pk = home if isinstance(home, int) else home.pk
    return xml_of("contact_visit", f"<household>{pk}</household><step>visit</step>{told}<secured><water>ok</water></secured>{risk}<worse>{worse}</worse>", instance, **rest)


def settled(row: Submission) -> Submission:
    run()
    row.refresh_from_db()
    return row


def lines(row: Submission) -> str:
    return " ".join(effect_lines(row, str))


def test_a_record_becomes_a_visit_that_the_alarms_see(stage: Stage) -> None:
    assert NO_VISIT in stage.alarms()
    row = settled(send(stage.phone, visit_of(stage.home)))
    visit = Visit.objects.get()
    assert (visit.watched, visit.on, visit.way_name, visit.worse, visit.by, visit.by_name, visit.source) == (
        stage.row, TODAY, "入户走访", False, stage.desk, "孙窗口", f"手机记录 #{row.pk}")
    assert visit.found.open().splitlines() == [
        "见到或联系到了谁：户主、老人", "饮水安全吗：安全", "有没有发现新的返贫致贫风险：否", "给这户定的帮扶措施落实了吗：都已落实"]
    assert stage.alarms() == ["no_measure"] and "登记 2026-03-01 的联系人走访" in lines(row)
    entry = AuditEntry.objects.get(verb="record_visit")
    assert (entry.subject, entry.path, entry.actor_id) == (f"watched:{stage.row.pk}", stage.row.path, stage.desk.pk) and entry.detail["source"] == visit.source
    # What a contact person says is no check of the four indicators.
    assert not Fact.objects.exists() and not Report.objects.exists()


def test_the_same_record_however_often_is_one_visit(stage: Stage) -> None:
    row = send(stage.phone, visit_of(stage.home))
    for _time in range(3):
        settled(row)
        Submission.objects.update(effect_at=None)
    assert send(stage.phone, visit_of(stage.home)).pk == row.pk
    settled(row)
    assert Visit.ever.count() == 1 and AuditEntry.objects.filter(subject=f"watched:{stage.row.pk}").count() == 1


@pytest.mark.parametrize("between", [True, False])
def test_a_correction_takes_the_place_of_the_visit_in_either_order(stage: Stage, between: bool) -> None:
    """Taken between the two, or both at once; the record that was corrected may be taken last."""
    first = send(stage.phone, visit_of(stage.home))
    if between:
        settled(first)
    second = send(stage.phone, visit_of(stage.home, "uuid:v2", way="phone", worse="yes", words="摔伤住院", deprecated="uuid:v1"))
    Submission.objects.filter(pk=first.pk).update(effect_tries=1)
    settled(second)
    visit = Visit.objects.get()
    assert (visit.way, visit.worse, visit.source) == ("phone", True, f"手机记录 #{second.pk}") and WORSE in stage.alarms()
    assert Visit.ever.count() == (2 if between else 1)
    first.refresh_from_db()
    assert first.state == "replaced" and first.effect_at is not None
    if between:
        assert lines(first) == "登记的联系人走访已经撤回。"
        assert sorted(AuditEntry.objects.filter(subject=f"watched:{stage.row.pk}").values_list("verb", flat=True)) == [
            "record_visit", "record_visit", "withdraw_visit"]


def test_a_correction_of_the_household_moves_the_visit(stage: Stage) -> None:
    other = watched(stage.cast.village_a1, "H2", contact=stage.desk)
    settled(send(stage.phone, visit_of(stage.home)))
    settled(send(stage.phone, visit_of(other.household, "uuid:v2", deprecated="uuid:v1")))
    assert Visit.objects.get().watched == other and NO_VISIT in stage.alarms()


def test_another_content_under_the_same_number_leaves_the_visit_when_it_is_left_out(stage: Stage) -> None:
    settled(send(stage.phone, visit_of(stage.home)))
    twin = send(stage.phone, visit_of(stage.home, way="phone"))
    assert twin.reasons == ["same_id_differs"]
    leave_out_submission(submission=twin, why="重复", by=stage.cast.chen, at=LATER)
    settled(twin)
    assert Visit.objects.get().way == "home"


def test_a_withdrawn_visit_stands_again_with_its_record(stage: Stage) -> None:
    row = settled(send(stage.phone, visit_of(stage.home)))
    Submission.objects.update(state="left_out", effect_at=None)
    settled(row)
    assert not Visit.objects.exists() and NO_VISIT in stage.alarms()
    Submission.objects.update(state="accepted", effect_at=None)
    settled(row)
    assert Visit.objects.count() == Visit.ever.count() == 1 and AuditEntry.objects.filter(verb="restore_visit").count() == 1


def test_photos_show_on_the_page_of_the_household(stage: Stage, sign_in, make_photo) -> None:
    xml = visit_of(stage.home).replace(b"<worse>", b"<evidence><photo_visit>p.jpg</photo_visit></evidence><worse>")
    row = settled(send(stage.phone, xml, files=(make_photo("p.jpg"),)))
    proof = Evidence.objects.get(subject=f"visit:{Visit.objects.get().pk}")
    page = sign_in(stage.cast.chen).get(f"/watch/help/{stage.home.pk}/").content.decode()
    assert f"/evidence/{proof.pk}/" in page and f"手机记录 #{row.pk}" in page and "饮水安全吗：安全" in page
    assert subject_seen(proof.subject, stage.cast.area(stage.desk)) == stage.row.path and subject_seen(proof.subject, stage.cast.area(stage.cast.zhao)) is None


def test_a_household_on_no_list_waits_with_the_reason_and_is_a_visit_once_it_is_on_it(stage: Stage) -> None:
    home = household(stage.cast.village_a1, "H9")
    row = settled(send(stage.phone, visit_of(home)))
    assert (row.state, row.reasons, row.effect["code"]) == ("quarantined", ["effect_refused"], "not_watched") and "不在监测名单上" in lines(row)
    assert not Visit.objects.exists() and not Course.objects.exists()
    Watched.objects.filter(pk=stage.row.pk).update(household=home)
    accept_submission(submission=row, why="已按程序纳入", by=stage.cast.chen, at=LATER)
    assert settled(row).state == "accepted" and Visit.objects.get().watched_id == stage.row.pk


def test_a_risk_of_a_household_on_no_list_is_a_clue_that_waits_for_a_person(stage: Stage) -> None:
    adopt(stage.cast)
    home = household(stage.cast.village_a1, "H9")
    row = settled(send(stage.phone, visit_of(home, worse="yes", words="房屋倒塌")))
    course = Course.objects.get()
    assert (course.household, course.route, course.way, course.begun_on, course.opened_by, course.version) == (home, "entry", "survey", TODAY, stage.desk, 0)
    assert "是什么风险：房屋倒塌" in course.clue.open() and "登记为线索" in lines(row)
    assert not Visit.objects.exists() and not Watched.objects.filter(household=home).exists()
    # A correction opens no second one, and what a person is to decide of does not vanish with a record.
    second = settled(send(stage.phone, visit_of(home, "uuid:v2", deprecated="uuid:v1")))
    assert Course.objects.get() == course and second.state == "accepted" and settled(row).state == "replaced" and "不随记录撤回" in lines(row)


def test_the_day_on_the_list_counts_and_not_the_day_of_arrival(stage: Stage) -> None:
    Watched.objects.filter(pk=stage.row.pk).update(left_on=TODAY)
    late = LATER + timedelta(days=5)
    row = send(stage.phone, visit_of(stage.home), at=late)
    run(late + timedelta(seconds=2))
    row.refresh_from_db()
    assert row.state == "accepted" and Visit.objects.get().on == TODAY
    before = settled(send(stage.phone, visit_of(stage.home, "uuid:v2", on="2026-01-09")))
    assert before.effect["code"] == "not_watched"


def test_a_day_after_the_record_was_filled_is_the_day_of_filling(stage: Stage) -> None:
    settled(send(stage.phone, visit_of(stage.home, on="2026-03-09")))
    assert Visit.objects.get().on == TODAY


def test_a_number_of_a_person_stays_in_the_record(stage: Stage) -> None:
    settled(send(stage.phone, visit_of(stage.home, worse="yes", words="儿子电话 13812345678")))
    found = Visit.objects.get().found.open()
    assert "13812345678" not in found and "是什么风险：（含有号码，见调查记录）" in found


def test_who_helps_nobody_there_is_not_taken_without_a_question(stage: Stage) -> None:
    row = send(phone_of(stage.cast.wang), visit_of(stage.home))
    assert row.reasons == ["outside_area"]
    accept_submission(submission=row, why="代走访", by=stage.cast.chen, at=LATER)
    assert settled(row).effect["code"] and not Visit.objects.exists()


def test_the_right_of_the_day_on_which_it_was_filled_counts(stage: Stage) -> None:
    row = send(stage.phone, visit_of(stage.home))
    end_duty(duty=Duty.objects.get(account=stage.desk), last_day=TODAY, by=SYSTEM, at=LATER)
    run(SOON + timedelta(days=3))
    row.refresh_from_db()
    assert row.state == "accepted" and Visit.objects.count() == 1


class TestPhone:
    def rounds(self, page: Page) -> list[dict[str, object]]:
        return [each for each in page.tasks()["rounds"] if each.get("of")]

    def test_the_months_visits_are_a_round_that_nobody_planned(self, stage: Stage, today: datetime) -> None:
        watched(stage.cast.village_a1, "H2")
        page = Page(stage.phone.token)
        (told,) = self.rounds(page)
        assert told == {"pk": 0, "name": "联系人走访", "form": "contact_visit", "from": "2026-03-01", "to": "2026-03-31", "villages": [stage.cast.village_a1.path], "of": "w"}
        page.sync()
        assert {row["n"]: row.get("w") for row in page.rows("h")} == {"H1": "", "H2": None}
        settled(send(stage.phone, visit_of(stage.home)))
        page.sync()
        assert {row["n"]: row.get("w") for row in page.rows("h")} == {"H1": "2026-03-01", "H2": None}
        assert [(form["id"], form["step"], form["about"], form["standing"]) for form in page.tasks()["forms"]] == [("contact_visit", "visit", "household", True)]

    def test_nobody_else_is_told_who_is_on_the_list(self, stage: Stage, today: datetime) -> None:
        for account in (stage.cast.wang, person("qian", "钱窗口", Role.VILLAGE_DESK, stage.cast.village_a1)):
            page = Page(phone_of(account).token)
            page.sync()
            assert page.rows("h") and not any("w" in row for row in page.rows("h")) and self.rounds(page) == []

    def test_a_town_is_given_the_villages_of_those_it_visits_and_no_others(self, stage: Stage, today: datetime) -> None:
        town = person("zhou", "周镇", Role.TOWN_OFFICE, stage.cast.town_a)
        page = Page(phone_of(town).token)
        assert page.tasks()["villages"] == []
        far = watched(stage.cast.village_b1, "H3", contact=town)
        assert page.tasks()["villages"] == [] and self.rounds(page) == []
        Watched.objects.filter(pk=stage.row.pk).update(contact=town)
        assert [each["name"] for each in page.tasks()["villages"]] == ["甲一村"] and far.path not in str(self.rounds(page))

    def test_a_household_that_moved_out_of_the_area_brings_no_village_along(self, stage: Stage, today: datetime) -> None:
        Household.objects.filter(pk=stage.home.pk).update(division=stage.cast.village_b1, path=stage.cast.village_b1.path)
        page = Page(stage.phone.token)
        page.sync()
        assert self.rounds(page) == [] and [each["name"] for each in page.tasks()["villages"]] == ["甲一村"] and page.rows("h") == []

    def test_without_the_form_there_is_no_round(self, stage: Stage, today: datetime) -> None:
        Form.objects.update(withdrawn_at=AT)
        assert self.rounds(Page(stage.phone.token)) == [] and forms_for(stage.phone.device, TODAY) == []


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    return LATER


@pytest.fixture
def make_photo():
    from survey.test_effects_steps import shot  # noqa: PLC0415

    return shot


def test_an_anonymous_visitor_sees_no_photo_of_a_visit(stage: Stage, make_photo) -> None:
    xml = visit_of(stage.home).replace(b"<worse>", b"<evidence><photo_visit>p.jpg</photo_visit></evidence><worse>")
    settled(send(stage.phone, xml, files=(make_photo("p.jpg"),)))
    proof = Evidence.objects.get(subject__startswith="visit:")
    assert Client().get(f"/evidence/{proof.pk}/").status_code in (302, 404)
