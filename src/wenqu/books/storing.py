"""The kept rows of a comparison: sealed parts of one class each, of which a page opens only those that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wenqu.books.keeping import folder
from wenqu.books.models import Comparison
from wenqu.books.table.ledgers import LEDGERS
from wenqu.households.showing import showing
from wenqu.importing.columns import PERSONAL
from wenqu.kit.crypto.files import chunks_of
from wenqu.places.scope import Area

# The part that tells the class of each of our own rows, for whoever asks by row.
OWN = "own"


@dataclass(frozen=True)
class Filter:
    """Which rows: of a class, of a town ("" for all), that differ in a column (its place, None for any)."""

    kind: str
    town: str | None = None
    column: int | None = None


def stretch(comparison: Comparison, wanted: Filter) -> tuple[int, int]:
    """First and last number of the rows of a class and town; (1, 0) for none."""
    found = [(first, last) for kind, town, first, last in comparison.counts.get("ranges", []) if kind == wanted.kind and wanted.town in (None, town)]
    return (min(first for first, _last in found), max(last for _first, last in found)) if found else (1, 0)


def class_of(comparison: Comparison, n: int) -> str:
    """The class of row `n`; "" where there is no such row."""
    return next((kind for kind, _town, first, last in comparison.counts.get("ranges", []) if first <= n <= last), "")


def _table(file: Path, columns: list[str] | None = None) -> pa.Table:
    return pq.read_table(pa.BufferReader(b"".join(chunks_of(file))), columns=columns)


def _numbers(comparison: Comparison, wanted: Filter, after: int) -> Iterator[tuple[dict[str, Any], Sequence[int]]]:
    """The parts with rows of a filter beyond `after`, and the numbers of those rows. A part is a stretch of numbers: only
    where a column is asked for has it to be opened."""
    first, last = stretch(comparison, wanted)
    first = max(first, after + 1)
    for part in comparison.parts:
        if part["class"] != wanted.kind or part["last"] < first or part["first"] > last:
            continue
        numbers: Sequence[int] = range(max(first, part["first"]), min(last, part["last"]) + 1)
        if wanted.column is not None:
            differs = _table(folder(comparison) / part["file"], ["diff"])["diff"].to_pylist()
            numbers = [n for n in numbers if wanted.column in differs[n - part["first"]]]
        if numbers:
            yield part, numbers


# Of some numbers of rows, in their order, those that are wanted.
Keep = Callable[[Sequence[int]], Sequence[int]]


def rows_after(comparison: Comparison, wanted: Filter, after: int, size: int, keep: Keep = lambda numbers: numbers) -> list[dict[str, Any]]:
    """The next rows of a filter in their order, those that `keep` keeps. Only parts with such rows are opened whole."""
    out: list[dict[str, Any]] = []
    for part, numbers in _numbers(comparison, wanted, after):
        kept = [n - part["first"] for n in keep(numbers)[: size - len(out)]]
        if kept:
            out += _table(folder(comparison) / part["file"]).take(pa.array(kept, pa.int64())).to_pylist()
        if len(out) >= size:
            break
    return out


def refs_of(comparison: Comparison, wanted: Filter) -> Iterator[tuple[int, int | None]]:
    """(n, our own row) of every row of a filter."""
    for part, numbers in _numbers(comparison, wanted, 0):
        own = _table(folder(comparison) / part["file"], ["own"])["own"].to_pylist()
        yield from ((n, own[n - part["first"]]) for n in numbers)


def numbers_of(comparison: Comparison, wanted: Filter) -> Iterator[int]:
    """The numbers of the rows of a filter."""
    return (n for _part, numbers in _numbers(comparison, wanted, 0) for n in numbers)


def row_of(comparison: Comparison, n: int) -> dict[str, Any] | None:
    """One row, by its number."""
    kind = class_of(comparison, n)
    rows = rows_after(comparison, Filter(kind), n - 1, 1) if kind else []
    return rows[0] if rows and rows[0]["n"] == n else None


def every_row(comparison: Comparison, kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """All rows of some classes, in the order of their numbers."""
    for part in comparison.parts:
        if part["class"] in kinds:
            table = _table(folder(comparison) / part["file"])
            for start in range(0, table.num_rows, 2_000):
                yield from table.slice(start, 2_000).to_pylist()


class Shown:
    """What of a comparison's cells somebody with an area is shown: as everywhere, by role and place."""

    def __init__(self, comparison: Comparison, area: Area, *, phones: bool | None = None) -> None:
        self.path, self.by = comparison.path, showing(area)
        ledger = LEDGERS[comparison.kind]
        self.kinds = [ledger.shown.get(name, "") for name in comparison.columns]
        self.key_kind = next((ledger.shown[name] for name in comparison.key if ledger.column(name).kind in PERSONAL and name in ledger.shown), "")
        # None: by the role; else as the file was made.
        self.phones = phones

    def cell(self, place: int, text: str | None) -> str:
        return self._masked(self.kinds[place], text or "")

    def key(self, text: str) -> str:
        return self._masked(self.key_kind, text)

    def _masked(self, kind: str, text: str) -> str:
        if not kind or not text:
            return text
        if kind == "name":
            return self.by.name(text, self.path)
        if kind == "kept_name":
            return self.by.kept_name(text, self.path)
        if kind == "phone" and self.phones is True:
            return text
        if kind == "phone" and self.phones is None:
            return self.by.phone(text, self.path)
        return self.by.identity(text)


def class_of_own(comparison: Comparison, own: int) -> str:
    """The class of our own row with this primary key; "" where the comparison did not see it."""
    for part in comparison.parts:
        if part["class"] == OWN:
            found = _own_classes(folder(comparison) / part["file"]).filter(pc.field("own") == own)
            return str(found["class"][0]) if found.num_rows else ""
    return ""


@lru_cache(maxsize=4)
def _own_classes(file: Path) -> pa.Table:
    """Kept, since every page of a problem asks: what once has a name is never another file. It says nothing of anybody."""
    return _table(file)
