"""Signing in by password: Argon2, waiting after failures, and nothing that tells whether a name exists."""

from __future__ import annotations

import re
import threading
from unittest import mock

import pytest
from cast import AT, PASSWORD
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wenqu.kit import limited
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.people.models import Throttle
from wenqu.people.signing import throttle
from wenqu.people.signing.throttle import Charge, Guarded, charge, give_back, pause
from wenqu.places.actions import add_account
from wenqu.places.models import Account

REAL_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def attempt(client, username, password, **more):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


# ---- passwords

def test_new_passwords_are_kept_by_argon2_and_old_ones_are_upgraded_at_sign_in(client, cast, settings):
    settings.PASSWORD_HASHERS = REAL_HASHERS
    assert add_account(username="new", password=PASSWORD, name="新", by=SYSTEM, at=AT).password.startswith("argon2$argon2id$")
    Account.objects.filter(pk=cast.li.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert attempt(client, "li", PASSWORD).status_code == 302
    cast.li.refresh_from_db()
    assert cast.li.password.startswith("argon2$")
    assert attempt(Client(), "li", PASSWORD).status_code == 302


@pytest.mark.parametrize(("password", "told"), [
    ("kq9-x7w-2", "至少 10 个字符"), ("password123", "太常见"), ("73190824655", "不能全是数字"), ("zhao.station", "和用户名或姓名太相近"), ("赵水站的密码长度啊啊", "和用户名或姓名太相近"),
])
def test_a_weak_password_is_refused_in_chinese(db, password, told):
    account = Account(username="zhao.station1", name="赵水站的密码长度")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, account)
    assert told in "".join(refused.value.messages)


@pytest.mark.parametrize("password", ["Wang-wang-2026", "王主任王主任2026", "wang王主任2026!!"])
def test_a_password_made_of_the_names_is_refused(password):
    with pytest.raises(ValidationError, match="和用户名或姓名太相近"):
        validate_password(password, Account(username="wang", name="王主任"))


@pytest.mark.parametrize(("username", "password"), [("xian", "lantian-xian-2026"), ("zhen", "lantian-zhen-2026"), ("cun", "lantian-cun-2026"), ("chen", PASSWORD)])
def test_the_passwords_of_the_demo_pass(username, password):
    validate_password(password, Account(username=username, name="蓝田县演示员"))


# ---- nobody learns which names exist

def page_without_tokens(answer) -> str:
    return re.sub(r'value="[^"]{64}"', "", answer.content.decode())


def seen(answer) -> tuple:
    headers = {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "X-Request-ID", "Request-ID"}}
    return answer.status_code, headers, sorted(answer.cookies), page_without_tokens(answer)


@pytest.fixture
def names(cast):
    """Five names whose sign-in must look the same: one that works, one closed, one without a password yet, two unknown."""
    closed = add_account(username="close", password=PASSWORD, name="已停用", by=SYSTEM, at=AT)
    closed.is_active = False
    closed.save()
    invited = add_account(username="invit", password=PASSWORD, name="未设密码", by=SYSTEM, at=AT)
    invited.set_unusable_password()
    invited.save()
    return ["zhaox", "nosuc", closed.username, invited.username, add_account(username="zhaos", password=PASSWORD, name="赵", by=SYSTEM, at=AT).username]


def test_wrong_sign_ins_look_the_same_whoever_is_meant_until_and_while_locked(names):
    for _round in range(throttle.FREE["name"] + 3):
        told = [seen(attempt(Client(REMOTE_ADDR=f"10.0.0.{number}"), name, "wrong-password-1")) for number, name in enumerate(names)]
        plain = {str(each).replace(name, "NAME") for each, name in zip(told, names, strict=True)}
        assert len(plain) == 1, plain
    assert told[0][0] == 429


def test_a_closed_account_with_its_right_password_looks_like_a_wrong_one(names):
    right = seen(attempt(Client(), "close", PASSWORD))
    wrong = seen(attempt(Client(), "nosuc", PASSWORD))
    assert str(right).replace("close", "NAME") == str(wrong).replace("nosuc", "NAME")


def test_a_wrong_sign_in_does_the_same_work_whoever_is_meant(names, settings):
    settings.PASSWORD_HASHERS = REAL_HASHERS
    Account.objects.filter(username="zhaos").update(password=make_password(PASSWORD))
    Account.objects.filter(username="close").update(password=make_password(PASSWORD))
    work = set()
    for number, name in enumerate(names):
        with mock.patch.object(Argon2PasswordHasher, "encode", autospec=True, side_effect=Argon2PasswordHasher.encode) as made, \
                mock.patch.object(Argon2PasswordHasher, "verify", autospec=True, side_effect=Argon2PasswordHasher.verify) as compared, \
                CaptureQueriesContext(connection) as queries:
            attempt(Client(REMOTE_ADDR=f"10.0.1.{number}"), name, "wrong-password-1")
        work.add((made.call_count + compared.call_count, len(queries)))
    assert len(work) == 1 and next(iter(work))[0] == 1, work


def test_while_locked_no_password_is_looked_at_for_anybody(names):
    for name in ("zhaos", "nosuc"):
        for _ in range(throttle.FREE["name"] + 1):
            attempt(Client(), name, "wrong-password-1")
        with mock.patch("wenqu.people.signing.actions.authenticate") as looked:
            assert attempt(Client(), name, PASSWORD).status_code == 429
        assert not looked.called


# ---- waiting

def test_the_pause_doubles_up_to_an_hour():
    assert [int(pause("name", failures).total_seconds()) for failures in (1, 5, 6, 7, 8, 12, 13, 14, 1000)] == [0, 0, 30, 60, 120, 1920, 3600, 3600, 3600]


def test_the_right_password_is_refused_too_while_locked_and_says_how_long(client, cast, later):
    for _ in range(throttle.FREE["name"] + 1):
        assert "用户名或密码不对" in attempt(client, "li", "wrong-password-1").content.decode()
    locked = attempt(client, "li", PASSWORD)
    assert (locked.status_code, locked["Retry-After"]) == (429, "30")
    assert "30 秒后再试" in locked.content.decode()
    later(seconds=31)
    assert attempt(client, "li", "wrong-password-1").status_code == 200
    assert attempt(client, "li", PASSWORD)["Retry-After"] == "60"
    later(seconds=61)
    assert attempt(client, "li", PASSWORD).status_code == 302
    assert Throttle.objects.get(key=Guarded("name", "li").key).failures == 0


def test_failures_are_forgotten_after_a_day(client, cast, later):
    for _ in range(throttle.FREE["name"]):
        attempt(client, "li", "wrong-password-1")
    later(days=1, seconds=1)
    attempt(client, "li", "wrong-password-1")
    assert Throttle.objects.get(key=Guarded("name", "li").key).failures == 1


def test_writing_a_name_differently_gives_no_new_guesses(client, cast):
    for name in ("li", "LI", "Li", "ｌｉ", " li ", "lI"):
        attempt(client, name, "wrong-password-1")
    assert attempt(client, "li", PASSWORD).status_code == 429


def test_an_address_that_tries_many_names_has_to_wait(cast):
    client = Client(REMOTE_ADDR="2001:db8:1:2::9")
    for number in range(throttle.FREE["address"] + 1):
        limited.forget()
        assert attempt(client, f"guess{number}", "wrong-password-1").status_code == 200
    assert attempt(client, "li", PASSWORD).status_code == 429
    assert attempt(Client(REMOTE_ADDR="2001:db8:1:2::7"), "li", PASSWORD).status_code == 429  # the same customer
    assert attempt(Client(REMOTE_ADDR="2001:db8:1:3::9"), "li", PASSWORD).status_code == 302


def test_ones_own_success_takes_only_ones_own_failures_off_the_address(db):
    office = Guarded("address", "192.0.2.1")
    for _ in range(3):
        charge([Guarded("name", "victim"), office], AT)
    for _ in range(2):
        charge([Guarded("name", "insider"), office], AT)
    give_back(Guarded("name", "insider"), office)
    assert Throttle.objects.get(key=office.key).failures == 3
    assert Throttle.objects.get(key=Guarded("name", "victim").key).failures == 3


def test_names_are_kept_as_digests_only(client, cast):
    attempt(client, "mima-zai-zheli", "wrong-password-1")
    kept = "".join(Throttle.objects.values_list("key", flat=True)) + str(list(AuditEntry.objects.values()))
    assert "mima-zai-zheli" not in kept and "wrong-password-1" not in kept


def test_the_audit_tells_of_success_failure_and_lock(client, cast):
    for _ in range(throttle.FREE["name"] + 1):
        attempt(client, "li", "wrong-password-1")
    attempt(client, "li", PASSWORD)
    attempt(client, "nobody-knows", "wrong-password-1")
    attempt(Client(), "zhao", PASSWORD)
    told = [(each.verb, each.subject, each.actor_id) for each in AuditEntry.objects.filter(verb__startswith="sign_in").order_by("pk")]
    li = f"account:{cast.li.pk}"
    assert told == [("sign_in_failed", li, None)] * 6 + [
        ("sign_in_locked", li, None), ("sign_in_failed", "", None), ("sign_in", f"account:{cast.zhao.pk}", cast.zhao.pk),
    ]
    assert AuditEntry.objects.filter(verb="sign_in_failed", subject=li).latest("pk").detail == {"wait": 30}
    assert AuditEntry.objects.get(verb="sign_in_failed", subject="").detail == {"name": Guarded("name", "nobody-knows").key}


def test_too_many_sign_ins_a_minute_are_turned_away_before_anything_else(client, cast, monkeypatch):
    monkeypatch.setattr(limited.LIMITS["sign_in"], "_clock", lambda: 0.0)
    statuses = [attempt(client, f"n{number}", "x").status_code for number in range(31)]
    assert statuses == [200] * 30 + [429]
    assert AuditEntry.objects.filter(verb__startswith="sign_in").count() == 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer; threads of a test share its memory")
def test_guesses_sent_at_once_do_not_slip_past():
    """Forty guesses at the same moment: just as many are looked at as one after the other, the first to lock included."""
    gate, outcomes = threading.Barrier(20), []

    def guess():
        gate.wait()
        whom = [Guarded("name", "li"), Guarded("address", "192.0.2.7")]
        outcomes.extend([charge(whom, AT), charge(whom, AT)])
        connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 40
    assert sum(each.wait == 0 for each in outcomes) == throttle.FREE["name"] + 1
    assert Throttle.objects.get(key=Guarded("name", "li").key).failures == throttle.FREE["name"] + 1
    assert Charge(lock=30) in outcomes


# ---- the page

@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"])
def test_sign_in_leads_nowhere_else(client, cast, target):
    assert attempt(client, "li", PASSWORD, next=target)["Location"] == "/"


def test_the_session_gets_a_new_key_and_nothing_of_the_one_before(client, cast):
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    attempt(client, "li", PASSWORD)
    assert client.session.session_key != before
    attempt(client, "zhao", PASSWORD)
    assert int(client.session["_auth_user_id"]) == cast.li.pk  # first sign out


def test_a_demo_account_is_let_in_by_a_demo_only(client, cast, settings):
    Account.objects.filter(pk=cast.chen.pk).update(demo=True)
    refused = attempt(client, "chen", PASSWORD)
    assert "演示账号只能在演示服务" in refused.content.decode()
    assert "_auth_user_id" not in client.session
    settings.DEMO = True
    assert attempt(client, "chen", PASSWORD, next="/households/")["Location"] == "/households/"
    page = client.get("/households/")
    assert page.status_code == 200
    assert "演示：" in page.content.decode()
    settings.DEMO = False
    assert client.get("/households/").status_code == 302
    assert "demo-banner" not in Client().get("/sign-in/").content.decode()


def test_an_expired_form_offers_the_way_back_to_sign_in(cast):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "li", "password": PASSWORD}, headers={"Referer": "http://testserver/sign-in/?next=/schemes/"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'href="/sign-in/"' in page and 'href="/sign-in/?next=/schemes/"' in page
    foreign = client.post("/sign-in/", {}, headers={"Referer": "http://elsewhere.example/x"}).content.decode()
    assert "elsewhere" not in foreign


def test_sign_out_is_written_down_and_ends_the_session(client, cast):
    attempt(client, "li", PASSWORD)
    key = client.session.session_key
    client.post("/sign-out/")
    assert AuditEntry.objects.filter(verb="sign_out", actor_id=cast.li.pk).exists()
    client.cookies["wenqu_session"] = key
    assert client.get("/schemes/").status_code == 302
