"""CSV and tab-separated text to staged cells: UTF-8 (with or without mark), UTF-16 or GB18030, one pass, little memory.

A file with one record a line takes Arrow's reader; anything with uneven lines or records over several lines takes
Python's, ten times slower, which knows the line on which each record begins.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv

from wenqu.importing.refusal import TableError
from wenqu.importing.stage_text import BATCH, write_text_sheet
from wenqu.importing.staging import RawSheet, unreadable

_BLOCK = 4 << 20
_LONGEST_CELL = 1 << 20
_SAMPLE = 200
_END = "\ue000end\ue000"  # read after the last line; it comes out alone unless a quote is open


def read_delimited(path: Path, workdir: Path) -> list[RawSheet]:
    """Stage one text file as one sheet without a name."""
    encoding, lines = _look(path)
    delimiter, width = _shape(path, encoding)
    target = workdir / "text.parquet"
    if lines and encoding in ("utf-8", "utf-8-sig"):
        try:
            return [write_text_sheet(target, "", range(width), _fast(path, delimiter, width, lines))]
        except pa.ArrowInvalid:
            pass  # uneven lines, or a record over several: the careful reader knows what to do
    try:
        # One column more than the widest sampled record catches the cells of a longer one further down.
        return [write_text_sheet(target, "", range(width + 1), _careful(path, encoding, delimiter, width + 1),
                                 ragged=True)]
    except csv.Error as error:
        raise unreadable(path, f"引号没有配对，或单元格过长（{error}）") from None


def _look(path: Path) -> tuple[str, int]:
    """(encoding, number of lines); no number when a lone carriage return may end a line, or a quote stays open."""
    simple, previous, lines, quotes = True, b"\n", 0, 0
    with path.open("rb") as file:
        start = file.read(4)
        if not start:
            raise unreadable(path, "文件是空的")
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            if not _decodes(path, "utf-16"):
                raise unreadable(path, "内容不是文字")
            return "utf-16", 0
        file.seek(0)
        while block := file.read(_BLOCK):
            if b"\x00" in block:
                raise unreadable(path, "内容不是文字")
            simple = simple and _ends_plainly(previous[-1:] + block)
            lines += block.count(b"\n")
            quotes += block.count(b'"')
            previous = block
    lines += not previous.endswith(b"\n")
    marked = start.startswith(codecs.BOM_UTF8)
    for encoding in ("utf-8-sig",) if marked else ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding, lines if simple and quotes % 2 == 0 else 0
    raise unreadable(path, "文字编码既不是 UTF-8 也不是 GB18030")


def _ends_plainly(block: bytes) -> bool:
    # "\r\n" throughout or "\n" throughout; a "\r" at the very end of a block is judged with the next one.
    returns = block.count(b"\r") - block.endswith(b"\r")
    return returns == block.count(b"\r\n")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _shape(path: Path, encoding: str) -> tuple[str, int]:
    """(delimiter, number of columns) from the first lines."""
    with path.open(encoding=encoding, newline="") as file:
        lines = list(islice(file, 40))
    counts = {mark: sum(line.count(mark) for line in lines) for mark in (",", "\t", ";")}
    delimiter = max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","
    try:
        with path.open(encoding=encoding, newline="") as file:
            width = max((len(row) for row in islice(_reader(file, delimiter), _SAMPLE)), default=0)
    except csv.Error as error:
        raise unreadable(path, f"引号没有配对，或单元格过长（{error}）") from None
    if not width:
        raise unreadable(path, "没有内容")
    if width > 16_384:
        raise TableError("too_large", f"{path.name} 有 {width} 列，超过表格上限 16384 列")
    return delimiter, width


def _reader(file: Iterable[str], delimiter: str) -> Any:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(file, delimiter=delimiter)


def _fast(path: Path, delimiter: str, width: int, lines: int) -> Iterator[list[pa.Array]]:
    names = [f"c{i}" for i in range(width)]
    reader = arrow_csv.open_csv(
        path,
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    line = 1
    for batch in reader:
        yield [pa.array(range(line, line + batch.num_rows), pa.int32()), *batch.columns]
        line += batch.num_rows
    if line != lines + 1:
        raise pa.ArrowInvalid("a record over several lines")


def _careful(path: Path, encoding: str, delimiter: str, width: int) -> Iterator[list[pa.Array]]:
    with path.open(encoding=encoding, newline="") as file:
        records = _records(_reader(chain(file, (_END,)), delimiter), width)
        while batch := list(islice(records, BATCH)):
            lines, rows = zip(*batch, strict=True)
            yield [pa.array(lines, pa.int32()), *(pa.array(cells, pa.string()) for cells in zip(*rows, strict=True))]


def _records(reader: Any, width: int) -> Iterator[tuple[int, list[str | None]]]:
    """(line, cells): NULL where the record had no more cells, so that a longer one shows."""
    opened = line = 1
    blank = [None] * width
    for row in reader:
        if row == [_END]:
            return
        if len(row) > width:
            row[width - 1:] = [next((cell for cell in row[width - 1:] if cell.strip()), "")]
        if row:
            yield line, row + blank[len(row):]
        opened, line = line, reader.line_num + 1
    # The mark was taken for a part of the last cell: its quote is still open, and rows may be hidden in it.
    raise csv.Error(f"从第 {opened} 行起")
