"""The work of a comparison, open in a private folder: both books read and settled, compared, the rows kept sealed in parts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.books.keeping import OURS, PART, folder, source_file
from wenqu.books.models import Comparison
from wenqu.books.ours import write_ours
from wenqu.books.storing import OWN
from wenqu.books.table import comparing, reading
from wenqu.books.table.choosing import choose, shared_columns, unreadable
from wenqu.books.table.engine import connect
from wenqu.books.table.ledgers import LEDGERS, OWN_ID, PROBLEMS, Ledger
from wenqu.books.table.reading import Side
from wenqu.importing.mapping import parse_mapping
from wenqu.importing.refusal import TableError
from wenqu.importing.staging import text_literal
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.crypto.workplace import opened, temporary_files_in, work_folder
from wenqu.kit.digests import sha256_of
from wenqu.kit.masking import cover, cover_all
from wenqu.kit.refusal import Refused

Progress = Callable[[int, int], None]
PART_ROWS = 20_000
SHOWN = 100
_STEPS = 100


@dataclass
class Open:
    """Both books read, in a work folder."""

    con: Any
    place: Path
    ledger: Ledger
    ours: Side
    theirs: Side
    digest: str

    def snapshot(self, at: datetime) -> str:
        """The name of our side as it was taken: its time and the beginning of its digest."""
        return f"T{timezone.localtime(at):%Y%m%d%H%M%S}-{self.digest[:16]}"


@contextmanager
def both_books(comparison: Comparison, at: datetime, progress: Progress) -> Iterator[Open]:
    """Our side as it stands now and the delivered one, in a work folder that is gone afterwards."""
    ledger = LEDGERS[comparison.kind]
    with work_folder() as place, temporary_files_in(place), opened(source_file(comparison)) as source, closing(connect(place)) as con:
        mine = place / OURS
        write_ours(con, comparison.kind, comparison.path, mine)
        progress(25, _STEPS)
        digest = sha256_of(mine)
        try:
            ours = reading.open_side(con, "ours", mine, place, (*ledger.columns, OWN_ID), None, lambda name: None)
        except TableError:
            raise Refused("nothing_of_ours", _("这个区域在系统里没有这种台账的数据，无法比对。")) from None
        ours.called = "系统台账"
        mapping = parse_mapping(comparison.mapping, ledger.columns, comparison.file_name) if comparison.mapping else None
        theirs = reading.open_side(con, "theirs", source, place, ledger.columns, mapping, lambda name: None)
        progress(45, _STEPS)
        for side in (ours, theirs):
            reading.coerce_side(side)
        progress(60, _STEPS)
        yield Open(con, place, ledger, ours, theirs, digest)


@contextmanager
def told_by_name(comparison: Comparison) -> Iterator[None]:
    """A refusal of the reader as one that people understand: the file lies under a name of ours, they know it by theirs."""
    try:
        yield
    except TableError as error:
        told = error.message.replace(source_file(comparison).name, comparison.file_name).replace("映射文件（--map）", _("“指定列对应关系”"))
        raise Refused(error.code, cover(told)) from None


def look(comparison: Comparison, at: datetime, progress: Progress) -> dict[str, Any]:
    """The dry look: rows, columns, key, doubles and unreadable cells of both books. Keeps nothing."""
    progress(2, _STEPS)
    with told_by_name(comparison), both_books(comparison, at, progress) as books:
        key = key_of((), books)
        compared = shared_columns(books.ours, books.theirs, key)
        told: dict[str, Any] = {
            "key": list(key), "shared": [_named(books.ledger, name) for name in compared],
            "keys": [_named(books.ledger, name) for name in books.ours.present if name != OWN_ID.name and name in books.theirs.present],
            "placed": _placed(books.theirs), "unplaced": books.theirs.unplaced,
            "missing": [_named(books.ledger, name) for name in books.ours.present if name not in books.theirs.present and name != OWN_ID.name],
            "left_out": books.theirs.table.left_out, "notes": books.theirs.table.notes + books.theirs.table.unit_refusals,
            "sheets": [{"name": sheet.name, "rows": sheet.rows, "skipped": sum(sheet.skipped.values())} for sheet in books.theirs.table.sheets],
        }
        for name, side in (("ours", books.ours), ("theirs", books.theirs)):
            told[name] = {"rows": side.table.rows, **_keys(side, key)}
        number, cells = unreadable(books.con, books.theirs, SHOWN)
        told["cells"] = number
        told["unreadable"] = [{"sheet": c.sheet, "row": c.row, "letter": c.letter, "header": c.header, "raw": c.raw, "message": c.message} for c in cells]
        progress(98, _STEPS)
    return cover_all(told)


def key_of(chosen: tuple[str, ...], books: Open) -> tuple[str, ...]:
    """The key columns that were chosen, else the usual ones; refuses where a book lacks one."""
    key = chosen or books.ledger.key
    missing = [books.ledger.column(name).zh for name in key if name not in books.theirs.present]
    if missing and chosen:
        raise TableError("no_key", _("对方台账中没有关键列“%(names)s”，请重新选择关键列，或指定列对应关系。") % {"names": "、".join(missing)})
    return () if missing else key


def _named(ledger: Ledger, name: str) -> dict[str, str]:
    return {"name": name, "title": ledger.column(name).zh}


def _placed(side: Side) -> list[dict[str, str]]:
    found = [{"header": b.header, "name": b.column.name, "title": b.column.zh, "letter": sheet.place(b)}
             for sheet in side.table.sheets for b in sheet.match.bindings if b.index is not None]
    return list({(each["header"], each["name"]): each for each in found}.values())


def _keys(side: Side, key: tuple[str, ...]) -> dict[str, Any]:
    """How many rows have no key or one that stands elsewhere too; and the first of those keys."""
    if not key:
        return {"keyless": 0, "twice": 0, "examples": []}
    reading.settle(side, key, (), "")
    keyless = side.con.execute(f"SELECT count(*) FROM {side.source} WHERE key IS NULL").fetchone()[0]
    doubles = f"SELECT key, count(*) AS times, string_agg({reading.place_sql(side, 's', 'r')}, '、' ORDER BY s, r) AS places FROM {side.source} WHERE key IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    twice = side.con.execute(f"SELECT coalesce(sum(times), 0) FROM ({doubles})").fetchone()[0]
    rows = side.con.execute(f"SELECT key, times, left(places, 200) FROM ({doubles}) ORDER BY times DESC, key LIMIT 20").fetchall()
    personal = any(side.column(name).kind in ("id_number", "phone", "account") for name in key)
    shown = [{"key": "" if personal else name.replace(chr(31), " · "), "times": times, "places": places if side.name == "theirs" else ""} for name, times, places in rows]
    return {"keyless": keyless, "twice": int(twice), "examples": shown}


@dataclass(frozen=True)
class Choice:
    """What somebody chose: the key (none: the usual one), the columns (none: all), and whether a blank cell differs."""

    key: tuple[str, ...]
    columns: tuple[str, ...]
    blanks: bool


@dataclass(frozen=True)
class Made:
    """What a comparison made: the compared columns, true counts, the sealed parts, and the snapshot of our side."""

    key: list[str]
    columns: list[str]
    counts: dict[str, Any]
    parts: list[dict[str, Any]]
    snapshot: str


def compare(comparison: Comparison, choice: Choice, at: datetime, progress: Progress) -> Made:
    """Compare the books as they stand now and keep every row, sealed, beside the delivered file."""
    progress(2, _STEPS)
    with told_by_name(comparison), both_books(comparison, at, progress) as books:
        key = key_of(choice.key, books)
        if not key:
            raise TableError("no_key", _("请先选择关键列：两本台账按它对应每一行。"))
        every, town = choose(books.ours, books.theirs, key)
        compared = tuple(name for name in every if not choice.columns or name in choice.columns) or every
        for side in (books.ours, books.theirs):
            reading.settle(side, key, compared, town, OWN_ID.name if side is books.ours else "")
        progress(70, _STEPS)
        comparing.compare(books.con, books.ours.source, books.theirs.source, len(compared), blanks=choice.blanks)
        counts = comparing.count(books.con, [books.ledger.column(name).zh for name in compared])
        progress(80, _STEPS)
        rows = comparing.write_rows(books.ours, books.theirs, compared, books.place / "rows.parquet", classes=comparing.CLASSES)
        parts = _keep_parts(comparison, books, rows)
        seal_file(books.place / OURS, folder(comparison) / OURS)
        progress(98, _STEPS)
        number, _cells = unreadable(books.con, books.theirs, 1)
        told = {"rows": counts.rows, "ours": counts.ours, "theirs": counts.theirs, "towns": counts.towns, "columns": counts.columns,
                "cells": counts.cells, "open": counts.open, "unreadable": number, "ours_sha256": books.digest, "ranges": _ranges(books.con, rows)}
        return Made(list(key), list(compared), cover_all(told), parts, books.snapshot(at))


def _ranges(con: Any, rows: str) -> list[list[Any]]:
    """[class, town, first n, last n]: rows lie in this order, so a class and a town are one stretch."""
    return [list(row) for row in con.execute(f"SELECT class, town, min(n), max(n) FROM {rows} GROUP BY 1, 2 ORDER BY 3").fetchall()]


def _keep_parts(comparison: Comparison, books: Open, rows: str) -> list[dict[str, Any]]:
    """Seal the rows in parts of one class each; those of an earlier comparison are left to the sweep."""
    mark = secrets.token_hex(4)
    parts = []
    for name, first, last in books.con.execute(f"SELECT class, min(n), max(n) FROM {rows} GROUP BY 1 ORDER BY 2").fetchall():
        for start in range(first, last + 1, PART_ROWS):
            end = min(last, start + PART_ROWS - 1)
            file = f"{PART}{mark}-{start}.parquet"
            clear = books.place / file
            books.con.execute(f"COPY (SELECT * FROM {rows} WHERE n BETWEEN {start} AND {end} ORDER BY n) TO {text_literal(str(clear))} (FORMAT parquet, COMPRESSION zstd)")
            seal_file(clear, folder(comparison) / file)
            clear.unlink()
            parts.append({"class": name, "first": start, "last": end, "file": file})
    if comparison.kind == PROBLEMS:
        file = f"{PART}{mark}-{OWN}.parquet"
        books.con.execute(f"COPY (SELECT own, class FROM {rows} WHERE own IS NOT NULL ORDER BY own) TO {text_literal(str(books.place / file))} (FORMAT parquet)")
        seal_file(books.place / file, folder(comparison) / file)
        parts.append({"class": OWN, "first": 0, "last": -1, "file": file})
    return parts
