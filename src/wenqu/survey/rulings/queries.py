"""Reads of what several records of one subject say together, and of the rulings on it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from wenqu.places.scope import Area, within
from wenqu.survey.desk.queries import answers_of
from wenqu.survey.merging import Given, Merged, merge_answers
from wenqu.survey.models import Doubled, FormVersion, Round, Ruling, State, Submission
from wenqu.survey.rulings.comparing import NO_FORM, Compared, merge_ruled, still_holds, waiting_in


@dataclass(frozen=True)
class Together:
    """All standing records of a subject in a round, put together."""

    records: list[Submission]
    given: list[Given]
    merged: Merged
    # Every ruling that holds: unit -> record.
    rulings: dict[str, int]
    # Those of people among them.
    told: dict[str, Ruling]
    # All fields in which the records differ, ruled or not.
    differing: list[str]
    # Those that nobody is asked yet: worked out of others that are still open.
    waiting: frozenset[str]


def standing(subject: str, round_id: int) -> QuerySet[Submission]:
    """The accepted records of a subject in a round, the first received first."""
    rows = Submission.objects.filter(subject=subject, round_id=round_id, state=State.ACCEPTED) if subject else Submission.objects.none()
    return rows.select_related("account", "device", "version").order_by("pk")


def given_of(records: Sequence[Submission]) -> list[Given]:
    """Their answers, as far as they are compared."""
    return [Given(each.pk, {path: text for path, text in answers_of(each).values.items() if form_of(each).takes(path)}) for each in records]


def form_of(submission: Submission) -> Compared:
    """What is compared of a record."""
    return _form(submission.version_id, submission.version.xform_hash) if submission.version is not None else NO_FORM


@lru_cache(maxsize=64)
def _form(pk: int, _hash: str) -> Compared:
    """A version never changes: remembered by its content."""
    return Compared.of(json.loads(FormVersion.objects.values_list("plan", flat=True).get(pk=pk)))


def together(subject: str, round_id: int, records: Sequence[Submission] | None = None) -> Together:
    """The records of a subject in a round as one, under all rulings that hold."""
    rows = list(standing(subject, round_id)) if records is None else list(records)
    given = given_of(rows)
    differing = list(merge_answers(given).open)
    told = {}
    for ruling in Ruling.objects.filter(subject=subject, round_id=round_id).select_related("by").order_by("pk") if differing else ():
        told[ruling.unit] = ruling
    told = {
        unit: ruling for unit, ruling in told.items()
        if unit in differing and still_holds(given, unit, ruling.submission_id, frozenset(ruling.seen))
    }
    forms = [form_of(each) for each in rows]
    merged, rulings = merge_ruled(given, {unit: each.submission_id for unit, each in told.items()}, forms)
    return Together(rows, given, merged, rulings, told, differing, waiting_in(merged, forms))


def rulings_of(subject: str, round: Round | int) -> dict[str, int]:
    """Field or repeat -> the record whose answer stands there, as `merging.merge_answers` takes them."""
    return together(subject, round if isinstance(round, int) else round.pk).rulings


def merged_of(subject: str, round: Round | int) -> Merged:
    """What the records of a subject in a round say as one; `open` is what still waits for somebody."""
    return together(subject, round if isinstance(round, int) else round.pk).merged


def doubled_in(area: Area, *, open_only: bool = True) -> QuerySet[Doubled]:
    """The subjects of an area whose records differ, those with open fields first."""
    rows = within(Doubled.objects.filter(differing__gt=0), area).select_related("division", "round__form")
    return (rows.filter(open__gt=0) if open_only else rows).order_by("-pk")


def open_count(area: Area) -> int:
    """How many subjects of an area wait for a ruling."""
    return within(Doubled.objects.filter(open__gt=0), area).count()


def doubled_with(submission: Submission) -> Doubled | None:
    """What differs between a standing record and the others of its subject, if anything does."""
    if submission.round_id is None or not submission.subject or submission.state != State.ACCEPTED:
        return None
    return Doubled.objects.filter(subject=submission.subject, round_id=submission.round_id, differing__gt=0).first()


def surveyors_of(rows: Sequence[Doubled]) -> dict[int, list[str]]:
    """row -> the names of those whose records it counts, in the order in which these came. One query."""
    found = Submission.objects.filter(subject__in=[row.subject for row in rows], round__in=[row.round_id for row in rows], state=State.ACCEPTED)
    by_group: dict[tuple[str, int | None], list[str]] = {}
    for subject, round_id, name in found.order_by("pk").values_list("subject", "round_id", "account__name"):
        names = by_group.setdefault((subject, round_id), [])
        if name not in names:
            names.append(name)
    return {row.pk: by_group.get((row.subject, row.round_id), []) for row in rows}
