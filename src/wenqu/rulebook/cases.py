"""Text tables of cases: a sentence of the rule, then rows of facts with the answers they must get.

One file for each pack in ``cases/``, shaped as ``text_tables`` says; "-" is a blank cell. Columns named like a fact go in, the others (``quantity``, ``overall``,
``quantity_reason`` ...) must come out. Tests run them through both engines; the manual prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from wenqu.rulebook.model import Amount, Facts
from wenqu.rulebook.text_tables import table_rows

CASES = Path(__file__).parent / "cases"
_WORDS: dict[str, bool | None] = {"yes": True, "no": False, "-": None}
_FACTS = {field.name for field in fields(Facts)}


@dataclass(frozen=True, slots=True)
class Case:
    """One row: the sentence it belongs to, its facts, the answers expected, and the line of the file."""

    sentence: str
    facts: Facts
    expected: dict[str, str]
    line: int


def cases_of(pack_id: str) -> tuple[Case, ...]:
    """Cases of a pack; empty when it has no table."""
    path = CASES / f"{pack_id}.txt"
    return tuple(read_cases(path.read_text(encoding="utf-8"))) if path.exists() else ()


def read_cases(text: str) -> Iterator[Case]:
    """Cases of a text; ``ValueError`` names the line that cannot be read."""
    for row in table_rows(text):
        facts = Facts(**{name: _value(cell) for name, cell in row.cells.items() if name in _FACTS})  # type: ignore[arg-type]
        yield Case(row.sentence, facts, {name: cell for name, cell in row.cells.items() if name not in _FACTS}, row.line)


def _value(cell: str) -> Amount | str | bool | None:
    if cell in _WORDS:
        return _WORDS[cell]
    try:
        number = Decimal(cell)
    except ArithmeticError:
        return cell
    return int(number) if number == number.to_integral_value() else number
