"""Formats of a laboratory: how its workbooks were read before, found again by their headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from wenqu.importing.headers import normal
from wenqu.importing.laboratory.delivery import Delivery as Read
from wenqu.importing.laboratory.layout import Grid, cell, filled, width
from wenqu.importing.laboratory.unfolding import LabSheet
from wenqu.importing.stage_text import head
from wenqu.importing.staging import RawSheet
from wenqu.importing.tables import grid_of, stage
from wenqu.quality.models import LabFormat, Laboratory

HEAD_ROWS = 60
MOST_HEADERS = 300


def headers_of(read: Read) -> list[str]:
    """The header texts of the first sheet that was read, as they are compared."""
    sheet = read.sheets[0]
    return list(dict.fromkeys(normal(text) for text in header_texts(sheet).values()))[:MOST_HEADERS]


def header_texts(sheet: LabSheet) -> dict[int, str]:
    """place -> the text of its header: the lowest that is filled, of items where the item stands."""
    grid, last = grid_of(head(sheet.raw, HEAD_ROWS), sheet.raw), sheet.layout.last_header
    items = {item.index: item.header for item in sheet.layout.items}
    found = {}
    for at in range(width(grid)):
        above = (cell(grid, row, at) for row in range(last - 1, max(-1, last - 5), -1))
        text = items.get(at) or next(filter(None, above), "")
        if text:
            found[at] = text
    return found


def digest_of(headers: Iterable[str]) -> str:
    """One name for a set of headers."""
    return hashlib.sha256(json.dumps(sorted(headers), ensure_ascii=False).encode()).hexdigest()


def find_format(laboratory: Laboratory, grids: Iterable[Grid]) -> LabFormat | None:
    """The format of a laboratory all of whose headers stand in a sheet: the one that knows most of them, then the newest."""
    sheets = [{normal(text) for row in range(len(grid)) for _at, text in filled(grid, row)} for grid in grids]
    fitting = [one for one in laboratory.formats.all() if one.headers and any(sheet.issuperset(one.headers) for sheet in sheets)]
    return max(fitting, key=lambda one: (len(one.headers), one.pk), default=None)


def grids_of(path: Path, place: Path) -> list[Grid]:
    """The first rows of every sheet of a workbook."""
    with closing(duckdb.connect()) as con:
        _form, raw = stage(con, path, place)
        return [grid_of(head(sheet, HEAD_ROWS), sheet) for sheet in raw if _has_cells(sheet)]


def preview(grids: Sequence[Grid]) -> dict[str, Any]:
    """What a person needs to see of a workbook that was not recognised: its first rows, and the texts that may be headers."""
    grid = next(iter(grids), [])
    rows = [row for row in range(min(len(grid), 25)) if filled(grid, row)]
    texts = dict.fromkeys(text for row in rows for _at, text in filled(grid, row) if len(text) <= 40)
    return {"rows": [[row + 1, *(cell(grid, row, at)[:40] for at in range(min(width(grid), 14)))] for row in rows[:10]], "headers": list(texts)[:MOST_HEADERS]}


def _has_cells(sheet: RawSheet) -> bool:
    return bool(sheet.columns)
