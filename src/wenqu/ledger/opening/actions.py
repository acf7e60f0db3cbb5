"""Open what a source found, once per subject and kind; re-open what fails again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.following import follow
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
from wenqu.kit.chunks import chunks
from wenqu.kit.days import day_of
from wenqu.ledger import lifecycle
from wenqu.ledger.deadlines.queries import deadline, packs_on
from wenqu.ledger.loop.taking import take
from wenqu.ledger.merging.actions import reopen_problem
from wenqu.ledger.models import Problem, ProblemHousehold, Report
from wenqu.ledger.numbers import problem_numbers
from wenqu.ledger.opening.closed_before import closed_before
from wenqu.ledger.opening.finding import Finding, Identity, Opened
from wenqu.ledger.opening.merged import survivors
from wenqu.places.models import Account
from wenqu.places.scope import below
from wenqu.rulebook.duties import DutyPack


@transaction.atomic
def open_problems(*, findings: Iterable[Finding], source: str, path: str, on: date, by: Account | audit.Actor, at: datetime, only_these: bool = False) -> Opened:
    """Open a problem for every finding that has none alive; the others are noted as still there, never doubled; one
    that was merged goes on in the problem that took it in.

    A live clue whose subject now fails for certain is confirmed under its own number. A problem that was closed within
    the days of the duty pack is re-opened, if something newer than its closing is known of the subject; what was
    observed before the closing says nothing new. `path` is the area in which the source looked: every finding lies below it.
    `only_these`: it looked at few subjects; of the others there, nothing is read and nothing waits.
    """
    found = {finding.identity: finding for finding in findings}
    here = _about(found) if only_these else below(path)
    live = {
        (problem.subject_kind, problem.subject_id, problem.kind): problem
        for problem in Problem.objects.filter(here).live().select_for_update().order_by("pk")
    }
    # The clock starts now, whatever day was looked at, and by the county of each finding.
    pack_of = packs_on(day_of(at))
    confirmed, still = _note_still_there(found, live, source, on, by, at)
    new = {identity: finding for identity, finding in found.items() if identity not in live}
    elsewhere = survivors(here, new)
    Problem.objects.filter(pk__in=set(elsewhere.values()), seen_on__lt=on).update(seen_on=on)
    new = {identity: finding for identity, finding in new.items() if identity not in elsewhere}
    again, stale = closed_before(new, here, pack_of)
    for problem, finding in again:
        reopen_problem(
            problem=problem, note=_("%(source)s发现同一对象再次出现同类问题") % {"source": source},
            version=None, key=None, area=None, by=by, at=at, clue=finding.clue,
        )
        del new[finding.identity]
    for identity in stale:
        del new[identity]
    fresh = _insert(list(new.values()), source, here, pack_of, on, at)
    _name_households(found, here, at)
    clues = sum(finding.clue for finding in fresh)
    still += len(elsewhere) + len(new) - len(fresh)
    outcome = Opened(opened=len(fresh) - clues, clues=clues, confirmed=confirmed, still=still, reopened=len(again), stale=len(stale))
    audit.record(by=by, verb="open_problems", at=at, subject=source, path=path, detail=vars(outcome).copy())
    return outcome


def _about(found: Iterable[Identity]) -> Q:
    """The problems of these subjects."""
    subjects: dict[int, set[int]] = {}
    for kind, subject, _kind_of_problem in found:
        subjects.setdefault(int(kind), set()).add(subject)
    condition = Q(pk__in=())
    for kind, keys in subjects.items():
        condition |= Q(subject_kind=kind, subject_id__in=keys)
    return condition


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


def _insert(findings: list[Finding], source: str, here: Q, pack_of: Callable[[str], DutyPack], on: date, at: datetime) -> list[Finding]:
    """Open what has no live problem; returns for what. Whoever begins a problem takes its number first and waits there for
    others: what a report began meanwhile is seen only now."""
    if not findings:
        return []
    numbers = problem_numbers(on, len(findings))
    live = set(Problem.objects.filter(here).live().values_list("subject_kind", "subject_id", "kind"))
    fresh = [finding for finding in findings if finding.identity not in live]
    columns = (
        "number", "kind", "state", "clue", "severity", "subject_kind", "subject_id", "subject_name", "division_id", "path", "source",
        "reason", "explanation", "households_named", "reports_count", "opened_on", "opened_at", "seen_on", "round", "version", "level", "unit",
        "due_at", "due_unit", "escalations", "outcome", "closing_note",
    )
    insert_rows(
        Problem, columns,
        (
            (
                number, finding.kind, lifecycle.FOUND, finding.clue, severity,
                int(finding.subject_kind), finding.subject_id, finding.subject_name[:160], finding.division_id, finding.path, source,
                finding.reason, finding.explanation, 0, 0, on, at, on, 1, 0, "", "",
                *due, 0, "", "",
            )
            for number, finding in zip(numbers, fresh, strict=False)
            for severity, due in (_first(pack_of(finding.path), finding.kind, at),)
        ),
    )
    return fresh


def _first(pack: DutyPack, kind: str, at: datetime) -> tuple[str, tuple[datetime | None, str]]:
    severity = pack.kinds[kind].severity if kind in pack.kinds else "ordinary"
    return severity, deadline(pack, lifecycle.FOUND, severity, kind, at)


def _name_households(found: dict[Identity, Finding], here: Q, at: datetime) -> None:
    """Add the households that a live problem does not name yet. Names are added, never taken away: a record of who was hit."""
    live = Problem.objects.filter(here, subject_kind=SubjectKind.SCHEME).live()
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
    """Bring the problems and the reports of households that moved, and every row that repeats their place, to where the households
    are now: their area is their subject's, or people of the old place would go on reading a name of the new one. Returns how many
    problems moved."""
    moved: dict[type[Problem] | type[Report], list[Any]] = {Problem: [], Report: []}
    for chunk in chunks(households, 500):
        follow(chunk)
        places = {pk: (division, path) for pk, division, path in Household.ever.filter(pk__in=chunk).values_list("pk", "division_id", "path")}
        for model, rows in moved.items():
            for row in model.objects.filter(subject_kind=SubjectKind.HOUSEHOLD, subject_id__in=chunk):
                division, path = places[row.subject_id]
                if row.path != path:
                    row.division_id, row.path = division, path
                    rows.append(row)
    for model, rows in moved.items():
        model.objects.bulk_update(rows, ["division", "path"], batch_size=500)
    if any(moved.values()):
        audit.record(by=by, verb="follow_households", at=at, subject="problem", detail={
            "problems": [row.number for row in moved[Problem]], "reports": [row.pk for row in moved[Report]],
        })
    return len(moved[Problem])
