"""A laboratory's workbook, read whole: the one door of this room.

    with reading(path, workdir, names, mapping) as delivery: ...

``delivery.results`` is a Parquet file with a row for each result: sheet, row, column, sample, sampled_on, place, water,
scheme, item (key), item_written, kind (value, below, above, not_detected, word), value, word (none, some, fit, unfit), sign,
unit_written, unit, written. ``sign`` is what can be judged: a word that says "none" is not_detected, one that says "some" is
detected, 合格 and 不合格 are somebody's verdict and have none.
``wrong`` is a table of wrong cells on the connection. Nothing is written anywhere else: reading is the dry run.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pyarrow as pa

from wenqu.importing.laboratory.layout import Layout
from wenqu.importing.laboratory.listing import list_wrong
from wenqu.importing.laboratory.mapping import LabMapping
from wenqu.importing.laboratory.merged import Area, merged_down
from wenqu.importing.laboratory.raised import raised_texts
from wenqu.importing.laboratory.recognising import Knowing, recognise
from wenqu.importing.laboratory.settling import settle
from wenqu.importing.laboratory.unfolding import LabSheet, data_of, unfold
from wenqu.importing.refusal import TableError
from wenqu.importing.stage_text import head
from wenqu.importing.staging import RawSheet, unreadable
from wenqu.importing.tables import grid_of, stage
from wenqu.rulebook.quality.results.items import Names

# Beyond this the engine spills into the work folder.
MEMORY_LIMIT = "350MB"
_HEAD_ROWS = 150  # a report of all items, with what stands above and below it


@dataclass
class Delivery:
    """What was read. ``left_out`` says of each sheet that was not read why (Chinese)."""

    con: Any
    path: Path
    form: str
    sheets: tuple[LabSheet, ...]
    left_out: dict[str, str]
    results: Path
    wrong: str

    def count(self, what: str = "count(*)", where: str = "true") -> int:
        """A figure of the results."""
        return int(self.con.execute(f"SELECT {what} FROM results WHERE {where}").fetchone()[0])

    def kinds(self) -> dict[str, int]:
        """Number of results of each kind."""
        return dict(self.con.execute("SELECT kind, count(*) FROM results GROUP BY 1 ORDER BY 1").fetchall())

    def wrong_cells(self, most: int = 1000) -> list[tuple[str, int, str, str, str, str]]:
        """(sheet, row, column, header, as written, sentence) in the order of the workbook."""
        rows = self.con.execute(f"SELECT sheet, row, letter, header, raw, message FROM {self.wrong} ORDER BY sheet_no, row, column_no, code LIMIT {int(most)}")
        return list(rows.fetchall())

    def wrong_count(self) -> int:
        """Number of wrong cells."""
        return int(self.con.execute(f"SELECT count(*) FROM {self.wrong}").fetchone()[0])


@contextmanager
def reading(path: Path, workdir: Path, names: Names, mapping: LabMapping | None = None, progress: Callable[[str], None] = lambda _: None) -> Iterator[Delivery]:
    """Read a workbook; raises ``TableError`` (with a Chinese sentence) when nothing can be used."""
    with closing(duckdb.connect(config={
        "memory_limit": MEMORY_LIMIT, "threads": "2", "temp_directory": str(workdir / "spill"),
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    })) as con:
        con.execute("SET enable_progress_bar = false")
        yield read(con, path, workdir, names, mapping, progress)


def read(con: Any, path: Path, workdir: Path, names: Names, mapping: LabMapping | None = None, progress: Callable[[str], None] = lambda _: None) -> Delivery:
    """The same on a connection of the caller."""
    knowing = Knowing(names, mapping or LabMapping())
    form, raw = stage(con, path, workdir, knowing.mapping.sheets, progress)
    if form == "parquet":
        raise TableError("not_a_table", f"{path.name} 不是检测结果表；能读 .xlsx、.xls、.csv")
    sheets, left_out = [], {}
    areas, raised = _formatting(path) if form == "excel" else ([], frozenset())
    merged = _merged(con, areas)
    for sheet in raw:
        found = _understand(con, sheet, knowing, merged.get(sheet.name, frozenset()))
        if isinstance(found, str):
            left_out[sheet.name] = found
        else:
            sheets.append(found)
    if not sheets:
        named = "；".join(f"工作表“{name}”：{why}" if name else why for name, why in left_out.items())
        raise TableError("no_known_item", f"{path.name} 中没有读到检测结果。{named}")
    unfold(con, sheets, workdir)
    settle(con, sheets, knowing, workdir / "results.parquet", from_excel=form == "excel", raised=raised)
    wrong = list_wrong(con, sheets, names)
    return Delivery(con, path, form, tuple(sheets), left_out, workdir / "results.parquet", wrong)


def _formatting(path: Path) -> tuple[list[Area], frozenset[str]]:
    """What formatting says and the reader of cells drops: merged cells and raised digits."""
    try:
        return merged_down(path), raised_texts(path)
    except (ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise unreadable(path, f"文件损坏（{str(error)[:100]}）") from None


def _merged(con: Any, areas: Sequence[Area]) -> dict[str, frozenset[int]]:
    """Fill the table of cells that are merged downwards; gives the columns that have any, by sheet."""
    schema = pa.schema([("sheet", pa.string()), ("place", pa.int32()), ("first", pa.int32()), ("last", pa.int32())])
    con.register("_areas", pa.table([[area[at] for area in areas] for at in range(len(schema))], schema=schema))
    con.execute("CREATE OR REPLACE TEMP TABLE merged_areas AS SELECT * FROM _areas")
    con.unregister("_areas")
    found: dict[str, set[int]] = {}
    for sheet, place, _first, _last in areas:
        found.setdefault(sheet, set()).add(place)
    return {sheet: frozenset(places) for sheet, places in found.items()}


def _understand(con: Any, raw: RawSheet, knowing: Knowing, merged: frozenset[int]) -> LabSheet | str:
    if not raw.columns:
        return "空工作表"
    if not raw.visible and raw.name not in knowing.mapping.sheets:
        return "隐藏的工作表"
    grid = grid_of(head(raw, _HEAD_ROWS), raw)
    layout = recognise(grid, knowing)
    if isinstance(layout, str):
        return layout
    why = _lacking(layout)
    return why or data_of(con, raw, layout, grid, merged)


def _lacking(layout: Layout) -> str:
    if layout.kind == "report":
        return ""
    told = layout.sample.get("number") or layout.otherwise
    return "" if told else "没有找到样品编号的列；请核对表头，或在对应关系里指定（number；没有编号的表用 number_otherwise 指定由哪几列合成，如地点和日期）"
