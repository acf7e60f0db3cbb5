"""Found and fixed: the seeds' own figures from made-up rows, closed apart from fixed, at any instant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT, Cast
from crew import act, bring, make_crew
from stages import household

from wenqu.households.models import Household
from wenqu.kit.audit import SYSTEM
from wenqu.kit.bulk import insert_rows
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.models import Problem
from wenqu.ledger.past.counting import Asked
from wenqu.places.models import Division
from wenqu.places.scope import EVERYWHERE
from wenqu.reports.fixed.figures import found_fixed
from wenqu.reports.ledgers.actions import export_ledger

# The video meeting of Guizhou (2020-04-29): category -> found, fixed.
SEED = {"disinfection": (20_400, 14_900), "seasonal": (162, 159), "management": (957, 863), "shortfall": (7_543, 5_281)}
KIND = {"disinfection": "no_disinfection", "seasonal": "seasonal_shortage", "management": "management", "shortfall": "too_little_water"}


def problems(place: Division, kind: str, subjects: list[tuple[int, int]], fixed: int) -> None:
    """Problems of these subjects, the first of them signed off as fixed; written as they are, without their steps."""
    start = Problem.objects.count()
    columns = (
        "number", "kind", "state", "clue", "severity", "subject_kind", "subject_id", "subject_name", "division_id", "path", "source", "reason",
        "explanation", "households_named", "reports_count", "opened_on", "opened_at", "seen_on", "round", "version", "level", "unit", "due_at",
        "due_unit", "escalations", "outcome", "closing_note", "closed_at", "closed_on",
    )
    insert_rows(Problem, columns, (
        (
            f"T-{start + number}", kind, "filed" if number < fixed else "found", False, "ordinary", *subject, "对象", place.pk, place.path, "自主排查", "x",
            "x", 0, 0, AT.date(), AT, AT.date(), 1, 0, "", "", None, "", 0, "fixed" if number < fixed else "", "",
            AT if number < fixed else None, AT.date() if number < fixed else None,
        )
        for number, subject in enumerate(subjects)
    ))


def test_the_figures_of_the_seeds_come_out(cast: Cast) -> None:
    village = cast.village_a1
    for category in ("disinfection", "seasonal", "management"):
        found, fixed = SEED[category]
        # Two problems of one scheme are one scheme: only the numbers of the seed are counted, not the problems.
        problems(village, KIND[category], [(2, number) for number in range(1, found + 1)], fixed)
    problems(village, "bad_water", [], 0)
    houses = [household(village, f"P{number}", people) for number, people in enumerate(("甲", "乙", "丙"))]
    for house, people in zip(houses, (5_281, 2_000, 262), strict=True):
        Household.objects.filter(pk=house.pk).update(people=people)
    problems(village, "too_little_water", [(1, houses[0].pk)], 1)
    problems(village, "too_far", [(1, houses[0].pk)], 1)
    problems(village, "too_far", [(1, houses[1].pk)], 1)
    problems(village, "interrupted", [(1, houses[1].pk), (1, houses[2].pk)], 0)
    told = found_fixed(cast.county, EVERYWHERE, Asked(cast.county.path, AT + timedelta(days=1)))
    lines = {line.key: line for line in told.by_category}
    assert {key: (lines[key].sums.found, lines[key].sums.fixed) for key in SEED} == SEED
    assert [lines[key].unit for key in SEED] == ["schemes", "schemes", "problems", "people"]
    assert round(lines["seasonal"].rate or 0, 4) == 0.9815 and not lines["seasonal"].low and lines["disinfection"].low
    places = {line.label: line for line in told.by_place}
    assert places["甲镇"].low and places["乙镇"].rate is None and [line.label for line in told.low] == ["甲镇"]


def test_closed_is_not_fixed_and_an_instant_is_not_today(county) -> None:
    cast, crew = county.cast, make_crew(county.cast)
    one, two = county.problem_a, county.problem_b
    start = AT + timedelta(days=1)
    bring(one, "checked", crew, start)
    loop.sign_off_problem(**act(one, crew.qian, start + timedelta(hours=1)), outcome="not_fixed", note="迁出，无法整改")
    bring(two, "filed", crew, start + timedelta(days=1))

    def counted(days: float, **period):
        sums = found_fixed(cast.county, cast.area(cast.chen), Asked(cast.county.path, AT + timedelta(days=days), **period)).total.sums
        return (sums.found, sums.closed, sums.fixed)

    assert counted(-1) == (0, 0, 0)
    assert counted(0.5) == (2, 0, 0)
    assert counted(1.5) == (2, 1, 0)
    assert counted(3) == (2, 2, 1)
    assert counted(3, since=AT + timedelta(hours=1)) == (0, 0, 0)
    from crew import reopen  # noqa: PLC0415

    reopen(two, crew, start + timedelta(days=3))
    assert counted(3) == (2, 2, 1) and counted(5) == (2, 1, 0)


def test_people_are_those_of_the_readers_area(county) -> None:
    """The plant of town B serves one household in each of two villages: a village's reader counts only its own."""
    asked = Asked(county.cast.county.path, AT + timedelta(days=1))
    whole = found_fixed(county.cast.county, EVERYWHERE, asked, "shortfall")
    assert whole.total.sums.found == 9 and {line.label: line.sums.found for line in whole.by_place} == {"甲镇": 3, "乙镇": 6}
    only_b1 = EVERYWHERE.__class__((county.cast.village_b1.path,), EVERYWHERE.duties)
    assert found_fixed(county.cast.county, only_b1, asked, "shortfall").total.sums.found == 3


def test_the_page_leads_to_the_problems_that_it_counts(county, sign_in) -> None:
    cast = county.cast
    client = sign_in(cast.chen)
    page = client.get("/fixed/").content.decode()
    assert "发现与整改" in page and "饮水安全短板" in page and "整改率低于 90%" in page
    listed = client.get(f"/problems/?area={cast.town_a.pk}&category=shortfall&state=real").content.decode()
    assert county.problem_a.number in listed and county.problem_b.number not in listed
    assert county.problem_a.number not in client.get(f"/problems/?area={cast.town_a.pk}&state=fixed").content.decode()
    assert county.problem_a.number not in client.get(f"/problems/?area={cast.town_a.pk}&state=real&until=2020-01-01").content.decode()
    assert "乙镇" not in sign_in(cast.li).get("/fixed/").content.decode()
    assert sign_in(cast.li).get(f"/fixed/?area={cast.town_b.pk}").status_code == 404
    assert sign_in(cast.chen).get("/fixed/?at=2020-01-01").status_code == 200


@pytest.mark.parametrize(("asked", "status"), [("2026-03-01", 200), ("2999-01-01", 409), ("昨天", 409), ("0001-01-01", 409), ("2026-03-01T00:00:00+08:00", 200), ("9999-12-31T23:59", 409)])
def test_a_date_that_cannot_be_shown_is_refused_in_words(county, sign_in, asked, status) -> None:
    client = sign_in(county.cast.chen)
    for url in ("/problems/", f"/problems/{county.problem_a.pk}/", f"/households/{county.house_a.pk}/", f"/area/{county.cast.county.pk}/", "/fixed/"):
        answer = client.get(url, {"at": asked})
        assert answer.status_code == status, (url, answer.status_code)
        if status != 200:
            assert "日期" in answer.content.decode()


def test_the_day_of_the_figures_is_the_end_of_that_day() -> None:
    from wenqu.kit.moments import read_moment  # noqa: PLC0415

    moment = read_moment("2026-03-01", AT + timedelta(days=9))
    assert moment is not None and moment.day == date(2026, 3, 1) and moment.at.isoformat() == "2026-03-01T23:59:59.999999+08:00"
    today = read_moment("2026-03-01", AT)
    assert today is not None and today.at == AT


def test_both_sheets_of_an_export_are_worked_out_once(county, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("wenqu.reports.ledgers.fixed.found_fixed", lambda *given: asked.append(given) or found_fixed(*given))
    export_ledger(kind="fixed", division=county.cast.county, area=EVERYWHERE, target=tmp_path / "fixed.xlsx", by=SYSTEM, at=AT + timedelta(days=1))
    assert len(asked) == 1
