"""农村饮水安全农户台账: every household of the area with what was known of it and its grades, from the run's own file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from wenqu.households.models import Household, Member
from wenqu.households.showing import clear
from wenqu.kit import masking
from wenqu.places.scope import below
from wenqu.reports.ledgers.ledger import Ledger, Row
from wenqu.reports.ledgers.notes import general_notes, limit_notes
from wenqu.reports.ledgers.scope import Part, Scope, verdicts
from wenqu.reports.ledgers.sheets import Cell, Column
from wenqu.rulebook.names import CLASS_NAMES
from wenqu.schemes.models import Scheme, Supply

HEAD_OF_HOUSEHOLD = "户主"
COLUMNS = (
    Column("序号", 6, align="center"), Column("乡镇（街道）", 9), Column("行政村（社区）", 12), Column("自然村（组）", 11),
    Column("户编号", 16, align="center"),
    Column("姓名", 7, "户主", "center"), Column("证件号码", 19, "户主", "center"), Column("联系电话", 12, "户主", "center"),
    Column("人数", 5, align="center"), Column("户类型", 8, align="center"), Column("监测对象类型", 11, align="center"),
    Column("工程名称", 18, "供水工程"), Column("工程类型", 9, "供水工程", "center"),
    Column("是否\n入户", 5, "实测情况", "center"), Column("人均水量\nL/(人·d)", 9, "实测情况", "right"),
    Column("取水往返\n分钟", 8, "实测情况", "right"), Column("缺水天数\n天/年", 8, "实测情况", "right"),
    Column("水质\n检测", 6, "实测情况", "center"), Column("感官", 5, "实测情况", "center"),
    Column("水量", 8, "四项指标", "center"), Column("水质", 8, "四项指标", "center"),
    Column("方便程度", 8, "四项指标", "center"), Column("保证率", 8, "四项指标", "center"),
    Column("综合结论", 12, align="center"), Column("备注", 6),
)
GRADES = {"met": "达标", "basic": "基本达标", "failed": "不达标", "unknown": "未知"}
OVERALL = {"safe": "安全", "basic": "基本安全", "unsafe": "不安全", "unknown": "未知"}
NOT_JUDGED = "未评价"
_LAB = {"pass": "合格", "fail": "不合格", "undetermined": "未判定"}
_SENSES = {True: "正常", False: "异常"}
_PIPED = {True: "是", False: "否"}
_UNJUDGED: tuple[Cell, ...] = (None,) * 6 + (NOT_JUDGED,) * 5


def count(scope: Scope) -> int:
    return Household.objects.filter(below(scope.division.path)).count()


def rows(scope: Scope) -> Iterator[Row]:
    """Rows by division and household. Two sorted streams are walked side by side; neither is ever held whole."""
    for part in scope.parts:
        schemes = _schemes(part)
        judged = verdicts(part)
        current = next(judged, None)
        for household in _registered(scope, part).iterator(chunk_size=5000):
            place = (household[1], household[0])
            while current is not None and (current[1], current[0]) < place:
                current = next(judged, None)
            mine = current if current is not None and (current[1], current[0]) == place else None
            yield household[1], _cells(scope, household, mine, schemes)


def _registered(scope: Scope, part: Part) -> QuerySet[Household, tuple[Any, ...]]:
    head = Member.objects.filter(household=OuterRef("pk"), relation=HEAD_OF_HOUSEHOLD).order_by("number", "pk")
    served = Supply.objects.filter(household=OuterRef("pk"), from_on__lte=scope.today)
    served = served.filter(Q(to_on__isnull=True) | Q(to_on__gt=scope.today)).order_by("-from_on", "-pk")
    found = Household.objects.filter(below(part.path)).order_by("path", "pk")
    return found.annotate(
        head_identity=Subquery(head.values("id_number")[:1]), served_by=Subquery(served.values("scheme_id")[:1])
    ).values_list(
        "pk", "path", "number", "head_name", "phone", "group_name", "kind", "watch_kind", "people", "head_identity", "served_by",
    )


def _schemes(part: Part) -> dict[int, tuple[str, str]]:
    """Name and class of the schemes of the counties that hold the part: those that serve it may stand anywhere in them."""
    counties = Household.objects.filter(below(part.path)).order_by().values_list("county_id", flat=True).distinct()
    found = Scheme.objects.filter(county_id__in=list(counties)).values_list("pk", "name", "scheme_class")
    return {pk: (name, CLASS_NAMES["zh"].get(kind, "")) for pk, name, kind in found}


def _cells(scope: Scope, household: tuple[Any, ...], judged: tuple[Any, ...] | None, schemes: dict[int, tuple[str, str]]) -> list[Cell]:
    _pk, path, number, head, phone, group, kind, watched, people, identity, served_by = household
    if judged is None:
        found: tuple[Cell, ...] = _UNJUDGED
    else:
        piped, litres, trip, short, lab, senses = judged[3:9]
        found = (
            _PIPED.get(piped), _number(litres), _number(trip), _number(short), _LAB.get(lab), _SENSES.get(senses),
            *(GRADES[grade] for grade in judged[9:13]), OVERALL[judged[13]],
        )
        served_by = judged[2]
    scheme = schemes.get(served_by, ("", ""))
    return [
        scope.town(path), scope.village(path), group, number, head, masking.identity(clear(identity)), scope.phone(phone), people,
        kind, watched, *scheme, *found, None,
    ]


def _number(value: Any) -> Cell:
    """Whole numbers without a point, others as they are."""
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else round(number, 4)


class Totals:
    """Households, people, failures by indicator, and households by overall grade."""

    def __init__(self) -> None:
        self.households = self.people = 0
        self.overall: Counter[str] = Counter()
        self.failed: Counter[int] = Counter()

    def add(self, cells: list[Cell]) -> None:
        self.households += 1
        self.people += int(cells[7] or 0)
        self.overall[str(cells[22])] += 1
        for place in (18, 19, 20, 21):
            self.failed[place] += cells[place] == GRADES["failed"]

    def cells(self) -> dict[str, Cell]:
        grades = "\n".join(f"{name} {self.overall[name]} 户" for name in (*OVERALL.values(), NOT_JUDGED) if self.overall[name])
        failed = {COLUMNS[place + 1].title: f"不达标\n{number} 户" for place, number in self.failed.items()}
        return {"户编号": f"{self.households} 户", "人数": self.people, "综合结论": grades, **failed}


def notes(scope: Scope) -> list[str]:
    return [
        *limit_notes(scope),
        *general_notes("实测情况为评价批次当时采用的数值；评价后新增或迁移的农户为“未评价”。证件号码按规定遮盖。"),
    ]


LEDGER = Ledger("households", "农村饮水安全农户台账", COLUMNS, count, rows, Totals, notes, short="农户")
