"""What was closed before: does it fail again, or is it only told again?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from wenqu.facts.models import Fact, SubjectKind
from wenqu.kit.chunks import chunks
from wenqu.kit.days import day_of
from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem
from wenqu.ledger.opening.finding import Finding, Identity
from wenqu.rulebook.duties import DutyPack
from wenqu.schemes.models import Supply


def closed_before(new: Mapping[Identity, Finding], here: Q, pack_of: Callable[[str], DutyPack]) -> tuple[list[tuple[Problem, Finding]], list[Identity]]:
    """Of findings (of subjects that meet `here`) without a live problem: those to re-open with their problem, and those that tell nothing new.

    Nothing new: the last of the same subject and kind was closed, and no fact of the subject (for a household, of its
    scheme too) was observed after the day of the closing. Failing again within the days of its county's pack re-opens,
    later begins a new problem.
    """
    last: dict[Identity, tuple[int, datetime]] = {}
    # All that was ever closed in the area, of which the findings concern few: no row is read whole for being looked at.
    rows = Problem.objects.filter(here, state__in=lifecycle.REOPENED_FROM).order_by("closed_at", "pk")
    for pk, subject_kind, subject, kind, closed_at in rows.values_list("pk", "subject_kind", "subject_id", "kind", "closed_at").iterator():
        if closed_at is not None and (subject_kind, subject, kind) in new:
            last[(subject_kind, subject, kind)] = (pk, closed_at)
    observed = _observed(last)
    again, stale = {}, []
    for identity, (pk, closed_at) in last.items():
        closed, seen = day_of(closed_at), observed.get(identity[:2])
        if seen is None or seen <= closed:
            stale.append(identity)
        elif seen <= closed + timedelta(days=pack_of(new[identity].path).reopen_days):
            again[pk] = new[identity]
    problems = Problem.objects.in_bulk(list(again))
    return [(problems[pk], finding) for pk, finding in again.items()], stale


def _observed(identities: Iterable[Identity]) -> dict[tuple[int, int], date]:
    """(subject kind, subject) -> the newest day on which anything was observed of it, or of the household's scheme."""
    households = sorted({subject for kind, subject, _ in identities if kind == SubjectKind.HOUSEHOLD})
    schemes = {subject for kind, subject, _ in identities if kind == SubjectKind.SCHEME}
    served: dict[int, int] = {}
    for chunk in chunks(households, 500):
        served.update(Supply.objects.filter(household__in=chunk, to_on__isnull=True).values_list("household_id", "scheme_id"))
    of_schemes = _newest(SubjectKind.SCHEME, sorted(schemes | set(served.values())))
    of_households = _newest(SubjectKind.HOUSEHOLD, households)
    found = {(int(SubjectKind.SCHEME), pk): day for pk, day in of_schemes.items()}
    for pk in households:
        days = [day for day in (of_households.get(pk), of_schemes.get(served.get(pk, 0))) if day is not None]
        if days:
            found[(int(SubjectKind.HOUSEHOLD), pk)] = max(days)
    return found


def _newest(kind: int, subjects: list[int]) -> dict[int, date]:
    newest: dict[int, date] = {}
    for chunk in chunks(subjects, 500):
        rows = Fact.objects.filter(subject_kind=kind, subject_id__in=chunk).values_list("subject_id").annotate(day=Max("observed_on")).order_by()
        newest.update(rows)
    return newest
