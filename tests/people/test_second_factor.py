"""The second factor by the real pages: asked for, set up, used once, recovered, reset."""

from __future__ import annotations

import re
import threading
from datetime import date, datetime, timedelta
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from cast import AT, PASSWORD
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.people.models import SecondFactor, SignedIn
from wenqu.people.second_factor import codes
from wenqu.people.second_factor.actions import _use, reset_second_factor
from wenqu.people.signing import throttle
from wenqu.places.actions import give_duty
from wenqu.places.models import Account, Duty, Role

OPEN_WITHOUT = ("/sign-in/enrol/", "/healthz")


class Phone:
    """An authenticator app with a clock of its own."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.secret = ""

    def scan(self, page: str) -> None:
        address = re.search(r'href="(otpauth://[^"]+)"', page)
        assert address
        self.secret = parse_qs(urlsplit(address[1].replace("&amp;", "&")).query)["secret"][0]

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self.now + timedelta(seconds=30 * steps))

    def wait(self, **step: int) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def phone():
    phone = Phone()
    with mock.patch.object(timezone, "now", lambda: phone.now):
        yield phone


def password(client, username):
    return client.post("/sign-in/", {"username": username, "password": PASSWORD})


@pytest.fixture
def enrolled(client, cast, phone):
    """Chen has a second factor: (client after enrolling, phone, recovery codes)."""
    password(client, "chen")
    phone.scan(client.get("/sign-in/enrol/").content.decode())
    page = client.post("/sign-in/enrol/", {"code": phone.code()}).content.decode()
    phone.wait(seconds=30)
    return client, phone, re.findall(r"<code>([A-Z2-9-]{19})</code>", page)


def test_the_county_sets_a_second_factor_up_before_anything_opens(client, cast, phone):
    assert password(client, "chen").status_code == 302
    for url in ("/", "/households/", "/schemes/", "/me/", "/me/password/", "/exports/", "/search/?q=x"):
        assert client.get(url)["Location"].startswith("/sign-in/enrol/"), url
    assert client.post("/runs/new/", {}).headers["Location"] == "/sign-in/enrol/"
    assert client.get("/households/", headers={"HX-Request": "true"})["HX-Redirect"] == "/sign-in/enrol/"
    page = client.get("/sign-in/enrol/?next=/households/").content.decode()
    assert 'src="data:image/svg+xml' in page and "主菜单" not in page and "/search/" not in page
    assert client.post("/language/", {"language": "en", "next": "/sign-in/enrol/"}).status_code == 302
    client.cookies.pop("wenqu_language")
    phone.scan(page)
    assert phone.secret in re.sub(r"\s", "", page.partition('class="secret">')[2][:60])
    assert phone.secret in unquote(page)
    wrong = client.post("/sign-in/enrol/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode() and not SecondFactor.objects.exists()
    phone.scan(wrong.content.decode())  # the same secret still: what was scanned stays good
    done = client.post("/sign-in/enrol/", {"code": phone.code(), "next": "/households/"}).content.decode()
    recovery = re.findall(r"<code>([A-Z2-9-]{19})</code>", done)
    assert len(set(recovery)) == codes.RECOVERY_CODES
    assert 'href="/households/"' in done
    assert client.get("/households/").status_code == 200
    assert client.get("/sign-in/enrol/")["Location"] == "/"
    factor = SecondFactor.objects.get()
    assert phone.secret not in str(SecondFactor.objects.values()) and factor.secret.open() == phone.secret
    assert not any(each.replace("-", "") in str(SecondFactor.objects.values()) for each in recovery)
    assert phone.secret not in str(list(AuditEntry.objects.values()))


def test_a_town_needs_none_and_may_have_one(client, cast, phone):
    password(client, "li")
    assert client.get("/schemes/").status_code == 200
    phone.scan(client.get("/sign-in/enrol/?next=/me/").content.decode())
    client.post("/sign-in/enrol/", {"code": phone.code()})
    other = Client()
    password(other, "li")
    assert other.get("/schemes/")["Location"].startswith("/sign-in/code/")
    phone.wait(seconds=30)
    client.post("/me/second-factor/remove/", {"code": phone.code()})
    assert not SecondFactor.objects.exists()
    assert other.get("/schemes/").status_code == 200


def test_the_code_is_asked_at_the_next_sign_in(enrolled):
    _client, phone, _recovery = enrolled
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120"})
    assert password(client, "chen")["Location"] == "/"
    assert client.get("/schemes/")["Location"] == "/sign-in/code/?next=/schemes/"
    assert client.get("/sign-in/enrol/", follow=False).status_code == 302  # no second secret by the password alone
    assert SignedIn.objects.filter(agent__contains="Chrome").count() == 0
    wrong = client.post("/sign-in/code/", {"code": "123456", "next": "/schemes/"})
    assert wrong.status_code == 200 and "验证码不对" in wrong.content.decode()
    before = client.session.session_key
    code = phone.code()
    answer = client.post("/sign-in/code/", {"code": f"{code[:3]} {code[3:]}", "next": "/schemes/"})
    assert answer["Location"] == "/schemes/"
    assert client.session.session_key != before
    assert client.get("/schemes/").status_code == 200
    assert SignedIn.objects.get(agent__contains="Chrome").session_key == client.session.session_key
    assert AuditEntry.objects.filter(verb="sign_in").first().detail == {"second_factor": "totp"}


def test_a_code_counts_once_and_an_older_one_no_more(enrolled):
    _client, phone, _recovery = enrolled
    first, second = Client(), Client()
    password(first, "chen")
    password(second, "chen")
    code = phone.code()
    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    assert second.post("/sign-in/code/", {"code": code}).status_code == 200
    assert second.post("/sign-in/code/", {"code": phone.code(-1)}).status_code == 200
    phone.wait(seconds=30)
    assert second.post("/sign-in/code/", {"code": phone.code()}).status_code == 302


def test_a_wrong_entry_is_told_for_what_it_was(enrolled):
    _client, _phone, recovery = enrolled
    client = Client()
    password(client, "chen")
    assert client.post("/sign-in/code/", {"code": recovery[0]}).status_code == 302
    client = Client()
    password(client, "chen")
    used = client.post("/sign-in/code/", {"code": recovery[0]}).content.decode()
    assert "恢复码不对，或者已经用过" in used and "<details open>" in used
    short = client.post("/sign-in/code/", {"code": "12345"}).content.decode()
    assert "应是 6 位数字" in short and "<details open>" not in short
    assert AuditEntry.objects.filter(verb="refused").count() == 0


@pytest.mark.parametrize(("step", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(step, good):
    secret, at = codes.new_secret(), datetime(2026, 3, 1, tzinfo=AT.tzinfo)
    assert (codes.step_of(secret, pyotp.TOTP(secret).at(at + timedelta(seconds=30 * step)), at) is not None) is good


def test_a_recovery_code_counts_once(enrolled):
    _client, _phone, recovery = enrolled
    for expected, typed in ((302, recovery[0].lower().replace("-", " ")), (200, recovery[0]), (302, recovery[1])):
        client = Client()
        password(client, "chen")
        assert client.post("/sign-in/code/", {"code": typed}).status_code == expected
    assert len(SecondFactor.objects.get().recovery) == codes.RECOVERY_CODES - 2


def test_wrong_codes_lock_and_the_right_one_is_refused_too(enrolled):
    _client, phone, recovery = enrolled
    client = Client()
    password(client, "chen")
    for number in range(throttle.FREE["factor"] + 1):
        wrong = "AAAA-BBBB-CCCC-DDDD" if number % 2 else "000000"
        assert client.post("/sign-in/code/", {"code": wrong}).status_code == 200
    for good in (phone.code(), recovery[0]):
        locked = client.post("/sign-in/code/", {"code": good})
        assert (locked.status_code, locked["Retry-After"]) == (429, "30")
    again = Client()  # the password does not set the count back
    password(again, "chen")
    assert again.post("/sign-in/code/", {"code": phone.code()}).status_code == 429
    phone.wait(seconds=31)
    assert again.post("/sign-in/code/", {"code": phone.code()}).status_code == 302
    verbs = list(AuditEntry.objects.filter(verb__startswith="second_factor").values_list("verb", flat=True))
    assert verbs.count("second_factor_failed") == 6 and verbs.count("second_factor_locked") == 3
    assert "000000" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_a_session_begun_before_the_duty_is_stopped_when_it_is_given(client, cast, phone):
    password(client, "li")
    assert client.get("/schemes/").status_code == 200
    duty = give_duty(account=cast.li, role=Role.COUNTY_REVIEWER, division=cast.county, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    assert client.get("/schemes/")["Location"].startswith("/sign-in/enrol/")
    Duty.objects.filter(pk=duty.pk).update(to_on=timezone.localdate() - timedelta(days=1))
    assert client.get("/schemes/").status_code == 200
    Duty.objects.filter(pk=duty.pk).update(to_on=None)
    phone.scan(client.get("/sign-in/enrol/").content.decode())
    client.post("/sign-in/enrol/", {"code": phone.code()})
    assert SignedIn.objects.get(account=cast.li).session_key == client.session.session_key


def test_a_reset_ends_every_session_and_asks_to_enrol_anew(enrolled, cast):
    client, phone, recovery = enrolled
    waiting = Client()
    password(waiting, "chen")
    reset_second_factor(account=cast.chen, by=cast.li, at=phone.now)
    for each in (client, waiting):
        assert each.get("/schemes/")["Location"].startswith("/sign-in/?next")
    assert not SecondFactor.objects.exists() and not SignedIn.objects.filter(account=cast.chen).exists()
    password(client, "chen")
    assert client.get("/schemes/")["Location"].startswith("/sign-in/enrol/")
    assert AuditEntry.objects.filter(verb="reset_second_factor", actor_id=cast.li.pk).count() == 1


def test_the_county_cannot_give_it_up_and_renews_its_recovery_codes_by_a_code(enrolled):
    client, phone, recovery = enrolled
    page = client.get("/me/").content.decode()
    assert "还剩 8 个恢复码" in page and "不能关闭" in page
    refused = client.post("/me/second-factor/remove/", {"code": phone.code()})
    assert refused.status_code == 400 and "不能关闭" in refused.content.decode()
    assert client.post("/me/recovery-codes/", {"code": "000000"}).status_code == 400
    fresh = re.findall(r"<code>([A-Z2-9-]{19})</code>", client.post("/me/recovery-codes/", {"code": phone.code()}).content.decode())
    assert len(fresh) == 8 and not set(fresh) & set(recovery)
    for expected, code in ((200, recovery[0]), (302, fresh[0])):
        other = Client()
        password(other, "chen")
        assert other.post("/sign-in/code/", {"code": code}).status_code == expected


def test_pages_open_before_the_second_factor_are_only_these(client, cast):
    """Every address of the product is led away from, except the few that are needed to get on or out."""
    from django.urls import get_resolver  # noqa: PLC0415

    def views(patterns):
        for each in patterns:
            if hasattr(each, "url_patterns"):
                yield from views(each.url_patterns)
            else:
                yield each

    named = {f"{view.callback.__module__}.{view.name}" for view in views(get_resolver().url_patterns) if getattr(view.callback, "before_second_factor", False)}
    assert named == {"wenqu.web.views.second_factor.code", "wenqu.web.views.second_factor.enrol"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer; threads of a test share its memory")
@pytest.mark.parametrize("way", ["totp", "recovery"])
def test_one_code_sent_at_once_from_many_sides_opens_one_session(way):
    account = Account.objects.create(username="x", name="x")
    secret, recovery = codes.new_secret(), "AAAA-BBBB-CCCC-DDDD"
    SecondFactor.objects.create(account=account, secret=secret, confirmed_at=AT, recovery=[codes.recovery_digest(recovery, account.pk)])
    code = pyotp.TOTP(secret).at(AT) if way == "totp" else codes.typed(recovery)
    gate, outcomes = threading.Barrier(10), []

    def use():
        gate.wait()
        outcomes.append(_use(account, code, AT))
        connections.close_all()

    threads = [threading.Thread(target=use) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filter(None, outcomes)) == [way] and len(outcomes) == 10
