"""Quality control as a workbook: every figure with its sentence and its source, the trips, and the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.languages import language
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.quality.control.figures import Mark
from wenqu.quality.control.queries import Trip
from wenqu.quality.control.words import (
    STATES,
    added_text,
    clause_text,
    figure_text,
    figure_words,
    mark_words,
    number_text,
    place_text,
)
from wenqu.quality.models import Result
from wenqu.quality.naming import name_of
from wenqu.quality.templatetags.results import value_text
from wenqu.rulebook.model import Pack
from wenqu.rulebook.names import cited
from wenqu.rulebook.quality.control_values import Cited, cited_numbers


def control_workbook(title: str, rows: Iterable[Mark], trips: Iterable[Trip], pack: Pack, names: dict[int, str]) -> bytes:
    """The same figures as the page. `names`: laboratories by their key."""
    heads = (_("采样日期"), _("样品编号"), _("类型"), _("监测点"), _("所属样品"), _("指标"), _("检测机构"), _("结果"), _("所属样品结果"), _("加标浓度"), _("数值"), _("判断"), _("说明"),
             _("依据"), _("依据是否核实"))
    batches = (_("采样日期"), _("采样批次"), _("水样"), _("现场空白"), _("运输空白"), _("平行样"), _("空白"), _("平行样比例"))
    limits = (_("数值"), _("现行"), _("依据文件"), _("条款"), _("是否核实"), _("说明"))
    with work_folder() as folder:
        target = folder / "control.xlsx"
        with new_workbook(target) as book:
            big, bold = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
            _sheet(book.add_worksheet(_("质控数据")), title, heads, (_mark(one, names) for one in rows), big, bold)
            _sheet(book.add_worksheet(_("采样批次")), title, batches, map(_trip, trips), big, bold)
            every = {one.key: one for one in cited_numbers(pack)}
            _sheet(book.add_worksheet(_("允许范围")), title, limits, (_limit(one, every) for one in every.values()), big, bold)
        return target.read_bytes()


def verified_text(verified: bool) -> str:
    """Whether somebody of the county held it against a document."""
    return _("已核实") if verified else _("未核实")


def _mark(one: Mark, names: dict[int, str]) -> list[str | int]:
    sample = one.sample
    return [one.on.isoformat(), sample.number, str(sample.get_role_display()), sample.point.name if sample.point is not None else "", sample.of.number if sample.of is not None else "",
            name_of(one.item), names.get(one.laboratory or 0, ""), _value(one.own), _value(one.other), added_text(one), figure_text(one.figure), str(STATES[one.state]), mark_words(one),
            clause_text(one), verified_text(not one.unverified) if one.rests_on else ""]


def _value(row: Result | None) -> str:
    return value_text(row) if row is not None else ""


def _trip(one: Trip) -> list[str | int]:
    counts = one.counts
    return [one.on.isoformat(), one.name, one.samples, counts.get("field_blank", 0), counts.get("transport_blank", 0), counts.get("parallel", 0), figure_words(one.blanks), figure_words(one.share)]


def _limit(one: Cited, every: dict[str, Cited]) -> list[str | int]:
    return [place_text(one.key, every), number_text(one), cited(one.document, language()), cited(one.clause, language()), verified_text(one.verified), one.note]


def _sheet(sheet: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]], big: Any, bold: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, len(heads) - 1, 16)
    sheet.write_string(0, 0, clean(title), big)
    for at, text in enumerate(heads):
        sheet.write_string(1, at, clean(text), bold)
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, at, clean(value))
            else:
                sheet.write_number(line, at, value)
