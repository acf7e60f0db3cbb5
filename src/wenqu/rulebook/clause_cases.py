"""Text tables that prove clauses: each block also says, in lines ``clauses:`` with dotted keys, which clauses of the pack it stands for.

Shaped as ``text_tables`` says. Tests play every row, and change every clause to see some row of its block fail; the manual
prints the sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wenqu.rulebook.text_tables import table_rows

_MARK = "clauses:"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its sentence and clauses, its cells, and the line of the file."""

    sentence: str
    clauses: tuple[str, ...]
    cells: tuple[str, ...]
    line: int


def read_rows(text: str, header: Sequence[str]) -> Iterator[Row]:
    """Rows of a text whose blocks all have one header; ``ValueError`` names the line that cannot be read."""
    for row in table_rows(text, _MARK):
        if tuple(row.cells) != tuple(header) or not row.sentence or not row.marked:
            raise ValueError(f"line {row.line}: a block is a sentence, its clauses and the header {' | '.join(header)}")
        clauses = tuple(key.strip() for line in row.marked for key in line.removeprefix(_MARK).split(","))
        yield Row(row.sentence, clauses, tuple(row.cells.values()), row.line)
