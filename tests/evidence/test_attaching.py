"""Rows of evidence: one per content, subject and part of the story; what they tell; what is told of them."""

from __future__ import annotations

import threading

import pytest
from cast import AT, Cast
from django.db import connection, transaction
from django.template.loader import render_to_string

from evidence.files import GPS, PDF, exif, photo, upload
from wenqu.evidence.actions import attach
from wenqu.evidence.models import Evidence
from wenqu.evidence.queries import evidence_of, evidence_of_each
from wenqu.evidence.receiving import receive
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry


def test_a_row_says_what_it_proves_who_gave_it_and_what_the_photo_tells(cast: Cast, give) -> None:
    row = give(photo(exif=exif(taken="2026:02:28 17:30:05", gps=GPS)))
    row.refresh_from_db()
    assert (row.subject, row.about, row.path, row.division, row.by) == ("problem:1", "rectify", cast.village_a1.path, cast.village_a1, cast.wang)
    assert (row.taken_at.isoformat(), row.longitude, row.latitude, row.crs) == ("2026-02-28T09:30:05+00:00", 109.101944, 34.258472, "EPSG:4326")
    assert (row.kind, row.width, row.height, row.at) == ("photo", 64, 48, AT)
    entry = AuditEntry.objects.get(verb="attach_evidence")
    assert (entry.subject, entry.actor_id, entry.path) == ("problem:1", cast.wang.pk, cast.village_a1.path)
    assert entry.detail["sha256"] == row.sha256 and "name" not in entry.detail


def test_the_same_content_twice_is_one_row_and_one_entry(give) -> None:
    first, again = give(), give(name="other.jpg")
    assert first.pk == again.pk and Evidence.objects.count() == 1
    assert AuditEntry.objects.filter(verb="attach_evidence").count() == 1
    assert give(about="check").pk != first.pk


def test_two_subjects_share_a_content_and_the_second_is_marked(give) -> None:
    one, other = give(subject="problem:1"), give(subject="problem:2")
    assert one.sha256 == other.sha256 and one.pk != other.pk
    assert [row.used_before for row in evidence_of("problem:1")] == [False]
    assert [row.used_before for row in evidence_of("problem:2")] == [True]
    give(subject="problem:2", about="check")
    assert [row.used_before for row in evidence_of("problem:2")] == [True, True]
    assert [row.about for row in evidence_of("problem:2")] == ["rectify", "check"]


def test_within_one_subject_a_photo_may_be_used_again_and_a_document_anywhere(give) -> None:
    give(subject="problem:1", about="rectify")
    give(subject="problem:1", about="check")
    assert [row.used_before for row in evidence_of("problem:1")] == [False, False]
    give(PDF, "合同.pdf", subject="problem:1")
    give(PDF, "合同.pdf", subject="problem:2")
    assert [row.used_before for row in evidence_of("problem:2")] == [False]


def test_a_list_of_subjects_takes_as_many_queries_as_one(give, django_assert_num_queries) -> None:
    for number in range(1, 6):
        give(photo(colour=(number * 9, 0, 0)), subject=f"problem:{number}")
    with django_assert_num_queries(2):
        found = evidence_of_each([f"problem:{number}" for number in range(1, 8)])
        assert [row.by.name for rows in found.values() for row in rows] == ["王管"] * 5
    assert found["problem:7"] == []


def test_what_is_rolled_back_leaves_no_row(cast: Cast) -> None:
    received = receive(upload(photo()))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        attach(received=received, subject="problem:1", path=cast.village_a1.path, division_id=cast.village_a1.pk, about="rectify", by=SYSTEM, at=AT)
        raise ZeroDivisionError
    assert not Evidence.objects.exists() and not AuditEntry.objects.filter(verb="attach_evidence").exists()


def test_the_strip_tells_everything_and_escapes_it(cast: Cast, give) -> None:
    cast.wang.name = "<b>王</b>"
    cast.wang.save()
    give(photo(exif=exif(taken="2026:02:28 17:30:05", gps=GPS)), "河边&井.jpg", subject="problem:1")
    give(photo(exif=exif(taken="2026:02:28 17:30:05", gps=GPS)), "河边&井.jpg", subject="problem:2")
    give(PDF, "报告.pdf", subject="problem:2")
    page = render_to_string("evidence/_strip.html", {"evidence": evidence_of("problem:2")})
    for text in ("河边&amp;井.jpg", "2026-02-28 17:30", "北纬 34.25847°，东经 109.10194°（WGS 84）", "JPG", "PDF", "以前已用于另一个问题", "&lt;b&gt;王&lt;/b&gt;", "2026-03-01 09:00"):
        assert text in page, text
    assert page.count("以前已用于另一个问题") == 1 and "<b>" not in page and "style=" not in page and "onclick" not in page
    rows = evidence_of("problem:2")
    assert f'src="/evidence/{rows[0].pk}/small/"' in page and f'href="/evidence/{rows[1].pk}/"' in page
    assert render_to_string("evidence/_strip.html", {"evidence": []}).strip() == ""


def test_without_time_or_place_the_strip_says_so(give) -> None:
    give()
    page = render_to_string("evidence/_strip.html", {"evidence": evidence_of("problem:1")})
    assert "拍摄时间：照片里没有" in page and "位置：照片里没有" in page


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_row(cast: Cast) -> None:
    received = receive(upload(photo()))
    errors: list[BaseException] = []

    def act() -> None:
        while True:
            try:
                with transaction.atomic():
                    attach(received=received, subject="problem:1", path=cast.village_a1.path, division_id=cast.village_a1.pk, about="rectify", by=cast.wang, at=AT)
            except BaseException as error:
                if "table is locked" in str(error):
                    continue  # the shared memory database of the tests does not wait
                errors.append(error)
            connection.close()
            return

    threads = [threading.Thread(target=act) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == [] and Evidence.objects.count() == 1
    assert AuditEntry.objects.filter(verb="attach_evidence").count() == 1
