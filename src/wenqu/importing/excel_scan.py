"""A quick look at the compressed XML of a workbook before the real reader opens it (about a tenth of its time)."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from pathlib import Path

from wenqu.importing.refusal import TableError
from wenqu.importing.staging import unreadable

# Error cells, and numbers that nine decimals cannot hold. A great whole number (6.10122199001010E+17, which is what a
# spreadsheet makes of an identity number) is none of them. Each search begins with a byte that is rare in sheets: one
# pattern of alternatives takes ten times as long.
_ERROR_CELL = b't="e"'
_LONG_DECIMALS = re.compile(rb"\.\d{10,24}(?:<|[eE](?:-|\+?0?\d<))")
_TINY = (re.compile(rb"E-\d"), re.compile(rb"e-\d"))
_FAR_COLUMN = re.compile(rb'<c r="[A-Z]{3}\d')
_ROW = re.compile(rb'<row r="(\d+)"')
_OVERLAP = 64
_BLOCK = 1 << 20
_MOST_XML = 8 << 30
_MOST_REST = 2 << 30  # above all the shared texts, which the reader holds in memory
# The reader holds every cell between the first and the last: one stray cell at XFD1048576 would be 17 thousand million.
_MOST_ROWS_WITH_FAR_COLUMNS = 5_000


def has_odd_cells(path: Path) -> bool:
    """True when error cells or long decimals may be inside (always for the old binary format); refuses broken files."""
    if not zipfile.is_zipfile(path):
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [item for item in archive.infolist()
                      if item.filename.startswith("xl/worksheets/") and item.filename.endswith(".xml")]
            rest = [item for item in archive.infolist() if item not in sheets]
            if sum(item.file_size for item in sheets) > _MOST_XML or sum(item.file_size for item in rest) > _MOST_REST:
                raise TableError("too_large", f"{path.name} 解压后过大，请按乡镇拆分后再用")
            for item in rest:
                for _block in _blocks(archive, item):
                    pass
            odd = [_scan(archive, item, path) for item in sheets]
            return any(odd) or not sheets
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise unreadable(path, f"压缩包损坏（{str(error)[:100]}）") from None


def _blocks(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[bytes]:
    """All that really comes out of one part. The reader unpacks to the end whatever size the archive declares, so a
    few kilobytes that say they are small could fill the memory."""
    whole = copy(item)
    whole.file_size = item.file_size + 1
    size = 0
    with archive.open(whole) as file:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > item.file_size:
                raise ValueError("解压后的大小与所写的不符")
            yield block


def _is_odd(text: bytes) -> bool:
    return _ERROR_CELL in text or bool(_LONG_DECIMALS.search(text)) or any(tiny.search(text) for tiny in _TINY)


def _scan(archive: zipfile.ZipFile, item: zipfile.ZipInfo, path: Path) -> bool:
    odd = far = False
    last_row = 0
    tail = b""
    for block in _blocks(archive, item):
        text = tail + block
        odd = odd or _is_odd(text)
        far = far or bool(_FAR_COLUMN.search(text))
        start = text.rfind(b'<row r="')
        found = _ROW.match(text, start) if start >= 0 else None
        last_row = max(last_row, int(found[1]) if found else 0)
        tail = block[-_OVERLAP:]
    if far and last_row > _MOST_ROWS_WITH_FAR_COLUMNS:
        raise TableError("too_large", f"{path.name} 的表格范围过大（第 {last_row} 行、ZZ 列以外仍有单元格）：请删除表格右侧和下方的空行空列后再用")
    return odd
