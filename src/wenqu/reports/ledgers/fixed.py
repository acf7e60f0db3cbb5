"""发现与整改统计表: found, closed and fixed by category and by place, as two sheets of one workbook."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wenqu.kit.moments import end_of, start_of
from wenqu.ledger.kinds import BASE
from wenqu.ledger.past.counting import Asked
from wenqu.reports.fixed.figures import ENOUGH, FoundFixed, Line, found_fixed
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column
from wenqu.rulebook.duties import duty_pack

UNITS = {"problems": "件", "schemes": "处（工程）", "people": "人"}
_END = (
    Column("计数单位", 12, align="center"), Column("发现数\n（分母）", 12, align="right"), Column("已销号数", 12, align="right"), Column("已整改到位数\n（分子）", 14, align="right"),
    Column("整改率 %\n分子÷分母", 12, align="right"), Column("备注", 70, wraps=True),
)
BY_CATEGORY = (Column("序号", 6, align="center"), Column("通报类别", 24), *_END)
BY_PLACE = (Column("序号", 6, align="center"), Column("地区", 24), *_END)


def figures_of(scope: Scope) -> FoundFixed:
    """Both sheets and their notes are of the same figures."""
    return scope.once(_figures)


def _figures(scope: Scope) -> FoundFixed:
    asked = Asked(
        scope.division.path, scope.at, start_of(scope.since) if scope.since else None, end_of(scope.found_until) if scope.found_until else None,
    )
    return found_fixed(scope.division, scope.area, asked)


def _cells(line: Line, label: str, note: str) -> list[Cell]:
    sums = line.sums
    rate = None if line.rate is None else round(line.rate * 100, 2)
    return [label, UNITS[line.unit], sums.found, sums.closed, sums.fixed, rate, note]


def category_rows(scope: Scope) -> Iterator[Row]:
    for line in figures_of(scope).by_category:
        each = duty_pack(BASE).categories[line.key]
        note = "计数单位未见依据" if not each.source.verified else ""
        yield scope.division.path, _cells(line, each.zh, note)


def place_rows(scope: Scope) -> Iterator[Row]:
    for line in figures_of(scope).by_place:
        yield scope.division.path, _cells(line, line.label, f"整改率低于 {ENOUGH:.0%}" if line.low else "")


class Totals:
    """Sums only where all rows have one unit: people and schemes are not added up."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []

    def add(self, cells: list[Cell]) -> None:
        self.rows.append(cells)

    def cells(self) -> dict[str, Cell]:
        each: dict[str, Cell] = {str(row[0]): " / ".join(str(value) for value in row[2:5]) for row in self.rows}
        if len({row[1] for row in self.rows}) != 1:
            return each
        found, closed, fixed = (sum(int(row[place] or 0) for row in self.rows) for place in (2, 3, 4))
        rate = round(fixed / found * 100, 2) if found else None
        return {**each, "发现数\n（分母）": found, "已销号数": closed, "已整改到位数\n（分子）": fixed, "整改率 %\n分子÷分母": rate}


def notes(scope: Scope, *, places: bool) -> list[str]:
    told = figures_of(scope)
    lines = [
        f"注：整改率＝已整改到位数÷发现数。发现数为截至日前发现并认定属实的问题；另有待核实线索 {told.clues} 条、不属实 {told.dismissed} 件、并入其他问题 {told.merged} 件，均不计入。",
        "已销号数含“未解决、按说明关闭”的，已整改到位数只含销号时认定“已解决”的。重新打开而未再次解决的不算整改到位。",
    ]
    if places:
        low = "、".join(f"{line.label}（{line.sums.fixed}/{line.sums.found}）" for line in told.low)
        lines.append(f"整改率低于 {ENOUGH:.0%} 的地区：{low or '无'}。")
    else:
        lines.append("按工程计的，一处工程有几件同类问题只计一处，全部解决才算整改到位；按人计的，为问题涉及农户的现登记人数，一户只计一次，全部解决才算整改到位。各类别计数单位不同，不合计。")
    return lines


LEDGER = Ledger("fixed", "发现与整改统计表（按类别）", BY_CATEGORY, lambda scope: len(duty_pack(BASE).categories), category_rows, Totals, partial(notes, places=False), short="类别")
PLACES = Ledger("fixed_places", "发现与整改统计表（按地区）", BY_PLACE, lambda scope: 1, place_rows, Totals, partial(notes, places=True), short="地区")
