"""Texts of a workbook with raised or lowered characters that were made by formatting alone.

The readers of workbooks drop formatting: a 0.02 with a small raised 1 for a footnote comes out as 0.021, and 10 with a raised 3
as 103. Such texts are looked up in the compressed XML, so that none of them is taken for a number.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

_MARK = b"vertAlign"
_BLOCK = 1 << 20
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def raised_texts(path: Path) -> frozenset[str]:
    """Whole texts in which a digit is raised or lowered; empty for files that are no .xlsx (there it cannot be told)."""
    if not zipfile.is_zipfile(path):
        return frozenset()
    with zipfile.ZipFile(path) as archive:
        # Spreadsheets keep texts in one part; some programs write them into the sheets.
        parts = [name for name in archive.namelist() if name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet")]
        return frozenset(text for part in parts if _has_mark(archive, part) for text in _found(archive, part))


def _has_mark(archive: zipfile.ZipFile, part: str) -> bool:
    tail = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            if _MARK in tail + block:
                return True
            tail = block[-len(_MARK):]
    return False


def _found(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    with archive.open(part) as file:
        for _event, entry in ElementTree.iterparse(file):
            if entry.tag in (f"{_NAMESPACE}si", f"{_NAMESPACE}is"):
                runs = [(run.find(f"{_NAMESPACE}rPr/{_NAMESPACE}vertAlign"), run.findtext(f"{_NAMESPACE}t") or "") for run in entry.findall(f"{_NAMESPACE}r")]
                if any(mark is not None and mark.get("val") != "baseline" and any(c.isdigit() for c in text) for mark, text in runs):
                    yield "".join(text for _mark, text in runs)
            if entry.tag in (f"{_NAMESPACE}si", f"{_NAMESPACE}row"):
                entry.clear()
