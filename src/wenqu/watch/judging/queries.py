"""Reads of the pages of judging: lists by kind, colour, cause and place, what moved, and one household explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit.languages import in_english, language
from wenqu.kit.refusal import Refused
from wenqu.places import paths
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, below, within
from wenqu.rulebook.watch.judging import JudgingPack
from wenqu.rulebook.watch.judging.explain import sentence
from wenqu.rulebook.watch.judging.findings import Finding
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN
from wenqu.watch.judging.deciding import Decided, decide
from wenqu.watch.judging.known import day_for
from wenqu.watch.judging.rules import rules_at
from wenqu.watch.models import Edition, WatchGrade, WatchMove, WatchRun
from wenqu.watch.rules.queries import pack_of

PAGE = 30
# Findings that conclude, in the order of the page; all others are what they rest on.
CONCLUSIONS = ("object", "grade", "grading")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; "" asks nothing."""

    object: str = ""
    stands: str = ""
    cause: str = ""
    place: Division | None = None
    waiting: bool = False


def graded(area: Area, filters: Filters) -> QuerySet[WatchGrade]:
    """The households in the register that have a conclusion, inside an area."""
    rows = within(WatchGrade.objects.filter(household__left_on=None), area)
    if filters.place is not None:
        rows = rows.filter(below(filters.place.path))
    for name in ("object", "stands", "cause"):
        value = getattr(filters, name)
        if value:
            rows = rows.filter(**{name: value})
    return rows.exclude(grade=F("stands")) if filters.waiting else rows


def counted(rows: QuerySet[WatchGrade], name: str) -> dict[str, int]:
    """Households by one column."""
    return dict(rows.order_by().values_list(name).annotate(Count("pk")))


def counted_by_town(rows: QuerySet[WatchGrade]) -> dict[str, dict[str, int]]:
    """Households by town and standing colour."""
    found: dict[str, dict[str, int]] = {}
    for town, stands, number in rows.annotate(town=Substr("path", 1, paths.TOWN)).order_by().values_list("town", "stands").annotate(Count("pk")):
        found.setdefault(town, {})[stands] = number
    return found


def page_of(rows: QuerySet[WatchGrade], after: int | None) -> tuple[list[WatchGrade], int | None]:
    """One page by household, and where the next begins."""
    found = rows.select_related("household", "household__division").order_by("pk")
    page = list((found.filter(pk__gt=after) if after is not None else found)[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def moves_of(rows: QuerySet[WatchMove], limit: int) -> list[WatchMove]:
    return list(rows.select_related("household", "edition", "by").order_by("-pk")[:limit])


def moved(area: Area) -> QuerySet[WatchMove]:
    """What changed inside an area, of households that are there now: a run puts down where they were when it read the register."""
    return within(within(WatchMove.objects.all(), area), area, "household__path")


def moves_in(area: Area, limit: int = 10) -> list[WatchMove]:
    """What changed last inside an area."""
    return moves_of(moved(area), limit)


def runs_in(area: Area, limit: int = 10) -> list[WatchRun]:
    """The last runs inside an area: what a run counts is the whole county's."""
    return list(within(WatchRun.objects.all(), area).select_related("division", "edition", "by").order_by("-pk")[:limit])


def counties(area: Area) -> list[Division]:
    """The counties of an area."""
    return list(within(Division.objects.filter(level=Level.COUNTY), area).order_by("path"))


class Names:
    """What the ids of conclusions are called: by the editions that they were made by."""

    def __init__(self, editions: Iterable[Edition]) -> None:
        self.packs = [pack for pack in map(pack_of, editions) if isinstance(pack, JudgingPack)]

    def _named(self, entries: Iterable[Any], found: str, none: str) -> str:
        if found in (NONE, UNKNOWN, ""):
            return {NONE: none, UNKNOWN: _("情况不明")}.get(found, "")
        entry = next((one for one in entries if one.id == found), None)
        return found if entry is None else entry.en if in_english() else entry.zh

    def object(self, found: str) -> str:
        return self._named((one for pack in self.packs for one in pack.objects), found, _("不是监测对象"))

    def colour(self, found: str) -> str:
        return self._named((one for pack in self.packs for one in pack.grades), found, _("不分级"))

    def cause(self, found: str) -> str:
        return self._named((one for pack in self.packs for one in pack.causes), found, _("没有风险"))


def names_of(rows: Iterable[WatchGrade | WatchMove]) -> Names:
    return Names(Edition.objects.filter(pk__in={row.edition_id for row in rows}))


def editions_in(area: Area) -> list[Edition]:
    """The editions by which anybody in an area was judged."""
    return list(Edition.objects.filter(pk__in=within(WatchGrade.objects.all(), area).order_by().values("edition").distinct()))


@dataclass(frozen=True)
class Told:
    """One sentence of an explanation: whether it concludes, whether it says that something is not known, and whether it only tells that a department has not answered."""

    words: str
    unknown: bool
    concluding: bool
    waits: bool


def explained(household: Household, today: date, until: datetime) -> tuple[Decided | None, Refused | None]:
    """A household judged now, by all that was told by an instant; or why it cannot be."""
    try:
        rules = rules_at(household.path, day_for(household, today))
    except Refused as refusal:
        refusal.asked = True
        return None, refusal
    return decide(household, rules, as_of=today, until=until), None


def sentences(decided: Decided) -> list[Told]:
    """Everything that was found, the conclusions first."""
    lang = language()
    found = decided.judgement.findings
    concluding = [name for name in found if name in CONCLUSIONS or name.startswith("classes.")]

    def told(name: str, finding: Finding) -> Told:
        return Told(sentence(finding, decided.rules.pack, lang), finding.code.endswith(("_unknown", "_missing")), name in concluding, finding.code == "screen_unknown")

    return [told(name, found[name]) for name in concluding] + [told(name, one) for name, one in found.items() if name not in concluding]
