"""A quick look at the compressed XML of a workbook before the real reader opens it (about a tenth of its time)."""

from __future__ import annotations

import re
import zipfile
import zlib
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
            if sum(item.file_size for item in sheets) > _MOST_XML:
                raise TableError("too_large", f"{path.name} 解压后过大，请按乡镇拆分后再用")
            odd = [_scan(archive, item.filename, path) for item in sheets]
            return any(odd) or not sheets
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise unreadable(path, f"压缩包损坏（{str(error)[:100]}）") from None


def _is_odd(text: bytes) -> bool:
    return _ERROR_CELL in text or bool(_LONG_DECIMALS.search(text)) or any(tiny.search(text) for tiny in _TINY)


def _scan(archive: zipfile.ZipFile, name: str, path: Path) -> bool:
    odd = far = False
    last_row = 0
    with archive.open(name) as file:
        tail = b""
        while block := file.read(_BLOCK):
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
