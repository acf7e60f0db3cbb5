"""Text tables of cases: a sentence of the rule, then rows of facts with the answers they must get.

One file for each pack in ``cases/``. A block is a sentence (one or more lines), a header row and rows, all cells
separated by ``|``; "-" is a blank cell. Columns named like a fact go in, the others (``quantity``, ``overall``,
``quantity_reason`` ...) must come out. Tests run them through both engines; the manual prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from wenqu.rulebook.model import Amount, Facts

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
    sentence: list[str] = []
    header: list[str] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if content.startswith("#"):
            continue
        if not content:
            sentence, header = [], []
        elif "|" not in content:
            sentence.append(content)
        elif not header:
            header = _cells(content)
        else:
            cells = _cells(content)
            if len(cells) != len(header):
                raise ValueError(f"line {line}: {len(cells)} cells under {len(header)} headers")
            row = dict(zip(header, cells, strict=True))
            facts = Facts(**{name: _value(cell) for name, cell in row.items() if name in _FACTS})  # type: ignore[arg-type]
            expected = {name: cell for name, cell in row.items() if name not in _FACTS}
            yield Case(" ".join(sentence), facts, expected, line)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _value(cell: str) -> Amount | str | bool | None:
    if cell in _WORDS:
        return _WORDS[cell]
    try:
        number = Decimal(cell)
    except ArithmeticError:
        return cell
    return int(number) if number == number.to_integral_value() else number
