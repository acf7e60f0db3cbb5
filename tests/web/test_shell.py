"""The shell: sign-in, sign-out, language, content policy, area, and reads that do not write."""

from __future__ import annotations

import pytest
from cast import PASSWORD
from django.db import connection

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.places.models import Account
from wenqu.web.middleware import WriteInRead, refuse_writes


def test_every_page_asks_who_you_are(client, db):
    answer = client.get("/area/1/?run=2")
    assert answer.status_code in {302, 404}
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/"


def test_sign_in_leads_to_the_page_that_was_asked_for(client, cast):
    answer = client.post("/sign-in/", {"username": "li", "password": PASSWORD, "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "甲镇" in client.get("/").content.decode()


def test_a_wrong_password_says_what_to_do(client, cast):
    page = client.post("/sign-in/", {"username": "chen", "password": "no"}).content.decode()
    assert "用户名或密码不对" in page


def test_sign_out_needs_a_post_and_ends_the_session(sign_in, cast):
    client = sign_in(cast.chen)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_an_expired_session_sends_a_fragment_request_to_sign_in(client, db):
    answer = client.get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/sign-in/"


def test_after_signing_in_one_is_back_at_the_page_of_the_form(client, cast):
    lost = client.post("/exports/new/", headers={"referer": "http://testserver/exports/?area=1"})
    assert lost["Location"] == "/sign-in/?next=/exports/%3Farea%3D1"
    assert client.post("/exports/new/", headers={"referer": "https://elsewhere.example/exports/"})["Location"] == "/sign-in/"
    fragment = client.post("/households/1/reveal/", headers={"HX-Request": "true", "referer": "http://testserver/households/1/"})
    assert fragment["HX-Redirect"] == "/sign-in/?next=/households/1/"


def test_an_address_for_forms_only_says_so(sign_in, cast):
    answer = sign_in(cast.chen).get("/exports/new/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个地址只接收页面上提交的内容" in answer.content.decode() and "回到首页" in answer.content.decode()


def test_chinese_unless_switched(sign_in, cast):
    client = sign_in(cast.chen)
    assert '<html lang="zh-CN">' in client.get("/", headers={"Accept-Language": "en-US,en"}).content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/"})
    assert answer["Location"] == "/"
    assert '<html lang="en">' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/x"])
def test_the_language_switch_leads_nowhere_else(client, db, target):
    assert client.post("/language/", {"language": "en", "next": target})["Location"] == "/"


def test_an_unknown_language_is_not_kept(client, db):
    assert not client.post("/language/", {"language": "xx", "next": "/"}).cookies


def test_the_policy_is_on_pages_and_errors(client, db):
    for url in ("/sign-in/", "/no-such-page/", "/healthz"):
        policy = client.get(url)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_health(client, db):
    assert client.get("/healthz").content == b"ok\n"


def test_missing_page_is_chinese(sign_in, cast):
    answer = sign_in(cast.chen).get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


@pytest.mark.django_db
def test_a_read_cannot_write():
    with connection.execute_wrapper(refuse_writes):
        assert Account.objects.count() == 0
        AuditEntry.objects.create(at="2026-03-01T00:00Z", actor_name=SYSTEM.name, verb="search")
        with pytest.raises(WriteInRead):
            Account.objects.create(username="x", name="x")
        with pytest.raises(WriteInRead):
            Account.objects.update(name="y")
        with pytest.raises(WriteInRead), connection.cursor() as cursor:
            cursor.execute("WITH gone AS (DELETE FROM places_account RETURNING id) SELECT * FROM gone")
