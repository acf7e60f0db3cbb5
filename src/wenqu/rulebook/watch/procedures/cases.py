"""Text tables of cases: a sentence of the procedure, the clauses of the pack that it stands for, and rows of what follows.

One file for each pack in ``cases/``. A block is a sentence (one or more lines), a line ``clauses:`` with dotted keys, a
header row and rows of cells separated by ``|``. Tests play every row, and change every clause to see some row of its
block fail; the manual prints the sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    sentence: list[str] = []
    clauses: tuple[str, ...] = ()
    header = False
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if content.startswith("#"):
            continue
        if not content:
            sentence, clauses, header = [], (), False
        elif content.startswith(_MARK):
            clauses = tuple(key.strip() for key in content.removeprefix(_MARK).split(","))
        elif "|" not in content:
            sentence.append(content)
        else:
            cells = tuple(cell.strip() for cell in content.split("|"))
            if not header:
                if cells != HEADER or not sentence or not clauses:
                    raise ValueError(f"line {line}: a block is a sentence, its clauses and the header {' | '.join(HEADER)}")
                header = True
                continue
            if len(cells) != len(HEADER):
                raise ValueError(f"line {line}: {len(cells)} cells under {len(HEADER)} headers")
            route, at, acts, answer = cells
            yield Case(" ".join(sentence), clauses, route, at, tuple(act.strip() for act in acts.split(";")), answer, line)
