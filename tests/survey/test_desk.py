"""The desk of records that wait: found by what is looked for, judged beside the register, decided of one by one or, where they were only late, together."""

from __future__ import annotations

import json
from datetime import date

import pytest
from cast import AT, Cast
from django.test import Client
from openrosa.client import Collect
from stages import facts

from survey.field import Field, make_field, phone_of, record, round_of
from wenqu.kit.models import AuditEntry
from wenqu.places.scope import EVERYWHERE
from wenqu.survey.desk.showing import lines_of
from wenqu.survey.desk.words import point_in_words
from wenqu.survey.devices.actions import revoke_device
from wenqu.survey.models import Doubled, Submission
from wenqu.survey.rounds.actions import assign_villages, close_round


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def send(field: Field, subject, token: str = "", instance: str = "", extra: str = "", files=None, **more: str) -> Submission:
    before = set(Submission.objects.values_list("pk", flat=True))
    Collect(f"http://testserver/x/{token or field.phone.token}", Client()).post(record(subject, instance, extra=extra, **more), files)
    return Submission.objects.exclude(pk__in=before).get()


def listed(page: str) -> set[int]:
    return {row.pk for row in Submission.objects.all() if f'data-href="/survey/records/{row.pk}/"' in page}


def test_the_list_is_narrowed_by_reason_village_surveyor_and_round(field: Field, sign_in) -> None:
    cast = field.cast
    other = round_of(cast, field.form, [cast.li], [cast.village_a2])
    phone = phone_of(cast.li)
    here, there = send(field, field.far), send(field, field.far, phone.token)
    assert (here.reasons, there.state) == (["outside_area"], "accepted")
    close_round(round=other, by=cast.chen, at=AT)
    late = send(field, field.far, phone.token)
    unknown = send(field, "987654", phone.token)
    http = sign_in(cast.chen)

    def found(**wanted: object) -> set[int]:
        return listed(http.get("/survey/records/", wanted).content.decode())

    assert found() == {here.pk, late.pk, unknown.pk}
    assert found(reason="outside_area") == {here.pk} and found(reason="unknown_subject") == {unknown.pk} and found(reason="round_ended") == {late.pk, unknown.pk}
    assert found(surveyor=cast.wang.pk) == {here.pk} and found(surveyor=cast.li.pk) == {late.pk, unknown.pk}
    assert found(round=other.pk) == {late.pk, unknown.pk} and found(round=other.pk, surveyor=cast.wang.pk) == set()
    assert found(place=cast.village_a2.pk) == {here.pk, late.pk, unknown.pk} and found(place=cast.village_a1.pk) == set() and found(place=cast.town_a.pk) == found()
    assert found(state="accepted") == {there.pk} and found(state="accepted", place=cast.town_b.pk) == set()
    page = http.get("/survey/records/").content.decode()
    assert "对象不在填表人的任务范围" in page and "手机已停用</option>" not in page, "only what there is is offered"
    assert f'<option value="{cast.li.pk}">李站' in page and "王五（610199101202001）" in page
    # Whoever sees another town sees nothing of it, whatever they ask for.
    http = sign_in(cast.zhao)
    assert found(place=cast.village_a2.pk) == found(surveyor=cast.li.pk) == found(round=other.pk) == set()
    assert "李站" not in http.get("/survey/records/").content.decode()


def test_what_was_only_late_is_decided_of_together_with_one_reason(field: Field, sign_in) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    revoke_device(device=field.phone.device, by=field.cast.li, at=AT)
    first, second, third = (send(field, home) for home in (field.home, field.neighbour, field.home))
    strange = send(field, "987654")
    http = sign_in(field.cast.li)
    page = http.get("/survey/records/").content.decode()
    assert "当前筛选下的全部 3 条" in page and page.count('form="many"') == 3
    assert http.post("/survey/records/decide/", {"which": "ticked", "why": "下乡迟报", "decision": "accept"}).status_code == 409
    http.post("/survey/records/decide/", {"which": "ticked", "record": [first.pk, strange.pk], "why": "下乡迟报", "decision": "accept"})
    states = dict(Submission.objects.values_list("pk", "state"))
    assert states == {first.pk: "accepted", second.pk: "quarantined", third.pk: "quarantined", strange.pk: "quarantined"}, "an unknown household is no lateness"
    http.post("/survey/records/decide/", {"which": "all", "state": "quarantined", "why": "没有信号，补传", "decision": "leave_out"})
    assert dict(Submission.objects.values_list("pk", "state")) == {first.pk: "accepted", second.pk: "left_out", third.pk: "left_out", strange.pk: "quarantined"}
    told = AuditEntry.objects.filter(verb="leave_out_submission")
    assert {each.subject for each in told} == {f"submission:{second.pk}", f"submission:{third.pk}"} and {each.detail["reason"] for each in told} == {"没有信号，补传"}
    assert http.post("/survey/records/decide/", {"which": "all", "decision": "accept"}).status_code == 409


def test_all_means_all_that_the_filters_find(field: Field, sign_in) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    assign_villages(round=round_of(field.cast, field.form, [field.cast.li], [field.cast.village_a1], to_on=date(2026, 1, 2)), accounts=[field.cast.li], villages=[field.cast.village_a1], by=field.cast.chen, at=AT)
    own = send(field, field.home, phone_of(field.cast.li).token)
    theirs = send(field, field.home)
    http = sign_in(field.cast.li)
    page = http.get("/survey/records/").content.decode()
    assert listed(page) == {own.pk, theirs.pk} and page.count('form="many"') == 1, "one's own is left to others"
    http.post("/survey/records/decide/", {"which": "all", "surveyor": field.cast.li.pk, "why": "补", "decision": "accept"})
    http.post("/survey/records/decide/", {"which": "all", "place": field.cast.village_b1.pk, "why": "补", "decision": "accept"})
    assert set(Submission.objects.values_list("state", flat=True)) == {"quarantined"}
    http.post("/survey/records/decide/", {"which": "all", "place": field.cast.village_a1.pk, "why": "补", "decision": "accept"})
    assert dict(Submission.objects.values_list("pk", "state")) == {own.pk: "quarantined", theirs.pk: "accepted"}


def test_nobody_decides_of_another_towns_records_together(field: Field, sign_in) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    row = send(field, field.home)
    http = sign_in(field.cast.zhao)
    http.post("/survey/records/decide/", {"which": "ticked", "record": [row.pk], "why": "补", "decision": "accept"})
    http.post("/survey/records/decide/", {"which": "all", "why": "补", "decision": "accept"})
    assert Submission.objects.get().state == "quarantined"
    assert sign_in(field.cast.wang).post("/survey/records/decide/", {"which": "all", "why": "补", "decision": "accept"}).status_code == 403


def test_answers_stand_beside_what_the_register_has(field: Field, sign_in) -> None:
    facts(field.home, piped="no", litres_per_person_day=60, short_days=5)
    row = send(field, field.home, extra="<quantity><short_days>12</short_days><litres_per_person_day>60.0</litres_per_person_day></quantity><evidence><place>34.123456 109.2 412 7.6</place></evidence>")
    page = sign_in(field.cast.li).get(f"/survey/records/{row.pk}/").content.decode()
    assert "台账现值" in page and '<strong class="gap">5（2026-02-01）</strong>' in page and '<strong class="gap">3</strong>' in page, "persons: 4 said, 3 known"
    assert '<strong class="gap">60' not in page and "60（2026-02-01）" in page, "60.0 is what is known"
    assert "北纬 34.12346°，东经 109.20000°（WGS 84），精度 8 米" in page
    assert "手机自动记录" in page and "2026-03-01T09:00:00" in page


def test_what_a_form_works_out_is_an_answer_where_it_becomes_a_fact_and_in_words(field: Field) -> None:
    plan = json.loads(field.version.plan)
    said = "<piped>yes</piped><decentralised>no</decentralised><evidence><place_crs>EPSG:4326</place_crs></evidence>"
    row = send(field, field.home, extra=said)
    lines = {line.path.rpartition("/")[2]: (line.kind, line.text) for line in lines_of(row, plan, {}, EVERYWHERE)}
    assert (lines["piped"], lines["decentralised"][0], lines["place_crs"][0]) == (("answer", "是"), "noted", "noted")


def test_a_point_in_words() -> None:
    assert point_in_words("-34.1 109.2") == "南纬 34.10000°，东经 109.20000°（WGS 84）"
    assert point_in_words("here") == "here" and point_in_words("1") == "1"


def test_other_records_of_the_household_are_beside_it_and_lead_to_the_differences(field: Field, sign_in) -> None:
    cast = field.cast
    assign_villages(round=field.round, accounts=[cast.li], villages=[cast.village_a1], by=cast.chen, at=AT)
    first = send(field, field.home, persons="4")
    close_round(round=field.round, by=cast.chen, at=AT)
    second = send(field, field.home, phone_of(cast.li).token, persons="5")
    http = sign_in(cast.chen)
    assert f'data-href="/survey/records/{first.pk}/"' in http.get(f"/survey/records/{second.pk}/").content.decode()
    http.post(f"/survey/records/{second.pk}/decide/", {"why": "补传", "decision": "accept"})
    row = Doubled.objects.get()
    assert row.open == 1
    page = http.get(f"/survey/records/{first.pk}/").content.decode()
    assert f"/survey/rulings/{row.pk}/" in page and "1 项填得不一样" in page


def test_photos_are_shown_under_the_question_that_they_answer(field: Field, sign_in) -> None:
    row = send(field, field.home, extra="<evidence><photo_tap>p.jpg</photo_tap></evidence>", files={"p.jpg": b"\xff\xd8\xffx"})
    again = send(field, field.neighbour, extra="<evidence><photo_tap>q.jpg</photo_tap></evidence>", files={"q.jpg": b"\xff\xd8\xffx"})
    http = sign_in(field.cast.li)
    page = http.get(f"/survey/records/{row.pk}/").content.decode()
    assert "拍水龙头或取水点" in page and "缩略图正在生成" in page and "以前已用于别处" not in page
    assert "以前已用于别处" in http.get(f"/survey/records/{again.pk}/").content.decode()


def test_the_desk_of_the_day_says_how_many_wait(field: Field, sign_in) -> None:
    http = sign_in(field.cast.li)
    assert "调查记录待裁定" not in http.get("/").content.decode()
    close_round(round=field.round, by=field.cast.chen, at=AT)
    send(field, field.home)
    assert "调查记录待裁定" in http.get("/").content.decode()
    assert "调查记录待裁定" not in sign_in(field.cast.zhao).get("/").content.decode()
