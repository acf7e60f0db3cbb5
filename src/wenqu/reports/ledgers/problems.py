"""农村饮水安全问题台账: every problem of the area as it stood, with each step of its loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from wenqu.facts.models import SubjectKind
from wenqu.kit.chunks import chunks
from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import BASE, kind_name_zh, level_name_zh, severity_name_zh
from wenqu.ledger.loop.history import count_named_then, standing, stood, was_late
from wenqu.ledger.models import Problem, Step
from wenqu.places.scope import below
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.notes import general_notes, limit_notes
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column
from wenqu.rulebook.duties import duty_pack

_WHAT, _WHO, _RECTIFIED, _CHECKED, _SIGNED, _STATE = "问题情况", "责任落实", "整改", "复核", "销号备案", "办理状态"
COLUMNS = (
    Column("序号", 6, align="center"), Column("问题编号", 16, align="center"), Column("乡镇（街道）", 10), Column("行政村（社区）", 12),
    Column("来源", 10, _WHAT, "center"), Column("通报类别", 11, _WHAT, "center"), Column("问题类别", 11, _WHAT, "center"),
    Column("对象类别", 8, _WHAT, "center"), Column("对象", 18, _WHAT, wraps=True), Column("情况说明", 34, _WHAT, wraps=True), Column("涉及户数", 6, _WHAT, "right"),
    Column("发现日期", 10, _WHAT, "center"), Column("程度", 7, _WHAT, "center"),
    Column("责任层级", 7, _WHO, "center"), Column("责任人", 8, _WHO, "center"), Column("责任单位", 10, _WHO, "center"), Column("整改期限", 15, _WHO, "center"),
    Column("整改措施", 22, _RECTIFIED, wraps=True), Column("整改日期", 10, _RECTIFIED, "center"),
    Column("复核人", 8, _CHECKED, "center"), Column("复核日期", 10, _CHECKED, "center"), Column("农户意见", 14, _CHECKED, "center", wraps=True),
    Column("销号人", 8, _SIGNED, "center"), Column("销号日期", 10, _SIGNED, "center"), Column("是否解决", 7, _SIGNED, "center"), Column("备案日期", 10, _SIGNED, "center"),
    Column("状态", 11, _STATE, "center"), Column("重新打开\n次数", 7, _STATE, "right"), Column("是否逾期", 6, _STATE, "center"), Column("备注", 14, wraps=True),
)
# The words of the form itself: an official sheet stays Chinese whatever the language of the page.
CLUE = "待核实线索"
STATES = {
    lifecycle.FOUND: "待核实", lifecycle.VERIFIED: "待交办", lifecycle.ASSIGNED: "整改中", lifecycle.SUSPENDED: "挂起", lifecycle.RECTIFIED: "待复核",
    lifecycle.CHECKED: "待销号", lifecycle.SIGNED_OFF: "已销号", lifecycle.FILED: "已备案", lifecycle.DISMISSED: "不属实", lifecycle.MERGED: "已并入",
}
SUBJECTS = {SubjectKind.HOUSEHOLD: "农户", SubjectKind.SCHEME: "供水工程", SubjectKind.DIVISION: "区划"}
OUTCOMES = {"fixed": "已解决", "not_fixed": "未解决"}
ANSWERS = {"satisfied": "认可", "none": "未取得意见"}
# Places in a row, for the sums.
_NUMBER, _HOUSEHOLDS, _OUTCOME, _STATE_AT, _OVERDUE = 0, 9, 23, 25, 27


def count(scope: Scope) -> int:
    return _found(scope).count()


def _found(scope: Scope) -> Any:
    return Problem.objects.filter(below(scope.division.path), opened_at__lte=scope.at).order_by("path", "number")


def problems_then(scope: Scope) -> Iterator[list[Problem]]:
    """The problems of a scope as they stood at its instant, some at a time."""
    for chunk in chunks(_found(scope).iterator(chunk_size=500), 500):
        rows = stood(chunk, scope.at)
        count_named_then(rows, scope.area, scope.at)
        yield rows


def rows(scope: Scope) -> Iterator[Row]:
    survivors: dict[int, str] = {}
    for chunk in problems_then(scope):
        missing = {each.merged_into_id for each in chunk if each.merged_into_id} - set(survivors)
        survivors.update(Problem.objects.filter(pk__in=missing).values_list("pk", "number"))
        for problem in chunk:
            yield problem.path, _cells(scope, problem, survivors)


def _cells(scope: Scope, problem: Problem, survivors: dict[int, str]) -> list[Cell]:
    steps = standing(problem)
    rectified, checked, signed, filed = (steps[name] for name in ("rectify", "check", "sign_off", "file"))
    due = rectified.due_at if rectified else problem.due_at if problem.state == lifecycle.ASSIGNED else None
    return [
        problem.number, scope.town(problem.path), scope.village(problem.path), problem.source, category_zh(problem.kind), kind_name_zh(problem.kind),
        SUBJECTS.get(SubjectKind(problem.subject_kind)), problem.subject_name, problem.explanation, problem.named_seen,  # type: ignore[attr-defined]
        day(problem.opened_on), severity_name_zh(problem.severity), level_name_zh(problem.level) or None, problem.holder.name if problem.holder else None,
        problem.unit, minute(due), rectified.note if rectified else None, day_of_step(rectified),
        checked.by_name if checked else None, day_of_step(checked), answer(checked), signed.by_name if signed else None, day_of_step(signed),
        OUTCOMES.get(problem.outcome), day_of_step(filed), CLUE if problem.clue and problem.is_live else STATES[problem.state],
        problem.round - 1, "是" if was_late(problem, scope.at) else "否",
        f"并入 {survivors.get(problem.merged_into_id)}" if problem.merged_into_id else problem.closing_note if problem.state == lifecycle.DISMISSED else None,
    ]


def category_zh(kind: str) -> str:
    pack = duty_pack(BASE)
    return pack.categories[pack.kinds[kind].category].zh if kind in pack.kinds else ""


def answer(checked: Step | None) -> str | None:
    if checked is None:
        return None
    note = checked.detail.get("answer_note")
    return ANSWERS.get(checked.detail.get("answer", ""), "") + (f"：{note}" if note else "")


def day(value: date | None) -> str | None:
    return f"{value:%Y-%m-%d}" if value else None


def day_of_step(step: Step | None) -> str | None:
    return f"{timezone.localtime(step.at):%Y-%m-%d}" if step else None


def minute(at: datetime | None) -> str | None:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else None


class Totals:
    """Problems by state, those that were fixed and those that are late, and households concerned."""

    def __init__(self) -> None:
        self.problems = self.households = self.fixed = self.late = 0
        self.states: Counter[str] = Counter()

    def add(self, cells: list[Cell]) -> None:
        self.problems += 1
        self.households += int(cells[_HOUSEHOLDS] or 0)
        self.fixed += cells[_OUTCOME] == OUTCOMES["fixed"]
        self.late += cells[_OVERDUE] == "是"
        self.states[str(cells[_STATE_AT])] += 1

    def cells(self) -> dict[str, Cell]:
        states = "\n".join(f"{name} {self.states[name]}" for name in (CLUE, *STATES.values()) if self.states[name])
        return {
            "问题编号": f"{self.problems} 件", "涉及户数": self.households, "是否解决": f"解决\n{self.fixed} 件", "状态": states, "是否逾期": f"逾期\n{self.late} 件",
        }


def notes(scope: Scope) -> list[str]:
    return [
        *limit_notes(scope),
        *general_notes(
            "涉及户数只含导出人管辖区域内、截至本表日期已列入的农户，同一户可能列入多件问题。“已销号”须有整改证据、第二人现场复核和农户意见；销号不等于解决，是否解决另列。",
            "责任、整改、复核、销号均为本轮（重新打开后为新一轮）办理情况；“是否逾期”指本轮任一环节超过期限，或当前环节已超过期限。",
        ),
    ]


LEDGER = Ledger("problems", "农村饮水安全问题台账", COLUMNS, count, rows, Totals, notes, short="问题")
