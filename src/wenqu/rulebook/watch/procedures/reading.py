"""Reads the tables of a procedure pack strictly: unknown keys, bad words and values without a source are problems."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from wenqu.rulebook.duties.reading import ROLES
from wenqu.rulebook.schema import CONFIDENCES, NOT_FOUND, RULE_UNIT, Table, iso_date
from wenqu.rulebook.watch.procedures.clauses import LEVELS, SHAPES, Clause, Value
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

MOST = 3660  # days; ten years is a slip of the pen
_NOTHING = Clause("", "", "", "", "", "", "unverified")  # stands in where a problem was found: the pack is refused anyway
YES_NO = ("yes", "no")


class Reader:
    """Reads clauses out of the tables of one pack and keeps each by its key."""

    def __init__(self) -> None:
        self.clauses: dict[str, Clause] = {}

    def number(self, parent: Table, name: str, unit: str, most: int = MOST, required: bool = True) -> Clause | None:
        """A whole number from 1 on in one unit."""
        table = parent.table(name, required)
        if table is None:
            return None
        value = table.get("value", Decimal, required=True)
        if value is not None and not (isinstance(value, int) and 1 <= value <= most):
            table.problems.add(table.path("value"), "value_range", f"{value} 不合理，应是 1 到 {most} 的整数")
        return self._clause(table, value if isinstance(value, int) else 1, unit)

    def days(self, parent: Table, name: str, required: bool = True) -> Clause | None:
        """A number of days."""
        return self.number(parent, name, "d", required=required)

    def must(self, found: Clause | None) -> Clause:
        """A clause that was required: its lack is a problem already."""
        return found or _NOTHING

    def word(self, parent: Table, name: str, allowed: Sequence[str], required: bool = True) -> Clause | None:
        """A word out of a closed list."""
        table = parent.table(name, required)
        if table is None:
            return None
        if not allowed:  # what it would name is not there at all
            table.problems.add(table.path("value"), "reference_unknown", f"没有“{table.text('value')}”这一项")
            return self._clause(table, "", RULE_UNIT)
        return self._clause(table, table.choice("value", allowed), RULE_UNIT)

    def words(self, parent: Table, name: str, allowed: Sequence[str] | None, required: bool = True) -> Clause | None:
        """A list of words, none twice, at least one."""
        table = parent.table(name, required)
        if table is None:
            return None
        value = table.texts("value", allowed, required=True)
        if table.has("value") and not value and not any(p.key == table.path("value") for p in table.problems.found):
            table.problems.add(table.path("value"), "key_missing", "不能为空")
        if len(set(value)) != len(value):
            table.problems.add(table.path("value"), "shape_wrong", "有重复的项")
        return self._clause(table, value, RULE_UNIT)

    def _clause(self, table: Table, value: Value, unit: str) -> Clause:
        given = table.text("unit")
        if given and given != unit:
            table.problems.add(table.path("unit"), "unit_wrong", f"单位应当是 {unit}，不是 {given}")
        found = Clause(table.key, value, unit, iso_date(table, "date"), table.text("clause"), table.text("document"),
                       table.choice("confidence", CONFIDENCES), table.text("note", required=False))
        if found.verified and found.document == NOT_FOUND:
            table.problems.add(table.path("confidence"), "citation_missing", "没有出处文件的规定不能标为 sourced")
        table.done()
        self.clauses[table.key] = found
        return found


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
