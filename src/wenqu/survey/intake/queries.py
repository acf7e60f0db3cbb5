"""Reads that every record costs, prepared once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wenqu.households.models import Household
from wenqu.kit.prepared import Prepared
from wenqu.ledger.models import Problem
from wenqu.schemes.models import Scheme
from wenqu.survey.intake.reading import Record
from wenqu.survey.models import Assignment, FormVersion, Submission

_SAME = Prepared(
    lambda instance, sha256: Submission.objects.filter(instance_id=instance, sha256=sha256).values_list("pk", "division_id", "path"), str, str)
VERSION = Prepared(
    lambda county, form, version: FormVersion.objects.filter(form__division_id=county, form__form_id=form, version=version)
    .values_list("pk", "xform_hash", "step"), int, str, str)
# pk, division, path, county; of a household also since when it stands in the register no more
SUBJECTS = {
    "household": Prepared(lambda pk: Household.ever.filter(pk=pk).values_list("pk", "division_id", "path", "county_id", "left_on"), int),
    "scheme": Prepared(lambda pk: Scheme.objects.filter(pk=pk).values_list("pk", "division_id", "path", "county_id"), int),
}
# pk, division, path; by its key, as phones are given it, and by its number, as people read it off a sheet
PROBLEM = Prepared(lambda pk: Problem.objects.filter(pk=pk).values_list("pk", "division_id", "path"), int)
PROBLEM_BY_NUMBER = Prepared(lambda number: Problem.objects.filter(number=number).values_list("pk", "division_id", "path"), str)
_TASKS = Prepared(
    lambda account, form: Assignment.objects.filter(account_id=account, round__form__form_id=form)
    .order_by("-round_id", "pk").values_list("round_id", "round__closed_at", "round__from_on", "round__to_on", "division_id", "path"), int, str)


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


def same_record(record: Record) -> Kept | None:
    """The row of this very record, by its number and its bytes."""
    row = _SAME.first(record.instance_id, record.sha256)
    return Kept(*row) if row else None


def tasks_with(account: int, form_id: str, day: date) -> list[Task]:
    """What somebody was given to do with a form, the newest round first."""
    rows = _TASKS.rows(account, form_id)
    # The days come as the driver gives them; as texts of this form they sort as they should.
    return [Task(pk, closed is None and str(first) <= str(day) <= str(last), division, path) for pk, closed, first, last, division, path in rows]
