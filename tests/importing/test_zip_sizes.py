"""A workbook whose archive lies about the size of a part is refused before the reader unpacks it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter

from wenqu.importing.excel_scan import has_odd_cells
from wenqu.importing.refusal import TableError

SAID = 300


def lying(path: Path, part: str, *, forge_checksum: bool) -> Path:
    """A workbook with 5 MB in `part`, of which the archive owns to 300 bytes."""
    plain = path.with_suffix(".plain")
    book = xlsxwriter.Workbook(str(plain))
    book.add_worksheet().write_row(0, 0, ["户编号", "姓名"])
    book.close()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename != part:
                target.writestr(item.filename, content)
                continue
            content += b" " * 5_000_000
            target.writestr(item.filename, content)
            info = target.getinfo(part)
            info.file_size = SAID
            if forge_checksum:
                info.CRC = zlib.crc32(content[:SAID])
    return path


@pytest.mark.parametrize("forge_checksum", [False, True])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_that_is_larger_than_it_says_is_refused(tmp_path: Path, part: str, forge_checksum: bool) -> None:
    with pytest.raises(TableError, match="压缩包损坏") as refused:
        has_odd_cells(lying(tmp_path / "a.xlsx", part, forge_checksum=forge_checksum))
    assert refused.value.code == "not_a_table"
