"""Text tables that prove clauses: a sentence of a document, the clauses of the pack that it stands for, and rows of what follows.

A block is a sentence (one or more lines), a line ``clauses:`` with dotted keys, a header row and rows of cells separated
by ``|``. Tests play every row, and change every clause to see some row of its block fail; the manual prints the sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    sentence: list[str] = []
    clauses: tuple[str, ...] = ()
    begun = False
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if content.startswith("#"):
            continue
        if not content:
            sentence, clauses, begun = [], (), False
        elif content.startswith(_MARK):
            clauses += tuple(key.strip() for key in content.removeprefix(_MARK).split(","))
        elif "|" not in content:
            sentence.append(content)
        else:
            cells = tuple(cell.strip() for cell in content.split("|"))
            if not begun:
                if cells != tuple(header) or not sentence or not clauses:
                    raise ValueError(f"line {line}: a block is a sentence, its clauses and the header {' | '.join(header)}")
                begun = True
                continue
            if len(cells) != len(header):
                raise ValueError(f"line {line}: {len(cells)} cells under {len(header)} headers")
            yield Row(" ".join(sentence), clauses, cells, line)
