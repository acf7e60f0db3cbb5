"""A sheet of measures against our ledger: each row is one measure of a household on the list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wenqu.importing.cell_people import read_date, read_month
from wenqu.registers.plan import Change, Plan
from wenqu.registers.ranges import ranges
from wenqu.registers.small_plan import CHUNK_ROWS, RowPlan, change, read_small, refuse, set_outcomes
from wenqu.watch.models import Measure, MeasureState, Watched
from wenqu.watch.national.households import homes_told, with_home
from wenqu.watch.rules.queries import measures_for

_LABEL = Measure._meta.label
_DAYS = ("planned_on", "due_on", "done_on")


def plan_measures(plan: Plan) -> None:
    """Compare the sheet with the measures of the county's list."""
    rows = read_small(plan)
    homes = homes_told(plan, rows)
    keys = [home.pk for home in homes.values()]
    listings: dict[int, list[Watched]] = defaultdict(list)
    there: dict[tuple[int, str, date], list[Measure]] = defaultdict(list)
    for some in range(0, len(keys), 500):
        for watched in Watched.objects.filter(household__in=keys[some : some + 500]).order_by("-entered_on", "-pk"):
            listings[watched.household_id].append(watched)
        for measure in Measure.objects.filter(watched__household__in=keys[some : some + 500]).exclude(state=MeasureState.DROPPED).order_by("pk"):
            there[measure.watched_id or 0, measure.kind, measure.planned_on].append(measure)
    for row in rows:
        home = with_home(plan, row, homes)
        told = _told(plan, row) if home is not None else None
        if home is None or told is None:
            continue
        # The sheet knows months only: who came onto the list in that month is meant too.
        found = next((one for one in listings[home.pk] if one.entered_on.replace(day=1) <= told["planned_on"]), None)
        if found is None:
            refuse(plan, row, "household_number", "not_watched", _("制定时间时这户不在监测名单上；请核对，或先导入监测对象"))
            continue
        _compare(row, found, told, there[found.pk, told["kind"], told["planned_on"]])
    set_outcomes(plan, rows)
    plan.entities = {
        "measures_created": sum(row.status == "created" for row in rows), "measures_done": sum(row.status == "changed" for row in rows),
    }
    plan.writer = MeasureWriter(plan, rows)


def _compare(row: RowPlan, watched: Watched, told: dict[str, Any], there: list[Measure]) -> None:
    """The same measure is there, was carried out since, or is new. Each measure of ours answers for one row."""
    same = next((one for one in there if (one.done_on, one.done_fen) == (told.get("done_on"), told.get("done_fen"))), None)
    open_one = next((one for one in there if one.state == MeasureState.PLANNED), None)
    if same is not None:
        there.remove(same)
    elif open_one is not None and told["state"] == MeasureState.DONE:
        there.remove(open_one)
        row.key, row.status = open_one.pk, "changed"
        row.after = {"state": told["state"], "done_on": told["done_on"], "done_fen": told["done_fen"], "version": open_one.version + 1}
        row.before = {name: getattr(open_one, name) for name in row.after}
    else:
        row.status = "created"
        row.after = {**told, "watched_id": watched.pk, "household_id": watched.household_id, "division_id": watched.division_id, "path": watched.path}


def _told(plan: Plan, row: RowPlan) -> dict[str, Any] | None:
    """What the row says, as fields of a measure; None where it was refused."""
    values = row.values
    days = _days(plan, row)
    if days is None:
        return None
    pack = measures_for(plan.county.path, days["planned_on"])
    kind = pack.kind_named(str(values.get("measure_kind", "")).strip())
    if kind is None:
        refuse(plan, row, "measure_kind", "unknown_choice", _("没有这种帮扶措施；可填：%(words)s") % {"words": "、".join(each.zh for each in pack.offered)})
        return None
    unit = pack.department_named(str(values["department"]).strip()) if values.get("department") else pack.departments[kind.department]
    if unit is None:
        refuse(plan, row, "department", "unknown_choice", _("没有这个责任部门；可填：%(words)s") % {"words": "、".join(each.zh for each in pack.departments.values())})
        return None
    fen = int((Decimal(str(values["amount"])) * 100).to_integral_value()) if "amount" in values else None
    done = days.get("done_on") is not None
    if done and fen is None:
        refuse(plan, row, "amount", "required_missing", _("已落实的措施没有金额；没有资金的填 0"))
        return None
    return {
        "kind": kind.id, "kind_name": kind.zh, "department": unit.id, "department_name": unit.zh, "person": values.get("person", ""), "plan": values.get("plan", ""), **days,
        "state": MeasureState.DONE if done else MeasureState.PLANNED, "done_fen": fen if done else None, "planned_fen": None if done else fen,
        "source": _("导入：%(file)s") % {"file": plan.batch.file_name[:100]},
    }


def _days(plan: Plan, row: RowPlan) -> dict[str, Any] | None:
    """The three days; a month stands for its first day."""
    found: dict[str, Any] = {}
    for name in _DAYS:
        text = row.values.get(name)
        day = _day(str(text)) if text else None
        if text and day is None:
            refuse(plan, row, name, "bad_date", _("不是日期；请写成 2025-09-01 或 202509"))
            return None
        if day is not None and name != "due_on" and day > plan.batch.observed_on:
            refuse(plan, row, name, "date_in_future", _("晚于数据日期；请核对"))
            return None
        found[name] = day
    if found["planned_on"] is None:
        found["planned_on"] = found["done_on"]
    if found["planned_on"] is None:
        refuse(plan, row, "planned_on", "required_missing", _("没有制定时间，也没有落实时间；请补填"))
        return None
    return found


def _day(text: str) -> date | None:
    text = text.strip()
    month = read_month(text)
    return read_date(text) or (date(int(month[:4]), int(month[4:]), 1) if month else None)


class MeasureWriter:
    """Writes chunks of a plan of measures; each inside the caller's transaction."""

    def __init__(self, plan: Plan, rows: list[RowPlan]) -> None:
        self.plan, self.rows = plan, rows

    def write(self, number: int, acting: Any) -> list[Change]:
        created: list[int] = []
        changes: list[Change] = []
        by = acting.by if acting.by.pk is not None else None
        for row in self.rows[number * CHUNK_ROWS : (number + 1) * CHUNK_ROWS]:
            if row.status == "created":
                created.append(Measure.objects.create(**row.after, planned_by=by, planned_at=acting.at).pk)
            elif row.status == "changed" and row.key is not None:
                Measure.objects.filter(pk=row.key).update(**row.after)
                changes.append(change(_LABEL, row.key, row.before, row.after))
        return [*([[_LABEL, ranges(created), None]] if created else []), *changes]
