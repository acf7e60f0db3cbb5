"""Each rule of the protocol that Collect rests on, by its name."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from cast import AT, Cast
from django.test import Client
from stages import household
from survey.field import VERSION, Field, make_field, record

from openrosa.client import RESPONSE, Collect, Useless
from wenqu.kit.logs import JsonLines, Plain
from wenqu.kit.models import AuditEntry
from wenqu.survey.devices.actions import revoke_device
from wenqu.survey.models import Attachment, Submission
from wenqu.survey.openrosa.settings_code import code_of, settings_of


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


@pytest.fixture
def phone(field: Field) -> Collect:
    return Collect(f"http://testserver/x/{field.phone.token}")


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_settings_code_is_base64_of_zlib_of_json(field: Field) -> None:
    code = code_of(settings_of(f"http://testserver/x/{field.phone.token}", "清泉县", "王管"))
    assert [form.form_id for form in Collect.scan(code).form_list()] == ["household_check"]


def test_the_form_list_names_number_name_version_hash_and_address(phone: Collect) -> None:
    (form,) = phone.form_list()
    assert (form.form_id, form.name, form.version) == ("household_check", "农户饮水安全四项指标核查", VERSION)
    assert form.hash.startswith("md5:") and form.download_url.startswith("http://testserver/x/") and form.manifest_url


def test_the_form_list_of_one_form(phone: Collect) -> None:
    assert len(_xml_of(phone, "/formList?formID=household_check")) == 1
    assert len(_xml_of(phone, "/formList?formID=other")) == 0


def _xml_of(phone: Collect, path: str):
    return phone._xml(phone.server_url + path)


def test_every_answer_carries_the_version_of_the_protocol_and_is_xml(phone: Collect, field: Field) -> None:
    pk = field.version.pk
    for path in ("formList", f"forms/{pk}/form.xml", f"forms/{pk}/manifest", "forms/99/form.xml", f"forms/{pk}/files/no.csv"):
        for url in (f"{phone.server_url}/{path}", f"http://testserver/x/wrong/{path}"):
            answer = phone.ask(url)
            assert answer.headers["Content-Type"] == "text/xml; charset=utf-8" and answer.headers["Date"], path
    assert phone.ask(f"{phone.server_url}/formList", "head").status_code == 200


def test_the_form_is_what_the_hash_of_the_list_says(phone: Collect) -> None:
    form = phone.download(phone.form_list()[0])
    assert b'id="household_check"' in form.xform


def test_the_manifest_gives_the_households_of_the_assigned_village_only(phone: Collect, field: Field) -> None:
    form = phone.download(phone.form_list()[0])
    told = rows(form.media["households.csv"])
    assert {row["name"] for row in told} == {str(field.home.pk), str(field.neighbour.pk)}
    home = next(row for row in told if row["name"] == str(field.home.pk))
    assert home["label"] == "张三 …1001" and home["scheme_name"] == "甲镇水厂" and home["village"] == "甲镇 甲一村"
    assert "phone" not in home


def test_the_hash_of_a_file_changes_with_what_it_holds(phone: Collect, field: Field) -> None:
    form = phone.form_list()[0]
    before = phone.manifest_hashes(form)
    assert phone.manifest_hashes(form) == before
    household(field.cast.village_a2, "H9", "外人")
    assert phone.manifest_hashes(form) == before
    household(field.cast.village_a1, "H10", "新户")
    assert phone.manifest_hashes(form) != before


def test_head_on_submission_answers_204_with_what_it_takes_and_where(phone: Collect) -> None:
    head = phone.ask(f"{phone.server_url}/submission", "head")
    assert head.status_code == 204 and head.content == b""
    assert int(head.headers["X-OpenRosa-Accept-Content-Length"]) > 20_000_000
    assert head.headers["Location"] == f"{phone.server_url}/submission"


def test_a_receipt_is_201_and_names_the_record(phone: Collect, field: Field) -> None:
    (answer,) = phone.send(record(field.home, "uuid:1"))
    assert answer.status_code == 201 and phone.is_sent(answer)
    assert f'<OpenRosaResponse xmlns="{RESPONSE[1:-1]}">' in answer.content.decode() and 'instanceID="uuid:1"' in answer.content.decode()


def test_a_retry_gets_the_same_receipt_and_changes_nothing(phone: Collect, field: Field) -> None:
    xml = record(field.home, "uuid:1")
    first, second = phone.post(xml), phone.post(xml)
    assert first.content == second.content and first.status_code == second.status_code == 201
    assert Submission.objects.count() == 1


PHOTOS = {f"photo{number}.jpg": b"\xff\xd8\xff" + bytes([number]) * 50 for number in range(3)}
NAMED = "<evidence>" + "".join(f"<{q}>photo{n}.jpg</{q}>" for n, q in enumerate(("photo_tap", "photo_card", "photo_water"))) + "</evidence>"


def test_a_split_upload_repeats_the_record_and_ends_with_the_part_that_is_not_incomplete(phone: Collect, field: Field) -> None:
    answers = phone.send(record(field.home, "uuid:1", extra=NAMED), PHOTOS, at_once=1)
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    row = Submission.objects.get()
    assert row.missing == [] and sorted(row.attachments.values_list("name", flat=True)) == sorted(PHOTOS)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_parts_come_in_any_order(phone: Collect, field: Field, order: tuple[int, ...]) -> None:
    xml, names = record(field.home, "uuid:1", extra=NAMED), list(PHOTOS)
    for done, number in enumerate(order):
        assert len(Submission.objects.get().missing if done else names) == 3 - done
        phone.post(xml, {names[number]: PHOTOS[names[number]]}, incomplete=number != 2)
    assert Submission.objects.get().missing == []


def test_files_of_equal_content_or_equal_name_are_kept_each(phone: Collect, field: Field) -> None:
    xml = record(field.home, "uuid:1", extra=NAMED)
    for _ in range(2):
        phone.post(xml, {"photo0.jpg": b"\xff\xd8\xffsame", "photo1.jpg": b"\xff\xd8\xffsame"})
        phone.post(xml, {"photo0.jpg": b"\xff\xd8\xffother"})
    kept = Attachment.objects.values_list("name", "evidence__sha256")
    assert len(kept) == 3 and len({sha256 for _name, sha256 in kept}) == 2
    assert Submission.objects.get().missing == ["photo2.jpg"]


def test_a_file_is_matched_by_its_name_even_where_that_looks_like_a_number_of_somebody(phone: Collect, field: Field) -> None:
    phone.post(record(field.home, extra="<evidence><photo_tap>13800001234.jpg</photo_tap></evidence>"), {"13800001234.jpg": b"\xff\xd8\xff"})
    assert Submission.objects.get().missing == []
    assert "13800001234" not in str(list(AuditEntry.objects.values()))


def test_a_file_that_the_record_does_not_name_is_kept_too(phone: Collect, field: Field) -> None:
    phone.post(record(field.home, "uuid:1"), {"audit.csv": b"event,node\n"})
    assert Attachment.objects.get().name == "audit.csv"


def test_what_is_received_is_kept_to_the_byte(phone: Collect, field: Field) -> None:
    xml = record(field.home, "uuid:1", extra="<people><suggestions>多修 水池\u3000😀\r\n</suggestions></people>")
    phone.post(xml)
    row = Submission.objects.get()
    assert row.xml.open().encode() == xml and "多修" not in row.xml.token


def test_a_retired_phone_is_given_nothing_and_still_sends(phone: Collect, field: Field) -> None:
    revoke_device(device=field.phone.device, by=field.cast.wang, at=AT)
    assert phone.ask(f"{phone.server_url}/formList").status_code == 403
    assert phone.is_sent(phone.post(record(field.home)))
    assert Submission.objects.get().reasons == ["device_revoked"]


def test_a_wrong_token_gets_403_and_never_401(phone: Collect, field: Field) -> None:
    """At a 401 Collect asks for a name and a password, which nobody has."""
    wrong = Collect("http://testserver/x/wqd_nobody")
    for url, method in (("formList", "get"), ("submission", "head")):
        assert wrong.ask(f"{wrong.server_url}/{url}", method).status_code == 403
    assert wrong.post(record(field.home)).status_code == 403 and not Submission.objects.exists()


def test_the_token_may_come_in_a_header(field: Field) -> None:
    client = Client(headers={"Authorization": f"Bearer {field.phone.token}"})
    page = Collect("http://testserver/x", client)
    form = page.download(page.form_list()[0])
    assert field.phone.token not in form.download_url and form.media
    assert page.is_sent(page.post(record(field.home)))


def test_a_page_of_a_captive_portal_is_no_receipt() -> None:
    assert not Collect.is_sent(type("Answer", (), {"status_code": 200})())


@pytest.mark.parametrize("xml", [
    b"no xml", b"", b'<!DOCTYPE x [<!ENTITY a "b">]><data id="household_check">&a;</data>', b"<data>" * 40 + b"</data>" * 40,
    "<data id='x'>农户</data>".encode("utf-16"), b'<!DOCTYPE data SYSTEM "http://127.0.0.1/x"><data/>',
], ids=["text", "empty", "entity", "deep", "utf-16", "dtd"])
def test_what_is_no_record_is_refused_in_words(phone: Collect, xml: bytes) -> None:
    answer = phone.post(xml)
    assert answer.status_code == 400 and "没有收下" in answer.content.decode() and not Submission.objects.exists()


def test_a_record_without_a_number_is_told_by_its_content(phone: Collect, field: Field) -> None:
    xml = b'<data id="household_check" version="2026112301"><pick/></data>'
    assert phone.post(xml).content == phone.post(xml).content
    assert Submission.objects.get().instance_id.startswith("sha256:")


def test_what_is_larger_than_told_gets_413(phone: Collect, field: Field, settings) -> None:
    settings.EVIDENCE_PHOTO_BYTES = 1000
    assert phone.post(record(field.home), {"big.jpg": b"\xff\xd8\xff" + b"x" * 1000}).status_code == 413
    assert not Submission.objects.exists()


def test_other_methods_get_405_with_what_is_allowed(phone: Collect) -> None:
    assert phone.ask(f"{phone.server_url}/submission").headers["Allow"] == "HEAD, POST"
    assert phone.ask(f"{phone.server_url}/formList", "post").headers["Allow"] == "GET, HEAD"


def test_too_many_requests_get_429_and_when_to_come_again(phone: Collect, settings) -> None:
    settings.FIELD_PER_MINUTE = 61
    answers = [phone.ask(f"{phone.server_url}/formList") for _ in range(32)]
    assert {answer.status_code for answer in answers} == {200, 429} and int(answers[-1].headers["Retry-After"]) > 0


def test_an_answer_without_the_header_is_useless(db: None) -> None:
    with pytest.raises(Useless):
        Collect("http://testserver").ask("http://testserver/healthz")


def test_tokens_never_stand_in_a_log(phone: Collect, field: Field, caplog: pytest.LogCaptureFixture, monkeypatch, settings) -> None:
    """Collect has its token in every address, and the framework writes addresses of requests that broke."""
    monkeypatch.setattr("wenqu.survey.openrosa.listing.forms_for", lambda *_: 1 / 0)
    phone.http.raise_request_exception = False
    with caplog.at_level("DEBUG"), pytest.raises(Useless):
        phone.form_list()
    assert any(field.phone.token in each.getMessage() for each in caplog.records), "the framework still writes addresses"
    assert not any(field.phone.token in Plain().format(each) or field.phone.token in JsonLines().format(each) for each in caplog.records)
