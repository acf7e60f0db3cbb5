"""水质合格率统计表: each place in wet and dry season, by samples and by people, each rate with what it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from wenqu.places.models import Division, Level
from wenqu.places.scope import below
from wenqu.quality.showing.seasonal import SeasonFigures, seasonal_figures, seasons_by
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column

_SAMPLES, _PEOPLE = "按样品", "按供水人口"
COLUMNS = (
    Column("序号", 6, align="center"), Column("地区", 20), Column("水期", 9, align="center"), Column("月份", 15, align="center"),
    Column("评价样品数\n（分母）", 11, _SAMPLES, "right"), Column("合格样品数\n（分子）", 11, _SAMPLES, "right"), Column("合格率 %\n分子÷分母", 11, _SAMPLES, "right"),
    Column("未能判定\n（不计入）", 11, _SAMPLES, "right"),
    Column("评价人口\n（分母）", 11, _PEOPLE, "right"), Column("合格人口\n（分子）", 11, _PEOPLE, "right"), Column("合格率 %\n分子÷分母 ", 11, _PEOPLE, "right"),
    Column("说明", 46, wraps=True),
)
Places = list[tuple[Division, list[SeasonFigures]]]


def figures_of(scope: Scope) -> Places:
    """The sheet and its notes are of the same figures."""
    return scope.once(_figures)


def _figures(scope: Scope) -> Places:
    """The place itself and those right below it where anything was tested; above the county its counties, each by its own months."""
    division = scope.division
    if division.level < Level.COUNTY:
        places, always = list(Division.objects.filter(below(division.path), level=Level.COUNTY).order_by("path")), set[int]()
    else:
        places, always = [division, *Division.objects.filter(parent=division).order_by("path")], {division.pk}
    told = [(place, seasonal_figures(scope.area, place.path, scope.today.year, scope.at)) for place in places]
    return [(place, seasons) for place, seasons in told if place.pk in always or any(_any(each) for each in seasons)]


def _any(each: SeasonFigures) -> bool:
    return bool(each.rate.judged or each.rate.undetermined)


def rows(scope: Scope) -> Iterator[Row]:
    for place, seasons in figures_of(scope):
        for each in seasons:
            yield place.path, _cells(scope, place, each)


def _cells(scope: Scope, place: Division, each: SeasonFigures) -> list[Cell]:
    rate = each.rate
    return [
        f"{place.name}（合计）" if place == scope.division else place.name, each.zh, _months_of(each), rate.judged, rate.fit, _percent(rate.percent), rate.undetermined, rate.people, rate.people_fit,
        _percent(rate.people_percent), _told(scope, each),
    ]


def _months_of(each: SeasonFigures) -> str:
    """1—4、11—12月."""
    spans: list[list[int]] = []
    for month in each.months:
        if spans and spans[-1][-1] == month - 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    return "、".join(f"{span[0]}—{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans) + "月"


def _percent(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _told(scope: Scope, each: SeasonFigures) -> str:
    said = []
    if not _any(each):
        said.append("没有评价过的例行样品")
    if any(month >= scope.today.month for month in each.months):
        said.append("截至日本水期还没有结束" if scope.today.month in each.months else "截至日本水期还有月份没有到")
    if each.unfit:
        said.append("不合格项次：" + "、".join(f"{name} {count}" for name, count in each.unfit))
    return "；".join(said)


class Totals:
    """Nothing is added up: the row of the place itself is the whole, and people of several places may be the same."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []

    def add(self, cells: list[Cell]) -> None:
        self.rows.append(cells)

    def cells(self) -> dict[str, Cell]:
        """By place and season, for whoever compares two exports."""
        told: dict[str, Cell] = {f"{row[0]}{row[1]}": " / ".join(str(value) for value in row[3:10]) for row in self.rows}
        return {**told, "说明": "各行不相加，见标明“合计”的行"} if told else told


def notes(scope: Scope) -> list[str]:
    year = scope.today.year
    return [
        f"注：样品合格率＝合格样品数÷评价样品数。只统计{year}年采样的例行样品，复检样和质控样不计；检测项目全部合格的为合格，有一项不合格的为不合格；未能判定的（检出限高于限值、条件不明等）不进入分子和分母。",
        "人口合格率＝合格人口÷评价人口。人口为采样时供水工程或农户的供水人口，每处只计一次；其各监测点本水期最近一次例行样品都合格的，计入合格人口。",
        "评价标准为采样日施行的《生活饮用水卫生标准》（GB 5749），按工程类型、受水源或净水技术限制和消毒方式取限值。各行不相加：第一行是本地区合计，含不属于下级的监测点。",
        *_months(scope),
    ]


def _months(scope: Scope) -> list[str]:
    """By which document the months of the seasons go."""
    year, lines = scope.today.year, []
    counties = [scope.division] if scope.division.level >= Level.COUNTY else [place for place, _seasons in figures_of(scope)]
    for county in counties:
        found = seasons_by(county.path, year, scope.at)
        if found is None:
            lines.append(f"{county.name}{year}年没有采用分水期的监测方案，没有分水期的数字。")
            continue
        adoption, pack = found
        sure = all(each.months.verified for each in pack.seasons.values())
        lines.append(f"{county.name}水期月份依据：{pack.zh}，{adoption.document}{'' if sure else '；月份未核实，由本县按水文情况确认'}。")
    return lines


def count(scope: Scope) -> int:
    """How many rows there will be."""
    return sum(len(seasons) for _place, seasons in figures_of(scope))


LEDGER = Ledger("water", "水质合格率统计表（丰水期、枯水期）", COLUMNS, count, rows, Totals, notes, short="水质")
