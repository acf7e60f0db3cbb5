"""The dry run: what was recognised, what each result would become, which cells are wrong, and the annotated workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa

from wenqu.importing.laboratory.marking import mark
from wenqu.importing.laboratory.unfolding import LabSheet
from wenqu.importing.laboratory.words import SAMPLE_TITLES
from wenqu.importing.staging import letters
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.masking import cover_all
from wenqu.quality.models import Delivery
from wenqu.quality.results.delivering.formats import header_texts, headers_of
from wenqu.quality.results.delivering.keeping import ANNOTATED, folder
from wenqu.quality.results.delivering.opening import Open
from wenqu.quality.results.delivering.placing import (
    NEW,
    OF_DAY,
    OF_POINT,
    OF_SAMPLE,
    REFUSED,
    WITH_SAMPLE,
    Placed,
    Row,
    chunk,
    place_rows,
    prepare,
    reason,
)
from wenqu.quality.results.delivering.unplanned import Unplanned

Progress = Callable[[int, int], None]
SHOWN_CELLS, SHOWN_SHEETS, SHOWN_COLUMNS, SHOWN_POINTS = 200, 20, 200, 500
_WRONG = pa.schema([("sheet_no", pa.int32()), ("sheet", pa.string()), ("row", pa.int64()), ("letter", pa.string()), ("header", pa.string()), ("column_no", pa.int32()),
                    ("column_name", pa.string()), ("raw", pa.string()), ("code", pa.string()), ("message", pa.string()), ("refused", pa.bool_())])


def dry_run(delivery: Delivery, book: Open, today: date, progress: Progress) -> dict[str, Any]:
    """Hold every result against the samples of the county; nothing is written but the annotated workbook."""
    read = book.read
    unread, counts = read.wrong_count(), Counter[str]()
    chunks, unplanned, unknown = prepare(read.con), Unplanned(delivery, today), dict[str, dict[str, str]]()
    made: set[str] = set()
    for number in range(chunks):
        placed = list(place_rows(chunk(read.con, number, letters), delivery, unplanned))
        counts.update(one.outcome for one in placed)
        made.update(one.row.number for one in placed if one.outcome == WITH_SAMPLE)
        _add_unknown(unknown, placed)
        _add_wrong(book, placed)
        progress(number + 1, chunks + 1)
    wrong = read.wrong_count()
    (folder(delivery) / ANNOTATED).unlink(missing_ok=True)
    if wrong:
        mark(read, book.place / ANNOTATED)
        seal_file(book.place / ANNOTATED, folder(delivery) / ANNOTATED)
    return cover_all({
        "sheets": [_sheet(sheet) for sheet in read.sheets[:SHOWN_SHEETS]], "more_sheets": max(0, len(read.sheets) - SHOWN_SHEETS), "left_out": read.left_out,
        "samples": read.count("count(DISTINCT sample)"), "results": read.count(), "counts": dict(counts), "unread": unread, "wrong": wrong,
        "takes": sum(count for outcome, count in counts.items() if outcome not in REFUSED), "cells": [list(cell) for cell in read.wrong_cells(SHOWN_CELLS)],
        "makes": len(made), "points": _unknown_points(unknown), "headers": headers_of(read), "columns": _columns(book), "texts": _texts(read.sheets[0]),
    })


def _add_wrong(book: Open, placed: list[Placed]) -> None:
    """What does not fit the samples, among the wrong cells: once for a row where its sample does not fit, else at its cell."""
    rows: dict[tuple[Any, ...], list[Any]] = {}
    for one in placed:
        if one.outcome not in REFUSED:
            continue
        row = one.row
        if one.outcome in OF_SAMPLE:
            fact, raw = ("point", row.point) if one.outcome in OF_POINT else ("day", str(row.sampled_on or "")) if one.outcome in OF_DAY else ("number", row.number)
            line, at = _stands(book.read.sheets[row.sheet_no], fact, row)
            header, name = SAMPLE_TITLES[fact], fact
        else:
            line, at, header, name, raw = row.row, row.index, row.header, row.entry.item, row.entry.written
        rows.setdefault((row.sheet_no, line, at, one.outcome), [row.sheet_no, row.sheet, line, letters(max(at, 0)), header, max(at, 0), name, raw, one.outcome, reason(one),
                                                                one.outcome in OF_SAMPLE])
    if rows:
        con, columns = book.read.con, [list(column) for column in zip(*rows.values(), strict=True)]
        con.register("_listed", pa.table([pa.array(column, field.type) for column, field in zip(columns, _WRONG, strict=True)], schema=_WRONG))
        con.execute(f"INSERT INTO {book.read.wrong} ({', '.join(_WRONG.names)}) SELECT * FROM _listed")
        con.unregister("_listed")


def _stands(sheet: LabSheet, fact: str, row: Row) -> tuple[int, int]:
    """Where a fact of a sample stands: in a report once, above its results."""
    stated = (sheet.layout.facts or {}).get(fact) if sheet.layout.kind == "report" else None
    return (stated.row, stated.index) if stated is not None else (row.row, sheet.layout.sample.get(fact, (row.number_at,))[0])


def _add_unknown(unknown: dict[str, dict[str, str]], placed: list[Placed]) -> None:
    """Points that nobody knows: name -> the samples taken there, with their days."""
    for one in placed:
        if one.outcome == "point_unknown":
            unknown.setdefault(one.row.point, {})[one.row.number] = one.row.sampled_on.isoformat() if one.row.sampled_on else ""


def _unknown_points(unknown: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    return [{"name": name, "samples": len(samples), "first": min(filter(None, samples.values()), default="")} for name, samples in sorted(unknown.items())][:SHOWN_POINTS]


def _sheet(sheet: LabSheet) -> dict[str, Any]:
    layout, texts = sheet.layout, header_texts(sheet)
    facts = {fact: "、".join(f"{letters(at)} {texts.get(at, '')}".strip() for at in places) for fact, places in layout.sample.items()}
    facts |= {fact: f"{letters(stated.index)}{stated.row} {stated.text[:40]}" for fact, stated in (layout.facts or {}).items()}
    return {
        "name": sheet.name, "kind": layout.kind, "rows": sheet.rows, "header": layout.last_header, "skipped": sheet.skipped, "left_out": list(layout.left_out),
        "facts": [[SAMPLE_TITLES[fact], told] for fact, told in facts.items()],
    }


def _columns(book: Open) -> list[dict[str, Any]]:
    """Every name of an item as it was written, with the item and unit that it was read as: what a person may correct."""
    con = book.read.con
    told = con.execute("SELECT c.named, any_value(c.key), any_value(c.unit_written), any_value(c.unit_used), max(c.code), min(c.ctx) FROM contexts c WHERE c.code <> 'left_out' GROUP BY 1 ORDER BY 6")
    found = [{"name": name, "item": key or "", "written": written or "", "unit": used or "", "code": code or ""} for name, key, written, used, code, _first in told.fetchall()]
    known = {one["name"] for one in found}
    unknown = (name for sheet in book.read.sheets for name in (*sheet.layout.unknown, *(item.header for item in sheet.layout.items if item.code == "item_unknown")))
    found += [{"name": name, "item": "", "written": "", "unit": "", "code": "item_unknown"} for name in dict.fromkeys(unknown) if name not in known]
    left = [{"name": name, "item": "", "written": "", "unit": "", "code": "left_out"} for name in dict.fromkeys(_left_out(book)) if name not in {one["name"] for one in found}]
    return (found + left)[:SHOWN_COLUMNS]


def _left_out(book: Open) -> list[str]:
    """Names that the mapping leaves out."""
    return [name for (name,) in book.read.con.execute("SELECT DISTINCT named FROM contexts WHERE code = 'left_out' ORDER BY 1").fetchall()]


def _texts(sheet: LabSheet) -> list[str]:
    return list(dict.fromkeys(header_texts(sheet).values()))[:SHOWN_COLUMNS]


def fits_nothing(told: dict[str, Any]) -> bool:
    """Whether there is nothing that could be taken."""
    return not any(told.get("counts", {}).get(outcome) for outcome in (NEW, WITH_SAMPLE, "corrects"))
