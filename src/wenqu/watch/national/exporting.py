"""Our list and our measures in the column layout of the national system: one row a person, times as YYYYMM.

Names and telephones go by the rights of whoever exports, identity numbers are always masked: the national system has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from wenqu.households.models import Member
from wenqu.households.showing import Showing, showing
from wenqu.kit import masking
from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.refusal import Refused
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.places.models import Division
from wenqu.places.paths import COUNTY, TOWN, VILLAGE
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.watch.models import Measure, Watched
from wenqu.watch.national.columns import MEASURE_SHEET, MEASURES, SHEET

MOST = 30_000
_SOME = 500
# What the register keeps of a person by the header of the sheet.
_DETAILS = ("民族", "文化程度", "在校生状况", "健康状况", "劳动技能", "务工时间（月）", "是否参加大病保险", "致贫原因1", "危房户", "是否解决安全饮用水", "人均纯收入")
Value = str | int | float


def listed(area: Area, with_gone: bool) -> QuerySet[Watched]:
    """The rows of the export, place by place."""
    rows = within(Watched.objects.select_related("household"), area).order_by("path", "household", "entered_on", "pk")
    return rows if with_gone else rows.filter(left_on=None)


def check_size(rows: QuerySet[Watched]) -> None:
    if rows.count() > MOST:
        raise Refused("too_many", _("超过 %(most)d 户，请按县导出") % {"most": MOST})


def as_workbook(area: Area, sheet: str, with_gone: bool) -> tuple[bytes, int]:
    """The sheet of persons or that of measures, and how many rows it has. The national system reads Chinese, whoever exports."""
    shown = _Shown(area)
    rows = listed(area, with_gone)
    check_size(rows)
    with translation.override(settings.LANGUAGE_CODE), work_folder() as folder:
        target = folder / "national.xlsx"
        with new_workbook(target) as book:
            bold = book.add_format({"bold": True})
            if sheet == MEASURES:
                count = _write(book.add_worksheet(_("帮扶措施")), MEASURE_SHEET, _measures(rows, shown), bold)
            else:
                count = _write(book.add_worksheet(_("监测对象")), SHEET, _persons(rows, shown), bold)
        return target.read_bytes(), count


def file_name(on: date, sheet: str, count: int, with_gone: bool) -> str:
    """As the national system calls it, in any language of the pages."""
    which = "全部" if with_gone else "风险未消除"
    if sheet == MEASURES:
        return f"防止返贫致贫监测对象帮扶措施_{on:%Y%m%d}-{which}{count}条.xlsx"
    return f"防止返贫致贫监测对象信息_{on:%Y%m%d}-{which}{count}人.xlsx"


class _Shown:
    """What whoever exports is shown, and the names of places."""

    def __init__(self, area: Area) -> None:
        self.by: Showing = showing(area.whole)
        self.phones = area.whole.may(Right.EXPORT_PHONES)
        self.names: dict[str, str] = {}

    def phone(self, number: Any, path: str) -> str:
        text: str = number.open()
        return text if self.phones.covers(path) else masking.phone(text)

    def places(self, path: str) -> list[str]:
        """County, town and village of a path."""
        ends = [path[:end] if len(path) >= end else "" for end in (COUNTY, TOWN, VILLAGE)]
        wanted = [each for each in ends if each and each not in self.names]
        if wanted:
            self.names.update(Division.objects.filter(path__in=wanted).values_list("path", "name"))
        return [self.names.get(each, "") for each in ends]


def _write(sheet: Any, heads: Iterable[str], rows: Iterable[list[Value]], bold: Any) -> int:
    sheet.freeze_panes(1, 0)
    heads = list(heads)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for at, head in enumerate(heads):
        sheet.set_column(at, at, 21 if "编号" in head or "号码" in head or len(head) > 8 else 14)
        sheet.write_string(0, at, head, bold)
    line = 0
    for line, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(line, at, clean(value))
            else:
                sheet.write_number(line, at, value)
    return line


def _chunks(rows: QuerySet[Watched]) -> Iterator[list[Watched]]:
    some: list[Watched] = []
    for row in rows.iterator(chunk_size=_SOME):
        some.append(row)
        if len(some) == _SOME:
            yield some
            some = []
    yield some


def _persons(rows: QuerySet[Watched], shown: _Shown) -> Iterator[list[Value]]:
    """A row for every member; for a household without members one for its head."""
    for some in _chunks(rows):
        members: dict[int, list[Member]] = {}
        for member in Member.objects.filter(household__in={row.household_id for row in some}).order_by("id"):
            members.setdefault(member.household_id, []).append(member)
        for row in some:
            there: list[Member | None] = [*members.get(row.household_id, [])]
            yield from (_person(row, member, shown) for member in there or [None])


def _person(row: Watched, member: Member | None, shown: _Shown) -> list[Value]:
    home = row.household
    details = json.loads(member.details.open() or "{}") if member is not None else {}
    told: list[Value] = [str(details.get(name, "")) for name in _DETAILS]
    return [
        *shown.places(row.path), home.group_name, home.number, member.number if member else "", shown.by.name(member.name if member else home.head_name, row.path),
        shown.by.identity(member.id_number) if member else "", home.people if home.people is not None else "", member.relation if member else "", *told,
        shown.phone(home.phone, row.path), home.kind, row.object_name, _("是") if row.left_on else _("否"), f"{row.entered_on:%Y%m}",
        f"{row.left_on:%Y%m}" if row.left_on else "", "、".join(row.cause_names), row.helper_name, row.helper_unit, shown.phone(row.helper_phone, row.path),
    ]


def _measures(rows: QuerySet[Watched], shown: _Shown) -> Iterator[list[Value]]:
    for some in _chunks(rows):
        found: dict[int, list[Measure]] = {}
        for measure in Measure.objects.filter(Q(watched__in=[row.pk for row in some])).order_by("pk"):
            found.setdefault(measure.watched_id or 0, []).append(measure)
        for row in some:
            for one in found.get(row.pk, []):
                yield [
                    *shown.places(row.path), row.household.number, shown.by.name(row.household.head_name, row.path), one.kind_name, one.department_name, one.person,
                    one.plan.open(), _day(one.planned_on), _day(one.due_on), _day(one.done_on), one.done_fen / 100 if one.done_fen is not None else "",
                    one.get_effect_display() if one.effect else "", one.get_state_display(),
                ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
