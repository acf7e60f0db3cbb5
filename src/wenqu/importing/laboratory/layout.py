"""What was recognised of one sheet: where the facts of the samples stand, and where the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wenqu.rulebook.quality.results.items import Item

Grid = Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """A column of results of one item. ``row`` is the 1-based row of its header; ``code`` says why it is not used."""

    index: int
    header: str
    row: int
    item: Item | None
    unit: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of a table with a row for each result. A report printed in two halves has two blocks side by side."""

    item: int
    result: int
    unit: int | None


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact of the sample that stands beside its label: the text and its place (1-based row, 0-based column)."""

    text: str
    row: int
    index: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised sheet. Results stand below ``last_header`` (1-based); ``title_unit`` is what a title says of all."""

    kind: str
    last_header: int
    sample: Mapping[str, tuple[int, ...]]
    otherwise: tuple[int, ...] = ()
    items: tuple[ItemColumn, ...] = ()
    blocks: tuple[Block, ...] = ()
    facts: Mapping[str, Stated] | None = None
    title_unit: str = ""
    left_out: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def cell(grid: Grid, row: int, column: int) -> str:
    """The trimmed text at a 0-based place, empty outside."""
    if not 0 <= row < len(grid) or not 0 <= column < len(grid[row]):
        return ""
    return " ".join((grid[row][column] or "").split())


def width(grid: Grid) -> int:
    """Number of columns."""
    return max((len(row) for row in grid), default=0)


def filled(grid: Grid, row: int) -> list[tuple[int, str]]:
    """The filled cells of a row with their columns."""
    return [(at, text) for at in range(width(grid)) if (text := cell(grid, row, at))]
