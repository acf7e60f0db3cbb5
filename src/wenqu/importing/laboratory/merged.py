"""Cells of an .xlsx that are merged downwards: the first of them holds the text of all. The fast reader leaves the others blank."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.utils import column_index_from_string

_AREA = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_BLOCK = 1 << 20
_OVERLAP = 64
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# (sheet, 0-based column, first row, last row), rows as the user sees them
Area = tuple[str, int, int, int]


def merged_down(path: Path) -> list[Area]:
    """All areas of one column; none for files that are no .xlsx (there blank cells stay blank)."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        return [area for name, part in _parts(archive).items() for area in _areas(archive, name, part)]


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet -> the part of the archive that holds it."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    sheets = [each for each in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if each.tag.endswith("}sheet")]
    parts = {sheet.get("name", ""): posixpath.normpath(posixpath.join("xl", targets.get(sheet.get(_ID), ""))).lstrip("/") for sheet in sheets}
    # A target that begins with a stroke counts from the root of the archive.
    return {name: part.removeprefix("xl/") if part not in names else part for name, part in parts.items()}


def _areas(archive: zipfile.ZipFile, sheet: str, part: str) -> Iterator[Area]:
    if part not in archive.namelist():
        return
    tail = b""
    seen = set()
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            for left, top, right, bottom in _AREA.findall(tail + block):
                area = (sheet, column_index_from_string(left.decode()) - 1, int(top), int(bottom))
                if left == right and int(bottom) > int(top) and area not in seen:
                    seen.add(area)
                    yield area
            tail = block[-_OVERLAP:]
