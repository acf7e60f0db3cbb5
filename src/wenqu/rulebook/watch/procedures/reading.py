"""Reads the tables of a procedure pack strictly: unknown keys, bad words and values without a source are problems."""

from __future__ import annotations

from collections.abc import Sequence

from wenqu.rulebook.clauses import Reader
from wenqu.rulebook.duties.reading import ROLES
from wenqu.rulebook.schema import Table
from wenqu.rulebook.watch.procedures.clauses import LEVELS, SHAPES
from wenqu.rulebook.watch.procedures.model import (
    AlarmRules,
    Condition,
    Leaving,
    NoticeHabits,
    NoWorker,
    PaperKind,
    Party,
    Urgent,
)

YES_NO = ("yes", "no")


def read_papers(root: Table) -> dict[str, PaperKind]:
    """The papers that steps may ask for."""
    found = {}
    for key, table in root.tables("papers", required=True):
        found[key] = PaperKind(key, table.text("zh"), table.text("en"), table.choice("shape", SHAPES), table.texts("signers"))
        table.done()
    return found


def read_actors(root: Table, reader: Reader) -> dict[str, Party]:
    """Who takes steps, with level and roles."""
    found = {}
    for key, table in root.tables("actors", required=True):
        found[key] = Party(key, table.text("zh"), table.text("en"), table.choice("level", LEVELS),
                           reader.must(reader.words(table, "roles", ROLES)))
        table.done()
    return found


def read_notices(root: Table, reader: Reader) -> NoticeHabits | None:
    """How notices are counted and objections ruled on; a pack without notices has none."""
    table = root.table("notices", required=False)
    if table is None:
        return None
    must = reader.must
    found = NoticeHabits(
        must(reader.word(table, "first", ("next_day", "same_day"))), must(reader.word(table, "upheld", ("restart", "retake"))),
        must(reader.word(table, "ruling", ("another", "anyone"))), must(reader.word(table, "photos", ("both_ends", "posting", "none"))),
    )
    table.done()
    return found


def read_urgent(root: Table, reader: Reader, actors: Sequence[str], papers: Sequence[str]) -> Urgent | None:
    """Help before the steps."""
    table = root.table("urgent")
    if table is None:
        return None
    must = reader.must
    found = Urgent(must(reader.word(table, "help_first", YES_NO)), must(reader.word(table, "confirmed_by", actors)),
                   must(reader.word(table, "paper", papers)), must(reader.days(table, "within")))
    table.done()
    return found


def read_alarms(root: Table, reader: Reader) -> AlarmRules | None:
    """What is suspicious after entry."""
    table = root.table("alarms")
    if table is None:
        return None
    found = AlarmRules(reader.must(reader.number(table, "no_measure", "month", 120)),
                       reader.must(reader.number(table, "removed_soon", "month", 120)))
    table.done()
    return found


def read_leaving(root: Table, reader: Reader, steps: Sequence[str], papers: Sequence[str]) -> Leaving | None:
    """The conditions of removal."""
    table = root.table("leaving")
    if table is None:
        return None
    must, conditions = reader.must, {}
    judged = must(reader.word(table, "judged_from", steps))
    natural = must(reader.word(table, "natural", ("waives", "asks")))
    for key, inner in table.tables("conditions", required=True):
        conditions[key] = Condition(key, inner.text("zh"), inner.text("en"), must(reader.word(inner, "asked", YES_NO)))
        inner.done()
    inner_table = table.table("no_worker")
    table.done()
    if inner_table is None:
        return None
    no_worker = NoWorker(
        must(reader.word(inner_table, "refused", YES_NO)), must(reader.word(inner_table, "protected", YES_NO)),
        must(reader.number(inner_table, "fresh", "month", 120)), must(reader.word(inner_table, "confirmed_at", steps)),
        must(reader.word(inner_table, "paper", papers)),
    )
    inner_table.done()
    return Leaving(judged, natural, conditions, no_worker)
