"""农村饮水安全问题台账: every problem of the area, live and closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from wenqu.facts.models import SubjectKind
from wenqu.kit.chunks import chunks
from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import kind_name_zh
from wenqu.ledger.models import Problem
from wenqu.ledger.queries import count_named
from wenqu.places.scope import below
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.notes import general_notes, limit_notes
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column

COLUMNS = (
    Column("序号", 7, align="center"), Column("问题编号", 17, align="center"), Column("乡镇（街道）", 12), Column("行政村（社区）", 15),
    Column("类别", 9, "问题对象", "center"), Column("对象", 28, "问题对象"), Column("涉及户数", 8, "问题对象", "right"),
    Column("问题类别", 13, "问题情况", "center"), Column("情况说明", 56, "问题情况", wraps=True), Column("来源", 12, "问题情况", "center"),
    Column("状态", 12, "整改情况", "center"), Column("发现日期", 11, "整改情况", "center"), Column("最近仍存在", 11, "整改情况", "center"),
    Column("关闭日期", 11, "整改情况", "center"), Column("关闭人", 10, "整改情况", "center"), Column("关闭说明", 28, "整改情况", wraps=True),
    Column("备注", 10),
)
# The words of the form itself: an official sheet stays Chinese whatever the language of the page.
CLUE = "待核实线索"
STATES = {
    lifecycle.FOUND: "待核实", lifecycle.VERIFIED: "待交办", lifecycle.ASSIGNED: "整改中", lifecycle.SUSPENDED: "挂起", lifecycle.RECTIFIED: "待复核",
    lifecycle.CHECKED: "待销号", lifecycle.SIGNED_OFF: "已销号", lifecycle.FILED: "已备案", lifecycle.DISMISSED: "不属实", lifecycle.MERGED: "已并入",
}
SUBJECTS = {SubjectKind.HOUSEHOLD: "农户", SubjectKind.SCHEME: "供水工程", SubjectKind.DIVISION: "区划"}


def count(scope: Scope) -> int:
    return Problem.objects.filter(below(scope.division.path)).count()


def rows(scope: Scope) -> Iterator[Row]:
    found = Problem.objects.filter(below(scope.division.path)).select_related("closed_by").order_by("path", "number")
    for chunk in chunks(found.iterator(chunk_size=500), 500):
        count_named(chunk, scope.area)
        for problem in chunk:
            yield problem.path, _cells(scope, problem)


def _cells(scope: Scope, problem: Problem) -> list[Cell]:
    households: int = problem.named_seen  # type: ignore[attr-defined]
    return [
        problem.number, scope.town(problem.path), scope.village(problem.path),
        SUBJECTS.get(SubjectKind(problem.subject_kind)), problem.subject_name, households,
        kind_name_zh(problem.kind), problem.explanation, problem.source,
        CLUE if problem.clue and problem.is_live else STATES[problem.state], _day(problem.opened_on), _day(problem.seen_on), _day(problem.closed_on),
        problem.closed_by.name if problem.closed_by else None, problem.closing_note, None,
    ]


def _day(day: date | None) -> str | None:
    return f"{day:%Y-%m-%d}" if day else None


class Totals:
    """Problems by state, and households concerned."""

    def __init__(self) -> None:
        self.problems = self.households = 0
        self.states: Counter[str] = Counter()

    def add(self, cells: list[Cell]) -> None:
        self.problems += 1
        self.households += int(cells[5] or 0)
        self.states[str(cells[9])] += 1

    def cells(self) -> dict[str, Cell]:
        states = "\n".join(f"{name} {self.states[name]}" for name in (CLUE, *STATES.values()) if self.states[name])
        return {"问题编号": f"{self.problems} 件", "涉及户数": self.households, "状态": states}


def notes(scope: Scope) -> list[str]:
    return [
        *limit_notes(scope),
        *general_notes("涉及户数为历次发现的户数，只含导出人管辖区域内的农户，同一户可能列入多件问题。“已销号”须有整改证据、第二人现场复核和农户意见；评价好转不会自动关闭问题。"),
    ]


LEDGER = Ledger("problems", "农村饮水安全问题台账", COLUMNS, count, rows, Totals, notes)
