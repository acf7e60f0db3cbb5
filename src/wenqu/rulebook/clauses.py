"""Clauses: one value of a pack with the document that it stands in, and the strict reading of them.

Packs whose values are words and lists as often as numbers (procedures, monitoring plans) are made of clauses. Where the
documents are silent a clause is still there, marked unverified, and a county edits it in its own pack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wenqu.rulebook.schema import CONFIDENCES, NOT_FOUND, RULE_UNIT, Table, iso_date

Value = int | str | tuple[str, ...] | tuple[int, ...]
MOST = 3660  # days; ten years is a slip of the pen


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of a pack, the dotted key of its place, and where it is written."""

    key: str
    value: Value
    unit: str
    date: str
    clause: str
    document: str
    confidence: str
    note: str = ""

    @property
    def verified(self) -> bool:
        """True when it rests on a document that was seen."""
        return self.confidence == "sourced"

    @property
    def text(self) -> str:
        """The value where it is one word."""
        return str(self.value)

    @property
    def number(self) -> int:
        """The value where it is a number."""
        return self.value if isinstance(self.value, int) else 0

    @property
    def words(self) -> tuple[str, ...]:
        """The value where it is a list of words."""
        return tuple(one for one in self.value if isinstance(one, str)) if isinstance(self.value, tuple) else ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The value where it is a list of numbers."""
        return tuple(one for one in self.value if isinstance(one, int)) if isinstance(self.value, tuple) else ()


_NOTHING = Clause("", "", "", "", "", "", "unverified")  # stands in where a problem was found: the pack is refused anyway


class Reader:
    """Reads clauses out of the tables of one pack and keeps each by its key."""

    def __init__(self) -> None:
        self.clauses: dict[str, Clause] = {}

    def number(self, parent: Table, name: str, unit: str | Sequence[str], most: int = MOST, required: bool = True, least: int = 1) -> Clause | None:
        """A whole number in one unit, or in one out of several."""
        table = parent.table(name, required)
        if table is None:
            return None
        value = table.get("value", Decimal, required=True)
        if value is not None and not (isinstance(value, int) and least <= value <= most):
            table.problems.add(table.path("value"), "value_range", f"{value} 不合理，应是 {least} 到 {most} 的整数")
        return self._clause(table, value if isinstance(value, int) else least, unit)

    def days(self, parent: Table, name: str, required: bool = True) -> Clause | None:
        """A number of days."""
        return self.number(parent, name, "d", required=required)

    def numbers(self, parent: Table, name: str, unit: str, low: int, high: int) -> Clause | None:
        """A list of whole numbers, none twice, at least one."""
        table = parent.table(name)
        if table is None:
            return None
        value = table.get("value", list, required=True)
        given = value if isinstance(value, list) else []
        fits = [one for one in given if isinstance(one, int) and not isinstance(one, bool) and low <= one <= high]
        if value is not None and (len(fits) != len(given) or len(set(fits)) != len(fits) or not fits):
            table.problems.add(table.path("value"), "value_range", f"应当是 {low} 到 {high} 的整数，至少一个，不能重复")
        return self._clause(table, tuple(fits), unit)

    def must(self, found: Clause | None) -> Clause:
        """A clause that was required: its lack is a problem already."""
        return found or _NOTHING

    def text(self, parent: Table, name: str, required: bool = True) -> Clause | None:
        """A text that is no word of a list."""
        table = parent.table(name, required)
        return None if table is None else self._clause(table, table.text("value"), RULE_UNIT)

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

    def _clause(self, table: Table, value: Value, unit: str | Sequence[str]) -> Clause:
        given = table.text("unit")
        allowed = (unit,) if isinstance(unit, str) else tuple(unit)
        if given and given not in allowed:
            table.problems.add(table.path("unit"), "unit_wrong", f"单位应当是 {' 或 '.join(allowed)}，不是 {given}")
        found = Clause(table.key, value, given if given in allowed else allowed[0], iso_date(table, "date"), table.text("clause"),
                       table.text("document"), table.choice("confidence", CONFIDENCES), table.text("note", required=False))
        if found.verified and found.document == NOT_FOUND:
            table.problems.add(table.path("confidence"), "citation_missing", "没有出处文件的规定不能标为 sourced")
        table.done()
        self.clauses[table.key] = found
        return found
