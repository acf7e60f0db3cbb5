"""What a column of a table can be: its name, its headers, its kind, its plausible range.

The specification is generic; the columns of ``wenqu judge`` are made from the rulebook's catalogue of facts, those of
the registers from their own lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenqu.importing.cell_errors import message
from wenqu.rulebook.facts import FACT_KEYS, Choice, FactKey

KINDS = ("text", "code", "choice", "yesno", "number", "days", "date", "month", "id_number", "phone", "account")

# Numbers of persons: masked wherever a cell is told of, and sealed in the registers.
PERSONAL = frozenset({"id_number", "phone", "account"})

# What DuckDB stores for each kind. Days stay exact: 18.3 of 366 is 95 % to the last digit.
SQL_TYPES = {
    "text": "VARCHAR", "code": "VARCHAR", "choice": "VARCHAR", "yesno": "BOOLEAN", "number": "DOUBLE",
    "days": "DECIMAL(28,10)", "date": "DATE", "month": "VARCHAR", "id_number": "VARCHAR", "phone": "VARCHAR",
    "account": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a table may have. ``low`` and ``high`` are inclusive; for text ``high`` is the longest length."""

    name: str
    zh: str
    en: str = ""
    kind: str = "text"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[Choice, ...] = ()
    aliases: tuple[str, ...] = ()
    required: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.name}: unknown kind {self.kind!r}")

    @property
    def sql_type(self) -> str:
        """Type of the coerced column in DuckDB."""
        return SQL_TYPES[self.kind]

    @property
    def words(self) -> str:
        """The choices as a reader writes them: 千吨万人、千人以上…"""
        return "、".join(choice.zh for choice in self.choices)

    def explain(self, code: str) -> str:
        """Chinese sentence for a wrong cell of this column."""
        return message(code, zh=self.zh, unit=self.unit, low=_short(self.low), high=_short(self.high), words=self.words)


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:g}" if abs(number) < 1e6 else str(int(number))


def from_fact_key(key: FactKey) -> Column:
    """A column for one fact of the rulebook."""
    return Column(key.name, key.zh, key.en, key.kind, key.unit, key.low, key.high, key.choices, key.aliases)


FACT_COLUMNS: tuple[Column, ...] = tuple(from_fact_key(key) for key in FACT_KEYS)


def by_name(columns: Sequence[Column]) -> dict[str, Column]:
    """Columns by their English name."""
    return {column.name: column for column in columns}
