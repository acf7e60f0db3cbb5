"""六见: the six views of closed problems say what the problem ledger says."""

from __future__ import annotations

from datetime import timedelta

from cast import AT
from crew import STEPS, act, bring, make_crew, photo, reopen
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wenqu.ledger.loop import actions as loop
from wenqu.ledger.loop.history import as_of, stood, was_late
from wenqu.ledger.models import Problem
from wenqu.places.scope import EVERYWHERE
from wenqu.reports.six.queries import six_of

LATER = AT + timedelta(days=60)


def six(problem: Problem):
    then = as_of(problem, LATER)
    return six_of([then], EVERYWHERE, LATER)[problem.pk], then


def test_a_step_that_was_late_and_then_returned_was_late_in_both_ledgers(county) -> None:
    crew = make_crew(county.cast)
    problem = bring(county.problem_b, "assigned", crew)
    Problem.objects.filter(pk=problem.pk).update(due_at=AT + timedelta(hours=1))
    at = AT + timedelta(hours=2)
    loop.rectify_problem(**act(problem, crew.sun, at), measures="换泵", files=[photo("late")])
    loop.return_problem(**act(problem, crew.he, at), note="还要消毒")
    loop.rectify_problem(**act(problem, crew.sun, at), measures="已消毒", files=[photo("again")])
    for state in ("checked", "signed_off", "filed"):
        STEPS[state](problem, crew, at)
    told, then = six(problem)
    assert told.late and was_late(then, LATER)
    assert (told.measures, told.assigner, told.rectifier, told.signer) == ("已消毒", "陈县", "孙修", "钱审")
    reopen(problem, crew, at + timedelta(days=1))
    bring(problem, "filed", crew, at + timedelta(days=1))
    told, then = six(problem)
    assert not told.late and not was_late(then, LATER), "a new round begins anew"
    assert told.began_at == at + timedelta(days=1) and told.measures == "更换了水泵"


def test_what_was_rectified_and_returned_is_not_told_of_a_merged_problem(county) -> None:
    crew = make_crew(county.cast)
    problem = bring(county.problem_b, "rectified", crew)
    loop.return_problem(**act(problem, crew.he, AT + timedelta(hours=1)), note="没有修好")
    bring(problem, "merged", crew, AT + timedelta(hours=2))
    assert six(problem)[0].measures == ""


def test_six_views_read_a_run_once_and_never_the_text_of_its_pack(county) -> None:
    crew = make_crew(county.cast)
    for problem in (county.problem_a, county.problem_b):
        bring(problem, "filed", crew)
    assert len({problem.path for problem in (county.problem_a, county.problem_b)}) == 2
    rows = stood(list(Problem.objects.filter(state="filed")), LATER)
    with CaptureQueriesContext(connection) as asked:
        found = six_of(rows, EVERYWHERE, LATER)
    assert {each.run.pk for each in found.values()} == {county.run.pk}
    runs = [query["sql"] for query in asked.captured_queries if '"judging_run"' in query["sql"]]
    assert len(runs) == 1 and "pack_text" not in runs[0]
