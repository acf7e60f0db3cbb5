"""Excel files (.xlsx, .xls and relatives) to staged text, with Excel's own row and column numbers.

The fast reader has three habits that matter here: it turns error cells into nothing, it prints numbers with nine
decimals, and it skips leading blank rows unless told not to. A quick scan of the compressed XML tells whether a
workbook needs the slower, exact treatment at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from wenqu.importing.excel_scan import has_odd_cells
from wenqu.importing.refusal import TableError
from wenqu.importing.stage_text import BATCH, write_text_sheet
from wenqu.importing.staging import RawSheet, unreadable

_ERROR_NAMES = {"Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
                "Value": "#VALUE!", "GettingData": "#GETTING_DATA"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NINE_DECIMALS = r"^-?\d+(\.\d{1,9})?$"


def read_excel(path: Path, workdir: Path, wanted: Sequence[str], progress: Callable[[str], None]) -> list[RawSheet]:
    """Stage every sheet (only the ``wanted`` ones, if any are named) as Parquet of text cells."""
    _refuse_early(path)
    odd = has_odd_cells(path)
    try:
        # The reader believes the suffix; bytes it looks at.
        reader = fastexcel.read_excel(str(path) if path.suffix.lower() == _suffix(path) else path.read_bytes())
        names = list(reader.sheet_names)
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise unreadable(path, f"文件损坏，或不是 Excel 文件（{_first_line(error)}）") from None
    missing = [name for name in wanted if name not in names]
    if missing:
        raise TableError("no_sheet", f"{path.name} 中没有工作表“{missing[0]}”；有：{'、'.join(names)}")
    sheets = []
    for number, name in enumerate(names):
        if wanted and name not in wanted:
            continue
        progress(name)
        try:
            sheets.append(_read_sheet(reader, name, workdir / f"sheet{number}.parquet", odd))
        except BaseException as error:
            # The reader is Rust: on a broken file it may panic, which Python sees as a BaseException of its own.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            raise unreadable(path, f"工作表“{name}”读不出来（{_first_line(error)}）") from None
    return sheets


def _read_sheet(reader: Any, name: str, target: Path, odd: bool) -> RawSheet:
    sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    visible = sheet.visible == "visible"
    if not sheet.width or not sheet.height:
        return write_text_sheet(target, name, [], iter([]), visible=visible)
    places = [column.absolute_index for column in sheet.available_columns()]
    if odd:
        batch, errors = sheet.to_arrow_with_errors()
        errors = errors.errors if errors else []
        del sheet
        batch = _exact_numbers(batch, reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="float").to_arrow())
        batch = _with_errors(batch, errors)
    else:
        batch = sheet.to_arrow()
        del sheet
    return write_text_sheet(target, name, places, _slices(batch), visible=visible)


def _slices(batch: Any) -> Iterator[list[pa.Array]]:
    for start in range(0, batch.num_rows, BATCH):
        part = batch.slice(start, BATCH)
        yield [pa.array(range(start + 1, start + part.num_rows + 1), pa.int32()), *part.columns]


def _exact_numbers(texts: Any, numbers: Any) -> Any:
    """Put back what nine decimals lost: 59.9999999999 must not become 60."""
    columns = []
    for text, number in zip(texts.columns, numbers.columns, strict=True):
        printed = pc.match_substring_regex(text, _NINE_DECIMALS)
        read_back = pc.cast(pc.if_else(printed, text, pa.scalar(None, pa.string())), pa.float64())
        lost = pc.fill_null(pc.and_(pc.not_equal(read_back, number), pc.is_valid(number)), False)
        columns.append(pc.if_else(lost, pc.cast(number, pa.string()), text))
    return pa.record_batch(columns, names=texts.schema.names)


def _with_errors(batch: Any, errors: Sequence[Any]) -> Any:
    """Write error cells back as the text that Excel shows."""
    by_column: dict[int, list[tuple[int, str]]] = {}
    for error in errors:
        row, column = error.offset_position
        found = re.search(r"Error\((\w+)\)", error.detail)
        by_column.setdefault(column, []).append((row, _ERROR_NAMES.get(found[1] if found else "", "#N/A")))
    columns = list(batch.columns)
    for column, cells in by_column.items():
        rows, texts = zip(*sorted(cells), strict=True)
        mask = pc.is_in(pa.array(range(batch.num_rows), pa.int64()), value_set=pa.array(rows, pa.int64()))
        columns[column] = pc.replace_with_mask(columns[column], mask, pa.array(texts, pa.string()))
    return pa.record_batch(columns, names=batch.schema.names)


def _refuse_early(path: Path) -> None:
    """Say plainly what is wrong with the usual impostors; the reader's own messages are of no help to a clerk."""
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            if _ENCRYPTED in start + file.read():
                raise TableError("encrypted", f"{path.name} 设有打开密码：请在表格软件中取消密码后再用")
            return
    if start.startswith(b"PK"):
        return
    if not start:
        raise unreadable(path, "文件是空的")
    if start.lstrip().lower().startswith((b"<html", b"<!doc", b"<?xml", b"<table", b"\xef\xbb\xbf<")):
        raise unreadable(path, "实际是网页或 XML，请在表格软件中打开后另存为 .xlsx")
    raise unreadable(path, "内容不是 Excel 格式，请在表格软件中打开后另存为 .xlsx")


def _suffix(path: Path) -> str:
    with path.open("rb") as file:
        return ".xlsx" if file.read(2) == b"PK" else ".xls"


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
