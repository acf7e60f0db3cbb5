"""Text tables of cases of procedures, one file for each pack in ``cases/``; how they are written is told in ``clause_cases``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wenqu.rulebook.clause_cases import read_rows

CASES = Path(__file__).parent / "cases"
HEADER = ("route", "at", "acts", "answer")


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
    for row in read_rows(text, HEADER):
        route, at, acts, answer = row.cells
        yield Case(row.sentence, row.clauses, route, at, tuple(act.strip() for act in acts.split(";")), answer, row.line)
