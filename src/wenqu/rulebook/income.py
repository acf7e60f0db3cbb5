"""Income lines by region and year (packs of the kind "income-lines").

A line is set by each province every year in a document of its own; there is no national series. Where the line of
(region, year) is not there, nothing may be judged by another one: ``IncomeLineMissing`` says which document to ask for.
"""

from __future__ import annotations

from dataclasses import dataclass

from wenqu.rulebook.model import Number, Pack
from wenqu.rulebook.schema import Table, number

USES = ("line", "reference")


class IncomeLineMissing(LookupError):
    """No line for (region, year); names the document that would give it."""

    def __init__(self, region: str, year: int) -> None:
        self.region, self.year = region, year
        self.zh = (f"没有{region}{year}年的防止返贫监测收入线，不能判断；"
                   f"请提供{region}公布{year}年监测范围（收入线）的文件")
        self.en = (f"no income line of {region} for {year}, refusing to judge; "
                   f"please provide the document of {region} that sets the {year} line")
        super().__init__(self.zh)


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """One line in yuan a head and year. A "reference" is shown, never judged by."""

    region: str
    names: tuple[str, ...]
    year: int
    use: str
    limit: Number


@dataclass(frozen=True, slots=True)
class IncomeLines:
    """Body of a pack of the kind "income-lines"."""

    lines: tuple[IncomeLine, ...]


def read_income(root: Table) -> IncomeLines:
    """All lines; two binding lines of one region and year are a problem."""
    lines = []
    taken: set[tuple[str, int]] = set()
    for row in root.rows("lines"):
        year = row.get("year", int, required=True)
        limit = number(row, "limit", "元/(人·a)")
        region, names = row.text("region"), row.texts("names")
        use = row.choice("use", USES)
        row.done()
        if isinstance(year, int) and limit is not None:
            if use == "line" and (region, year) in taken:
                row.problems.add(row.key, "shape_wrong", f"{region}{year}年的收入线写了两次")
            if use == "line":
                taken.add((region, year))
            lines.append(IncomeLine(region, names, year, use, limit))
    return IncomeLines(tuple(lines))


def income_line(pack: Pack, region: str, year: int) -> Number:
    """The line of a region (by any of its names) and year; raises ``IncomeLineMissing``."""
    if not isinstance(pack.income, IncomeLines):
        raise TypeError(f"pack {pack.id} is of kind {pack.kind}, not income-lines")
    for line in pack.income.lines:
        if line.use == "line" and line.year == year and region in (line.region, *line.names):
            return line.limit
    raise IncomeLineMissing(region, year)
