"""The six views of closed problems, from their steps, reports and households, and from what came after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.households.showing import showing
from wenqu.judging.models import Run
from wenqu.judging.queries import latest_runs, overall_in
from wenqu.ledger.loop.history import last, standing, was_late
from wenqu.ledger.models import Problem, ProblemHousehold, Report
from wenqu.places.scope import Area, within

FIT = frozenset({"safe", "basic"})


@dataclass(frozen=True)
class Six:
    """What one closed problem shows. Times are instants; `days` are those from found (in this round) until closed."""

    problem: Problem
    households: int
    people: int
    reports: int
    reporters: str
    began_at: datetime
    rectify_due: datetime | None
    closed_at: datetime
    days: int
    late: bool
    assigner: str
    rectifier: str
    checker: str
    signer: str
    measures: str
    answer: str
    answer_note: str
    failed_again_on: date | None
    run: Run | None
    judged: int
    fit: int


def six_of(problems: Sequence[Problem], area: Area, at: datetime) -> dict[int, Six]:
    """By problem, of those that stood closed (`problems` are as they stood at `at`, with `steps_then`)."""
    closed = [each for each in problems if each.is_closed and each.closed_at is not None]
    named = _households(closed, area, at)
    people = _people(named)
    reports = {pk: [each for each in rows if area.covers(each.path)] for pk, rows in _reports(closed, at).items()}
    again = _again(closed, at)
    runs = latest_runs({each.path for each in closed}, at)
    fits = _fits(closed, named, runs)
    return {each.pk: _six(each, area, named[each.pk], people, reports.get(each.pk, []), again, runs.get(each.path), fits, at) for each in closed}


def _six(
    problem: Problem, area: Area, households: set[int], people: dict[int, int], reports: list[Report], again: dict[int, date], run: Run | None,
    fits: dict[int, dict[int, str]], at: datetime,
) -> Six:
    steps, given, reopened = standing(problem), last(problem, "assign", "transfer"), last(problem, "reopen")
    rectified, checked, signed = (steps[name] for name in ("rectify", "check", "sign_off"))
    began = reopened.at if reopened else problem.opened_at
    judged = [fits[run.pk][each] for each in households if run is not None and each in fits.get(run.pk, {})]
    names = [showing(area).name(each.reporter, each.path) for each in reports if each.reporter]
    assert problem.closed_at is not None
    return Six(
        problem=problem, households=len(households), people=sum(people.get(each, 0) for each in households), reports=len(reports),
        reporters="、".join(dict.fromkeys(names)), began_at=began, rectify_due=rectified.due_at if rectified else None, closed_at=problem.closed_at,
        days=max(0, (timezone.localdate(problem.closed_at) - timezone.localdate(began)).days),
        late=was_late(problem, at), assigner=given.by_name if given else "",
        rectifier=rectified.by_name if rectified else "", checker=checked.by_name if checked else "", signer=signed.by_name if signed else "",
        measures=rectified.note if rectified else "", answer=checked.detail.get("answer", "") if checked else "",
        answer_note=checked.detail.get("answer_note", "") if checked else "", failed_again_on=again.get(problem.pk), run=run, judged=len(judged),
        fit=sum(each in FIT for each in judged),
    )


def _households(problems: list[Problem], area: Area, at: datetime) -> dict[int, set[int]]:
    """By problem, the households of the area that it concerns."""
    found: dict[int, set[int]] = {each.pk: {each.subject_id} if each.subject_kind == SubjectKind.HOUSEHOLD else set() for each in problems}
    shared = [each.pk for each in problems if each.subject_kind != SubjectKind.HOUSEHOLD]
    if shared:
        rows = within(ProblemHousehold.objects.filter(problem__in=shared, named_at__lte=at), area, "household__path")
        for problem, household in rows.values_list("problem_id", "household_id"):
            found[problem].add(household)
    return found


def _people(named: dict[int, set[int]]) -> dict[int, int]:
    wanted = sorted(set().union(*named.values()))
    found: dict[int, int] = {}
    for start in range(0, len(wanted), 500):
        rows = Household.ever.filter(pk__in=wanted[start : start + 500]).values_list("pk").annotate(Sum("people")).order_by()
        found.update({pk: number or 0 for pk, number in rows})
    return found


def _reports(problems: list[Problem], at: datetime) -> dict[int, list[Report]]:
    found: dict[int, list[Report]] = defaultdict(list)
    for report in Report.objects.filter(problem__in=[each.pk for each in problems], at__lte=at).order_by("pk"):
        found[report.problem_id].append(report)
    return found


def _again(problems: list[Problem], at: datetime) -> dict[int, date]:
    """When the same subject failed in the same kind after the closing: under another number (the same one would be open)."""
    # With the kind of subject: no index begins with its key.
    kinds, subjects = {each.subject_kind for each in problems}, {each.subject_id for each in problems}
    rows = Problem.objects.filter(subject_kind__in=kinds, subject_id__in=subjects, opened_at__lte=at).order_by("opened_at")
    later: dict[tuple[int, int, str], list[tuple[int, datetime, date]]] = defaultdict(list)
    for pk, kind_of_subject, subject, kind, opened_at, opened_on in rows.values_list("pk", "subject_kind", "subject_id", "kind", "opened_at", "opened_on"):
        later[(kind_of_subject, subject, kind)].append((pk, opened_at, opened_on))
    found: dict[int, date] = {}
    for each in problems:
        assert each.closed_at is not None
        for pk, opened_at, opened_on in later[(each.subject_kind, each.subject_id, each.kind)]:
            if pk != each.pk and opened_at > each.closed_at:
                found[each.pk] = opened_on
                break
    return found


def _fits(problems: list[Problem], named: dict[int, set[int]], runs: dict[str, Run]) -> dict[int, dict[int, str]]:
    """By run, the overall grades of the households that these problems concern. Runs made before a closing tell no effect of it."""
    wanted: dict[int, set[int]] = defaultdict(set)
    by_key: dict[int, Run] = {}
    for each in problems:
        run = runs.get(each.path)
        if run is not None:
            by_key[run.pk] = run
            wanted[run.pk] |= named[each.pk]
    return {key: overall_in(by_key[key], households) for key, households in wanted.items()}
