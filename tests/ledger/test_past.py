"""Problems, the ledger and households as they stood: told by steps, whatever came after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import AT
from crew import act, bring, make_crew, reopen
from django.db import connection
from django.test.utils import CaptureQueriesContext
from judged import County, make_county
from stages import facts

from wenqu.judging.actions import judge_division
from wenqu.kit.models import AuditEntry
from wenqu.ledger.loop.history import as_of, stood
from wenqu.ledger.merging.actions import merge_problem, split_problem
from wenqu.ledger.models import Problem, Report
from wenqu.ledger.past.counting import Asked, count_stood
from wenqu.ledger.past.reports import reports_then
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household
from wenqu.schemes.models import Supply

DAY = timedelta(days=1)


@pytest.fixture
def county(cast) -> County:
    return make_county(cast)


def report(county: County, kind: str, at, key: str) -> Report:
    cast = county.cast
    return report_problem(
        subject=of_household(county.house_a), kind=kind, way="household_report", words=f"反映{key}", key=key, area=cast.area(cast.chen), by=cast.chen, at=at,
    )


def test_every_count_agrees_with_every_problem_at_every_instant(county) -> None:
    """The one SQL statement against problem after problem, through re-opening, merging, splitting and a clue that was confirmed."""
    crew, cast = make_crew(county.cast), county.cast
    few, bad = county.problem_a, county.problem_b
    Problem.objects.filter(pk=few.pk).update(clue=True)
    bring(bad, "filed", crew, AT + DAY)
    reopen(bad, crew, AT + 3 * DAY)
    one = report(county, "pipe_burst", AT + 4 * DAY, "r1").problem
    two = report(county, "no_water", AT + 5 * DAY, "r2").problem
    merge_problem(**act(one, cast.chen, AT + 6 * DAY), into=two, note="同一处")
    split_problem(**act(two, cast.chen, AT + 7 * DAY), reports=[Report.objects.get(key="r1").pk], kind="pipe_burst", note="是两处")
    facts(county.house_a, (AT + 7 * DAY).date(), litres_per_person_day=4)
    judge_division(division=cast.county, pack_id="national-2018", as_of=(AT + 8 * DAY).date(), by=cast.chen, at=AT + 8 * DAY)
    bring(few, "dismissed", crew, AT + 9 * DAY)
    for hours in range(-24, 24 * 11, 6):
        at = AT + timedelta(hours=hours, minutes=1)
        told = {(each.kind, each.state, each.clue, each.outcome): each.number for each in count_stood(Asked("", at))}
        single: dict[tuple, int] = {}
        for each in stood(list(Problem.objects.all()), at):
            key = (each.kind, each.state, each.clue and each.state == "found", each.outcome)
            single[key] = single.get(key, 0) + 1
        summed: dict[tuple, int] = {}
        for each in count_stood(Asked("", at)):
            key = (each.kind, each.state, each.clue, each.outcome)
            summed[key] = summed.get(key, 0) + each.number
        assert summed == single, (hours, told)


def test_reports_lie_where_they_lay_before_merging_and_splitting(county) -> None:
    cast = county.cast
    one = report(county, "pipe_burst", AT + DAY, "r1").problem
    two = report(county, "no_water", AT + 2 * DAY, "r2").problem
    merge_problem(**act(one, cast.chen, AT + 3 * DAY), into=two, note="同一处")
    part = split_problem(**act(two, cast.chen, AT + 4 * DAY), reports=[Report.objects.get(key="r1").pk], kind="pipe_burst", note="是两处")
    keys = lambda problem, days: sorted(each.key for each in reports_then(problem, Report.objects.all(), AT + days * DAY))  # noqa: E731
    assert [keys(one, days) for days in (0.5, 1.5, 3.5, 4.5)] == [[], ["r1"], [], []]
    assert [keys(two, days) for days in (1.5, 2.5, 3.5, 4.5)] == [[], ["r2"], ["r1", "r2"], ["r2"]]
    assert [keys(part, days) for days in (3.5, 4.5)] == [[], ["r1"]]
    assert [as_of(two, AT + days * DAY).reports_count for days in (2.5, 3.5, 4.5)] == [1, 2, 1]


def test_reports_of_many_merged_problems_take_no_more_statements(county) -> None:
    cast, into = county.cast, report(county, "pipe_burst", AT, "into").problem

    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            found = reports_then(into, Report.objects.all(), AT + 9 * DAY)
        assert len(found) == Report.objects.count()
        return len(told)

    counts = []
    for kinds in (("no_water",), ("frozen_pipe", "meter_fee", "management")):
        for kind in kinds:
            merge_problem(**act(report(county, kind, AT + DAY, kind).problem, cast.chen, AT + 2 * DAY), into=into, note="同一处")
        counts.append(asked())
    assert counts[0] == counts[1]


def test_a_problem_closed_twice_was_closed_by_each_in_turn(county) -> None:
    crew = make_crew(county.cast)
    bad = county.problem_b
    bring(bad, "signed_off", crew, AT + DAY)
    reopen(bad, crew, AT + 2 * DAY)
    bring(bad, "dismissed", crew, AT + 3 * DAY)
    first, open_again, last = (as_of(bad, AT + days * DAY) for days in (1.5, 2.5, 3.5))
    assert (first.closed_by.name, first.closing_note, first.outcome, first.round) == ("钱审", "同意销号", "fixed", 1)
    assert (open_again.closed_at, open_again.closed_by, open_again.closing_note, open_again.round) == (None, None, "", 2)
    assert (last.closed_by.name, last.state) == ("陈县", "dismissed")


def test_the_pages_of_an_earlier_day_say_so_and_offer_nothing_to_do(county, sign_in) -> None:
    cast, crew = county.cast, make_crew(county.cast)
    bad = county.problem_b
    bring(bad, "filed", crew, AT + 2 * DAY)
    client = sign_in(cast.chen)
    then = client.get(f"/problems/{bad.pk}/?at=2026-03-02").content.decode()
    assert "截至 2026-03-02 的情况" in then and "回到现在" in then and "待核实" in then
    assert "更换了水泵" not in then and f"/problems/{bad.pk}/verify/" not in then and 'method="post" action="/problems' not in then
    assert "王海" in then and "六见" not in then
    now = client.get(f"/problems/{bad.pk}/").content.decode()
    assert "更换了水泵" in now and "六见" in now and "农户认可" in now and "2 户中 0 户安全或基本安全" in now and "这次评价早于关闭" in now
    assert "还没有发现" in client.get(f"/problems/{bad.pk}/?at=2025-01-01").content.decode()
    entry = AuditEntry.objects.filter(verb="view_problem").order_by("pk").first()
    assert entry is not None and entry.detail["at"] == "2026-03-02"
    listed = client.get(f"/problems/?area={cast.county.pk}&state=found&at=2026-03-02").content.decode()
    assert bad.number in listed and f"/problems/{bad.pk}/?at=2026-03-02" in listed
    assert bad.number not in client.get(f"/problems/?area={cast.county.pk}&state=found").content.decode()
    assert bad.number in client.get(f"/problems/?area={cast.county.pk}&state=fixed").content.decode()
    assert bad.number not in client.get(f"/problems/?area={cast.county.pk}&state=all&at=2026-01-02").content.decode()
    assert sign_in(cast.li).get(f"/problems/{bad.pk}/?at=2026-03-02").status_code == 404


def test_a_household_of_an_earlier_day_shows_what_was_known_then(county, sign_in) -> None:
    cast, house = county.cast, county.house_a
    facts(house, (AT + DAY).date(), litres_per_person_day=93)
    Supply.objects.filter(household=house).update(to_on=(AT + 3 * DAY).date())
    judge_division(division=cast.county, pack_id="national-2018", as_of=(AT + 4 * DAY).date(), by=cast.chen, at=AT + 4 * DAY)
    client = sign_in(cast.chen)
    then, now = (client.get(f"/households/{house.pk}/{query}").content.decode() for query in ("?at=2026-03-01", ""))
    assert "截至 2026-03-01" in then and "93" in now and "93 " not in then.split("掌握的情况")[1].split("</table>")[0]
    assert "2026-02-28" in then and "基准日 2026-03-05" in now and "基准日 2026-03-05" not in then
    assert "起供水" in then and "起供水" not in now
    assert "姓名、电话、家庭成员" in then
    before = client.get(f"/households/{house.pk}/?at=2026-02-20").content.decode()
    assert county.problem_a.number not in before and "还没有评价" in before and county.problem_a.number in then


def test_the_dashboard_of_an_earlier_day_counts_what_was_open_then(county, sign_in) -> None:
    crew, cast = make_crew(county.cast), county.cast
    bring(county.problem_a, "filed", crew, AT + 2 * DAY)
    client = sign_in(cast.chen)
    url = f"/area/{cast.county.pk}/"
    assert [client.get(url + query).context["open_problems"] for query in ("", "?at=2026-03-02", "?at=2026-02-01")] == [1, 2, 0]
    assert client.get(url + "?at=2026-02-01").context["run"] is None
    assert client.get(url + "map.json?at=2026-03-02").status_code == 200
    village = client.get(f"/area/{cast.village_a1.pk}/?at=2026-03-02")
    assert village.status_code == 200 and village.context["worst"] == []
