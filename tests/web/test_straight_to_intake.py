"""Records of phones pass fewer guards than pages: those that are left guard them, and nothing else takes the short way."""

from __future__ import annotations

import pytest
from cast import Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from survey.field import make_field, record

from wenqu.survey.models import Submission


def test_a_record_needs_no_session_and_every_answer_is_guarded(cast: Cast) -> None:
    field = make_field(cast)
    http = Client(enforce_csrf_checks=True)
    for address, headers in ((f"/x/{field.phone.token}/submission", {}), ("/x/submission", {"Authorization": f"Bearer {field.phone.token}"})):
        answer = http.post(address, {"xml_submission_file": SimpleUploadedFile("s.xml", record(field.home, "uuid:1"))}, headers=headers)
        assert answer.status_code == 201 and Submission.objects.count() == 1
        assert answer.headers["X-Frame-Options"] == "DENY" and "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Language"] == "zh-hans" and answer.headers["Content-Length"] == str(len(answer.content))
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Request-ID"] and not answer.cookies
    assert answer.wsgi_request.resolver_match.view_name == "phones-header:submission"


def test_another_host_and_another_address_are_refused_as_ever(cast: Cast) -> None:
    token = make_field(cast).phone.token
    assert Client().post(f"/x/{token}/submission", headers={"Host": "elsewhere.example"}).status_code == 400
    for address in (f"/x/{token}/submission/", f"/x/{token}/formlist", "/x/a/b/submission"):
        assert Client().post(address).status_code == 404
    assert Client().get(f"/x/{token}/submission").status_code == 405


@pytest.mark.parametrize("address", ["/x/wrong/submission", "/x/submission"])
def test_whoever_shows_no_token_is_told_so(address: str, db: None) -> None:
    answer = Client().post(address)
    assert answer.status_code == 403 and answer.headers["Content-Type"].startswith("text/xml")
