"""The facts of all standing records of one subject in one round, brought to what the records say together.

Every record keeps facts of its own, with its own day. Where records differ in a field, none of them makes a fact of it
until somebody has ruled; then the one that was chosen does. What comes out rests on the records alone, not on the order
in which they came or were taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from wenqu.facts.models import Key, SourceKind, SubjectKind
from wenqu.facts.together import Stated
from wenqu.facts.values import FactRow
from wenqu.kit.days import day_of
from wenqu.survey.effects.asked import Said
from wenqu.survey.effects.changes import Changes
from wenqu.survey.merging import Merged, unit_of
from wenqu.survey.models import Submission
from wenqu.survey.rulings.queries import form_of, together

KINDS = {"household": SubjectKind.HOUSEHOLD, "scheme": SubjectKind.SCHEME}
_KEY = {str(key.label): key for key in Key}


@dataclass
class _Facts:
    """What stands of one record: column -> value, the columns that it ends, and the paths that wait for a ruling or lost one."""

    values: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def subject_in(row: Submission) -> tuple[int, int] | None:
    """(subject kind, number) as facts name it; None for a record of nothing that has facts."""
    kind, _colon, number = row.subject.partition(":")
    return (int(KINDS[kind]), int(number)) if kind in KINDS else None


def settle(rows: Sequence[Submission], taken: frozenset[int], changes: Changes) -> None:
    """Let the records in `taken` have the facts that they should have beside all of `rows`."""
    merged = together(rows[0].subject, rows[0].round_id, rows).merged if len(rows) > 1 and rows[0].round_id else None
    said = {row.pk: changes.said_of(row) for row in rows}
    given = {name for each in said.values() for name, _value in each.facts.values()}
    for row in rows:
        if row.pk in taken:
            stands = _standing(row, said[row.pk], merged)
            stands.values |= dict.fromkeys(said[row.pk].ended - given, "")
            _keep(row, stands, said[row.pk], changes)


def undo(row: Submission, changes: Changes) -> None:
    """Withdraw the facts of a record that stands no longer."""
    if row.facts_id is not None:
        changes.withdraw(row)
        changes.rows[row.pk] = row


def observed_on(row: Submission) -> tuple[date, str]:
    """The day on which it was filled, and "" or why that is the day of its arrival: the phone's clock cannot be right."""
    received = day_of(row.received_at)
    if row.filled_at is None:
        return received, "unknown"
    day = day_of(row.filled_at)
    if day > received:
        return received, "future"
    if row.version is not None and day < day_of(row.version.at):
        return received, "before_form"
    return day, ""


def _standing(row: Submission, said: Said, merged: Merged | None) -> _Facts:
    facts = _Facts()
    for path, (name, value) in said.facts.items():
        if merged is not None and form_of(row).takes(path):
            if unit_of(path) in merged.open:
                facts.asked.append(path)
                continue
            if row.pk not in merged.sources.get(path, ()):
                facts.lost.append(path)
                continue
        facts.values[name] = value
    return facts


def _keep(row: Submission, stands: _Facts, said: Said, changes: Changes) -> None:
    day, clock = observed_on(row)
    subject = subject_in(row)
    assert subject is not None
    reference = row.instance_id[:60]
    wanted: list[FactRow] = [(*subject, _KEY[name], value, day, reference) for name, value in sorted(stands.values.items())]
    row.effect = {
        **row.effect, "day": day.isoformat(), "clock": clock, "facts": sorted(name for name, value in stands.values.items() if value),
        "wrong": said.wrong, "asked": stands.asked, "lost": stands.lost,
    }
    changes.rows[row.pk] = row
    if row.facts_id is None and not wanted:
        return
    if row.facts_id is not None:
        if changes.held[row.facts_id] == set(wanted):
            return
        changes.withdraw(row)
    if wanted:
        stated = Stated(SourceKind.SURVEY, _title(row), wanted, row.account)
        changes.facts.append(stated)
        changes.stated[row.pk] = stated
    row.to_judge = True


def _title(row: Submission) -> str:
    form = row.version.title if row.version is not None else row.form_id
    return _("%(form)s %(round)s 记录 #%(number)d") % {"form": form[:80], "round": row.round.name[:80] if row.round else "", "number": row.pk}
