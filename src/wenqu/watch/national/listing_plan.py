"""A sheet of the national system's list against ours: which households come onto it, change or leave it.

The sheet has one row a person; a household is told by its first row. What our own procedure brought onto the list leaves it by
that procedure only: a sheet cannot skip a step.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.crypto.fields import Sealed
from wenqu.registers.plan import Change, Plan
from wenqu.registers.ranges import ranges
from wenqu.registers.small_plan import (
    CHUNK_ROWS,
    RowPlan,
    change,
    changed_fields,
    read_small,
    refuse,
    set_outcomes,
)
from wenqu.watch.models import Course, Watched
from wenqu.watch.national.columns import CAUSES, KINDS
from wenqu.watch.national.households import Home, homes_told, with_home

_LABEL = Watched._meta.label
_BETWEEN = re.compile(r"[、,，;；/\s]+")
_CAUSE_OF = {word: cause for cause, words in CAUSES.items() for word in words}


def plan_listing(plan: Plan) -> None:
    """Compare the sheet with the county's list."""
    rows = read_small(plan)
    homes = homes_told(plan, rows)
    keys = [home.pk for home in homes.values()]
    known: dict[int, list[Watched]] = {}
    for some in range(0, len(keys), 500):
        for watched in Watched.objects.filter(household__in=keys[some : some + 500]).order_by("entered_on", "pk"):
            known.setdefault(watched.household_id, []).append(watched)
    busy = set(Course.objects.filter(path__startswith=plan.county.path, ended="").values_list("household", flat=True))
    first: dict[int, RowPlan] = {}
    for row in rows:
        home = with_home(plan, row, homes)
        if home is None:
            continue
        if home.pk in first:
            _check_agrees(plan, row, first[home.pk])
            continue
        first[home.pk] = row
        _compare(plan, row, home, known.get(home.pk, []), home.pk in busy)
    set_outcomes(plan, rows)
    plan.entities = {
        "watched_created": sum(row.status == "created" for row in rows),
        "watched_left": sum(row.status == "changed" and row.after.get("left_on") is not None for row in rows),
        "watched_changed": sum(row.status == "changed" and row.after.get("left_on") is None for row in rows),
    }
    plan.writer = ListingWriter(plan, rows)


def _check_agrees(plan: Plan, row: RowPlan, first: RowPlan) -> None:
    """The other persons of a household say the same of it, or nothing."""
    for name in ("watch_kind", "gone", "found_month", "gone_month"):
        told = row.values.get(name)
        if told is not None and told != first.values.get(name):
            refuse(plan, row, name, "differs_in_household", _("同一户的几行填写不一致；请核对后改成一致"))
            return


def _compare(plan: Plan, row: RowPlan, home: Home, known: list[Watched], busy: bool) -> None:
    told = _told(plan, row)
    if told is None:
        return
    current = next((one for one in known if one.left_on is None), None) or next((one for one in known if one.entered_on == told.get("entered_on")), None)
    if current is None:
        _create(plan, row, home, told, busy)
    elif current.entry_id is not None:
        if told.get("left_on") is not None and current.left_on is None:
            refuse(plan, row, "gone", "by_procedure", _("这户是在本系统按程序纳入的，请按风险消除程序办理，不能用表格消除"))
    else:
        row.key = current.pk
        told.pop("entered_on", None) if current.left_on is None and told.get("left_on") is None else None
        if told.get("left_on") is not None and told["left_on"] < told.get("entered_on", current.entered_on):
            refuse(plan, row, "gone_month", "left_before_entry", _("风险消除时间早于识别时间；请核对"))
            return
        row.before, row.after = changed_fields(current, told)
        if row.after:
            row.before["version"], row.after["version"] = current.version, current.version + 1
            row.status = "changed"


def _create(plan: Plan, row: RowPlan, home: Home, told: dict[str, Any], busy: bool) -> None:
    needed = {
        "object_kind": ("watch_kind", _("没有监测对象类型；请补填")), "entered_on": ("found_month", _("没有风险识别时间；请补填")),
        "main_cause": ("cause", _("没有返贫致贫风险；请补填")),
    }
    if told.get("left_on") is None:
        needed["helper_name"] = ("helper_name", _("没有帮扶责任人，监测对象的帮扶责任人不能为空；请补填"))
    for name, (column, message) in needed.items():
        if not told.get(name):
            refuse(plan, row, column, "required_missing", message)
            return
    if busy:
        refuse(plan, row, "household_number", "in_procedure", _("这户正在本系统按程序办理，办完后再导入"))
        return
    if told.get("left_on") is not None and told["left_on"] < told["entered_on"]:
        refuse(plan, row, "gone_month", "left_before_entry", _("风险消除时间早于识别时间；请核对"))
        return
    row.status = "created"
    row.after = {**told, "household_id": home.pk, "division_id": home.division, "path": home.path, "source": _("导入：%(file)s") % {"file": plan.batch.file_name[:100]}}


def _told(plan: Plan, row: RowPlan) -> dict[str, Any] | None:
    """What the row says of the household, as fields; None where it was refused."""
    values = row.values
    told: dict[str, Any] = {name: values[name] for name in ("helper_name", "helper_unit", "helper_phone") if values.get(name)}
    if values.get("watch_kind"):
        told.update(object_kind=values["watch_kind"], object_name=KINDS[values["watch_kind"]][0])
    if values.get("cause"):
        causes = _causes(values["cause"])
        if causes is None:
            refuse(plan, row, "cause", "unknown_choice", _("不认识的风险类型；可填：%(words)s") % {"words": "、".join(words[0] for words in CAUSES.values())})
            return None
        told.update(main_cause=causes[0], causes=causes, cause_names=[CAUSES[cause][0] for cause in causes])
    for name, column in (("entered_on", "found_month"), ("left_on", "gone_month")):
        if values.get(column):
            told[name] = _first_day(values[column])
            if told[name] > plan.batch.observed_on:
                refuse(plan, row, column, "date_in_future", _("晚于数据日期；请核对"))
                return None
    if values.get("gone") == "yes" and "left_on" not in told:
        refuse(plan, row, "gone_month", "required_missing", _("写明风险已消除，没有消除时间；请补填"))
        return None
    if values.get("gone") == "no" and "left_on" in told:
        refuse(plan, row, "gone", "contradiction", _("写明风险未消除，又有消除时间；请核对"))
        return None
    return told


def _causes(text: str) -> list[str] | None:
    """The ids of the causes in a cell, the main one first; None where a word is not known."""
    found = [_CAUSE_OF.get(word) for word in _BETWEEN.split(text) if word]
    return None if not found or None in found else list(dict.fromkeys(found))  # type: ignore[arg-type]


def _first_day(month: str) -> date:
    """The sheet knows months only: the first day stands for one."""
    return date(int(month[:4]), int(month[4:]), 1)


class ListingWriter:
    """Writes chunks of a plan of the list; each inside the caller's transaction."""

    def __init__(self, plan: Plan, rows: list[RowPlan]) -> None:
        self.plan, self.rows = plan, rows

    def write(self, number: int, acting: Any) -> list[Change]:
        created: list[int] = []
        changes: list[Change] = []
        by = acting.by if acting.by.pk is not None else None
        for row in self.rows[number * CHUNK_ROWS : (number + 1) * CHUNK_ROWS]:
            if row.status == "created":
                created.append(Watched.objects.create(**row.after, added_by=by, added_at=acting.at).pk)
            elif row.status == "changed" and row.key is not None:
                Watched.objects.filter(pk=row.key).update(**row.after)
                changes.append(change(_LABEL, row.key, row.before, {name: _opened(value) for name, value in row.after.items()}))
        return [*([[_LABEL, ranges(created), None]] if created else []), *changes]


def _opened(value: Any) -> Any:
    return value.open() if isinstance(value, Sealed) else value
