"""The shape that all text tables of cases have: a sentence of the rule, then a header, then rows of cells separated by ``|``.

Blocks are set apart by blank lines; lines that begin with ``#`` are for the reader of the file. A block may carry lines that
begin with a mark of its own (``clauses:``, ``@``): they are handed on as they stand, for whoever knows what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the sentence of its block, its cells by header, the marked lines of the block, and its line in the file."""

    sentence: str
    cells: Mapping[str, str]
    marked: tuple[str, ...]
    line: int


def table_rows(text: str, *marks: str) -> Iterator[TableRow]:
    """Rows of a text; ``ValueError`` names the line that has more or fewer cells than its header."""
    sentence: list[str] = []
    header: list[str] = []
    marked: list[str] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if content.startswith("#"):
            continue
        if not content:
            sentence, header, marked = [], [], []
        elif marks and content.startswith(marks):
            marked.append(content)
        elif "|" not in content:
            sentence.append(content)
        elif not header:
            header = _cells(content)
        else:
            cells = _cells(content)
            if len(cells) != len(header):
                raise ValueError(f"line {line}: {len(cells)} cells under {len(header)} headers")
            yield TableRow(" ".join(sentence), dict(zip(header, cells, strict=True)), tuple(marked), line)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]
