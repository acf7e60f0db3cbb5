"""Verdicts and runs: why a household has its grades, how those of a scheme stand, what was judged when."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from wenqu.api.common import area_of_request, number, place, text
from wenqu.api.fields import USUAL, Id, NumberCursor, Size
from wenqu.api.operation import operation
from wenqu.api.operations.jobs import job_words
from wenqu.api.schema import verdicts as told
from wenqu.api.schema import work
from wenqu.api.schema.verdicts import NewRun
from wenqu.api.words import indicator_counts, verdict_words
from wenqu.households.queries import household_in
from wenqu.judging import page_queries
from wenqu.judging.actions import submit_run
from wenqu.judging.models import DivisionCount, Grade, GradeCode, OverallCode, Run
from wenqu.judging.panels import verdict_of_household
from wenqu.judging.permissions import check_as_of, check_can_judge
from wenqu.kit.looks import note_look
from wenqu.places.queries import division_in, missing_row
from wenqu.places.rights import Right
from wenqu.places.scope import within
from wenqu.rulebook.model import INDICATORS
from wenqu.schemes.models import Supply
from wenqu.schemes.queries import scheme_in

router = Router(tags=["verdicts"])


@operation(router, "GET", "/households/{household}/verdict", Right.HOUSEHOLDS, gives=told.Verdict, also=(404,))
def get_household_verdict(request: HttpRequest, household: Id) -> dict[str, Any]:
    """Explain the grades of a household 评价结论

    Judged again by the reference from what the newest covering run saw: grade, reason, clause, limit with its document
    and date, and the facts behind it (T/CHES 18-2018 for the national pack).
    """
    found = household_in(area_of_request(request), household)
    note_look(request, "view_verdict", subject=f"household:{found.pk}", path=found.path)
    return verdict_words(found.pk, verdict_of_household(found, request)["verdict"])


@operation(router, "GET", "/schemes/{scheme}/grades", Right.SCHEMES, gives=told.SchemeGrades, also=(404,))
def get_scheme_grades(request: HttpRequest, scheme: Id) -> dict[str, Any]:
    """Count the grades of the households of a scheme

    The latest grades of the households of the area that the scheme serves now.
    """
    area = area_of_request(request)
    found = scheme_in(area, scheme)
    served = within(Supply.objects.filter(scheme=found, to_on__isnull=True), area, "household__path")
    overall = dict.fromkeys(("safe", "basic", "unsafe", "unknown"), 0)
    counted: dict[str, dict[str, int]] = {name: {} for name in INDICATORS}
    grades = Grade.objects.filter(household__in=served.values("household")).values_list("overall", *INDICATORS)
    for codes in grades.annotate(times=Count("pk")).order_by():
        *words, times = codes
        overall[OverallCode(words[0]).name.lower()] += times
        for name, code in zip(INDICATORS, words[1:], strict=True):
            grade = GradeCode(code).name.lower()
            counted[name][grade] = counted[name].get(grade, 0) + times
    return {
        "scheme": found.pk, "households": served.count(), "judged": sum(overall.values()), "overall": overall, **indicator_counts(counted),
    }


@operation(router, "GET", "/runs", Right.FIGURES, gives=told.RunPage)
def list_runs(request: HttpRequest, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List runs 评价批次

    Those inside the area, and those of what holds it: they judged its households too.
    """
    rows, following = page_queries.runs_seen(area_of_request(request), number(after), limit)
    return {"items": [_run(row) for row in rows], "next": text(following)}


@operation(router, "GET", "/runs/{run}", Right.FIGURES, gives=told.RunWithCounts, also=(404,))
def get_run(request: HttpRequest, run: Id) -> dict[str, Any]:
    """Get one run with its counts by division

    Only divisions of the area are counted.
    """
    area = area_of_request(request)
    found = page_queries.run_in(area, run)
    if found is None:
        raise missing_row(Run, run, "run")
    return {**_run(found), "counts": [_count(row) for row in page_queries.counts_seen(found, area)]}


@operation(
    router, "POST", "/runs", Right.JUDGE, Right.FIGURES, gives=work.Job, also=(404, 409), status=202, write=True,
    codes="`not_a_county`, `not_a_judging_pack`, `date_in_future`.",
)
def start_run(request: HttpRequest, body: NewRun) -> Status[dict[str, Any]]:
    """Start a run 发起评价

    Queues a judging of a county or something larger; follow the job that is given. A run as of an earlier day than the
    newest one is history: it changes neither the latest grades nor the ledger. Sending it twice makes two runs of the same
    verdicts, never doubled problems.
    """
    area, now = area_of_request(request), timezone.now()
    division = division_in(area, body.division)
    check_can_judge(division, area)
    check_as_of(body.as_of, timezone.localdate(now))
    job = submit_run(division=division, pack_id=body.pack, as_of=body.as_of, area=area, by=request.user, at=now)  # type: ignore[arg-type]
    return Status(202, job_words(job, area))


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk, "division": place(run.division), "pack": run.pack_id, "pack_title": run.pack_title, "digest": run.digest,
        "as_of": run.as_of, "facts_until": run.facts_until, "at": run.at, "households": run.households_seen,  # type: ignore[attr-defined]
    }


def _count(row: DivisionCount) -> dict[str, Any]:
    overall = {each: getattr(row, each) for each in ("safe", "basic", "unsafe", "unknown")}
    return {
        "division": place(row.division), "level": row.division.level, "households": row.households, "people": row.people,
        "overall": overall, **indicator_counts(row.indicators),
    }
