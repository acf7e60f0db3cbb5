"""The CSV files that a county uploads with a form: looked at when the form is published, so that no phone stumbles over them.

They are kept as both engines read them alike: UTF-8, commas, every row as wide as its header, no blanks around cells.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from wenqu.forms.compiling import Compiled
from wenqu.forms.problems import FormRefused, Problem
from wenqu.places.models import Division
from wenqu.survey.models import FormTable, FormVersion
from wenqu.survey.openrosa.lists import LISTS

MOST_BYTES, MOST_ROWS = 5 * 1024 * 1024, 50_000
_LONGEST = 120
# Told at once; whoever mends these finds the rest the next time.
_MOST_TOLD = 50


@dataclass(frozen=True)
class Table:
    """A CSV file as phones are given it. `hash` is MD5, as the protocol of Collect wants it."""

    name: str
    text: str
    rows: int

    @property
    def hash(self) -> str:
        return hashlib.md5(self.text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class _Needs:
    """What a form reads of a file: these columns, and of them those whose cells are the answers to choose."""

    columns: list[str]
    values: set[str]


def tables_for(compiled: Compiled, given: Mapping[str, bytes], earlier: Mapping[str, str]) -> list[Table]:
    """The county's own files of a form, out of those that were uploaded with it and, where one was not, out of the version
    before. `FormRefused` with every reason by file, row and column."""
    needs = _needs_of(compiled.plan)
    problems = [_not_needed(name) for name in given if name in LISTS or name not in needs]
    tables = []
    for name in (name for name in compiled.files if name not in LISTS):
        if len(name) > _LONGEST:
            problems.append(Problem(name, 0, "", "file_name_long", _("文件名超过 %(most)d 个字符。请在表单和文件上都改短。") % {"most": _LONGEST}))
            continue
        content = given.get(name, earlier[name].encode() if name in earlier else None)
        if content is None:
            problems.append(Problem(name, 0, "", "file_missing", _("表单用到“%(file)s”，但没有上传。请和工作簿一起选中上传；由系统生成的有：%(known)s。") % {
                "file": name, "known": "、".join(LISTS)}))
            continue
        table, wrong = read_table(name, content, needs[name])
        problems += wrong
        tables.append(table)
    if problems:
        raise FormRefused(problems)
    return tables


def earlier_tables(county: Division, form_id: str) -> dict[str, str]:
    """The files of the newest version of a form, by name."""
    newest = FormVersion.objects.filter(form__division=county, form__form_id=form_id).order_by("-pk").values("pk")[:1]
    return {row.name: row.content.open() for row in FormTable.objects.filter(version__in=newest)}


def _not_needed(name: str) -> Problem:
    if name in LISTS:
        return Problem(name, 0, "", "file_of_register", _("“%(file)s”由系统按台账生成，不用上传。请去掉这个文件。") % {"file": name})
    return Problem(name, 0, "", "file_not_used", _("表单没有用到“%(file)s”。请核对文件名，或去掉这个文件。") % {"file": name})


def _needs_of(plan: Mapping[str, Any]) -> dict[str, _Needs]:
    needs: dict[str, _Needs] = {}
    for told in plan["files"].values():
        need = needs.setdefault(str(told["file"]), _Needs([], set()))
        need.columns.extend(column for column in told["columns"] if column not in need.columns)
    for node in _nodes(plan["nodes"]):
        if node.get("list") in plan["files"]:
            value = node.get("columns", ["name", "label"])[0]
            needs[str(plan["files"][node["list"]]["file"])].values.add(str(value))
    return needs


def _nodes(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("children", []))


def read_table(name: str, content: bytes, needs: _Needs) -> tuple[Table, list[Problem]]:
    """A file and everything that is wrong with it."""

    def problem(row: int, column: str, code: str, message: str) -> Problem:
        return Problem(name, row, column, code, message)

    none = Table(name, "", 0)
    if len(content) > MOST_BYTES:
        return none, [problem(0, "", "file_too_large", _("文件超过 %(most)d MB。请删去用不到的行和列。") % {"most": MOST_BYTES // 1024**2})]
    rows: list[tuple[int, list[str]]] = []
    try:
        text = _decoded(content)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for cells in reader:
            rows.append((reader.line_num, [cell.strip() for cell in cells]))  # noqa: PERF401 (the number of the line belongs to the reader)
    except UnicodeDecodeError:
        return none, [problem(0, "", "csv_encoding", _("文件不是 UTF-8 或 GB18030 编码的文本。请另存为“CSV UTF-8”再上传。"))]
    except csv.Error:
        return none, [problem(reader.line_num, "", "csv_broken", _("这一行的引号没有成对，或一格太长。请改正。"))]
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        return none, [problem(1, "", "csv_empty", _("文件是空的。第一行应是列名。"))]
    header = _trimmed(rows[0][1])
    found = [problem(1, column, code, message) for column, code, message in _wrong_header(header, needs)]
    if len(rows) - 1 > MOST_ROWS:
        found.append(problem(MOST_ROWS + 2, "", "csv_too_long", _("超过 %(most)d 行。请删去用不到的行。") % {"most": MOST_ROWS}))
    if not found:
        found = [problem(line, column, code, message) for line, cells in rows[1:] for column, code, message in _wrong_row(cells, header, needs)]
    return Table(name, _written([header, *(cells[: len(header)] for _line, cells in rows[1:])]), len(rows) - 1), found[:_MOST_TOLD]


def _decoded(content: bytes) -> str:
    """Spreadsheet programs here write either."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _trimmed(header: list[str]) -> list[str]:
    """Without the nameless columns that spreadsheet programs leave at the end."""
    while header and not header[-1]:
        header = header[:-1]
    return header


def _wrong_header(header: list[str], needs: _Needs) -> Iterator[tuple[str, str, str]]:
    for place, name in enumerate(header):
        if not name:
            yield "", "csv_header_blank", _("第 %(place)d 列没有列名。请补上，或删去这一列。") % {"place": place + 1}
        elif name in header[:place]:
            yield name, "csv_header_twice", _("有两列同名。请改名，或删去一列。")
    for name in needs.columns:
        if name not in header:
            yield name, "csv_column_missing", _("表单要用的列“%(column)s”不在第一行的列名中。请补上这一列。") % {"column": name}


def _wrong_row(cells: list[str], header: list[str], needs: _Needs) -> Iterator[tuple[str, str, str]]:
    if len(cells) < len(header) or any(cells[len(header) :]):
        yield "", "csv_width", _("这一行有 %(cells)d 格，列名有 %(columns)d 个。请检查逗号和引号。") % {"cells": len(cells), "columns": len(header)}
        return
    for name, cell in zip(header, cells, strict=False):
        if name in needs.values and (not cell or any(c.isspace() for c in cell)):
            yield name, "csv_value", _("选项的值不能为空，也不能有空格。请改正。")
        elif any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in cell):
            yield name, "csv_control", _("这一格有不可见的控制字符。请重新输入。")


def _written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
