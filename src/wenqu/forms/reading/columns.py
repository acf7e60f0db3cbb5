"""Headers -> the columns that they mean; refused is what nobody would read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenqu.forms.problems import Problem, problem
from wenqu.forms.reading.workbook import Row, Sheet
from wenqu.forms.supported import REMARKS, SHEETS, Column


@dataclass(frozen=True, slots=True)
class Bound:
    """A column of a sheet that means something: ``name`` of the table in ``supported``, ``language`` where it has one."""

    at: int
    header: str
    name: str
    language: str = ""


@dataclass(slots=True)
class Columns:
    """The columns of one sheet."""

    sheet: Sheet
    bound: list[Bound]

    def text(self, row: Row, name: str) -> str:
        """The first cell of a row under a column of this name."""
        return next((row.cells[each.at] for each in self.bound if each.name == name and each.at in row.cells), "")

    def header(self, name: str) -> str:
        """The header as it stands in the sheet."""
        return next((each.header for each in self.bound if each.name == name), name)


def columns_of(sheet: Sheet) -> tuple[Columns, list[Problem]]:
    """What the headers of a sheet mean. Only the sheets of ``supported.SHEETS`` come here."""
    kind = sheet.name.strip().lower()
    known = {word: column for column in SHEETS[kind] for word in (column.name, *column.words)}
    bound: list[Bound] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for at, header in sheet.headers.items():
        if header.lower() in REMARKS:
            continue
        word, language = _split(header)
        column = known.get(word)
        if column is None and kind == "choices" and not language and word not in _MEDIA:
            column = Column(header, header)
        if kind == "choices" and column is not None and not NAME.fullmatch(column.name):
            problems.append(problem("header_form", sheet.name, 1, header))
            continue
        if column is None or (language and not column.translated):
            problems.append(problem("column_unsupported", sheet.name, 1, header, header))
            continue
        if (column.name, language) in seen:
            problems.append(problem("column_twice", sheet.name, 1, header, header))
        seen.add((column.name, language))
        bound.append(Bound(at, header, column.name, language))
    for row in sheet.rows:
        if any(at not in sheet.headers for at in row.cells):
            problems.append(problem("header_missing", sheet.name, row.number))
            break
    return Columns(sheet, bound), problems


# What JavaRosa takes for a name in an expression: no Chinese characters, though XML has them.
NAME = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
# Files beside choices: pyxform would take them for media, not for columns to filter by.
_MEDIA = frozenset({"image", "big-image", "audio", "video", "media", "geometry", "caption", "value"})


def _split(header: str) -> tuple[str, str]:
    word, _sign, language = header.partition("::")
    return "_".join(word.strip().lower().split()), language.strip()
