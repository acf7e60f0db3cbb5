"""The page of a problem says how far it has come, in every state of the loop."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from crew import act, bring, make_crew
from django.utils import timezone
from stages import household, supply

from wenqu.ledger import lifecycle
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.merging.actions import merge_problem, split_problem
from wenqu.ledger.models import Problem, Report
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household, of_scheme
from wenqu.places.scope import area_of

# state -> how many stages of seven are done, and which step comes next.
STANDS = {
    "found": (1, "核实"), "verified": (2, "交办"), "assigned": (3, "整改"), "suspended": (3, "整改"), "rectified": (4, "复核"),
    "checked": (5, "销号"), "signed_off": (6, "备案"), "filed": (7, ""), "dismissed": (0, ""), "merged": (0, ""),
}
# At a time when the day is the same everywhere that counts it.
YESTERDAY = timezone.now().replace(hour=3) - timedelta(days=1)


def page_of(client, problem: Problem) -> str:
    answer = client.get(f"/problems/{problem.pk}/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize("state", lifecycle.STATES)
def test_every_state_says_how_far_it_is(sign_in, county, state):
    problem = bring(county.problem_a, state, make_crew(county.cast), YESTERDAY)
    page = page_of(sign_in(county.cast.chen), problem)
    done, following = STANDS[state]
    assert page.count('<li class="done">') == done and (f'<li class="next" aria-current="step">{following}</li>' in page) == bool(following)
    assert ("这个问题已办完，没有下一步。" in page) == (state in {"filed", "dismissed", "merged"})
    if state == "suspended":
        until = timezone.localtime(problem.suspended_until)
        assert f"挂起至 {until:%Y-%m-%d %H:%M}" in page and "恢复办理后继续整改" in page
    if state == "merged":
        assert f"并入的问题：{problem.merged_into.number}" in page


def told(subject, by, at, words="没有水"):
    return report_problem(
        subject=subject, kind="no_water", way="household_report", words=words, key=f"{subject.kind}-{subject.pk}-{at}", area=area_of(by, at.date()), by=by, at=at,
    ).problem


def test_what_was_taken_in_and_what_was_split_off_stands_in_the_history(sign_in, county):
    chen, at = county.cast.chen, timezone.now()
    rows = [household(county.cast.village_a1, f"T{n}", f"赵{n}") for n in range(3)]
    for row in rows:
        supply(row, county.plant_a)
    small = [told(of_household(row), chen, at) for row in rows]
    big = told(of_scheme(county.plant_a), chen, at)
    for each in small[:2]:
        merge_problem(**act(each, chen, at), into=big, note="同一处")
    merge_problem(**act(small[2], chen, at + timedelta(minutes=5)), into=big, note="也是")
    page = page_of(sign_in(chen), big)
    assert page.count("并入了其他问题") == 2 and f"并入进来的问题：{small[0].number}、{small[1].number}<" in page
    assert "又有反映" not in page and "<code>household_report</code>" not in page
    report = Report.objects.filter(problem=big, subject_id=rows[0].pk).get()
    part = split_problem(**act(big, chen, at + timedelta(minutes=9)), reports=[report.pk], kind="pipe_burst", note="另有一处")
    assert f"拆出的问题：{part.number}" in page_of(sign_in(chen), big)


def test_the_photos_of_each_round_stand_with_their_own_step(sign_in, county):
    problem = bring(county.problem_a, lifecycle.RECTIFIED, crew := make_crew(county.cast), timezone.now())
    loop.return_problem(**act(problem, crew.he, timezone.now()), note="看不清")
    page = page_of(sign_in(county.cast.li), problem)
    first = page.index("退回整改</strong>")
    assert re.search(r'src="/evidence/\d+/small/"', page[first:]) and not re.search(r'src="/evidence/\d+/small/"', page[:first])
