"""Reads of the facts: what is known of a subject as of a day, and its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from wenqu.facts.models import Fact, Key, SubjectKind
from wenqu.households.models import Household
from wenqu.places.models import Division
from wenqu.places.paths import ancestors
from wenqu.schemes.models import Scheme

Subject = tuple[int, int]


@dataclass(frozen=True)
class Known:
    """One value as known: `name` is the rulebook's column, `subject` says whose fact it is."""

    name: str
    value: str
    observed_on: date
    recorded_at: datetime
    source: str
    title: str
    reference: str
    subject: Subject


def visible(as_of: date, until: datetime | None) -> Q:
    """Facts observed by `as_of` in records made by `until` and not withdrawn by then (None: now)."""
    if until is None:
        return Q(observed_on__lte=as_of, record__withdrawn_at__isnull=True)
    return Q(observed_on__lte=as_of, record__recorded_at__lte=until) & (
        Q(record__withdrawn_at__isnull=True) | Q(record__withdrawn_at__gt=until)
    )


def known_facts(subjects: Iterable[Subject], *, as_of: date, until: datetime | None = None) -> dict[Subject, dict[str, Known]]:
    """The latest value of every key of every subject. One query. A latest value that is empty is left out."""
    wanted = Q(pk__in=[])
    for kind in SubjectKind:
        ids = [number for each, number in subjects if each == kind]
        if ids:
            wanted |= Q(subject_kind=kind, subject_id__in=ids)
    found: dict[Subject, dict[str, Known]] = {subject: {} for subject in subjects}
    for fact in _ordered(Fact.objects.filter(wanted).filter(visible(as_of, until))):
        subject = (fact.subject_kind, fact.subject_id)
        if fact.value == "":
            found[subject].pop(Key(fact.key).label, None)
        else:
            found[subject][Key(fact.key).label] = _known(fact)
    return found


def history_of(subject: Subject, limit: int = 200, *, as_of: date | None = None, until: datetime | None = None) -> list[Known]:
    """All values ever recorded of a subject that are not withdrawn, newest first; those visible at an instant where one is given."""
    facts = Fact.objects.filter(subject_kind=subject[0], subject_id=subject[1])
    facts = facts.filter(record__withdrawn_at__isnull=True) if as_of is None else facts.filter(visible(as_of, until))
    return [_known(fact) for fact in reversed(_ordered(facts))][:limit]


def _ordered(facts: QuerySet[Fact]) -> list[Fact]:
    return list(facts.select_related("record").order_by("observed_on", "record__recorded_at", "pk"))


def _known(fact: Fact) -> Known:
    return Known(
        name=str(Key(fact.key).label), value=fact.value, observed_on=fact.observed_on, recorded_at=fact.record.recorded_at,
        source=fact.record.get_source_display(), title=fact.record.title, reference=fact.reference,
        subject=(fact.subject_kind, fact.subject_id),
    )


def subjects_of(household: Household, as_of: date) -> list[Subject]:
    """Whose facts tell of a household, nearest first: itself, the scheme that serves it, its divisions from below."""
    scheme = scheme_of(household, as_of)
    return subjects_around(household.pk, scheme.pk if scheme else None, household.path)


def subjects_around(household: int, scheme: int | None, path: str) -> list[Subject]:
    """As `subjects_of`, for a household served by `scheme` in the division at `path`."""
    subjects: list[Subject] = [(SubjectKind.HOUSEHOLD, household)]
    if scheme is not None:
        subjects.append((SubjectKind.SCHEME, scheme))
    above = Division.objects.filter(path__in=ancestors(path)).order_by("-path")
    subjects.extend((SubjectKind.DIVISION, division.pk) for division in above)
    return subjects


def scheme_of(household: Household, as_of: date) -> Scheme | None:
    """The scheme that serves a household on a day."""
    served = household.supplies.filter(from_on__lte=as_of).filter(Q(to_on__isnull=True) | Q(to_on__gt=as_of))
    supply = served.select_related("scheme").order_by("-from_on", "-pk").first()
    return supply.scheme if supply else None
