"""A body outside the water service sees the evidence of the problems that were given to it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from area.walker import text_of
from cast import AT, Cast
from crew import act, bring, make_crew
from judged import make_county

from wenqu.evidence.models import Evidence
from wenqu.evidence.sight import offer_sight, subject_seen
from wenqu.households.models import Household
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.ledger import lifecycle
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.models import Problem
from wenqu.ledger.opening.actions import follow_households
from wenqu.places.actions import give_duty
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE, NOWHERE

WAYS = ["", "view/", "small/"]


@pytest.fixture
def given(cast: Cast) -> Any:
    """Two problems that were rectified once and sent back: one is the education bureau's now, one somebody else's."""
    county, crew = make_county(cast), make_crew(cast)

    def rectified(problem: Problem, unit: str) -> Problem:
        bring(problem, lifecycle.RECTIFIED, crew)
        loop.return_problem(**act(problem, crew.he, AT), note="再看看")
        loop.transfer_problem(**act(problem, cast.chen, AT), level="county", holder=None if unit else crew.sun, unit=unit, note="转")
        return problem

    return crew, rectified(county.problem_a, "教育局"), rectified(county.problem_b, "")


def evidence_of(problem: Problem) -> Evidence:
    return Evidence.objects.get(subject=f"problem:{problem.pk}")


@pytest.mark.parametrize("way", WAYS)
def test_a_department_sees_the_evidence_of_its_own_problem(sign_in, given, way: str) -> None:
    crew, mine, other = given
    client = sign_in(crew.fang)
    row = evidence_of(mine)
    assert f'src="/evidence/{row.pk}/small/"' in client.get(f"/problems/{mine.pk}/").content.decode()
    assert client.get(f"/evidence/{row.pk}/{way}").status_code == 200
    # Of the county's other problems not a byte, as if there were none; the attempt is written down for what it was.
    alien = evidence_of(other)
    outside, nothing = client.get(f"/evidence/{alien.pk}/{way}"), client.get(f"/evidence/{alien.pk + 99}/{way}")
    assert outside.status_code == nothing.status_code == 404
    assert text_of(outside).replace(f"/{alien.pk}/", "") == text_of(nothing).replace(f"/{alien.pk + 99}/", "")
    assert AuditEntry.objects.filter(verb="refused", subject=f"evidence:{alien.pk}", detail__code="outside_area").exists()


def test_it_ends_when_the_problem_goes_to_somebody_else(sign_in, given) -> None:
    crew, mine, _other = given
    client, url = sign_in(crew.fang), f"/evidence/{evidence_of(mine).pk}/"
    assert client.get(url).status_code == 200
    loop.transfer_problem(**act(mine, crew.cast.chen, AT), level="county", holder=crew.sun, unit="", note="转")
    assert client.get(url).status_code == 404


def test_another_body_sees_nothing_of_it(sign_in, given) -> None:
    crew, mine, _other = given
    give_duty(account=crew.cast.nobody, role=Role.DEPARTMENT, division=crew.cast.county, unit="民政局", from_on=AT.date(), by=SYSTEM, at=AT)
    assert sign_in(crew.cast.nobody).get(f"/evidence/{evidence_of(mine).pk}/").status_code == 404


def test_what_no_room_tells_of_nobody_sees() -> None:
    assert [subject_seen(each, EVERYWHERE) for each in ("nothing:1", "problem:x", "problem")] == [None] * 3


def test_the_room_of_a_subject_is_asked(monkeypatch) -> None:
    monkeypatch.setattr("wenqu.evidence.sight._sights", {})
    offer_sight("well", lambda pk, area: "0001" if pk == 7 and area is EVERYWHERE else None)
    assert (subject_seen("well:7", EVERYWHERE), subject_seen("well:7", NOWHERE), subject_seen("well:8", EVERYWHERE)) == ("0001", None, None)


def test_a_photo_is_no_secret_of_the_water_service_in_its_area(sign_in, given) -> None:
    """Who looks at problems there sees the evidence, whoever the problem was given to."""
    crew, mine, _other = given
    assert sign_in(crew.cast.li).get(f"/evidence/{evidence_of(mine).pk}/").status_code == 200
    assert sign_in(crew.cast.zhao).get(f"/evidence/{evidence_of(mine).pk}/").status_code == 404


@pytest.mark.parametrize("way", WAYS)
def test_it_follows_its_problem_into_another_village(sign_in, cast: Cast, way: str) -> None:
    county, crew = make_county(cast), make_crew(cast)
    problem = county.problem_a
    row = evidence_of(bring(problem, lifecycle.RECTIFIED, crew))

    def answers() -> list[int]:
        return [sign_in(account).get(f"/evidence/{row.pk}/{way}").status_code for account in (cast.li, cast.zhao)]

    assert answers() == [200, 404]
    Household.objects.filter(pk=problem.subject_id).update(division=cast.village_b1, path=cast.village_b1.path)
    follow_households(households=[problem.subject_id], by=SYSTEM, at=AT)
    assert answers() == [404, 200]
    # The town that it came to finds in its log who looked.
    looks = AuditEntry.objects.filter(verb__in=["download_evidence", "view_evidence"]).order_by("pk")
    assert [entry.path for entry in looks] == ([cast.village_a1.path, cast.village_b1.path] if way != "small/" else [])


def test_the_page_of_a_given_problem_links_nothing_that_the_body_may_not_open(sign_in, given) -> None:
    crew, mine, _other = given
    page = sign_in(crew.fang).get(f"/problems/{mine.pk}/").content.decode()
    assert "甲一村" in page and '<a href="/area/' not in page and '<a href="/households/' not in page and '<a href="/schemes/' not in page
