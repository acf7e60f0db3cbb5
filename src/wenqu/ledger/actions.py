"""Open and close problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
from wenqu.kit.chunks import chunks
from wenqu.kit.counters import take_numbers
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem, ProblemHousehold, ProblemState
from wenqu.ledger.permissions import check_can_close
from wenqu.places.models import Account
from wenqu.places.scope import Area, below

Identity = tuple[int, int, str]


@dataclass(frozen=True)
class Finding:
    """What a source found of one subject: enough to open a problem, or to say that an open one still stands.

    `households` are the primary keys of the households that a problem of a scheme concerns; empty for a household's own.
    """

    kind: str
    clue: bool
    subject_kind: int
    subject_id: int
    subject_name: str
    division_id: int
    path: str
    reason: str
    explanation: str
    households: Sequence[int] = ()

    @property
    def identity(self) -> Identity:
        return (self.subject_kind, self.subject_id, self.kind)


@dataclass(frozen=True)
class Opened:
    """True counts of what a set of findings did."""

    opened: int
    clues: int
    confirmed: int
    still: int


@transaction.atomic
def open_problems(*, findings: Iterable[Finding], source: str, path: str, on: date, by: Account | audit.Actor, at: datetime) -> Opened:
    """Open a problem for every finding that has none alive; the others are noted as still there, never doubled.

    A live clue whose subject now fails for certain becomes an open problem under its own number. `path` is the area
    in which the source looked: every finding lies below it.
    """
    found = {finding.identity: finding for finding in findings}
    live = {
        (problem.subject_kind, problem.subject_id, problem.kind): problem
        for problem in Problem.objects.filter(below(path)).exclude(state=ProblemState.CLOSED).select_for_update()
    }
    new = [finding for identity, finding in found.items() if identity not in live]
    confirmed, still = _note_still_there(found, live, on)
    _insert(new, source, on, at)
    _name_households(found, path)
    clues = sum(finding.clue for finding in new)
    outcome = Opened(opened=len(new) - clues, clues=clues, confirmed=confirmed, still=still)
    audit.record(by=by, verb="open_problems", at=at, subject=source, path=path, detail=vars(outcome).copy())
    return outcome


def _note_still_there(found: dict[Identity, Finding], live: dict[Identity, Problem], on: date) -> tuple[int, int]:
    confirmed, still = [], []
    for identity, problem in live.items():
        finding = found.get(identity)
        if finding is None:
            continue
        problem.seen_on = max(on, problem.seen_on)
        if problem.state == ProblemState.CLUE and not finding.clue:
            problem.state = ProblemState.OPEN
            problem.reason, problem.explanation = finding.reason, finding.explanation
            confirmed.append(problem)
        else:
            still.append(problem)
    Problem.objects.bulk_update(confirmed, ["seen_on", "state", "reason", "explanation"], batch_size=500)
    for chunk in chunks([problem.pk for problem in still], 500):
        Problem.objects.filter(pk__in=chunk, seen_on__lt=on).update(seen_on=on)
    return len(confirmed), len(still)


def _insert(findings: list[Finding], source: str, on: date, at: datetime) -> None:
    columns = (
        "number", "kind", "state", "subject_kind", "subject_id", "subject_name", "division_id", "path", "source",
        "reason", "explanation", "households_named", "opened_on", "opened_at", "seen_on", "closing_note",
    )
    numbers = take_numbers(series=f"problem-{on.year}", count=len(findings))
    insert_rows(
        Problem, columns,
        (
            (
                f"WT-{on.year}-{number:06d}", finding.kind, ProblemState.CLUE if finding.clue else ProblemState.OPEN,
                int(finding.subject_kind), finding.subject_id, finding.subject_name[:160], finding.division_id, finding.path,
                source, finding.reason, finding.explanation, 0, on, at, on, "",
            )
            for number, finding in zip(numbers, findings, strict=True)
        ),
    )


def _name_households(found: dict[Identity, Finding], path: str) -> None:
    """Add the households that a live problem does not name yet. Names are added, never taken away: a record of who was hit."""
    live = Problem.objects.filter(below(path), subject_kind=SubjectKind.SCHEME).exclude(state=ProblemState.CLOSED)
    ids = {(subject_kind, subject_id, kind): pk for pk, subject_kind, subject_id, kind in live.values_list("pk", "subject_kind", "subject_id", "kind")}
    concerned = [(ids[identity], finding) for identity, finding in found.items() if finding.households and identity in ids]
    for chunk in chunks(concerned, 200):
        named: dict[int, set[int]] = {pk: set() for pk, _finding in chunk}
        for pk, household in ProblemHousehold.objects.filter(problem_id__in=list(named)).values_list("problem_id", "household_id"):
            named[pk].add(household)
        fresh = [(pk, household) for pk, finding in chunk for household in finding.households if household not in named[pk]]
        insert_rows(ProblemHousehold, ("problem_id", "household_id"), fresh)
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


@transaction.atomic
def close_problem(*, problem: Problem, note: str, area: Area, on: date, by: Account, at: datetime) -> None:
    """Close a problem with a note. `Refused` outside the area, without the role, when closed already or without a note."""
    locked = Problem.objects.select_for_update().get(pk=problem.pk)
    check_can_close(locked, area)
    if not note.strip():
        raise Refused("note_missing", _("请写明关闭说明：谁在什么时候核实了什么"))
    check_no_number(note)
    locked.state, locked.closing_note = ProblemState.CLOSED, note.strip()
    locked.closed_on, locked.closed_at, locked.closed_by = max(on, locked.opened_on), at, by
    locked.save(update_fields=["state", "closing_note", "closed_on", "closed_at", "closed_by"])
    audit.record(by=by, verb="close_problem", at=at, subject=f"problem:{locked.number}", path=locked.path)
