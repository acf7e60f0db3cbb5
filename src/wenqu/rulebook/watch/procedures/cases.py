"""Text tables of cases: a sentence of the procedure, the clauses of the pack that it stands for, and rows of what follows.

One file for each pack in ``cases/``, shaped as ``text_tables`` says, with a line ``clauses:`` with dotted keys in each block. Tests play every row, and change every clause to see some row of its
block fail; the manual prints the sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wenqu.rulebook.text_tables import table_rows

CASES = Path(__file__).parent / "cases"
HEADER = ("route", "at", "acts", "answer")
_MARK = "clauses:"


@dataclass(frozen=True, slots=True)
class Case:
    """One row: its sentence and clauses, the way, where the course stands, what is done, the answer, and the line."""

    sentence: str
    clauses: tuple[str, ...]
    route: str
    at: str
    acts: tuple[str, ...]
    answer: str
    line: int


def cases_of(pack_id: str) -> tuple[Case, ...]:
    """Cases of a pack; empty when it has no table."""
    path = CASES / f"{pack_id}.txt"
    return tuple(read_cases(path.read_text(encoding="utf-8"))) if path.exists() else ()


def read_cases(text: str) -> Iterator[Case]:
    """Cases of a text; ``ValueError`` names the line that cannot be read."""
    for row in table_rows(text, _MARK):
        if tuple(row.cells) != HEADER or not row.sentence or not row.marked:
            raise ValueError(f"line {row.line}: a block is a sentence, its clauses and the header {' | '.join(HEADER)}")
        clauses = tuple(key.strip() for key in row.marked[-1].removeprefix(_MARK).split(","))
        acts = tuple(act.strip() for act in row.cells["acts"].split(";"))
        yield Case(row.sentence, clauses, row.cells["route"], row.cells["at"], acts, row.cells["answer"], row.line)
