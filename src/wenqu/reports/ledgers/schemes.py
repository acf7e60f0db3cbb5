"""供水工程及管护责任台账: schemes, whom they serve, and the three responsibilities with their gaps.

Coordinates are left out: publishing the exact places of sources and plants is sensitive. Names and phones of the three
responsibilities stand in full: they are published by rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q, Sum

from wenqu.facts.models import SubjectKind
from wenqu.facts.queries import Known, known_facts
from wenqu.kit.chunks import chunks
from wenqu.places.scope import below, within
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.notes import general_notes, limit_notes
from wenqu.reports.ledgers.scope import Scope
from wenqu.reports.ledgers.sheets import Cell, Column
from wenqu.rulebook.names import CLASS_NAMES
from wenqu.schemes.models import ResponsibilityKind, Scheme, Supply

_GOVERNMENT, _DEPARTMENT, _OPERATOR = "地方政府主体责任", "水行政主管部门监管责任", "供水单位运行管理责任"
COLUMNS = (
    Column("序号", 6, align="center"), Column("乡镇（街道）", 11), Column("行政村（社区）", 14),
    Column("工程编号", 15, align="center"), Column("工程名称", 24), Column("工程类型", 10, align="center"),
    Column("水源类型", 11, "工程情况", "center"), Column("有无\n水厂", 6, "工程情况", "center"), Column("净水工艺", 13, "工程情况"),
    Column("消毒方式", 11, "工程情况", "center"), Column("设计规模\n吨/日", 9, "工程情况", "right"), Column("建成年份", 7, "工程情况", "center"),
    Column("产权单位", 14, "工程情况"), Column("运行管理单位", 14, "工程情况"),
    Column("供水户数", 8, "供水范围", "right"), Column("供水人口", 8, "供水范围", "right"),
    Column("最近水质\n检测", 9, "运行情况", "center"), Column("检测日期", 11, "运行情况", "center"), Column("缺水天数\n天/年", 8, "运行情况", "right"),
    Column("责任人", 8, _GOVERNMENT, "center"), Column("职务", 12, _GOVERNMENT), Column("电话", 12, _GOVERNMENT, "center"),
    Column("责任人", 8, _DEPARTMENT, "center"), Column("职务", 12, _DEPARTMENT), Column("电话", 12, _DEPARTMENT, "center"),
    Column("责任人", 8, _OPERATOR, "center"), Column("职务", 12, _OPERATOR), Column("电话", 12, _OPERATOR, "center"),
    Column("责任缺口", 22, wraps=True),
)
_SHORT = {ResponsibilityKind.GOVERNMENT: "政府", ResponsibilityKind.DEPARTMENT: "部门", ResponsibilityKind.OPERATOR: "运行"}
# What stands where nobody is named: an empty cell would be read as not asked for.
GAP = "（缺）"
_LAB = {"pass": "合格", "fail": "不合格", "undetermined": "未判定"}
_PLANT = {True: "有", False: "无"}


def count(scope: Scope) -> int:
    return Scheme.objects.filter(below(scope.division.path)).count()


def rows(scope: Scope) -> Iterator[Row]:
    found = Scheme.objects.filter(below(scope.division.path)).order_by("path", "number")
    for chunk in chunks(found.iterator(chunk_size=500), 500):
        keys = [scheme.pk for scheme in chunk]
        served = _served(keys, scope)
        people = _people(keys)
        known = known_facts([(SubjectKind.SCHEME, key) for key in keys], as_of=scope.today, until=scope.at)
        for scheme in chunk:
            facts = known[(SubjectKind.SCHEME, scheme.pk)]
            yield scheme.path, _cells(scope, scheme, served.get(scheme.pk, (0, 0)), people.get(scheme.pk, {}), facts)


def _served(keys: list[int], scope: Scope) -> dict[int, tuple[int, int]]:
    """Households and people served today, by link, of those that the exporter may see."""
    links = Supply.objects.filter(scheme_id__in=keys, from_on__lte=scope.today).filter(Q(to_on__isnull=True) | Q(to_on__gt=scope.today))
    sums = within(links, scope.area, "household__path").order_by().values_list("scheme_id").annotate(Count("pk"), Sum("household__people"))
    return {key: (households, people or 0) for key, households, people in sums}


def _people(keys: list[int]) -> dict[int, dict[str, tuple[str, str, str]]]:
    found: dict[int, dict[str, tuple[str, str, str]]] = {}
    for scheme in Scheme.objects.filter(pk__in=keys).prefetch_related("responsibilities"):
        found[scheme.pk] = {each.kind: (each.name, each.post, each.phone.open()) for each in scheme.responsibilities.all()}
    return found


def _cells(
    scope: Scope, scheme: Scheme, served: tuple[int, int], people: dict[str, tuple[str, str, str]], facts: dict[str, Known]
) -> list[Cell]:
    lab, short = facts.get("lab_result"), facts.get("short_days")
    persons: list[Cell] = []
    for kind in ResponsibilityKind:
        name, post, phone = people.get(kind, ("", "", ""))
        persons.extend((name or GAP, post, phone or GAP))
    return [
        scope.town(scheme.path), scope.village(scheme.path), scheme.number, scheme.name, CLASS_NAMES["zh"].get(scheme.scheme_class, ""),
        scheme.source_kind, _PLANT.get(scheme.has_plant) if scheme.has_plant is not None else None, scheme.process, scheme.disinfection,
        float(scheme.design_m3_per_day) if scheme.design_m3_per_day is not None else None, scheme.built_year, scheme.owner, scheme.operator,
        *served, _LAB.get(lab.value, "") if lab else None, f"{lab.observed_on:%Y-%m-%d}" if lab else None,
        int(float(short.value)) if short else None, *persons, _gaps(people),
    ]


def _gaps(people: dict[str, tuple[str, str, str]]) -> str:
    missing = [_SHORT[kind] for kind in ResponsibilityKind if not people.get(kind, ("",))[0]]
    silent = [_SHORT[kind] for kind in ResponsibilityKind if kind in people and people[kind][0] and not people[kind][2]]
    parts = [f"缺责任人：{'、'.join(missing)}"] if missing else []
    return "；".join(parts + ([f"缺电话：{'、'.join(silent)}"] if silent else []))


class Totals:
    """Schemes, whom they serve, and how many have a gap."""

    def __init__(self) -> None:
        self.schemes = self.households = self.people = self.gaps = 0

    def add(self, cells: list[Cell]) -> None:
        self.schemes += 1
        self.households += int(cells[13] or 0)
        self.people += int(cells[14] or 0)
        self.gaps += bool(cells[27])

    def cells(self) -> dict[str, Cell]:
        return {
            "工程编号": f"{self.schemes} 处", "供水户数": self.households, "供水人口": self.people, "责任缺口": f"有缺口 {self.gaps} 处",
        }


def notes(scope: Scope) -> list[str]:
    return [
        *limit_notes(scope),
        *general_notes(
            "供水户数、供水人口按工程与农户的现行供水关系统计，只含导出人管辖区域内的农户。跨乡镇、由县级管理的工程列入县级台账。",
            "三个责任：地方政府主体责任、水行政主管部门监管责任、供水单位运行管理责任；责任人姓名和电话按规定公布。",
        ),
    ]


LEDGER = Ledger("schemes", "供水工程及管护责任台账", COLUMNS, count, rows, Totals, notes, short="工程")
