"""Acts through the API are the acts of the pages: the same rows, the same refusals with the same words."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from cast import PASSWORD
from django.test import Client
from django.utils import timezone
from tokens import api_client

from wenqu.api.security import limit_of, wrong
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.ledger.models import Problem, Report
from wenqu.places.models import Duty

V1 = "/api/v1"
NOTE = "3月5日李站长上门核实，已恢复供水，农户认可"


def _post(client, address, body=None, **headers):
    return client.post(V1 + address, body or {}, content_type="application/json", headers=headers)


def _verify(problem, **changed):
    return {"version": problem.version, "key": f"key-of-{problem.pk}-{problem.version}", "severity": "ordinary", "note": NOTE} | changed


def test_a_step_is_taken_once(county):
    client, problem = api_client(county.cast.li, may_write=True), county.problem_a
    body = _verify(problem)
    answer = _post(client, f"/problems/{problem.pk}/steps/verify", body)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["step"], told["before"], told["after"], told["version"], told["note"], told["by"]) == ("verify", "found", "verified", 1, NOTE, "李站")
    problem.refresh_from_db()
    assert (problem.state, problem.version, problem.steps.get().by) == ("verified", 1, county.cast.li)
    entry = AuditEntry.objects.get(verb="problem_verify")
    assert (entry.via, entry.actor_id) == ("api", county.cast.li.pk)
    # The same request again gives the same answer; another one finds the problem in another state.
    assert _post(client, f"/problems/{problem.pk}/steps/verify", body).json() == told
    again = _post(client, f"/problems/{problem.pk}/steps/verify", _verify(problem))
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert AuditEntry.objects.filter(verb="problem_verify").count() == problem.steps.count() == 1


def test_a_token_that_may_only_read_writes_nothing(county):
    answers = [
        _post(api_client(county.cast.chen), f"/problems/{county.problem_b.pk}/steps/verify", _verify(county.problem_b)),
        _post(api_client(county.cast.chen), "/reports", {"subject": {"kind": "household", "id": county.house_b.pk}, "kind": "bad_water", "way": "household_report", "words": "水浑", "key": "key-report-1"}),
        _post(api_client(county.cast.chen), "/runs", {"division": county.cast.county.pk, "pack": "national-2018", "as_of": "2026-02-28"}),
        api_client(county.cast.chen).post(f"{V1}/imports", {}),
        _post(api_client(county.cast.chen), "/imports/1/confirm"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "token_read_only")] * 5
    assert not Problem.objects.exclude(state="found").exists() and not Job.objects.exists() and not Report.objects.exists()


def _page(account, address, body):
    client = Client()
    assert client.login(username=account.username, password=PASSWORD)
    return client.post(address, body)


@pytest.mark.parametrize("who", ["wang", "li"])
def test_the_page_and_the_api_refuse_with_the_same_code_and_words(county, who):
    """Not of that role (the village manager), and not to be assigned before it was verified (the town station)."""
    account = getattr(county.cast, who)
    problem = county.problem_a
    body = {"version": 0, "key": "key-of-page", "note": NOTE}
    step = "escalate" if who == "wang" else "assign"
    by_page = _page(account, f"/problems/{problem.pk}/{step}/", body | ({"level": "village", "holder": county.cast.wang.pk} if step == "assign" else {}))
    by_api = _post(api_client(account, may_write=True), f"/problems/{problem.pk}/steps/{step}", body | ({"level": "village", "holder": county.cast.wang.pk} if step == "assign" else {}))
    assert by_api.status_code == by_page.status_code == (409 if who == "li" else 403)
    assert by_api.json()["code"] == ("wrong_state" if who == "li" else "wrong_role")
    assert by_api.json()["message"] in html.unescape(by_page.content.decode())


def test_a_right_that_the_duty_lacks_is_refused_in_the_words_of_the_page(county, sign_in):
    Duty.objects.filter(account=county.cast.li).update(role="department", division=county.cast.county)
    by_api = api_client(county.cast.li).get(f"{V1}/households")
    by_page = sign_in(county.cast.li).get("/households/")
    assert by_api.status_code == by_page.status_code == 403
    assert by_api.json()["message"] in html.unescape(by_page.content.decode())


def test_a_run_is_queued_by_who_may_judge(county):
    body = {"division": county.cast.county.pk, "pack": "national-2018", "as_of": "2026-02-28"}
    answer = _post(api_client(county.cast.chen, may_write=True), "/runs", body)
    assert answer.status_code == 202
    job = Job.objects.get()
    assert answer.json()["id"] == job.pk and job.by == county.cast.chen
    assert job.args == {"division": county.cast.county.pk, "pack": "national-2018", "as_of": "2026-02-28"}
    got = api_client(county.cast.chen).get(f"{V1}/jobs/{job.pk}").json()
    assert (got["state"], got["made"], got["has_result"]) == ("queued", None, False)


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"as_of": "4000-01-01"}, 409, "date_in_future", None), ({"pack": "gb5749-2022"}, 422, "invalid", "pack"),
        ({"as_of": "2026-2-28"}, 422, "invalid", "as_of"), ({"as_of": 5}, 422, "invalid", "as_of"), ({"division": True}, 422, "invalid", "division"),
        ({"division": 2**63}, 422, "invalid", "division"), ({"extra": 1}, 422, "invalid", "extra"),
    ],
)
def test_a_run_that_cannot_be_is_refused(county, body, status, code, field):
    whole = {"division": county.cast.county.pk, "pack": "national-2018", "as_of": "2026-02-28"} | body
    answer = _post(api_client(county.cast.chen, may_write=True), "/runs", whole)
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (status, code, field)


def test_a_run_is_of_whole_counties_and_by_the_county(county):
    body = {"division": county.cast.town_a.pk, "pack": "national-2018", "as_of": "2026-02-28"}
    assert _post(api_client(county.cast.chen, may_write=True), "/runs", body).json()["code"] == "not_a_county"
    refused = _post(api_client(county.cast.li, may_write=True), "/runs", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_role")


@pytest.mark.parametrize("note", ["", " ", "\u3000", "a\0b", "x" * 2001, "\ud800", None, 7])
def test_a_note_that_is_none_is_refused_by_field(county, note):
    answer = _post(api_client(county.cast.li, may_write=True), f"/problems/{county.problem_a.pk}/steps/verify", _verify(county.problem_a, note=note))
    assert (answer.status_code, answer.json()["field"]) == (422, "note")
    assert "note" in answer.json()["message"]


@pytest.mark.parametrize(
    "query",
    [
        "after=x", "after=1", "after=-1-2", "after=1-99999999999999999999", "after=1%00-2", "after=%EF%BC%91-1", "division=0", "division=x",
        "division=1.0", "division=9223372036854775808", "limit=0", "limit=201", "limit=%2B5", "overall=good", "indicator=quality",
        "indicator=quality:bad", "kind=%00", "kind=", "kinds=1", "limit=1&limit=2", "a%00b=1",
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_field(county, query):
    answer = api_client(county.cast.chen).get(f"{V1}/households?{query}")
    assert answer.status_code == 422, answer.content
    assert answer.json()["field"] == query.partition("=")[0].replace("%00", "")


@pytest.mark.parametrize("address", ["/households/0", "/households/x", "/households/1e3", "/households/99999999999999999999", "/households/%00"])
def test_a_key_that_is_none_is_refused(county, address):
    assert api_client(county.cast.chen).get(V1 + address).status_code == 422


@pytest.mark.parametrize("address", ["/nothing", "/households/1/nothing", "/households/", "/"])
def test_an_address_that_is_none_is_not_found_in_our_shape(county, address):
    answer = api_client(county.cast.chen).get(V1 + address)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_method_that_is_none_is_refused_in_our_shape(county):
    answer = api_client(county.cast.chen).delete(f"{V1}/households")
    assert (answer.status_code, answer.json()["code"], answer.headers["Allow"]) == (405, "method_not_allowed", "GET")


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "\xff", '"x"'])
def test_a_body_that_is_no_object_is_refused(county, body):
    client = api_client(county.cast.li, may_write=True)
    answer = client.post(f"{V1}/problems/{county.problem_a.pk}/steps/verify", body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] in {"invalid", "unreadable"}


def test_refusals_speak_the_language_that_is_asked_for(county):
    client = api_client(county.cast.li)
    assert "没有找到" in client.get(f"{V1}/households/{county.house_b.pk}").json()["message"]
    english = client.get(f"{V1}/households/{county.house_b.pk}", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"})
    assert english.headers["Content-Language"] == "en"
    chinese = client.get(f"{V1}/households/{county.house_b.pk}", headers={"Accept-Language": "fr,zh-CN;q=0.9,en;q=0.5"})
    assert chinese.headers["Content-Language"] == "zh-hans"


def test_who_asks_too_often_is_told_when_to_come_again(county, settings, monkeypatch):
    settings.API_PER_MINUTE = 30
    monkeypatch.setattr(limit_of(30), "_clock", lambda: 0.0)
    client = api_client(county.cast.li)
    answers = [client.get(f"{V1}/jobs") for _ in range(11)]
    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert answers[-1].json()["code"] == "too_many" and int(answers[-1].headers["Retry-After"]) >= 1
    assert api_client(county.cast.wang).get(f"{V1}/jobs").status_code == 200


def test_wrong_tokens_do_not_fill_the_log_nor_lock_others_out(county, monkeypatch):
    monkeypatch.setattr(wrong, "_clock", lambda: 0.0)
    stranger = Client(headers={"authorization": "Bearer wq_wrong"})
    statuses = [stranger.get(f"{V1}/jobs").status_code for _ in range(33)]
    assert statuses == [401] * 30 + [429] * 3
    assert AuditEntry.objects.filter(detail__code="token_unknown").count() == 30
    assert api_client(county.cast.li).get(f"{V1}/jobs").status_code == 200


def test_a_token_is_used_at_the_time_it_is_checked(county):
    """A right that ends takes effect at the next request."""
    client = api_client(county.cast.li, may_write=True)
    Duty.objects.filter(account=county.cast.li).update(to_on=timezone.localdate() - timedelta(days=1))
    answer = _post(client, f"/problems/{county.problem_a.pk}/steps/verify", _verify(county.problem_a))
    assert (answer.status_code, answer.json()["code"]) == (401, "duty_ended")
    assert not Problem.objects.exclude(state="found").exists()
