"""The office pages: forms, rounds, phones, the desk."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from openrosa.client import Collect

from survey.field import FOREVER, Field, make_field, record
from wenqu.kit.models import AuditEntry
from wenqu.survey.designing.checking import shipped_workbook
from wenqu.survey.models import Assignment, Device, Form, FormVersion, Pairing, Round, Submission


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def edited(**settings: str) -> io.BytesIO:
    """The shipped household check, changed in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(shipped_workbook("household-check")))
    heads = {cell.value: cell.column for cell in book["settings"][1]}
    for name, value in settings.items():
        if name in heads:
            book["settings"].cell(2, heads[name]).value = value
    if "formula" in settings:
        sheet = book["survey"]
        column = next(cell.column for cell in sheet[1] if str(cell.value).startswith("relevan"))
        sheet.cell(12, column).value = settings["formula"]
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "四项指标.xlsx"
    return out


def test_shipped_forms_are_ready_to_publish_and_to_download(cast: Cast, sign_in) -> None:
    http = sign_in(cast.chen)
    page = http.get("/survey/forms/").content.decode()
    assert "农户饮水安全四项指标核查" in page and "在清泉县发布" in page
    assert http.get("/survey/forms/shipped/scheme-check/").content == shipped_workbook("scheme-check")
    answer = http.post("/survey/forms/shipped/", {"county": cast.county.pk, "name": "scheme-check"})
    assert answer.url == reverse("survey:form", args=[Form.objects.get().pk])
    assert "在清泉县发布“供水工程现场核查”" not in http.get("/survey/forms/").content.decode()


def test_an_edited_workbook_becomes_the_next_version_and_comes_back_as_it_was(field: Field, sign_in) -> None:
    http, book = sign_in(field.cast.chen), edited(version="2026120101")
    answer = http.post("/survey/forms/upload/", {"county": field.cast.county.pk, "file": book})
    assert answer.status_code == 302
    version = FormVersion.objects.get(version="2026120101")
    assert version.form == field.form and http.get(f"/survey/versions/{version.pk}/workbook/").content == book.getvalue()
    page = http.get(f"/survey/forms/{version.form_id}/").content.decode()
    assert page.index("2026120101") < page.index(field.version.version)
    # The phone is given the newest, and one that was offline sends what it has.
    phone = Collect(f"http://testserver/x/{field.phone.token}", Client())
    assert phone.form_list()[0].version == "2026120101"
    phone.post(record(field.home))
    phone.post(record(field.neighbour, version="2026120101"))
    assert set(Submission.objects.values_list("state", "version__version")) == {("accepted", "2026112301"), ("accepted", "2026120101")}


def test_the_same_version_again_is_refused_in_words(field: Field, sign_in) -> None:
    answer = sign_in(field.cast.chen).post("/survey/forms/upload/", {"county": field.cast.county.pk, "file": edited()})
    assert answer.status_code == 422 and "已经发布过" in answer.content.decode() and FormVersion.objects.count() == 1


def test_every_refusal_is_shown_by_sheet_row_and_column(field: Field, sign_in) -> None:
    answer = sign_in(field.cast.chen).post("/survey/forms/upload/", {"county": field.cast.county.pk, "file": edited(version="9", formula="random() > 1")})
    page = answer.content.decode()
    assert answer.status_code == 422 and "不支持函数 random()" in page
    assert re.search(r">survey</th>\s*<td[^>]*>12</td>\s*<td[^>]*>relevant</td>", page)
    assert FormVersion.objects.count() == 1


def test_what_is_no_workbook_is_refused_in_words(field: Field, sign_in) -> None:
    file = io.BytesIO(b"not a workbook")
    file.name = "x.xlsx"
    answer = sign_in(field.cast.chen).post("/survey/forms/upload/", {"county": field.cast.county.pk, "file": file})
    assert answer.status_code == 422 and "请上传 .xlsx 工作簿" in answer.content.decode()


def test_a_withdrawn_form_is_offered_no_more_and_its_records_are_taken(field: Field, sign_in) -> None:
    sign_in(field.cast.chen).post(f"/survey/forms/{field.form.pk}/withdraw/")
    phone = Collect(f"http://testserver/x/{field.phone.token}", Client())
    assert phone.form_list() == []
    phone.post(record(field.home))
    assert Submission.objects.get().state == "accepted"


def test_only_the_county_publishes(field: Field, sign_in) -> None:
    assert sign_in(field.cast.li).get("/survey/forms/").status_code == 403


def test_a_town_plans_a_round_of_its_own(field: Field, sign_in) -> None:
    http = sign_in(field.cast.li)
    answer = http.post("/survey/rounds/new/", {"name": "甲镇补查", "form": field.form.pk, "division": field.cast.town_a.pk, "from_on": "2026-01-01", "to_on": str(FOREVER)})
    row = Round.objects.get(name="甲镇补查")
    assert answer.url == f"/survey/rounds/{row.pk}/"
    http.post(f"/survey/rounds/{row.pk}/assign/", {"accounts": [field.cast.wang.pk, field.cast.li.pk], "villages": [field.cast.village_a1.pk, field.cast.village_a2.pk]})
    # The water manager of village A1 holds nothing in A2.
    assert set(row.assignments.values_list("account__username", "division__name")) == {("wang", "甲一村"), ("li", "甲一村"), ("li", "甲二村")}
    task = row.assignments.get(account=field.cast.li, division=field.cast.village_a2)
    http.post(f"/survey/tasks/{task.pk}/remove/")
    http.post(f"/survey/rounds/{row.pk}/end/", {"to_on": "2026-12-31"})
    http.post(f"/survey/rounds/{row.pk}/close/")
    row.refresh_from_db()
    assert row.closed_at and str(row.to_on) == "2026-12-31" and Assignment.objects.filter(round=row).count() == 2
    assert http.post(f"/survey/rounds/{row.pk}/assign/", {"accounts": [field.cast.li.pk], "villages": [field.cast.village_a2.pk]}).status_code == 409
    page = http.get("/survey/").content.decode()
    assert "甲镇补查" in page and "三季度排查" in page, "the county's round sends somebody into the town"
    page = http.get(f"/survey/rounds/{field.round.pk}/").content.decode()
    assert "甲一村" in page and "结束批次" not in page and "导出记录" not in page, "looked at, not changed"
    assert http.post(f"/survey/rounds/{field.round.pk}/close/").status_code == 403
    http = sign_in(field.cast.zhao)
    assert "三季度排查" not in http.get("/survey/").content.decode() and http.get(f"/survey/rounds/{field.round.pk}/").status_code == 404


def test_a_phone_is_paired_by_a_code_that_works_once(field: Field, sign_in) -> None:
    office, phone = sign_in(field.cast.wang), Client()
    page = office.post("/survey/phones/offer/", {"account": field.cast.wang.pk}).content.decode()
    link = re.search(r"http://testserver(/pair/wqp_[\w-]+/)", page)
    assert link and "data:image/svg+xml" in page
    secret = link[1].split("/")[2]
    assert secret not in str(list(Pairing.objects.values())) and secret not in str(list(AuditEntry.objects.values()))
    assert phone.get(link[1]).url == f"/pair/#pair={secret}"
    told = phone.post("/pair/", {"name": "华为"}).content.decode()
    server = re.search(r"http://testserver/x/(wqd_[\w-]+)", told)
    assert server and server[1] not in str(list(Device.objects.values()))
    assert [form.form_id for form in Collect(server[0], Client()).form_list()] == ["household_check"]
    phone.get(link[1])
    assert phone.post("/pair/", {"name": "再来"}).status_code == 409


def test_a_page_gets_its_token_for_the_secret(field: Field, sign_in) -> None:
    page = sign_in(field.cast.wang).post("/survey/phones/offer/", {"account": field.cast.wang.pk}).content.decode()
    secret = re.search(r"wqp_[\w-]+", page)[0]  # type: ignore[index]
    answer = Client().post("/pair/token/", {"secret": secret, "name": "红米"})
    assert answer.status_code == 201 and answer.json()["token"].startswith("wqd_")
    assert Client().post("/pair/token/", {"secret": secret, "name": "红米"}).json()["code"] == "pairing_unusable"


def test_whoever_plans_rounds_pairs_and_retires_the_phones_of_others(field: Field, sign_in) -> None:
    http = sign_in(field.cast.li)
    assert "王管" in http.get("/survey/phones/").content.decode()
    assert http.post("/survey/phones/offer/", {"account": field.cast.wang.pk}).status_code == 200
    assert http.post("/survey/phones/offer/", {"account": field.cast.zhao.pk}).status_code == 404
    http.post(f"/survey/phones/{field.phone.device.pk}/revoke/")
    assert Device.objects.get(pk=field.phone.device.pk).revoked_by == field.cast.li
    assert sign_in(field.cast.zhao).post(f"/survey/phones/{field.phone.device.pk}/revoke/").status_code == 404


def test_the_desk_shows_what_waits_with_its_answers_and_decides(field: Field, sign_in) -> None:
    phone = Collect(f"http://testserver/x/{field.phone.token}", Client())
    photo = "<evidence><photo_tap>p.jpg</photo_tap></evidence><strange>外来的题</strange>"
    phone.post(record(field.home, "uuid:1", extra=photo), {"p.jpg": b"\xff\xd8\xffx"})
    phone.post(record(field.home, "uuid:1", persons="9"))
    row = Submission.objects.get(twin=True)
    http = sign_in(field.cast.li)
    assert "同一记录编号，内容不同" in http.get("/survey/records/").content.decode()
    page = http.get(f"/survey/records/{row.pk}/").content.decode()
    assert "张三（610199101201001）" in page and "山泉水" in page and "自来水入户（到院）" in page and ">9<" in page and f"/survey/records/{Submission.objects.get(twin=False).pk}/" in page
    assert AuditEntry.objects.get(verb="view_submission").subject == f"submission:{row.pk}"
    first = Submission.objects.get(twin=False)
    page = http.get(f"/survey/records/{first.pk}/").content.decode()
    assert "外来的题" in page and "表单中没有这一题" in page
    file = first.attachments.get()
    answer = http.get(f"/evidence/{file.evidence_id}/")
    assert b"".join(answer.streaming_content) == b"\xff\xd8\xffx"
    http.post(f"/survey/records/{row.pk}/decide/", {"why": "核对过，以后一份为准", "decision": "accept"})
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("accepted", field.cast.li)
    assert http.post(f"/survey/records/{row.pk}/decide/", {"why": "再来", "decision": "leave_out"}).status_code == 409
    assert sign_in(field.cast.zhao).get(f"/survey/records/{row.pk}/").status_code == 404
    assert sign_in(field.cast.wang).get("/survey/records/").status_code == 403
