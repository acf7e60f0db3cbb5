"""The calendar as a workbook: a sheet of all tasks, and one of the sums by town."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.languages import in_english, language
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.places.queries import names_of
from wenqu.quality.calendar.queries import ORDER, Entry, Sum, by_town
from wenqu.quality.reporting.queries import Line
from wenqu.quality.reporting.words import deadline_text, lacks_text, party_names, state_text
from wenqu.rulebook.quality.plans.words import STATE_NAMES, UNITS

WIDTHS = (26, 22, 12, 26, 16, 12, 12, 10, 10, 10, 10, 10, 40)


def as_workbook(found: Sequence[Entry], place: str, year: int, on: date, reports: Sequence[Line], at: datetime) -> bytes:
    """All of them, in the order given. `reports` stand as they do at a moment."""
    names = names_of({one.point.path for one in found if one.point is not None} | {path for path in by_town(found) if path})
    heads = (_("方案"), _("任务"), _("监测点编号"), _("监测点"), _("所在地"), _("起"), _("止"), _("任务量"), _("完成量"), _("还差"), _("单位"), _("状态"), _("未测的指标"))
    sums = (_("所在地"), _("任务数"), _("任务量"), _("完成量"), *(STATE_NAMES[state][in_english()] for state in ORDER))
    with work_folder() as folder:
        target = folder / "calendar.xlsx"
        with new_workbook(target) as book:
            bold, title = book.add_format({"bold": True, "align": "center", "border": 1, "text_wrap": True}), book.add_format({"bold": True, "font_size": 14})
            told = _("%(place)s%(year)s年监测日历（截至 %(day)s）") % {"place": place, "year": year, "day": on.isoformat()}
            _sheet(book.add_worksheet(_("任务")), told, heads, WIDTHS, (_row(one, names) for one in found), title, bold)
            rows = (_sum(names.get(path, place) if path else _("全部监测点合计"), total) for path, total in by_town(found).items())
            _sheet(book.add_worksheet(_("按乡镇")), told, sums, (24, *[10] * 8), rows, title, bold)
            if reports:
                told_of = (_("方案"), _("报告"), _("情形"), _("由谁"), _("报给"), _("期限"), _("报出时间"), _("状态"), _("还没有报给"))
                _sheet(book.add_worksheet(_("报告")), told, told_of, (26, 22, 30, 20, 24, 20, 18, 12, 30), (_report(line, at) for line in reports), title, bold)
        return target.read_bytes()


def _report(line: Line, at: datetime) -> list[str | int]:
    lang, en = language(), in_english()
    event = line.pack.events[line.happening.event].name(lang) if line.happening is not None else ""
    when = f"{event} {timezone.localtime(line.happening.on):%Y-%m-%d %H:%M}" if line.happening is not None else str(line.year)
    made = f"{timezone.localtime(line.owed.done_at):%Y-%m-%d %H:%M}" if line.owed.done_at is not None else ""
    return [line.pack.zh if not en else line.pack.en, line.rule.name(lang), when, party_names(line.pack, line.rule.senders.words), party_names(line.pack, line.rule.receivers.words),
            deadline_text(line.owed.due_at), made, state_text(line, at), lacks_text(line) if line.owed.done_at is None else ""]


def _row(one: Entry, names: dict[str, str]) -> list[str | int]:
    standing, task, lang, en = one.standing, one.standing.task, language(), in_english()
    lacking = [one.pack.item_name(item, lang) for item in standing.lacking] if 0 < len(standing.lacking) < len(task.items) else []
    point = (one.point.number, one.point.name, names.get(one.point.path, "")) if one.point is not None else ("", _("全部监测点合计"), "")
    return [one.pack.zh if not en else one.pack.en, one.rule.name(lang), *point, task.window.first.isoformat(), task.window.last.isoformat(), task.wanted, standing.done, standing.missing,
            UNITS[one.unit][en], STATE_NAMES[standing.state][en], ("、" if not en else ", ").join(lacking)]


def _sum(name: str, total: Sum) -> list[str | int]:
    return [name, total.tasks, total.wanted, total.done, *(number for _state, number in total.by_state)]


def _sheet(sheet: Any, told: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str | int]], title: Any, bold: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(2, 0)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, clean(told), title)
    for at, text in enumerate(heads):
        sheet.write_string(1, at, clean(text), bold)
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, at, clean(value))
            else:
                sheet.write_number(line, at, value)
