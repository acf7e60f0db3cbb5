"""Records rescued from a phone that cannot send: each goes through the intake as if its phone had sent it, and a file that is none is told so."""

from __future__ import annotations

import base64
import io
import struct
import tracemalloc

import pytest
from cast import AT, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openrosa.client import Collect

from survey.field import Field, make_field, record
from survey.rescued import payload_of, rescue_file, sealed
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto.rotating import rotate
from wenqu.kit.models import AuditEntry
from wenqu.survey.devices.actions import revoke_device
from wenqu.survey.models import Attachment, RescueKey, Submission
from wenqu.survey.rescue.actions import import_rescue
from wenqu.survey.rescue.keys import make_key, rescue_public_key
from wenqu.survey.rounds.actions import close_round

JPEG = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def check(field: Field, instance: str, photo: str = "", **more: str) -> bytes:
    return record(field.home, instance, extra=f"<evidence><photo_tap>{photo}</photo_tap></evidence>" if photo else "", **more)


def upload(http: Client, *contents: bytes):
    return http.post("/survey/rescue/", {"rescue": [SimpleUploadedFile(f"wenqu-1-{n}.wqr", each) for n, each in enumerate(contents)]})


def test_a_phone_that_cannot_send_is_rescued(field: Field, sign_in) -> None:
    http = sign_in(field.cast.li)
    records = [("uuid:1", check(field, "uuid:1", "tap.jpg"), {"tap.jpg": JPEG}), ("uuid:2", check(field, "uuid:2"), {})]
    content = rescue_file(field.phone.token, records, rescue_public_key())
    page = upload(http, content).content.decode()
    assert page.count("已收下") == 3 and "张三（610199101201001）" in page and "红米" in page
    row = Submission.objects.get(instance_id="uuid:1")
    assert (row.state, row.account, row.device, row.missing) == ("accepted", field.cast.wang, field.phone.device, [])
    assert row.xml.open().encode() == records[0][1], "to the byte"
    file = Attachment.objects.get()
    assert file.name == "tap.jpg" and file.evidence.size == len(JPEG)
    told = AuditEntry.objects.get(verb="import_rescue")
    assert (told.actor_id, told.subject, told.detail["taken"]) == (field.cast.li.pk, f"device:{field.phone.device.pk}", 2)
    assert {each.via for each in AuditEntry.objects.filter(verb="receive_submission")} == {"rescue"}
    assert field.phone.token not in page and field.phone.token not in str(list(AuditEntry.objects.values()))


def test_again_and_beside_what_was_sent_changes_nothing(field: Field, sign_in) -> None:
    """Part of it had gone over the air: the rest comes in, and nothing twice."""
    phone = Collect(f"http://testserver/x/{field.phone.token}", Client())
    sent, photo = check(field, "uuid:1", "tap.jpg"), check(field, "uuid:2")
    phone.post(sent)
    assert Submission.objects.get().missing == ["tap.jpg"]
    content = rescue_file(field.phone.token, [("uuid:1", sent, {"tap.jpg": JPEG}), ("uuid:2", photo, {})], rescue_public_key())
    http = sign_in(field.cast.li)
    first = upload(http, content).content.decode()
    assert "早已收到 1，已收下 1" in first and "补收 1 个文件" in first and Submission.objects.get(instance_id="uuid:1").missing == []
    before = list(Submission.objects.order_by("pk").values()), Attachment.objects.count()
    assert "早已收到 2" in upload(http, content).content.decode()
    assert (list(Submission.objects.order_by("pk").values()), Attachment.objects.count()) == before
    phone.post(photo)
    assert Submission.objects.count() == 2


def test_a_retired_phone_and_an_ended_round_wait_for_a_decision(field: Field, sign_in) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    revoke_device(device=field.phone.device, by=field.cast.li, at=AT)
    page = upload(sign_in(field.cast.li), rescue_file(field.phone.token, [("uuid:1", check(field, "uuid:1"), {})], rescue_public_key())).content.decode()
    assert "收下，待裁定" in page and "手机已停用；调查批次不在期限内" in page
    assert Submission.objects.get().reasons == ["device_revoked", "round_ended"]


def test_what_is_wrong_with_one_record_keeps_no_other_back(field: Field, sign_in, settings) -> None:
    settings.EVIDENCE_PHOTO_BYTES = 1000
    records = [
        ("uuid:bomb", b'<!DOCTYPE x [<!ENTITY a "b">]><data id="household_check">&a;</data>', {}), ("uuid:big", check(field, "uuid:big", "b.jpg"), {"b.jpg": b"x" * 1001}),
        ("uuid:name", check(field, "uuid:name", ".."), {"..": b"x"}), ("uuid:ok", check(field, "uuid:ok"), {}),
    ]
    page = upload(sign_in(field.cast.li), rescue_file(field.phone.token, records, rescue_public_key())).content.decode()
    assert "已收下 1" in page and "没有收下 3" in page and "记录无法读取" in page and "照片或附件超过大小上限" in page
    assert list(Submission.objects.values_list("instance_id", flat=True)) == ["uuid:ok"]


def test_several_files_at_once_one_of_them_rubbish(field: Field, sign_in) -> None:
    good = [rescue_file(field.phone.token, [(f"uuid:{n}", check(field, f"uuid:{n}"), {})], rescue_public_key(), part=n + 1, parts=2) for n in range(2)]
    page = upload(sign_in(field.cast.li), good[0], b"PK\x03\x04 a workbook", good[1]).content.decode()
    assert "这不是手机导出的救援文件" in page and "第 2 个，共 2 个" in page and Submission.objects.count() == 2


def broken(field: Field) -> dict[str, bytes]:
    """What may come instead of a rescue file, by what is wrong with it."""
    office = rescue_public_key()
    one = [("uuid:1", check(field, "uuid:1", "a.jpg"), {"a.jpg": JPEG})]
    good = rescue_file(field.phone.token, one, office)
    payload = payload_of(field.phone.token, one)
    header = struct.unpack(">I", payload[:4])[0]
    changed = bytearray(good)
    changed[200] ^= 1
    return {
        "empty": b"", "short": b"WQR1", "text": "你好".encode() * 100, "changed": bytes(changed), "cut": good[:-1], "longer": good + b"x",
        "no point": b"WQR1" + b"\x04" + b"\x01" * 64 + good[69:], "infinity": b"WQR1" + b"\x00" * 65 + good[69:],
        "header beyond its end": sealed(struct.pack(">I", 2**32 - 1) + payload[4:], office), "no JSON": sealed(struct.pack(">I", 3) + b"{{{", office),
        "files cut off": sealed(payload[:-1], office), "more than its files": sealed(payload + b"x", office), "a list": sealed(struct.pack(">I", 2) + b"[]", office),
        "NUL": sealed(payload.replace(b"a.jpg\", \"type", b"a\\u0000.jpg\", \"type").replace(payload[:4], struct.pack(">I", header + 6), 1), office),
        "deep": sealed(struct.pack(">I", 200_000) + b"[" * 200_000, office),
        "negative size": sealed(payload.replace(b'"size": %d' % len(JPEG), b'"size": -1'), office) if header else b"",
    }


def test_rubbish_is_refused_in_a_sentence_and_nothing_of_it_stays(field: Field, sign_in) -> None:
    http = sign_in(field.cast.li)
    for what, content in broken(field).items():
        answer = upload(http, content)
        page = answer.content.decode()
        assert answer.status_code in {200, 422}, what
        assert any(words in page for words in ("这不是手机导出的救援文件", "这个救援文件打不开", "内容不完整", "所提交的是空文件", "空")), what
        assert Submission.objects.count() == 0 and not AuditEntry.objects.filter(verb="import_rescue").exists(), what


def test_a_file_for_another_office_does_not_open(field: Field, sign_in) -> None:
    ours = rescue_public_key()
    other = make_key(AT)
    stranger = rescue_file(field.phone.token, [("uuid:1", check(field, "uuid:1"), {})], other.public)
    other.delete()
    assert rescue_public_key() == ours
    assert "这个救援文件打不开" in upload(sign_in(field.cast.li), stranger).content.decode()


def test_of_a_phone_elsewhere_nobody_learns_that_there_is_one(field: Field, sign_in) -> None:
    """A file of a phone of another town, and one of no phone at all, are answered alike."""
    http = sign_in(field.cast.zhao)
    pages = [
        upload(http, rescue_file(token, [("uuid:1", check(field, "uuid:1"), {})], rescue_public_key())).content.decode().replace(token, "")
        for token in (field.phone.token, "wqd_nobodys")
    ]
    assert all("没有在您的管辖区域内配对过" in page for page in pages) and Submission.objects.count() == 0
    assert sign_in(field.cast.wang).get("/survey/rescue/").status_code == 403


def test_older_keys_go_on_opening_and_the_private_half_is_sealed_and_rotated(field: Field, sign_in, settings, tmp_path) -> None:
    first = rescue_public_key()
    assert len(base64.b64decode(first)) == 65 and base64.b64decode(first)[0] == 4
    row = RescueKey.objects.get()
    before = row.private.token
    assert row.private.open() not in str(list(RescueKey.objects.values_list("public", "private")))
    make_key(AT)
    assert rescue_public_key() != first
    content = rescue_file(field.phone.token, [("uuid:1", check(field, "uuid:1"), {})], first)
    assert "已收下" in upload(sign_in(field.cast.li), content).content.decode()
    own = tmp_path / "keys.json"
    own.write_bytes(settings.KEYS_FILE.read_bytes())
    settings.KEYS_FILE = own
    active = rotate(cipher="", index=False, by=SYSTEM, at=AT, tell=lambda name, written: None).ring.active
    assert RescueKey.objects.get(public=first).private.key == active != before.partition(".")[0]
    content = rescue_file(field.phone.token, [("uuid:2", check(field, "uuid:2"), {})], first)
    assert "已收下" in upload(sign_in(field.cast.li), content).content.decode()


def test_a_large_file_costs_little_memory(field: Field, sign_in) -> None:
    """Forty photos of half a megabyte: what is in memory at once is a few of them, not all."""
    files = {f"{n}.jpg": bytes([n]) * 500_000 for n in range(40)}
    content = rescue_file(field.phone.token, [("uuid:1", check(field, "uuid:1", "0.jpg"), files)], rescue_public_key())
    file = io.BytesIO(content)
    tracemalloc.start()
    done = import_rescue(file=file, size=len(content), name="a.wqr", by=field.cast.li, at=AT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.counts == {"taken": 1} and Attachment.objects.count() == 40
    assert peak < 8_000_000, peak
