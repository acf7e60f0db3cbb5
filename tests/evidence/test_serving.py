"""The files as they are served: inside the area only, written down, harmless."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from area.walker import text_of
from cast import AT, Cast
from django import forms
from django.conf import settings as live
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from PIL import Image

from evidence.files import GPS, PDF, exif, photo
from wenqu.evidence.forms import FilesField
from wenqu.evidence.stores import VIEW, name_of
from wenqu.evidence.taking import takes_files
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.places.actions import give_duty
from wenqu.places.models import Role


@pytest.fixture(autouse=True)
def subject(cast: Cast) -> Problem:
    """What the files of these tests are about: `give` hands them in for problem 1."""
    place = cast.village_a1
    return Problem.objects.create(
        pk=1, division=place, path=place.path, number="QQ-2026-0001", kind="too_little", subject_kind=1, subject_id=1, subject_name="张1", source="排查",
        reason="x", explanation="水少", opened_on="2026-02-01", opened_at=AT, seen_on="2026-02-01")


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_original_is_the_very_bytes_saved_under_its_name(cast: Cast, sign_in, give) -> None:
    content = photo(exif=exif(gps=GPS))
    row = give(content, "河边 井.jpg")
    answer = sign_in(cast.li).get(f"/evidence/{row.pk}/")
    assert answer.status_code == 200 and body(answer) == content
    assert answer["Content-Type"] == "image/jpeg" and int(answer["Content-Length"]) == len(content)
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    entry = AuditEntry.objects.get(verb="download_evidence")
    assert (entry.subject, entry.actor_id, entry.path, entry.via) == (f"evidence:{row.pk}", cast.li.pk, cast.village_a1.path, "page")
    assert entry.detail == {"sha256": row.sha256, "source": "problem:1"}


def test_what_is_shown_has_no_notes_of_the_camera(cast: Cast, sign_in, give) -> None:
    row = give(photo(900, 600, exif=exif(gps=GPS)))
    client = sign_in(cast.li)
    for name, size in (("view", (900, 600)), ("small", (320, 213))):
        answer = client.get(f"/evidence/{row.pk}/{name}/")
        assert answer.status_code == 200 and answer["Content-Disposition"] == "inline" and answer["Content-Type"] == "image/jpeg"
        assert b"Exif" not in answer.content
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == size
    assert AuditEntry.objects.filter(verb="view_evidence").count() == 1


@pytest.mark.parametrize("way", ["", "view/", "small/"])
def test_what_is_served_can_do_nothing_and_is_kept_nowhere(cast: Cast, sign_in, give, way: str) -> None:
    answer = sign_in(cast.li).get(f"/evidence/{give().pk}/{way}")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store" and answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("way", ["", "view/", "small/"])
def test_outside_the_area_it_is_not_there(cast: Cast, sign_in, give, way: str) -> None:
    row = give()
    client = sign_in(cast.zhao)
    outside, nothing = client.get(f"/evidence/{row.pk}/{way}"), client.get(f"/evidence/{row.pk + 5}/{way}")
    assert outside.status_code == nothing.status_code == 404
    assert text_of(outside).replace(f"/{row.pk}/", "") == text_of(nothing).replace(f"/{row.pk + 5}/", "")
    assert not AuditEntry.objects.filter(verb__in=["download_evidence", "view_evidence"]).exists()
    assert AuditEntry.objects.filter(verb="refused", subject=f"evidence:{row.pk}", detail__code="outside_area").exists()


def test_it_takes_the_right_to_see_problems(cast: Cast, sign_in, give) -> None:
    row = give()
    client = sign_in(cast.nobody)
    assert client.get(f"/evidence/{row.pk}/").status_code == 404
    give_duty(account=cast.nobody, role=Role.LABORATORY, division=cast.county, unit="疾控中心", from_on=AT.date(), by=SYSTEM, at=AT)
    assert client.get(f"/evidence/{row.pk}/").status_code == 403
    client.logout()
    assert client.get(f"/evidence/{row.pk}/").status_code == 302


def test_a_document_has_no_picture(cast: Cast, sign_in, give) -> None:
    row = give(PDF, "报告.pdf")
    client = sign_in(cast.li)
    assert [client.get(f"/evidence/{row.pk}/{way}").status_code for way in ("", "view/", "small/")] == [200, 404, 404]
    assert client.post(f"/evidence/{row.pk}/").status_code in {200, 403, 405}


def test_a_file_that_is_gone_or_changed_says_so_before_anything_is_sent(cast: Cast, sign_in, give) -> None:
    row = give(photo(900, 600))
    file = Path(live.EVIDENCE_DIR) / name_of(row.sha256)
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    client = sign_in(cast.li)
    answer = client.get(f"/evidence/{row.pk}/")
    assert answer.status_code == 409 and "wenqu doctor" in answer.content.decode()
    file.unlink()
    assert client.get(f"/evidence/{row.pk}/").status_code == 409
    (Path(live.EVIDENCE_DIR) / name_of(row.sha256, VIEW)).write_bytes(b"<html>clear")
    assert client.get(f"/evidence/{row.pk}/view/").status_code == 409
    assert not AuditEntry.objects.filter(verb="download_evidence").exists()


def test_a_storage_that_does_not_answer_is_told_in_words(cast: Cast, sign_in, give, settings) -> None:
    row = give()
    settings.EVIDENCE_STORAGE, settings.S3_ENDPOINT, settings.S3_BUCKET = "s3", "http://127.0.0.1:1", "evidence"
    settings.S3_KEY_ID, settings.S3_SECRET = "id", "secret"
    client = sign_in(cast.li)
    for way in ("", "view/", "small/"):
        answer = client.get(f"/evidence/{row.pk}/{way}")
        assert answer.status_code == 409 and "文件存储暂时连接不上" in answer.content.decode()


# -- forms --------------------------------------------------------------------------------------------------------------


class Form(forms.Form):
    evidence = FilesField(required=False)


def test_a_form_takes_what_the_camera_and_the_chooser_give_together() -> None:
    files = MultiValueDict({"evidence": [SimpleUploadedFile("a.jpg", b"a"), SimpleUploadedFile("b.pdf", b"")]})
    form = Form({}, files)
    assert form.is_valid() and [each.name for each in form.cleaned_data["evidence"]] == ["a.jpg", "b.pdf"]
    assert Form({}, MultiValueDict()).is_valid()
    wanting = type("Wanting", (forms.Form,), {"evidence": FilesField()})({}, MultiValueDict())
    assert not wanting.is_valid() and wanting.errors["evidence"]


def test_the_inputs_work_on_telephones_without_script() -> None:
    page = str(Form()["evidence"])
    assert page.count('type="file"') == 2 and page.count('name="evidence"') == 2 and page.count("capture=") == 1 and page.count("multiple") == 1
    assert 'id="id_evidence"' in page and "image/jpeg" in page and ".docx" in page and "script" not in page and "style=" not in page


def asked(view, length: str = "10"):
    request = RequestFactory(enforce_csrf_checks=True).post("/x/", {"a": "b"})
    request.META["CONTENT_LENGTH"] = length
    return view(request)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(settings) -> None:
    settings.EVIDENCE_DOCUMENT_BYTES = 1024**2
    seen: list[HttpRequest] = []

    @takes_files
    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse("ok")

    with pytest.raises(Refused) as refusal:
        asked(view, str(6 * 1024**2))
    assert refusal.value.code == "file_too_large" and "4 MB" in refusal.value.message and seen == []
    assert view.csrf_exempt is True  # type: ignore[attr-defined]
    request = RequestFactory().post("/x/", {"a": "b"})
    request._dont_enforce_csrf_checks = False  # type: ignore[attr-defined]
    assert view(request).status_code == 403 and seen == [], "the token is asked for all the same"


def test_a_disk_that_fills_up_while_the_form_is_read_is_told_in_words() -> None:
    @takes_files
    def view(_request: HttpRequest) -> HttpResponse:
        raise OSError(28, "No space left on device")

    request = RequestFactory().post("/x/", {"a": "b"})
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refusal:
        view(request)
    assert refusal.value.code == "disk_full"
