"""What follows from records for their facts, gathered and then written in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wenqu.facts.models import Fact
from wenqu.facts.together import Stated, Withdrawn, record_together
from wenqu.facts.values import FACT_COLUMNS, FactRow
from wenqu.kit.bulk import update_rows
from wenqu.survey.desk.queries import shape_for
from wenqu.survey.effects.asked import Said, columns_of, said_by
from wenqu.survey.intake.answers import read_answers
from wenqu.survey.intake.reading import parsed
from wenqu.survey.models import Submission


@dataclass
class Changes:
    """What follows from records for their facts, worked out for all of them before `write` writes any."""

    at: datetime
    # What records say, as far as it was read before.
    said: dict[int, Said] = field(default_factory=dict)
    # record of facts -> its facts, of all that may be withdrawn
    held: Mapping[int, set[FactRow]] = field(default_factory=dict)
    facts: list[Stated | Withdrawn] = field(default_factory=list)
    stated: dict[int, Stated] = field(default_factory=dict)
    # The rows that are to be written, and those of them that are done.
    rows: dict[int, Submission] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def said_of(self, row: Submission) -> Said:
        if row.pk not in self.said:
            self.said[row.pk] = read_said(row)
        return self.said[row.pk]

    def withdraw(self, row: Submission) -> None:
        assert row.facts_id is not None
        self.facts.append(Withdrawn(row.facts_id, row.account))
        row.facts_id, row.to_judge = None, True

    def take(self, row: Submission) -> None:
        row.effect_at, row.effect_tries = self.at, 0
        self.rows[row.pk] = row
        self.taken.add(row.pk)


def changes_of(rows: Iterable[Submission], said: Mapping[int, Said], at: datetime) -> Changes:
    """Nothing yet. The facts that these records have are read at once."""
    held: dict[int, set[FactRow]] = {row.facts_id: set() for row in rows if row.facts_id is not None}
    if held:
        for record, *told in Fact.objects.filter(record__in=held).values_list(*FACT_COLUMNS):
            held[record].add(tuple(told))
    return Changes(at, dict(said), held)


def write(changes: Changes) -> None:
    """Write all of it, inside the transaction that holds the rows."""
    record_together(changes.facts, changes.at)
    for pk, stated in changes.stated.items():
        changes.rows[pk].facts_id = stated.pk
    ended = [row for row in changes.rows.values() if row.pk in changes.taken]
    others = [row for row in changes.rows.values() if row.pk not in changes.taken]
    update_rows(Submission, ("effect", "facts", "to_judge"), ((row.effect, row.facts_id, row.to_judge, row.pk) for row in others))
    update_rows(
        Submission, ("effect", "facts", "to_judge", "effect_at", "effect_tries"),
        ((row.effect, row.facts_id, row.to_judge, row.effect_at, row.effect_tries, row.pk) for row in ended))


def read_said(row: Submission) -> Said:
    """What a record says of facts: of what was received, which never changes."""
    if row.version is None:
        return Said()
    root = parsed(row.xml.open().encode())
    return said_by(root, read_answers(root, shape_for(row)), columns_of(row.version))
