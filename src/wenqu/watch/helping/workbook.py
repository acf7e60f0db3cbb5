"""The report as a workbook: three sheets, by cause, by type of measure, and both crossed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.watch.helping.table import Cell, Report, Row

Value = str | int | float


def as_workbook(report: Report, place: str) -> bytes:
    """The whole of a report. Amounts are in yuan."""
    with work_folder() as folder:
        target = folder / "report.xlsx"
        with new_workbook(target) as book:
            bold = book.add_format({"bold": True, "align": "center", "border": 1})
            title = book.add_format({"bold": True, "font_size": 14})
            sheets = (
                (_("按风险类型"), _by_cause(report)), (_("按措施种类"), _by_type(report)), (_("风险与措施交叉"), _crossed(report)))
            for name, (groups, heads, rows) in sheets:
                sheet: Any = book.add_worksheet(name)
                sheet.set_landscape()
                sheet.set_paper(9)
                sheet.fit_to_pages(1, 0)
                sheet.set_column(0, 0, 24)
                sheet.set_column(1, len(heads) - 1, 12)
                sheet.write_string(0, 0, clean(f"{place}{name}（{_told(report.on)}）"), title)
                _write_heads(sheet, groups, heads, bold)
                for line, row in enumerate(rows, start=3):
                    for at, value in enumerate(row):
                        if isinstance(value, str):
                            sheet.write_string(line, at, clean(value))
                        else:
                            sheet.write_number(line, at, value)
        return target.read_bytes()


def _told(on: date) -> str:
    return _("截至 %(day)s") % {"day": on.isoformat()}


def _write_heads(sheet: Any, groups: list[str], heads: list[str], form: Any) -> None:
    """Two rows: the kind of object over its columns, joined."""
    for at, text in enumerate(groups):
        sheet.write_string(1, at, clean(text), form)
    for at, text in enumerate(heads):
        sheet.write_string(2, at, clean(text), form)
    first = 0
    for at in range(1, len(groups) + 1):
        if at == len(groups) or groups[at] != groups[first]:
            if groups[first] and at - first > 1:
                # Cells in constant memory are written in order; the range is only noted.
                sheet.merge.append([1, first, 1, at - 1])
            first = at


def _by_cause(report: Report) -> tuple[list[str], list[str], Iterator[list[Value]]]:
    heads = [_("户数"), _("人数"), _("措施条数"), _("已落实"), _("落实金额（元）")]
    return _grouped(report, _("风险类型"), heads, [*report.causes], report.total, lambda cell: [cell.households, cell.people, cell.measures, cell.done, cell.fen / 100])


def _by_type(report: Report) -> tuple[list[str], list[str], Iterator[list[Value]]]:
    heads = [_("措施条数"), _("覆盖户数"), _("已落实"), _("落实金额（元）")]
    # A household with measures of two types is covered twice: there is no sum of it.
    return _grouped(report, _("措施种类"), heads, [*report.types], report.total_of_types, lambda cell: [cell.measures, cell.households, cell.done, cell.fen / 100],
                    lambda cell: [cell.measures, "–", cell.done, cell.fen / 100])


def _grouped(report: Report, first: str, heads: list[str], rows: list[Row], total: Row, told: Any, told_sum: Any = None) -> tuple[list[str], list[str], Iterator[list[Value]]]:
    kinds = report.kinds
    groups = ["", *(kind for kind in kinds for _head in heads), *(_("合计") for _head in heads)]

    def lines() -> Iterator[list[Value]]:
        for row in rows:
            yield [row.name, *_cells(row, kinds, told)]
        yield [_("合计"), *_cells(total, kinds, told_sum or told)]

    return groups, [first, *(heads * (len(kinds) + 1))], lines()


def _cells(row: Row, kinds: list[str], told: Any) -> Iterator[Value]:
    for kind in kinds:
        yield from told(row.cell(kind))
    yield from told(row.total if row.cells else Cell())


def _crossed(report: Report) -> tuple[list[str], list[str], Iterator[list[Value]]]:
    """One row for a cause and a type of measure; measures by kind of object."""
    groups = ["", "", *(_("措施条数") for _kind in report.kinds), _("措施条数")]

    def lines() -> Iterator[list[Value]]:
        for cause in report.causes:
            for kind in report.types:
                counts = [report.cross[cause.name, kind.name, name] for name in report.kinds]
                if any(counts):
                    yield [cause.name, kind.name, *counts, sum(counts)]

    return groups, [_("风险类型"), _("措施种类"), *report.kinds, _("合计")], lines()
