"""Rates as a workbook: a sheet for each way of counting, and one of the points as they hang in public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.quality.naming import name_of
from wenqu.quality.showing.notice import Line
from wenqu.quality.showing.rates import Rate
from wenqu.quality.templatetags.verdicts import verdict_name

# The name of a sheet, that of its first column, its rows, and whether they are of items: people are not told by item.
Block = tuple[str, str, Sequence[tuple[str, Rate]], bool]
Formats = dict[str, Any]
OF_SAMPLES = 4


def rates_workbook(title: str, blocks: Iterable[Block], lines: Sequence[Line]) -> bytes:
    """The same numbers as the page, each rate with what it is made of."""
    heads = (_("合格样品"), _("评价样品"), _("合格率（%）"), _("未能判定"), _("合格人口"), _("评价人口"), _("按人口合格率（%）"))
    told = _("只统计例行样品，复检和质控样不计；未能判定的不进入分子和分母。人口按采样时的供水人口、每处工程或农户只计一次，其各监测点最近一次都合格才算合格。")
    with work_folder() as folder:
        target = folder / "quality.xlsx"
        with new_workbook(target) as book:
            looks = {name: book.add_format({**look, "valign": "vcenter"}) for name, look in _LOOKS.items()}
            for name, head, rows, items in blocks:
                mine = heads[:OF_SAMPLES] if items else heads
                _sheet(book.add_worksheet(name), title, (head, *mine), (24, *(14 for _head in mine)), [_rate(label, rate)[: len(mine) + 1] for label, rate in rows], looks, told)
            points = (_("所在地"), _("监测点"), _("类别"), _("采样日期"), _("检测项数"), _("评价结论"), _("不合格指标"))
            _sheet(book.add_worksheet(_("水质公示")), title, points, (24, 46, 10, 12, 10, 16, 34), [_line(one) for one in lines], looks, _("各监测点最近一年内最近一次采样的结论。"))
        return target.read_bytes()


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14}, "head": {"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#E7EEF4"},
    "text": {"border": 1, "text_wrap": True}, "number": {"border": 1}, "note": {"font_size": 9, "text_wrap": True},
}


def _rate(label: str, rate: Rate) -> list[str | float]:
    return [label, rate.fit, rate.judged, _percent(rate.percent), rate.undetermined, rate.people_fit, rate.people, _percent(rate.people_percent)]


def _percent(number: float | None) -> str | float:
    return "" if number is None else round(number, 2)


def _line(one: Line) -> list[str | float]:
    return [one.place, one.name, one.shape, one.on.isoformat(), one.items, verdict_name(one.verdict), "、".join(f"{name_of(each['item'])} {each['written']}（{each['limit']}）" for each in one.unfit)]


def _sheet(sheet: Any, title: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str | float]], looks: Formats, told: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    sheet.set_footer("&C&P / &N")
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, clean(title), looks["title"])
    for at, text in enumerate(heads):
        sheet.write_string(1, at, clean(text), looks["head"])
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, at, clean(value), looks["text"])
            else:
                sheet.write_number(line, at, value, looks["number"])
    last = len(rows) + 2
    sheet.merge_range(last, 0, last, len(heads) - 1, clean(told), looks["note"])
    sheet.set_row(last, 30)
