"""Open what a source found, once per subject and kind; re-open what fails again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
from wenqu.kit.chunks import chunks
from wenqu.kit.counters import take_numbers
from wenqu.ledger import lifecycle
from wenqu.ledger.deadlines.queries import deadline, pack_for
from wenqu.ledger.loop.taking import take
from wenqu.ledger.merging.actions import reopen_problem
from wenqu.ledger.models import Problem, ProblemHousehold
from wenqu.ledger.opening.closed_before import closed_before
from wenqu.ledger.opening.finding import Finding, Identity, Opened
from wenqu.ledger.opening.merged import survivors
from wenqu.places.models import Account
from wenqu.places.scope import below
from wenqu.rulebook.duties import DutyPack


@transaction.atomic
def open_problems(*, findings: Iterable[Finding], source: str, path: str, on: date, by: Account | audit.Actor, at: datetime) -> Opened:
    """Open a problem for every finding that has none alive; the others are noted as still there, never doubled; one
    that was merged goes on in the problem that took it in.

    A live clue whose subject now fails for certain is confirmed under its own number. A problem that was closed within
    the days of the duty pack is re-opened, if something newer than its closing is known of the subject; what was
    observed before the closing says nothing new. `path` is the area in which the source looked: every finding lies below it.
    """
    found = {finding.identity: finding for finding in findings}
    live = {
        (problem.subject_kind, problem.subject_id, problem.kind): problem
        for problem in Problem.objects.filter(below(path)).live().select_for_update()
    }
    pack = pack_for(path, on)
    confirmed, still = _note_still_there(found, live, source, on, by, at)
    new = {identity: finding for identity, finding in found.items() if identity not in live}
    elsewhere = survivors(below(path), new)
    Problem.objects.filter(pk__in=set(elsewhere.values()), seen_on__lt=on).update(seen_on=on)
    new = {identity: finding for identity, finding in new.items() if identity not in elsewhere}
    again, stale = closed_before(new, path, pack.reopen_days)
    for problem, finding in again:
        reopen_problem(
            problem=problem, note=_("%(source)s发现同一对象再次出现同类问题") % {"source": source},
            version=None, key=None, area=None, by=by, at=at, clue=finding.clue,
        )
        del new[finding.identity]
    for identity in stale:
        del new[identity]
    _insert(list(new.values()), source, pack, on, at)
    _name_households(found, path, at)
    clues = sum(finding.clue for finding in new.values())
    outcome = Opened(opened=len(new) - clues, clues=clues, confirmed=confirmed, still=still + len(elsewhere), reopened=len(again), stale=len(stale))
    audit.record(by=by, verb="open_problems", at=at, subject=source, path=path, detail=vars(outcome).copy())
    return outcome


def _note_still_there(
    found: dict[Identity, Finding], live: dict[Identity, Problem], source: str, on: date, by: Account | audit.Actor, at: datetime,
) -> tuple[int, int]:
    confirmed, still = 0, []
    for identity, problem in live.items():
        finding = found.get(identity)
        if finding is None:
            continue
        if problem.clue and not finding.clue:
            _confirm(problem, finding, source, on, by, at)
            confirmed += 1
        else:
            still.append(problem.pk)
    for chunk in chunks(still, 500):
        Problem.objects.filter(pk__in=chunk, seen_on__lt=on).update(seen_on=on)
    return confirmed, len(still)


def _confirm(problem: Problem, finding: Finding, source: str, on: date, by: Account | audit.Actor, at: datetime) -> None:
    # What it said of itself until now: whoever asks for an earlier day reads that.
    detail = {"source": source, "was": {"reason": problem.reason, "explanation": problem.explanation}}

    def change(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        row.clue = False
        row.reason, row.explanation, row.seen_on = finding.reason, finding.explanation, max(on, row.seen_on)

    take("confirm", problem=problem, version=None, key=None, area=None, by=by, at=at, detail=detail, change=change)


def _insert(findings: list[Finding], source: str, pack: DutyPack, on: date, at: datetime) -> None:
    columns = (
        "number", "kind", "state", "clue", "severity", "subject_kind", "subject_id", "subject_name", "division_id", "path", "source",
        "reason", "explanation", "households_named", "reports_count", "opened_on", "opened_at", "seen_on", "round", "version", "level", "unit",
        "due_at", "due_unit", "escalations", "outcome", "closing_note",
    )
    numbers = take_numbers(series=f"problem-{on.year}", count=len(findings))
    insert_rows(
        Problem, columns,
        (
            (
                f"WT-{on.year}-{number:06d}", finding.kind, lifecycle.FOUND, finding.clue, severity,
                int(finding.subject_kind), finding.subject_id, finding.subject_name[:160], finding.division_id, finding.path, source,
                finding.reason, finding.explanation, 0, 0, on, at, on, 1, 0, "", "",
                *due, 0, "", "",
            )
            for number, finding in zip(numbers, findings, strict=True)
            for severity, due in (_first(pack, finding.kind, at),)
        ),
    )


def _first(pack: DutyPack, kind: str, at: datetime) -> tuple[str, tuple[datetime | None, str]]:
    severity = pack.kinds[kind].severity if kind in pack.kinds else "ordinary"
    return severity, deadline(pack, lifecycle.FOUND, severity, kind, at)


def _name_households(found: dict[Identity, Finding], path: str, at: datetime) -> None:
    """Add the households that a live problem does not name yet. Names are added, never taken away: a record of who was hit."""
    live = Problem.objects.filter(below(path), subject_kind=SubjectKind.SCHEME).live()
    ids = {(subject_kind, subject_id, kind): pk for pk, subject_kind, subject_id, kind in live.values_list("pk", "subject_kind", "subject_id", "kind")}
    concerned = [(ids[identity], finding) for identity, finding in found.items() if finding.households and identity in ids]
    for chunk in chunks(concerned, 200):
        named: dict[int, set[int]] = {pk: set() for pk, _finding in chunk}
        for pk, household in ProblemHousehold.objects.filter(problem_id__in=list(named)).values_list("problem_id", "household_id"):
            named[pk].add(household)
        fresh = [(pk, household, at) for pk, finding in chunk for household in finding.households if household not in named[pk]]
        insert_rows(ProblemHousehold, ("problem_id", "household_id", "named_at"), fresh)
        for pk, finding in chunk:
            Problem.objects.filter(pk=pk).update(households_named=len(named[pk].union(finding.households)))


@transaction.atomic
def follow_households(*, households: Iterable[int], by: Account | audit.Actor, at: datetime) -> int:
    """Bring the problems of households that moved to where the households are now: the area of a problem is its
    subject's, or people of the old place would go on reading a name of the new one. Returns how many moved."""
    moved = []
    for chunk in chunks(households, 500):
        places = {pk: (division, path) for pk, division, path in Household.objects.filter(pk__in=chunk).values_list("pk", "division_id", "path")}
        for problem in Problem.objects.filter(subject_kind=SubjectKind.HOUSEHOLD, subject_id__in=chunk):
            division, path = places[problem.subject_id]
            if problem.path != path:
                problem.division_id, problem.path = division, path
                moved.append(problem)
    Problem.objects.bulk_update(moved, ["division", "path"], batch_size=500)
    if moved:
        audit.record(by=by, verb="follow_households", at=at, subject="problem", detail={"problems": [problem.number for problem in moved]})
    return len(moved)
