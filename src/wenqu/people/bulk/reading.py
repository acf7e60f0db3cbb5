"""Read a small sheet of people: every cell as text, with where it stood."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import fastexcel
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_ROWS = 500
_HEADER_WITHIN = 5

# our column -> what a header may say
HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("姓名",), "username": ("用户名", "账号"), "role": ("角色", "职责", "岗位"), "division": ("区划", "所在区划", "村", "单位所在地"),
    "unit": ("单位",), "from_on": ("起始日期", "起", "开始日期"), "to_on": ("截止日期", "止", "结束日期"),
}
NEEDED = ("name", "role", "division")


@dataclass(frozen=True)
class Line:
    """One row of a sheet: `cells` by our column, `columns` says what the header of each is called there."""

    sheet: str
    row: int
    cells: dict[str, str]
    columns: dict[str, str]


def read_lines(content: bytes) -> list[Line]:
    """The rows of people of a workbook or CSV file. `Refused` where it is none, or too large."""
    if not content:
        raise Refused("file_empty", _("文件是空的。"))
    if len(content) > MOST_BYTES:
        raise Refused("file_too_large", _("文件超过 2 MB 的上限，请拆分后再上传。"))
    sheets = _workbook(content) if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else [("", _delimited(content))]
    lines = [line for name, rows in sheets for line in _lines(name, rows)]
    if not lines:
        raise Refused("no_people", _("没有读到人员：表头要有“姓名”“角色”“区划”三列，下面每行一人。可先下载模板。"))
    if len(lines) > MOST_ROWS:
        raise Refused("too_many_people", _("一次最多 %(most)s 人，这个文件有 %(n)s 人，请分几次上传。") % {"most": MOST_ROWS, "n": len(lines)})
    return lines


def _workbook(content: bytes) -> list[tuple[str, list[list[str]]]]:
    broken = Refused("file_broken", _("文件已损坏或设有密码，无法打开。请重新保存为 .xlsx 或 .csv 后再上传。"))
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                    raise Refused("file_bomb", _("工作簿解压后过大，不予打开。请只保留需要的工作表，另存后再上传。"))
        reader = fastexcel.read_excel(content)
        return [(name, _sheet(reader, name)) for name in reader.sheet_names]
    except (fastexcel.FastExcelError, zipfile.BadZipFile, ValueError, OSError):
        raise broken from None
    except BaseException as error:
        # The reader is Rust: on a broken file it may panic, which Python sees as a BaseException of its own.
        if type(error).__name__ == "PanicException":
            raise broken from None
        raise


def _sheet(reader: Any, name: str) -> list[list[str]]:
    sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not sheet.width or not sheet.height:
        return []
    columns = [column.to_pylist() for column in sheet.to_arrow().columns]
    return [[str(cell or "") for cell in row] for row in zip(*columns, strict=True)]


def _delimited(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            delimiter = "\t" if text.split("\n", 1)[0].count("\t") > text.split("\n", 1)[0].count(",") else ","
            return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    raise Refused("file_not_a_table", _("这不是 Excel 工作簿或 CSV 文件。请上传 .xlsx、.xls 或 .csv。"))


def _lines(sheet: str, rows: list[list[str]]) -> list[Line]:
    for number, row in enumerate(rows[:_HEADER_WITHIN]):
        places = _header(row)
        if all(name in places for name in NEEDED):
            titles = {name: row[place].strip() for name, place in places.items()}
            return [
                Line(sheet, number + offset, cells, titles)
                for offset, below in enumerate(rows[number + 1 :], 2)
                if any((cells := {name: below[place].strip() if place < len(below) else "" for name, place in places.items()}).values())
            ]
    return []


def _header(row: list[str]) -> dict[str, int]:
    plain = ["".join(cell.split()).rstrip("*＊") for cell in row]
    return {name: next(i for i, cell in enumerate(plain) if cell in titles) for name, titles in HEADERS.items() if any(cell in titles for cell in plain)}
