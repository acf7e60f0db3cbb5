"""What is suspicious or missing of who is on the list, or went off it too soon, as conditions on `Watched` (MISSION §4).

Months and whom to visit are the county's own rules, so each condition is put together county by county.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear, Substr
from django.db.models.lookups import Exact, LessThan, LessThanOrEqual
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenqu.places.paths import COUNTY
from wenqu.places.scope import Area, below, within
from wenqu.rulebook.watch.measures import MeasurePack
from wenqu.rulebook.watch.measures.model import EDGE, EVERYBODY
from wenqu.rulebook.watch.procedures import ProcedurePack
from wenqu.rulebook.watch.procedures.notices import months_after
from wenqu.watch.models import Measure, MeasureState, PackKind, Visit, Watched
from wenqu.watch.rules.queries import editions_at, measures_in, procedure_of

CARRIED_OUT = (MeasureState.DONE, MeasureState.JUDGED)
NO_MEASURE, NO_VISIT, MISSING, WORSE, REMOVED_SOON = "no_measure", "no_visit", "missing", "worse", "removed_soon"
ALARMS = {
    NO_MEASURE: _("超过时限没有落实措施"), NO_VISIT: _("本月还没有走访"), MISSING: _("信息不全"), WORSE: _("走访发现新的风险或困难"), REMOVED_SOON: _("纳入不久就消除，请核查"),
}
# Those that somebody can mend: what went off the list too soon stays so.
TODOS = (NO_MEASURE, NO_VISIT, MISSING, WORSE)
# What a household on the list has to have: its name, and where it is looked for.
FIELDS = (
    ("helper_unit", _("帮扶单位")), ("helper_phone", _("帮扶责任人电话")), ("contact", _("联系人")), ("main_cause", _("主要风险")),
    ("household__phone", _("户联系电话")), ("household__head_name", _("户主姓名")), ("household__people", _("人数")),
)
_WITHOUT_NULL = frozenset({"helper_unit", "helper_phone", "main_cause", "household__phone", "household__head_name"})
# Where a county adopted no procedure: what MISSION §4 calls suspicious.
_MONTHS = {NO_MEASURE: 1, REMOVED_SOON: 2}
_FRESH = timedelta(days=92)


class Alarms:
    """The alarms of an area on a day, by the rules of its counties: each as a condition, and which of them hold of some rows.

    The rules are read once, whatever is asked: three queries.
    """

    def __init__(self, area: Area, on: date) -> None:
        self.area, self.on = area, on
        self._makers: dict[str, Callable[[str], Q]] = {NO_MEASURE: self._no_measure, NO_VISIT: self._no_visit, REMOVED_SOON: self._removed_soon}

    @cached_property
    def _counties(self) -> list[str]:
        rows = within(Watched.objects.all(), self.area).annotate(county=Substr("path", 1, COUNTY))
        return sorted(rows.order_by().values_list("county", flat=True).distinct())

    @cached_property
    def _procedures(self) -> dict[str, ProcedurePack]:
        return {county: procedure_of(edition) for county, edition in editions_at(self._counties, PackKind.PROCEDURES, self.on).items()}

    @cached_property
    def _measures(self) -> dict[str, MeasurePack]:
        found = editions_at(self._counties, PackKind.MEASURES, self.on)
        return {county: measures_in(found.get(county), self.on) for county in self._counties}

    def asked(self, name: str) -> Q:
        """The condition of one alarm."""
        if name == MISSING:
            return Q(left_on=None) & _any(_lacks(field) for field, _label in FIELDS)
        if name == WORSE:
            return Q(left_on=None) & Q(Exists(Visit.objects.filter(watched=OuterRef("pk"), worse=True, on__gte=self.on - _FRESH, on__lte=self.on)))
        make = self._makers[name]
        return _any(below(county) & make(county) for county in self._counties)

    def of(self, keys: Collection[int]) -> dict[int, list[str]]:
        """Which alarms hold of each of some rows. A query an alarm, missing fields left to `missing_of`."""
        found: dict[int, list[str]] = {}
        for name in ALARMS:
            if name != MISSING:
                for key in Watched.objects.filter(pk__in=keys).filter(self.asked(name)).order_by().values_list("pk", flat=True):
                    found.setdefault(key, []).append(name)
        return found

    def words(self, name: str, path: str) -> str:
        """An alarm of a household in words, with the months of its county."""
        if name == NO_MEASURE:
            return gettext("满 %(months)s 个月没有落实措施") % {"months": self._months(name, path[:COUNTY])}
        if name == REMOVED_SOON:
            return gettext("纳入 %(months)s 个月内就消除，请核查") % {"months": self._months(name, path[:COUNTY])}
        return str(ALARMS[name])

    def _months(self, name: str, county: str) -> int:
        pack = self._procedures.get(county)
        return _MONTHS[name] if pack is None else {NO_MEASURE: pack.alarms.no_measure, REMOVED_SOON: pack.alarms.removed_soon}[name].number

    def _no_measure(self, county: str) -> Q:
        months = self._months(NO_MEASURE, county)
        done = Measure.objects.filter(watched=OuterRef("pk"), state__in=CARRIED_OUT, done_on__lte=self.on)
        over = Q(left_on=None, entered_on__lte=late_since(months, self.on)) | Q(left_on__isnull=False) & ~Q(_left_within(months))
        return over & ~Q(Exists(done))

    def _no_visit(self, county: str) -> Q:
        rule = self._measures[county].visits
        if rule is None:
            return Q(pk__in=[])
        came = Visit.objects.filter(watched=OuterRef("pk"), on__gte=first_day_of_visits(int(rule.every.value), self.on), on__lte=self.on)
        whom = Q() if rule.whom.value == EVERYBODY else Q(object_kind=EDGE)
        return Q(left_on=None) & whom & ~Q(Exists(came))

    def _removed_soon(self, county: str) -> Q:
        return Q(left_on__isnull=False) & ~Q(removal__natural=True) & _left_within(self._months(REMOVED_SOON, county))


def missing_of(row: Watched) -> list[str]:
    """The names of what a household on the list lacks."""
    if row.left_on is not None:
        return []
    return [str(label) for field, label in FIELDS if _without(row, field)]


def first_day_of_visits(every: int, on: date) -> date:
    """The first day of the months of which one visit is due by now."""
    return months_after(on.replace(day=1), 1 - every)


def late_since(months: int, on: date) -> date:
    """The last day of entry from which so many months are over on a day."""
    day = on - timedelta(days=27 * months)
    while months_after(day, months) >= on:
        day -= timedelta(days=1)
    return day


def _left_within(months: int) -> Q:
    """That the day of leaving is not after `months_after(entry, months)`: by its month, and in the last month by its day."""
    def month_of(name: str) -> Any:
        return ExtractYear(name) * 12 + ExtractMonth(name)

    last = month_of("entered_on") + months
    in_last = Q(Exact(month_of("left_on"), last)) & Q(LessThanOrEqual(ExtractDay("left_on"), ExtractDay("entered_on")))
    return Q(LessThan(month_of("left_on"), last)) | in_last


def _lacks(field: str) -> Q:
    return Q(**{field: ""}) if field in _WITHOUT_NULL else Q(**{field: None})


def _without(row: Watched, field: str) -> bool:
    name = field.removeprefix("household__")
    value = getattr(row if name == field else row.household, f"{name}_id" if name == "contact" else name)
    return not value if field in _WITHOUT_NULL else value is None


def _any(conditions: Iterable[Q]) -> Q:
    """One of them holds; none of nothing."""
    found = Q(pk__in=[])
    for each in conditions:
        found |= each
    return found
