"""销号问题“六见”台账: one row for every problem that stood closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wenqu.ledger.kinds import kind_name_zh, level_name_zh
from wenqu.ledger.models import Problem
from wenqu.reports.ledgers import problems as sheet
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.notes import general_notes
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column
from wenqu.reports.six.queries import Six, six_of

_MAN, _MATTER, _TIME, _DUTY, _RESULT, _EFFECT = "一见人", "二见事", "三见时间", "四见责任", "五见结果", "六见成效"
COLUMNS = (
    Column("序号", 6, align="center"), Column("问题编号", 16, align="center"), Column("乡镇（街道）", 11), Column("行政村（社区）", 13),
    Column("对象", 20, _MAN, wraps=True), Column("涉及户数", 7, _MAN, "right"), Column("涉及人数", 7, _MAN, "right"), Column("反映人", 12, _MAN, wraps=True),
    Column("问题类别", 12, _MATTER, "center"), Column("情况说明", 34, _MATTER, wraps=True),
    Column("发现", 15, _TIME, "center"), Column("整改期限", 15, _TIME, "center"), Column("关闭", 15, _TIME, "center"), Column("历时\n天", 6, _TIME, "right"),
    Column("是否逾期", 7, _TIME, "center"),
    Column("层级", 7, _DUTY, "center"), Column("交办人", 8, _DUTY, "center"), Column("责任人或单位", 11, _DUTY, "center"), Column("整改人", 8, _DUTY, "center"),
    Column("整改措施", 22, _RESULT, wraps=True), Column("农户意见", 14, _RESULT, wraps=True), Column("结果", 9, _RESULT, "center"),
    Column("是否又出现", 12, _EFFECT, "center"), Column("最近评价\n合格户数", 9, _EFFECT, "right"), Column("最近评价\n评价户数", 9, _EFFECT, "right"), Column("评价批次", 16, _EFFECT, "center"),
)
_HOUSEHOLDS, _RESULT_AT = 4, 20


def count(scope: Scope) -> int:
    return sheet.count(scope)


def rows(scope: Scope) -> Iterator[Row]:
    for chunk in sheet.problems_then(scope):
        found = six_of(chunk, scope.area, scope.at)
        for problem in chunk:
            if problem.pk in found:
                yield problem.path, _cells(scope, problem, found[problem.pk])


def _cells(scope: Scope, problem: Problem, six: Six) -> list[Cell]:
    effect = six.run if six.run and six.judged else None
    answer = sheet.ANSWERS.get(six.answer, "") + (f"：{six.answer_note}" if six.answer_note else "")
    return [
        problem.number, scope.town(problem.path), scope.village(problem.path), problem.subject_name, six.households, six.people,
        six.reporters or problem.source, kind_name_zh(problem.kind), problem.explanation, sheet.minute(six.began_at), sheet.minute(six.rectify_due),
        sheet.minute(six.closed_at), six.days, "是" if six.late else "否", level_name_zh(problem.level) or None, six.assigner,
        problem.holder.name if problem.holder else problem.unit, six.rectifier, six.measures, answer,
        sheet.OUTCOMES.get(problem.outcome) or sheet.STATES[problem.state], f"{six.failed_again_on:%Y-%m-%d} 又出现" if six.failed_again_on else "没有",
        six.fit if effect else None, six.judged if effect else None, f"#{effect.pk} {effect.as_of:%Y-%m-%d}" if effect else None,
    ]


class Totals:
    """Closed problems by how they ended."""

    def __init__(self) -> None:
        self.problems = self.households = self.late = self.again = 0
        self.results: Counter[str] = Counter()

    def add(self, cells: list[Cell]) -> None:
        self.problems += 1
        self.households += int(cells[_HOUSEHOLDS] or 0)
        self.late += cells[13] == "是"
        self.again += cells[21] != "没有"
        self.results[str(cells[_RESULT_AT])] += 1

    def cells(self) -> dict[str, Cell]:
        return {
            "问题编号": f"{self.problems} 件", "涉及户数": self.households, "是否逾期": f"逾期\n{self.late}", "是否又出现": f"又出现 {self.again}",
            "结果": "\n".join(f"{name} {number}" for name, number in sorted(self.results.items())),
        }


def notes(scope: Scope) -> list[str]:
    return general_notes(
        "六见：见人、见事、见时间、见责任、见结果、见成效，由办理步骤、反映记录和评价得出，不另行登记。",
        "“又出现”指关闭后同一对象同类问题以新编号出现；合格户数为最近一次评价中安全或基本安全的户数，评价早于关闭的不能说明成效。涉及人数为现登记人数。",
    )


LEDGER = Ledger("six", "销号问题“六见”台账", COLUMNS, count, rows, Totals, notes, short="六见")
