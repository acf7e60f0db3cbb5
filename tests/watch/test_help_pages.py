"""The pages of help: what they show and to whom, what their forms do, what is written down."""

from __future__ import annotations

import uuid

import pytest
from cast import AT, Cast
from crew import picture
from django.urls import reverse
from django.utils import timezone

from watch.helped import person, planned, watched
from wenqu.kit.models import AuditEntry
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.watch.models import Measure, Visit, Watched

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]


@pytest.fixture
def town(cast: Cast) -> Account:
    return person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a)


@pytest.fixture
def row(cast: Cast) -> Watched:
    return watched(cast.village_a1, "H1")


def test_the_list_shows_own_households_with_what_is_wrong(cast, sign_in, town, row):
    watched(cast.village_b1, "H2")
    page = sign_in(town).get(reverse("watch:list")).content.decode()
    assert "户主H1" in page and "户主H2" not in page
    assert "满 1 个月没有落实措施" in page and "缺：联系人" in page
    assert AuditEntry.objects.filter(verb="list_watched", path=cast.town_a.path).count() == 1
    assert "户主H1" in sign_in(town).get(reverse("watch:list") + "?alarm=no_measure").content.decode()
    assert "户主H1" not in sign_in(town).get(reverse("watch:list") + "?alarm=worse").content.decode()


def test_who_does_not_see_the_list_is_refused(cast, sign_in, row):
    assert sign_in(cast.li).get(reverse("watch:list")).status_code == 403
    assert sign_in(cast.li).get(reverse("watch:helping", args=[row.household_id])).status_code == 403


def test_a_household_of_another_town_is_not_found(cast, sign_in, town):
    other = watched(cast.village_b1, "H2")
    client = sign_in(town)
    assert client.get(reverse("watch:helping", args=[other.household_id])).status_code == 404
    assert client.post(reverse("watch:visit", args=[other.pk]), {}).status_code == 404


def test_a_measure_is_planned_carried_out_and_judged_on_its_page(sign_in, town, row):
    client, url, today = sign_in(town), reverse("watch:helping", args=[row.household_id]), timezone.localdate().isoformat()
    plan = {"key": uuid.uuid4().hex, "kind": "medical", "department": "", "person": "", "plan": "住院费用救助", "planned_on": today, "due_on": "", "planned_fen": "1234.56"}
    assert client.post(reverse("watch:plan-measure", args=[row.household_id]), plan, follow=True).redirect_chain[-1][0] == url
    measure = Measure.objects.get()
    assert (measure.kind, measure.planned_fen, measure.plan.open()) == ("medical", 123_456, "住院费用救助")
    step = reverse("watch:measure-step", args=[measure.pk, "carry_out"])
    empty = client.post(step, {"version": 0, "done_on": today, "done_fen": "1000"})
    assert empty.status_code == 422 and "<details open>" in empty.content.decode()
    page = client.post(step, {"version": 0, "done_on": today, "done_fen": "1000", "note": "已打卡", "evidence": picture()}, follow=True).content.decode()
    assert "已落实" in page and "1,000" in page and "下载原件" in page
    late = client.post(step, {"version": 0, "done_on": today, "done_fen": "1000", "evidence": picture(2)})
    assert late.status_code == 409
    client.post(reverse("watch:measure-step", args=[measure.pk, "judge"]), {"version": 1, "effect": "solved", "on": today, "note": ""})
    measure.refresh_from_db()
    assert (measure.state, measure.done_fen) == ("judged", 100_000)
    assert client.post(reverse("watch:measure-step", args=[measure.pk, "steal"]), {}).status_code == 404


def test_a_refusal_comes_back_beside_what_was_filled_in(sign_in, town, row):
    today = timezone.localdate().isoformat()
    answer = sign_in(town).post(reverse("watch:plan-measure", args=[row.household_id]), {
        "key": uuid.uuid4().hex, "kind": "dibao", "plan": "按月发放五百元", "planned_on": today, "due_on": "2020-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "计划落实日期早于制定日期" in page and "按月发放五百元" in page
    assert not Measure.objects.exists()


def test_a_visit_and_another_helper_are_written_on_the_page(sign_in, town, row):
    client, today = sign_in(town), timezone.localdate().isoformat()
    client.post(reverse("watch:visit", args=[row.pk]), {"key": uuid.uuid4().hex, "on": today, "way": "home", "found": "家里都好"})
    assert Visit.objects.get().by == town
    nobody = client.post(reverse("watch:change-helper", args=[row.pk]), {"version": 0, "name": "", "why": "调走"})
    assert nobody.status_code == 422
    page = client.post(reverse("watch:change-helper", args=[row.pk]), {
        "version": 0, "name": "吴新", "unit": "教育局", "phone": "", "contact": town.pk, "why": "调走"}, follow=True).content.decode()
    assert "家里都好" in page and "吴新" in page and "周帮" in page
    row.refresh_from_db()
    assert (row.helper_phone.open(), row.contact) == ("13900002222", town)


def test_the_contacts_offered_are_people_of_the_own_area(cast, sign_in, town, row):
    person("ge", "葛县审", Role.COUNTY_REVIEWER, cast.county)
    page = sign_in(town).get(reverse("watch:helping", args=[row.household_id])).content.decode()
    assert "周镇</option>" in page and "葛县审" not in page
    assert "葛县审</option>" in sign_in(cast.chen).get(reverse("watch:helping", args=[row.household_id])).content.decode()


def test_a_supervisor_looks_and_gets_no_form(cast, sign_in, row):
    seer = person("du", "督导", Role.SUPERVISOR, cast.county)
    client = sign_in(seer)
    page = client.get(reverse("watch:helping", args=[row.household_id])).content.decode()
    assert "帮扶措施" in page and "/plan/" not in page and "/visit/" not in page
    assert client.post(reverse("watch:plan-measure", args=[row.household_id]), {}).status_code == 403


def test_the_household_page_and_the_desk_tell_of_it(sign_in, town, row):
    planned(row, town, at=AT)
    client = sign_in(town)
    assert "低保保障" in client.get(reverse("households:household", args=[row.household_id])).content.decode()
    assert "超过时限没有落实措施" in client.get("/").content.decode()


def test_the_report_as_page_and_file(cast, sign_in, town, row):
    planned(row, town, at=AT)
    client = sign_in(town)
    page = client.get(reverse("watch:report")).content.decode()
    assert "因病" in page and "低保保障" in page and "甲镇" in page
    answer = client.get(reverse("watch:report-workbook") + "?on=2026-03-01")
    assert answer.headers["Content-Disposition"].count("20260301") and answer.content[:2] == b"PK"
    assert AuditEntry.objects.filter(verb="export_help_report", path=cast.town_a.path).count() == 1
    assert client.get(reverse("watch:report") + f"?place={cast.town_b.pk}").status_code == 404
