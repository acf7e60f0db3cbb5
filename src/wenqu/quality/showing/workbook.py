"""Rates as a workbook: a sheet for each way of counting, and one of the points as they hang in public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.quality.showing.notice import Line
from wenqu.quality.showing.rates import Rate
from wenqu.quality.templatetags.verdicts import verdict_name

Block = tuple[str, Sequence[tuple[str, Rate]]]


def rates_workbook(title: str, blocks: Iterable[Block], lines: Sequence[Line]) -> bytes:
    """The same numbers as the page, each rate with what it is made of."""
    heads = (_("合格样品"), _("评价样品"), _("合格率（%）"), _("未能判定"), _("合格人口"), _("评价人口"), _("按人口合格率（%）"))
    with work_folder() as folder:
        target = folder / "quality.xlsx"
        with new_workbook(target) as book:
            bold, big = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"}), book.add_format({"bold": True, "font_size": 14})
            for name, rows in blocks:
                _sheet(book.add_worksheet(name), title, (name, *heads), [_rate(label, rate) for label, rate in rows], big, bold)
            _sheet(book.add_worksheet(_("水质公示")), title, (_("所在地"), _("监测点"), _("类别"), _("采样日期"), _("检测项数"), _("评价结论"), _("不合格指标")), [_line(one) for one in lines], big, bold)
        return target.read_bytes()


def _rate(label: str, rate: Rate) -> list[str | float]:
    return [label, rate.fit, rate.judged, _percent(rate.percent), rate.undetermined, rate.people_fit, rate.people, _percent(rate.people_percent)]


def _percent(number: float | None) -> str | float:
    return "" if number is None else round(number, 2)


def _line(one: Line) -> list[str | float]:
    return [one.place, one.name, one.shape, one.on.isoformat(), one.items, verdict_name(one.verdict), "、".join(f"{each['name']} {each['written']}（{each['limit']}）" for each in one.unfit)]


def _sheet(sheet: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[str | float]], big: Any, bold: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, len(heads) - 1, 16)
    sheet.write_string(0, 0, clean(title), big)
    for at, text in enumerate(heads):
        sheet.write_string(1, at, clean(text), bold)
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, at, clean(value))
            else:
                sheet.write_number(line, at, value)
