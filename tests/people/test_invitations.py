"""Links by which people set their password: once, for a while, and never anywhere but with whoever gets them."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from cast import AT, PASSWORD, Cast
from django.db import connection
from django.test import Client
from django.utils import timezone
from staff import Staff
from tokens import api_client

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.people.invitations.actions import Link, invite
from wenqu.people.models import Invitation
from wenqu.places.models import Account

NEW = "yuanquan-9931-x"


@pytest.fixture
def link(cast: Cast, staff: Staff) -> Link:
    return invite(account=cast.wang, by=staff.guan, at=timezone.now())


def follow(secret: str, client: Client | None = None) -> tuple[Client, object]:
    client = client or Client()
    return client, client.get(f"/people/join/{secret}/", follow=True)


def test_whoever_is_invited_sets_a_password_and_signs_in(cast: Cast, link: Link) -> None:
    client, page = follow(link.secret)
    assert "您的用户名是 <strong>wang</strong>" in page.content.decode()
    answer = client.post("/people/join/", {"password": NEW, "again": NEW}, follow=True)
    assert "密码已设置" in answer.content.decode()
    cast.wang.refresh_from_db()
    assert cast.wang.check_password(NEW)
    entry = AuditEntry.objects.get(verb="take_up_invitation")
    assert (entry.actor_name, entry.subject) == ("王管", f"account:{cast.wang.pk}")


def test_the_secret_stays_out_of_the_database_the_address_the_referer_and_the_log(cast: Cast, link: Link, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client()
    first = client.get(f"/people/join/{link.secret}/")
    assert (first.status_code, first["Location"], first["Referrer-Policy"]) == (302, "/people/join/", "no-referrer")
    page = client.get("/people/join/")
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert link.secret not in page.content.decode()
    assert link.secret not in caplog.text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert link.secret not in str(cursor.fetchall()), table
    assert link.secret not in str(dict(client.session))
    assert len(link.secret) >= 43


@pytest.mark.parametrize("how", ["wrong", "used", "revoked", "over", "left", "nothing"])
def test_the_same_answer_whatever_is_wrong(cast: Cast, staff: Staff, link: Link, how: str) -> None:
    secret = link.secret
    rows = Invitation.objects.filter(account=cast.wang)
    if how == "wrong":
        secret = "A" * 43
    elif how == "used":
        rows.update(used_at=timezone.now())
    elif how == "revoked":
        invite(account=cast.wang, by=staff.guan, at=timezone.now())
    elif how == "over":
        rows.update(until=timezone.now() - timedelta(seconds=1))
    elif how == "left":
        Account.objects.filter(pk=cast.wang.pk).update(is_active=False)
    client = Client()
    page = client.get("/people/join/") if how == "nothing" else follow(secret, client)[1]
    text = re.sub(r"value=\"[A-Za-z0-9]{64}\"", "", page.content.decode())
    assert page.status_code == 410
    assert "这个链接无效、已经用过或已过期" in text
    assert "王管" not in text and "wang" not in text
    sent = client.post("/people/join/", {"password": NEW, "again": NEW})
    assert sent.status_code == 410
    cast.wang.refresh_from_db()
    assert cast.wang.check_password(PASSWORD)


def test_a_link_is_used_once_even_by_two_at_a_time(cast: Cast, link: Link) -> None:
    (first, _page), (second, _other) = follow(link.secret), follow(link.secret)
    assert first.post("/people/join/", {"password": NEW, "again": NEW}).status_code == 302
    assert second.post("/people/join/", {"password": "gangqin-8820-y", "again": "gangqin-8820-y"}).status_code == 410
    cast.wang.refresh_from_db()
    assert cast.wang.check_password(NEW)


@pytest.mark.parametrize(("password", "again", "why"), [("short-1", "short-1", "至少"), ("1234567890123", "1234567890123", "数字"), (NEW, NEW + "x", "不一样")])
def test_a_bad_password_is_explained_and_the_link_lives_on(cast: Cast, link: Link, password: str, again: str, why: str) -> None:
    client, _page = follow(link.secret)
    answer = client.post("/people/join/", {"password": password, "again": again})
    assert answer.status_code == 400
    assert why in answer.content.decode()
    assert Invitation.objects.get(account=cast.wang).used_at is None


def test_setting_the_password_ends_all_sessions_and_tokens(cast: Cast, link: Link) -> None:
    signed_in, api = Client(), api_client(cast.wang)
    signed_in.login(username="wang", password=PASSWORD)
    assert signed_in.get("/").status_code == 200 and api.get("/api/v1/divisions").status_code == 200
    client, _page = follow(link.secret)
    client.post("/people/join/", {"password": NEW, "again": NEW})
    assert signed_in.get("/").status_code == 302 and api.get("/api/v1/divisions").status_code == 401


def test_a_link_that_takes_the_second_factor_away_leaves_no_older_way_in(cast: Cast, staff: Staff) -> None:
    api = api_client(cast.wang)
    invite(account=cast.wang, reset_factor=True, by=staff.guan, at=timezone.now())
    assert not Client().login(username="wang", password=PASSWORD)
    assert api.get("/api/v1/divisions").status_code == 401


def test_whoever_tries_links_has_to_wait(cast: Cast, link: Link) -> None:
    client, _page = follow("B" * 43)
    answers = [client.post("/people/join/", {"password": NEW, "again": NEW}) for _ in range(8)]
    assert "失败次数过多" in answers[-1].content.decode()


def test_a_link_lasts_as_long_as_the_setting_says(cast: Cast, settings) -> None:
    settings.INVITATION_HOURS = 5
    assert invite(account=cast.wang, by=SYSTEM, at=AT).until == AT + timedelta(hours=5)


def test_the_page_shows_link_and_code_once(cast: Cast, staff: Staff, sign_in) -> None:
    client = sign_in(staff.guan)
    answer = client.post(f"/people/{cast.wang.pk}/invite/")
    page = answer.content.decode()
    found = re.search(r"http://testserver/people/join/([\w-]{43})/", page)
    assert found and "data:image/svg+xml" in page
    assert found[1] not in client.get(f"/people/{cast.wang.pk}/").content.decode()
    assert "等待使用" in client.get(f"/people/{cast.wang.pk}/").content.decode()
    assert "您的用户名是 <strong>wang</strong>" in follow(found[1])[1].content.decode()


def test_a_county_cannot_take_over_who_also_serves_the_province(cast: Cast, staff: Staff, sign_in) -> None:
    from staff import duty  # noqa: PLC0415

    from wenqu.people.persons.actions import give_or_ask  # noqa: PLC0415

    give_or_ask(account=cast.wang, duty=duty("reader", cast.province), reason="", by=staff.zong, at=AT)
    client = sign_in(staff.guan)
    for path, data in (("invite/", {}), ("leave/", {"reason": "x"}), ("hand-over/", {"reason": "x"})):
        answer = client.post(f"/people/{cast.wang.pk}/{path}", data)
        assert answer.status_code == 403
        assert "管辖区域以外还有职责" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert client.get(f"/people/{cast.wang.pk}/").status_code == 200


def test_even_a_page_that_breaks_does_not_log_the_secret(link: Link, monkeypatch, caplog) -> None:
    from wenqu.kit.logs import JsonLines, Plain  # noqa: PLC0415
    from wenqu.people.views import invitations  # noqa: PLC0415

    def broken(_secret: str) -> str:
        raise RuntimeError("broken")

    monkeypatch.setattr(invitations, "secret_digest", broken)
    assert Client(raise_request_exception=False).get(f"/people/join/{link.secret}/").status_code == 500
    written = "".join(formatter.format(record) for record in caplog.records for formatter in (Plain(), JsonLines()))
    assert "/people/join/" in written and link.secret not in written
