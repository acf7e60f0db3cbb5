"""农村饮水工程资金台账: the sheet with its types and units. Nothing is entered in Wenqu yet, and the sheet says so."""

from __future__ import annotations

from collections.abc import Iterator

from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column

_PROJECT, _SOURCE, _MONEY = "项目", "资金来源", "金额（万元，保留 6 位小数，即到分）"
COLUMNS = (
    Column("序号", 6, align="center"), Column("乡镇（街道）", 12), Column("行政村（社区）", 14),
    Column("项目名称\n（文字）", 26, _PROJECT), Column("项目编号\n（文字）", 16, _PROJECT, "center"),
    Column("来源类别\n债券/农业/补助/水费", 18, _SOURCE, "center"), Column("资金文号\n（文字）", 20, _SOURCE), Column("年度\n（年）", 8, _SOURCE, "center"),
    Column("计划\n万元", 14, _MONEY, "right"), Column("下达\n万元", 14, _MONEY, "right"), Column("支付\n万元", 14, _MONEY, "right"),
    Column("凭证号\n（文字）", 18, align="center"), Column("日期\n年-月-日", 12, align="center"), Column("备注", 16),
)


def count(scope: Scope) -> int:
    return 0


def rows(scope: Scope) -> Iterator[Row]:
    return iter(())


class Totals:
    """Nothing to add up yet: no sum is printed, not even zero."""

    def add(self, cells: list[Cell]) -> None:
        raise NotImplementedError("the funds ledger has no rows yet")

    def cells(self) -> dict[str, Cell]:
        return {}


def notes(scope: Scope) -> list[str]:
    return [
        "注：本系统还没有录入任何资金数据，本表只有表样。空白不等于零，不得作为“无资金”上报。",
        "填写要求：一笔资金一行，来源类别只填债券、农业、补助、水费之一；计划、下达、支付以万元填写到分（6 位小数），系统内按整数“分”保存；每个数字须有对应凭证号。",
    ]


LEDGER = Ledger("funds", "农村饮水工程资金台账", COLUMNS, count, rows, Totals, notes, short="资金")
