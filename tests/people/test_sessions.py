"""Sessions: listed, ended, aged; and one's own password."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest import mock

import pytest
from cast import PASSWORD
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from wenqu.kit.models import AuditEntry
from wenqu.people.models import SignedIn
from wenqu.people.signing.actions import sign_out_everywhere
from wenqu.people.signing.agents import in_words
from wenqu.places.models import Duty

PHONE = "Mozilla/5.0 (Linux; Android 10; HarmonyOS; SEA-AL10) AppleWebKit/537.36 Chrome/99.0 HuaweiBrowser/12.1 Mobile Safari/537.36"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0"
NEW = "tianshui-changliu-7"


def signed_in(username="li", agent=OFFICE, address="10.1.2.3"):
    client = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client) -> bool:
    return client.get("/schemes/").status_code == 200


@pytest.mark.parametrize(("agent", "words"), [
    (PHONE, "华为浏览器 · 鸿蒙"), (OFFICE, "Edge · Windows"), ("curl/8", "未知的浏览器"), ("", "未知的浏览器"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0", "微信 · iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox · Linux"),
])
def test_browsers_in_plain_words(agent, words):
    assert in_words(agent) == words


def test_ones_own_sessions_are_listed_and_can_be_ended(cast):
    office, phone, other = signed_in(), signed_in(agent=PHONE, address="10.9.9.9"), signed_in("zhao", address="10.7.7.7")
    page = office.get("/me/").content.decode()
    assert "华为浏览器 · 鸿蒙" in page and "10.9.9.9" in page and "10.7.7.7" not in page
    assert page.count("当前设备") == 1
    foreign = SignedIn.objects.get(account=cast.zhao)
    assert office.post(f"/me/sessions/{foreign.pk}/end/").status_code == 409
    mine = SignedIn.objects.get(account=cast.li, address="10.9.9.9")
    assert f"/me/sessions/{mine.pk}/end/" in page
    assert office.post(f"/me/sessions/{mine.pk}/end/")["Location"] == "/me/"
    assert not is_in(phone) and is_in(office) and is_in(other)
    assert "10.9.9.9" not in office.get("/me/").content.decode()
    assert AuditEntry.objects.filter(verb="end_session", actor_id=cast.li.pk).count() == 1


def test_ones_own_page_names_the_duties(cast):
    assert "甲镇 · 乡镇水管站" in signed_in().get("/me/").content.decode()


def test_sign_out_of_all_others_keeps_this_one_under_a_new_key(cast):
    office, phone, other = signed_in(), signed_in(agent=PHONE), signed_in("zhao")
    before = office.session.session_key
    answer = office.post("/me/sessions/end-others/", follow=True)
    assert "1 个登录" in answer.content.decode()
    assert is_in(office) and not is_in(phone) and is_in(other)
    assert office.session.session_key != before and not Session.objects.filter(session_key=before).exists()
    assert "当前设备" in office.get("/me/").content.decode()


def test_an_administrator_signs_a_person_out_everywhere(cast):
    office, phone = signed_in(), signed_in(agent=PHONE)
    assert sign_out_everywhere(account=cast.li, keep=None, by=cast.chen, at=timezone.now()) == 2
    assert not is_in(office) and not is_in(phone)
    assert not SignedIn.objects.filter(account=cast.li).exists()


def test_a_closed_account_is_out_at_once(cast):
    client = signed_in()
    cast.li.is_active = False
    cast.li.save()
    assert not is_in(client)


def test_an_ended_duty_ends_access_at_once(cast):
    client = signed_in()
    Duty.objects.filter(account=cast.li).update(to_on=timezone.localdate() - timedelta(days=1))
    assert client.get(f"/area/{cast.town_a.pk}/").status_code == 404


def test_nobody_stays_signed_in_over_12_hours_however_busy(cast, later):
    client = signed_in()
    for _ in range(12):
        later(minutes=59)
        assert is_in(client)
    later(minutes=15)
    answer = client.get("/schemes/", follow=True)
    assert answer.redirect_chain[0][0] == "/sign-in/?next=/schemes/"
    assert "登录已满 12 小时" in answer.content.decode()
    assert not is_in(client)


def test_an_idle_session_ends_after_two_hours_in_the_county_and_later_below(cast, later, sign_in, settings):
    settings.IDLE_SECONDS_LOCAL = 8 * 3600
    town, county = signed_in(), sign_in(cast.chen)
    assert is_in(county)
    later(minutes=119)
    assert is_in(county) and is_in(town)
    later(minutes=121)
    assert "较长时间没有操作" in county.get("/schemes/", follow=True).content.decode()
    assert is_in(town)
    later(minutes=8 * 60 + 1)
    assert not is_in(town)


def test_an_idle_session_is_not_listed(cast, later, settings):
    settings.IDLE_SECONDS_LOCAL = 3600
    signed_in(agent=PHONE)
    later(minutes=50)
    office = signed_in()
    assert "华为浏览器" in office.get("/me/").content.decode()
    later(minutes=20)
    assert "华为浏览器" not in office.get("/me/").content.decode()


def test_a_page_notes_its_use_at_most_once_a_minute(cast, later, django_assert_num_queries):
    client = signed_in()
    client.get("/me/password/")
    with mock.patch("django.contrib.sessions.backends.db.SessionStore.save") as saved:
        client.get("/me/password/")
        assert not saved.called
        later(seconds=61)
        client.get("/me/password/")
        assert saved.call_count == 1


# ---- the password

def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post("/me/password/", {"old": old, "new": new, "again": new if again is None else again})


def test_a_changed_password_ends_the_other_sessions(cast):
    office, phone = signed_in(), signed_in(agent=PHONE)
    assert change(office)["Location"] == "/me/"
    assert is_in(office) and not is_in(phone)
    cast.li.refresh_from_db()
    assert cast.li.check_password(NEW)
    assert {"change_password", "sign_out_everywhere"} <= set(AuditEntry.objects.filter(actor_id=cast.li.pk).values_list("verb", flat=True))
    assert NEW not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(("fields", "told"), [
    ({"old": "not-my-password"}, "当前密码不对"), ({"new": "short-1"}, "至少 10 个字符"), ({"again": "something-else-9"}, "两次输入的新密码不一致"),
    ({"new": PASSWORD}, "新密码和当前密码相同"), ({"new": "12345678901"}, "不能全是数字"), ({"new": "password123"}, "太常见"), ({"new": ""}, "必填"),
])
def test_a_password_that_cannot_be_is_refused_and_told_why(cast, fields, told):
    client = signed_in()
    answer = change(client, **fields)
    page = answer.content.decode()
    assert answer.status_code == 400 and told in page
    assert "not-my-password" not in page and NEW not in re.sub(r"<title>.*", "", page)
    cast.li.refresh_from_db()
    assert cast.li.check_password(PASSWORD)


def test_the_old_password_cannot_be_guessed_from_an_open_session(cast):
    client = signed_in()
    for _ in range(6):
        assert change(client, old="not-my-password").status_code == 400
    assert change(client).status_code == 429
