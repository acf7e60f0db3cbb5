"""Who asks too often is told when to come again."""

from __future__ import annotations

import pytest
from django.test import Client

from wenqu.kit import limited
from wenqu.kit.limits import Limit


@pytest.fixture
def tight(monkeypatch):
    for what in limited.LIMITS:
        monkeypatch.setitem(limited.LIMITS, what, Limit(1, 2))


@pytest.mark.parametrize(("url", "form"), [("/search/", {"q": "张三"}), ("/exports/new/", {"kind": "x"})])
def test_a_person_who_asks_too_often_waits_and_others_do_not(tight, sign_in, county, url, form):
    client = sign_in(county.cast.chen)
    assert [client.post(url, form).status_code == 429 for _ in range(3)] == [False, False, True]
    answered = client.post(url, form)
    assert 1 <= int(answered["Retry-After"]) <= 60
    assert "操作过于频繁" in answered.content.decode()
    assert client.get("/exports/").status_code == 200
    other = Client()
    client = sign_in(county.cast.li)
    assert client.post(url, form).status_code != 429
    assert other.post(url, form).status_code == 302


def test_who_is_unknown_is_counted_by_address(tight, db):
    here, there = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    for _ in range(2):
        assert here.get("/people/join/").status_code != 429
    assert here.get("/people/join/").status_code == 429
    assert there.get("/people/join/").status_code != 429
