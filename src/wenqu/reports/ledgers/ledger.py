"""What every ledger has, and how one is written: sheets by town where one sheet would be too long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from wenqu.reports.ledgers.proof import Proof, digest_of
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import END_ROWS, ROW_LIMIT, TOP_ROWS, Book, Cell, Column, Sheet

# The path of the row's division, and its cells after the running number.
Row: TypeAlias = tuple[str, list[Cell]]
Progress = Callable[[int, int], None]
PROGRESS_EVERY = 500


class Totals(Protocol):
    """Adds up rows for the 合计 row: values by column title."""

    def add(self, cells: list[Cell]) -> None: ...
    def cells(self) -> dict[str, Cell]: ...


@dataclass(frozen=True)
class Ledger:
    """One kind of ledger."""

    kind: str
    title: str
    columns: Sequence[Column]
    count: Callable[[Scope], int]
    rows: Callable[[Scope], Iterator[Row]]
    totals: Callable[[], Totals]
    notes: Callable[[Scope], list[str]]
    # Before the names of sheets where several ledgers stand in one workbook.
    short: str = ""


@dataclass(frozen=True)
class Written:
    """What came out: rows and the sheets that hold them."""

    rows: int
    sheets: tuple[str, ...]
    figures: dict[str, Any]
    rows_digest: str


SUMMARY = (Column("序号", 8, align="center"), Column("工作表", 40), Column("条数", 14, align="center"), Column("合计", 60))


def write_ledgers(ledgers: Sequence[Ledger], scope: Scope, target: Path, *, progress: Progress, limit: int = ROW_LIMIT) -> Written:
    """Write ledgers into one workbook at `target`, memory flat. `limit` is the number of rows that a sheet may have."""
    room = limit - TOP_ROWS - END_ROWS
    if room < 1:
        raise ValueError(f"a sheet of {limit} rows has no room for data")
    counts = [ledger.count(scope) for ledger in ledgers]
    done, expected = 0, sum(counts)
    written: list[str] = []
    proofs: dict[str, Proof] = {}
    with Book(target, scope.made_at) as book:
        for ledger, count in zip(ledgers, counts, strict=True):
            writer = _Writer(book, ledger, scope, room, split=count > room, several=len(ledgers) > 1)
            proof = proofs[ledger.kind] = Proof(ledger.totals)
            for path, cells in ledger.rows(scope):
                writer.add(path, cells)
                proof.add(scope.town(path), cells)
                done += 1
                if done % PROGRESS_EVERY == 0:
                    progress(min(done, expected), expected)
            writer.close()
            written += [name for name, _, _ in writer.written]
    progress(max(done, 1), max(done, 1))
    rows_digest = digest_of({kind: proof.hash.hexdigest() for kind, proof in proofs.items()})
    return Written(done, tuple(written), {kind: proof.figures() for kind, proof in proofs.items()}, rows_digest)


class _Writer:
    """Holds the sheet being written; begins the next at a new town (when splitting) or when one is full."""

    def __init__(self, book: Book, ledger: Ledger, scope: Scope, room: int, *, split: bool, several: bool) -> None:
        self.book, self.ledger, self.scope, self.room, self.split = book, ledger, scope, room, split
        self.written: list[tuple[str, int, str]] = []
        title = f"{scope.place}{ledger.title}"
        self.before = ledger.short if several else ""
        self.summary = Sheet(book, f"{self.before}汇总", SUMMARY, f"{title}（汇总）", scope.unit_row()) if split else None
        self.sheet: Sheet | None = None
        self.totals = ledger.totals()
        self.town = ""

    def add(self, path: str, cells: list[Cell]) -> None:
        town = path[: self.scope.town_length] if self.split else ""
        if self.sheet is None or town != self.town or self.sheet.number >= self.room:
            self._end_sheet()
            self.town = town
            self._begin_sheet(path)
        assert self.sheet is not None
        self.sheet.add(cells)
        self.totals.add(cells)

    def _begin_sheet(self, path: str) -> None:
        """A sheet of its own town when splitting; what belongs to no town (a county's own schemes) under the division's name."""
        scope, ledger = self.scope, self.ledger
        town = scope.town(path) if self.split else ""
        inside = town if town and len(scope.division.path) < scope.town_length else ""
        name = self.before + (town or scope.division.name) if self.split else ledger.title
        self.sheet = Sheet(self.book, name, ledger.columns, f"{scope.place}{inside}{ledger.title}", scope.unit_row())
        self.totals = ledger.totals()

    def _end_sheet(self) -> None:
        if self.sheet is None:
            return
        cells = self.totals.cells()
        self.sheet.finish(cells, [*self.ledger.notes(self.scope), *self.scope.closing])
        text = "；".join(str(value).replace("\n", "，") for value in cells.values() if value not in (None, ""))
        self.written.append((self.sheet.sheet.get_name(), self.sheet.number, text))

    def close(self) -> None:
        """End the last sheet (an empty ledger has one too) and fill the summary."""
        if self.sheet is None:
            self._begin_sheet(self.scope.division.path)
        self._end_sheet()
        if self.summary is None:
            return
        for row in self.written:
            self.summary.add(row)
        self.summary.finish({"条数": sum(count for _, count, _ in self.written)}, [])
