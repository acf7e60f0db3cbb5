"""Looks and refused attempts are in the log, with how they came; what is refused looks the same as ever."""

from __future__ import annotations

import re

import pytest
from cast import AT, TODAY
from django.urls import reverse

from wenqu.households.models import Household
from wenqu.jobs.actions import run_job, submit_job
from wenqu.jobs.kinds import offer_kind
from wenqu.jobs.models import Job
from wenqu.kit import audit
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused, attempts, watched, why_not
from wenqu.places.actions import give_duty
from wenqu.web.views.errors import not_found

LOOKS = {
    "view_household": lambda county: (f"/households/{county.house_a.pk}/", f"household:{county.house_a.pk}", county.house_a.path),
    "list_households": lambda county: (f"/households/?area={county.cast.town_a.pk}", "", county.cast.town_a.path),
    "view_village": lambda county: (f"/area/{county.cast.village_a1.pk}/", f"division:{county.cast.village_a1.pk}", county.cast.village_a1.path),
    "list_problems": lambda county: ("/problems/", "", county.cast.county.path),
    "view_problem": lambda county: (f"/problems/{county.problem_b.pk}/", f"problem:{county.problem_b.number}", county.problem_b.path),
    "view_scheme": lambda county: (f"/schemes/{county.plant_b.pk}/", f"scheme:{county.plant_b.pk}", county.plant_b.path),
    "list_scheme_households": lambda county: (f"/schemes/{county.plant_b.pk}/households/", f"scheme:{county.plant_b.pk}", county.plant_b.path),
}


@pytest.mark.parametrize("verb", LOOKS)
def test_a_look_is_written_down_with_its_place_and_origin(sign_in, county, verb):
    url, subject, path = LOOKS[verb](county)
    assert sign_in(county.cast.chen).get(url, REMOTE_ADDR="10.1.2.3").status_code == 200
    entry = AuditEntry.objects.get(verb=verb)
    assert (entry.actor_name, entry.subject, entry.path, entry.via, entry.address) == ("陈县", subject, path, "page", "10.1.2.3")
    # Lists tell how many rows were shown, never whom.
    assert not any(row.head_name in str(entry.detail) for row in Household.objects.all())


def test_the_page_of_a_list_is_told_as_a_place_in_it_and_not_as_typed(sign_in, county):
    client = sign_in(county.cast.chen)
    client.get("/problems/?before=13800001234x")
    assert "13800001234" not in str(AuditEntry.objects.get(verb="list_problems").detail)


OUTSIDE = {
    "households:household": lambda county: (county.house_b.pk, "household", county.house_b.path),
    "schemes:scheme": lambda county: (county.plant_b.pk, "scheme", county.plant_b.path),
    "ledger:problem": lambda county: (county.problem_b.pk, "problem", county.problem_b.path),
    "reports:area": lambda county: (county.cast.town_b.pk, "division", county.cast.town_b.path),
}


@pytest.mark.parametrize("view", OUTSIDE)
def test_a_row_outside_the_area_is_answered_like_none_and_written_down(sign_in, county, view):
    pk, kind, path = OUTSIDE[view](county)
    client = sign_in(county.cast.li)
    outside, none = client.get(reverse(view, args=[pk])), client.get(reverse(view, args=[999_999]))
    assert outside.status_code == none.status_code == 404
    assert _page(outside) == _page(none)
    first, second = AuditEntry.objects.filter(verb="refused").order_by("id")
    assert (first.actor_name, first.subject, first.path) == ("李站", f"{kind}:{pk}", path)
    assert first.detail == {"code": "outside_area", "what": view}
    assert (second.subject, second.detail["code"]) == (f"{kind}:?", "no_such_row")


def _page(answer) -> str:
    from judged import text_of  # noqa: PLC0415

    # Every page carries a number of its own for the log.
    return re.sub(r"请求编号 [a-z]{12}", "", text_of(answer).replace(answer.wsgi_request.path, ""))


def test_the_page_of_a_missing_row_is_the_page_of_a_missing_address(rf):
    assert not_found(rf.get("/x")).status_code == 404


def test_a_right_that_is_missing_is_written_down(sign_in, county):
    assert sign_in(county.cast.li).get("/people/").status_code == 403
    entry = AuditEntry.objects.get(verb="refused")
    assert (entry.actor_name, entry.detail) == ("李站", {"code": "wrong_role", "what": "people:list"})


def test_a_refusal_that_the_view_shows_itself_is_written_down(sign_in, county):
    """The page of outlines catches its refusal and shows it: no view can forget the log."""
    assert sign_in(county.cast.li).get("/outlines/").status_code == 403
    assert AuditEntry.objects.get(verb="refused").detail == {"code": "wrong_role", "what": "places:outlines"}


def test_starting_a_run_without_the_right_is_written_down(sign_in, county):
    assert sign_in(county.cast.li).post("/runs/new/", {}).status_code == 403
    assert AuditEntry.objects.get(verb="refused").detail == {"code": "wrong_role", "what": "judging:new"}


def test_a_search_over_two_places_is_told_in_each_of_them_alone(sign_in, county):
    """Else who audits the second place would not read of it, and who audits the first would read of the second."""
    cast = county.cast
    give_duty(account=cast.li, role="town_station", division=cast.town_b, from_on=TODAY, by=audit.SYSTEM, at=AT)
    for house in (county.house_a, county.house_b):
        Household.objects.filter(pk=house.pk).update(head_name="双")
    sign_in(cast.li).post("/search/", {"q": "双"})
    told = {entry.path: entry.detail["households"] for entry in AuditEntry.objects.filter(verb="search")}
    assert told[cast.town_a.path] == [county.house_a.pk]
    assert told[cast.town_b.path] == [county.house_b.pk]


def test_a_refused_act_is_written_down_although_it_was_taken_back(sign_in, county):
    client = sign_in(county.cast.wang)
    assert client.post(f"/problems/{county.problem_a.pk}/sign_off/", {"version": 0, "key": "k" * 12, "outcome": "fixed", "note": "好了"}).status_code == 403
    assert AuditEntry.objects.get(verb="refused").detail == {"code": "wrong_role", "what": "ledger:step"}
    assert not AuditEntry.objects.filter(verb="problem_sign_off").exists()


def test_a_button_that_is_not_offered_is_no_attempt(sign_in, county):
    assert sign_in(county.cast.wang).get(f"/problems/{county.problem_a.pk}/").status_code == 200
    assert not AuditEntry.objects.filter(verb="refused").exists()


def test_what_was_only_asked_or_never_raised_is_no_attempt():
    def check() -> None:
        raise Refused("a", "a")

    with watched() as found:
        Refused("never", "raised")
        assert why_not(check)
        assert attempts(found) == []
        for _ in range(2):
            with pytest.raises(Refused):
                check()
    assert [refusal.code for refusal in attempts(found)] == ["a"]


def test_a_refused_job_is_written_down_once(cast):
    def refuse(job, progress) -> None:
        raise Refused("county_busy", "忙")

    offer_kind("test-refusing", refuse)
    with watched() as found:
        job = submit_job(kind="test-refusing", args={}, title="x", path=cast.town_a.path, by=cast.li, at=AT)
        run_job(job=Job.objects.get(pk=job.pk), clock=lambda: AT)
    entry = AuditEntry.objects.get(verb="refused")
    assert (entry.actor_name, entry.subject, entry.path, entry.via) == ("李站", f"job:{job.pk}", cast.town_a.path, "job")
    assert entry.detail == {"code": "county_busy", "what": "test-refusing"}
    assert attempts(found) == []
    assert AuditEntry.objects.get(verb="submit_job").detail == {"kind": "test-refusing"}


def test_an_entry_knows_how_it_came(db):
    for via in ("job", "command"):
        with audit.coming(via):
            audit.record(by=audit.SYSTEM, verb="act", at=AT)
    audit.record(by=audit.SYSTEM, verb="act", at=AT)
    assert list(AuditEntry.objects.order_by("id").values_list("via", flat=True)) == ["job", "command", ""]
