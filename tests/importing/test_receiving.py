"""What a request that brings a table passes before anything of it is read."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from wenqu.importing.receiving import on_disk, takes_table
from wenqu.kit.refusal import Refused


@takes_table
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(sorted(request.POST)))


def asked(length: str, *, token: bool = True) -> HttpResponse:
    request = RequestFactory().post("/x/", {"a": "b"})
    request.META["CONTENT_LENGTH"] = length
    request._dont_enforce_csrf_checks = token  # type: ignore[attr-defined]
    return view(request)


@pytest.mark.parametrize("length", ["10", "", "x", "²", "9" * 5000])
def test_a_length_that_is_none_stops_nobody(length: str) -> None:
    assert asked(length).status_code == 200


def test_a_body_that_is_too_large_is_refused_and_the_token_is_asked_for_all_the_same(settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 5 * 1024**2
    with pytest.raises(Refused) as refused:
        asked(str(7 * 1024**2))
    assert refused.value.code == "file_too_large" and "5 MB" in refused.value.message
    assert view.csrf_exempt is True and asked("10", token=False).status_code == 403  # type: ignore[attr-defined]


def test_an_uploaded_file_lies_on_the_disk_while_it_is_looked_at() -> None:
    with on_disk(SimpleUploadedFile("a.csv", b"a,b")) as path:
        assert path.read_bytes() == b"a,b"
    assert not path.exists()
