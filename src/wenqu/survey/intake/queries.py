"""Reads that every record costs, prepared once each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast

from wenqu.households.models import Household
from wenqu.kit.prepared import Prepared
from wenqu.ledger.models import Problem
from wenqu.places.models import Duty
from wenqu.places.scope import HELD, NOWHERE, Area, area_held
from wenqu.schemes.models import Scheme
from wenqu.survey.intake.reading import Record
from wenqu.survey.models import Assignment, Device, FormVersion, Submission

_SAME = Prepared(
    lambda instance, sha256: Submission.objects.filter(instance_id=instance, sha256=sha256).values_list("pk", "division_id", "path"), str, str)
# pk, division, path; by its key, as phones are given it, and by its number, as people read it off a sheet
PROBLEM = Prepared(lambda pk: Problem.objects.filter(pk=pk).values_list("pk", "division_id", "path"), int)
PROBLEM_BY_NUMBER = Prepared(lambda number: Problem.objects.filter(number=number).values_list("pk", "division_id", "path"), str)
_COLUMNS = 7
_SUBJECT = ("pk", "division_id", "path", "county_id")


def _rows(kind: str, rows: QuerySet[Any], *names: str) -> QuerySet[Any, Any]:
    """Rows of one kind among others in one statement: all columns are texts, and as many in each."""
    texts: dict[str, Any] = {f"text{place}": Cast(name, TextField()) for place, name in enumerate(names)}
    texts |= {f"text{place}": Cast(Value(None), TextField()) for place in range(len(names), _COLUMNS)}
    return rows.order_by().annotate(rows_of=Value(kind, TextField()), **texts).values_list("rows_of", *texts)


# All that a record is placed by, in one statement: each costs a server more than its rows do.
_AROUND = Prepared(
    lambda county, form, version, account, on, household, scheme: _rows(
        "version", FormVersion.objects.filter(form__division_id=county, form__form_id=form, version=version), "pk", "xform_hash", "step",
    ).union(
        _rows("task", Assignment.objects.filter(account_id=account, round__form__form_id=form),
              "round_id", "pk", "round__closed_at", "round__from_on", "round__to_on", "division_id", "path"),
        _rows("duty", Duty.objects.held_on(on).filter(account_id=account), *HELD),
        _rows("household", Household.ever.filter(pk=household), *_SUBJECT, "left_on"),
        _rows("scheme", Scheme.objects.filter(pk=scheme), *_SUBJECT), all=True),
    int, str, str, int, date, int, int)


@dataclass(frozen=True)
class Kept:
    """A row of a record, as far as its files need it."""

    pk: int
    division_id: int
    path: str


@dataclass(frozen=True)
class Task:
    """A village that somebody was sent to in a round."""

    round_id: int
    open: bool
    division_id: int
    path: str


@dataclass(frozen=True)
class Subject:
    """A row of the register; `left`: a household that stands in it no more."""

    pk: int
    division_id: int
    path: str
    county_id: int
    left: bool


@dataclass(frozen=True)
class Around:
    """What stands around a record that comes in."""

    # Key, hash and step of the version that it names, where the county published it.
    version: tuple[int, str, str] | None = None
    # What its surveyor was given to do with the form, the newest round first.
    tasks: list[Task] = field(default_factory=list)
    area: Area = NOWHERE
    subject: Subject | None = None


def same_record(record: Record) -> Kept | None:
    """The row of this very record, by its number and its bytes."""
    row = _SAME.first(record.instance_id, record.sha256)
    return Kept(*row) if row else None


def around(record: Record, device: Device, day: date, subject: tuple[str, int] | None) -> Around:
    """What stands around a record of a phone on a day; `subject` is the kind and number that it names."""
    kind, number = subject or ("", 0)
    found: dict[str, list[tuple[str, ...]]] = {"version": [], "task": [], "duty": [], "household": [], "scheme": []}
    asked = (number if kind == each else 0 for each in ("household", "scheme"))
    for each, *texts in _AROUND.rows(device.county_id, record.form_id, record.form_version, device.account_id, day, *asked):
        found[each].append(tuple(texts))
    version = next(((int(pk), hashed, step) for pk, hashed, step, *_rest in found["version"]), None)
    rows = found["household"] + found["scheme"]
    row = next((Subject(int(pk), int(division), path, int(county), left is not None) for pk, division, path, county, left, *_rest in rows), None)
    area = area_held([each[: len(HELD)] for each in found["duty"]]) if device.account.is_active else NOWHERE
    return Around(version, _tasks(found["task"], str(day)), area, row)


def _tasks(rows: list[tuple[str, ...]], day: str) -> list[Task]:
    """The days are texts of a form that sorts as they should."""
    rows.sort(key=lambda each: (-int(each[0]), int(each[1])))
    return [Task(int(pk), closed is None and first <= day <= last, int(division), path) for pk, _key, closed, first, last, division, path in rows]
