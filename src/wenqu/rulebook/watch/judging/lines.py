"""Which income line a household is judged by; without one nothing is judged."""

from __future__ import annotations

from dataclasses import dataclass

from wenqu.rulebook.income import IncomeLineMissing, income_line
from wenqu.rulebook.model import Number, Pack
from wenqu.rulebook.watch.judging.model import JudgingPack

# What stands in where a plan does not say how its edge is meant: 低于, below and not equal.
UNDER = Number("under", "rule", "", "not found", "not found", "unverified")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that may be judged by: yuan a head and year, and whether just reaching it is still below ("at_most")."""

    limit: Number
    edge: Number = UNDER
    key: str = "line.limit"


class LineNotAdopted(IncomeLineMissing):
    """The plan names a line only as a reference: a county has to adopt it with a document of its own (``adopted``)."""

    def __init__(self, pack: JudgingPack, region: str, year: int) -> None:
        super().__init__(region, year)
        assert pack.line is not None and pack.line.limit is not None
        self.zh = (f"{pack.zh}里的 {pack.line.limit.value} 元只是参考，不能直接用来判断；"
                   f"请提供{region}公布{year}年监测范围（收入线）的文件，或者由县里以本县文件采用")
        self.en = (f"{pack.line.limit.value} yuan is only a reference in {pack.en}, refusing to judge; please provide the document of "
                   f"{region} that sets the {year} line, or adopt it by a document of the county")
        self.args = (self.zh,)


def line_of(pack: JudgingPack, region: str, year: int, lines: Pack) -> SetLine:
    """The line of a region and year: the plan's own, else that of the pack of income lines.

    Raises ``IncomeLineMissing``, which names the document to ask for.
    """
    own = pack.line
    edge = own.edge if own is not None else UNDER
    if own is not None and own.limit is not None and own.year == year and region in (own.region, *own.names):
        if own.use is not None and own.use.value == "reference":
            raise LineNotAdopted(pack, region, year)
        return SetLine(own.limit, edge)
    return SetLine(income_line(lines, region, year), edge, "lines")
