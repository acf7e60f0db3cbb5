"""A token sees what its one duty sees: role × area, and only while it may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT
from django.test import Client
from django.utils import timezone
from tokens import api_client, bearing, duty_of, token_for

from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.people.models import ApiToken
from wenqu.places.actions import add_account
from wenqu.places.models import Account, Duty, Role
from wenqu.places.rights import RIGHTS, Right

V1 = "/api/v1"
FOREIGN = ("王海", "张海", "李未知", "BH1", "BH2", "乙镇水厂", "乙一村", "乙二村", "乙镇")
LISTS = {
    "/divisions": None, "/households": Right.HOUSEHOLDS, "/schemes": Right.SCHEMES, "/problems": Right.PROBLEMS, "/runs": Right.FIGURES,
    "/jobs": Right.JOBS, "/imports": Right.JOBS,
}


def subjects(county) -> list[str]:
    """Everything in town B that an address with a number could point to."""
    house, plant = county.house_b.pk, county.plant_b.pk
    return [
        f"/divisions/{county.cast.town_b.pk}", f"/households/{house}", f"/households/{house}/members", f"/households/{house}/facts",
        f"/households/{house}/facts/history", f"/households/{house}/verdict", f"/schemes/{plant}", f"/schemes/{plant}/households",
        f"/schemes/{plant}/facts", f"/schemes/{plant}/facts/history", f"/schemes/{plant}/grades", f"/problems/{county.problem_b.pk}",
        f"/problems/{county.problem_b.pk}/households",
    ]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_gives_the_own_area_only(county, address):
    answer = api_client(county.cast.li).get(V1 + address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert not any(word in text for word in FOREIGN)


@pytest.mark.parametrize("address", ["/divisions", "/households", "/schemes", "/problems"])
def test_the_county_gets_it(county, address):
    text = api_client(county.cast.chen).get(V1 + address).content.decode()
    assert any(word in text for word in FOREIGN)


def test_what_lies_outside_is_not_found(county):
    li, chen = api_client(county.cast.li), api_client(county.cast.chen)
    for address in subjects(county):
        refused = li.get(V1 + address)
        assert refused.status_code == 404, address
        assert refused.json()["code"] == "not_found"
        assert chen.get(V1 + address).status_code == 200, address


@pytest.mark.parametrize("address", ["/divisions", "/households", "/schemes", "/problems"])
def test_a_division_outside_is_not_found(county, address):
    for division in (county.cast.town_b.pk, county.cast.county.pk, 10**15):
        assert api_client(county.cast.li).get(V1 + address, {"division": division}).status_code == 404


def test_a_run_that_is_not_theirs_is_written_down(county):
    assert api_client(county.cast.li).get(f"{V1}/runs/999999").status_code == 404
    entry = AuditEntry.objects.get(verb="refused")
    assert (entry.subject, entry.via, entry.detail["code"]) == ("run:?", "api", "no_such_row")


@pytest.mark.parametrize("role", Role.values)
def test_each_role_gets_what_its_rights_give(county, role):
    account = add_account(username=f"t-{role}", password="qingquan-2026", name="某人", by=SYSTEM, at=AT)
    division = county.cast.village_a1 if role.startswith("village") else county.cast.town_a if role.startswith("town") else county.cast.county
    duty = Duty.objects.create(account=account, role=role, division=division, from_on=AT.date())
    client = bearing(token_for(duty))
    for address, right in LISTS.items():
        answer = client.get(V1 + address)
        if right is None or right in RIGHTS[role]:
            assert answer.status_code == 200, address
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role"), address


def test_a_token_is_one_duty_and_not_the_whole_account(county):
    li = county.cast.li
    Duty.objects.create(account=li, role=Role.TOWN_STATION, division=county.cast.town_b, from_on=AT.date())
    first, second = Duty.objects.filter(account=li).select_related("account", "division").order_by("pk")
    numbers = {row["number"] for row in bearing(token_for(first)).get(f"{V1}/households").json()["items"]}
    assert numbers == {"AH1", "AH2"}
    numbers = {row["number"] for row in bearing(token_for(second)).get(f"{V1}/households").json()["items"]}
    assert numbers == {"BH1", "BH2", "BH3"}


def _refusal(client: Client) -> tuple[int, str]:
    answer = client.get(f"{V1}/households")
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return answer.status_code, answer.json()["code"]


def test_no_token_and_wrong_tokens(county):
    assert _refusal(Client()) == (401, "token_missing")
    assert _refusal(Client(headers={"authorization": "Basic eDp5"})) == (401, "token_missing")
    assert _refusal(bearing("wq_nonsense")) == (401, "token_unknown")
    assert _refusal(bearing("")) == (401, "token_unknown")
    assert _refusal(bearing("密码")) == (401, "token_unknown")


def test_a_session_does_not_open_the_api(sign_in, county):
    client = sign_in(county.cast.chen)
    assert _refusal(client) == (401, "token_missing")
    assert client.post(f"{V1}/problems/{county.problem_b.pk}/steps/file", {"version": 0, "key": "key-of-session"}, content_type="application/json").status_code == 401


def test_a_token_ends_with_time_revocation_duty_and_account(county):
    secret = token_for(duty_of(county.cast.li))
    client, token = bearing(secret), ApiToken.objects.get()
    assert _refusal_or_ok(client) == 200
    now = timezone.now()
    _with(token, until=now - timedelta(seconds=1))
    assert _refusal(client) == (401, "token_expired")
    _with(token, until=now + timedelta(days=1), revoked_at=now)
    assert _refusal(client) == (401, "token_revoked")
    _with(token, revoked_at=None)
    today = timezone.localdate()
    Duty.objects.filter(pk=token.duty_id).update(to_on=today - timedelta(days=1))
    assert _refusal(client) == (401, "duty_ended")
    Duty.objects.filter(pk=token.duty_id).update(to_on=today)
    assert _refusal_or_ok(client) == 200
    Duty.objects.filter(pk=token.duty_id).update(to_on=None, from_on=today + timedelta(days=1))
    assert _refusal(client) == (401, "duty_ended")
    Duty.objects.filter(pk=token.duty_id).update(from_on=today)
    Account.objects.filter(pk=token.account_id).update(is_active=False)
    assert _refusal(client) == (401, "account_left")


def _refusal_or_ok(client: Client) -> int:
    return client.get(f"{V1}/households").status_code


def _with(token: ApiToken, **fields: object) -> None:
    ApiToken.objects.filter(pk=token.pk).update(**fields)


def test_looks_and_refusals_are_written_down_as_coming_by_the_api(county):
    client = api_client(county.cast.li)
    client.get(f"{V1}/households/{county.house_a.pk}/members")
    entry = AuditEntry.objects.get(verb="view_members")
    assert (entry.via, entry.actor_id, entry.subject, entry.path) == (
        "api", county.cast.li.pk, f"household:{county.house_a.pk}", county.cast.village_a1.path)
    client.post(f"{V1}/problems/{county.problem_a.pk}/steps/dismiss", {"version": 0, "key": "key-read-only", "note": "已核实"}, content_type="application/json")
    entry = AuditEntry.objects.get(verb="refused")
    assert entry.via == "api" and entry.actor_id == county.cast.li.pk
    assert entry.detail["code"] == "token_read_only"
    bearing("wq_nonsense").get(f"{V1}/households")
    assert AuditEntry.objects.filter(verb="refused", actor_id=None, via="api").count() == 1
