"""What is suspicious or missing of the households on the list, as conditions on `Watched` (MISSION §4).

Months and whom to visit are the county's own rules, so each condition is put together county by county.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from wenqu.places.paths import COUNTY
from wenqu.places.scope import Area, below, within
from wenqu.rulebook.watch.measures.model import EDGE, EVERYBODY
from wenqu.rulebook.watch.procedures.notices import months_after
from wenqu.watch.helping.packs import measures_for, months_without_measure
from wenqu.watch.models import Measure, MeasureState, Visit, Watched

CARRIED_OUT = (MeasureState.DONE, MeasureState.JUDGED)
WANTS = {
    "no_measure": _("超过时限没有落实措施"), "no_visit": _("本月还没有走访"), "missing": _("信息不全"), "worse": _("走访发现新的风险"),
}
# What a household on the list has to have, with the condition that it has not.
FIELDS = (
    ("helper_unit", _("帮扶单位"), Q(helper_unit="")), ("helper_phone", _("帮扶责任人电话"), Q(helper_phone="")), ("contact", _("联系人"), Q(contact=None)),
    ("main_cause", _("风险类型"), Q(main_cause="")), ("phone", _("户联系电话"), Q(household__phone="")), ("people", _("人数"), Q(household__people=None)),
)


def asked(want: str, area: Area, on: date) -> Q:
    """The condition of a filter."""
    if want == "missing":
        return _any(condition for _field, _label, condition in FIELDS)
    if want == "worse":
        return Q(Exists(Visit.objects.filter(watched=OuterRef("pk"), worse=True, on__gte=on - timedelta(days=92))))
    return _by_county(_MAKERS[want], area, on)


def missing_of(row: Watched) -> list[str]:
    """The names of what a household on the list lacks."""
    lacks = {
        "helper_unit": not row.helper_unit, "helper_phone": not row.helper_phone, "contact": row.contact_id is None, "main_cause": not row.main_cause,
        "phone": not row.household.phone, "people": row.household.people is None,
    }
    return [str(label) for name, label, _condition in FIELDS if lacks[name]]


def first_day_of_visits(every: int, on: date) -> date:
    """The first day of the months of which one visit is due by now."""
    return months_after(on.replace(day=1), 1 - every)


def late_since(months: int, on: date) -> date:
    """The last day of entry from which so many months are over on a day."""
    day = on - timedelta(days=27 * months)
    while months_after(day, months) >= on:
        day -= timedelta(days=1)
    return day


def _no_measure(county: str, on: date) -> Q:
    done = Measure.objects.filter(watched=OuterRef("pk"), state__in=CARRIED_OUT)
    return Q(entered_on__lte=late_since(months_without_measure(county, on), on)) & Q(~Exists(done))


def _no_visit(county: str, on: date) -> Q:
    rule = measures_for(county, on).visits
    if rule is None:
        return Q(pk__in=[])
    came = Visit.objects.filter(watched=OuterRef("pk"), on__gte=first_day_of_visits(int(rule.every.value), on), on__lte=on)
    whom = Q() if rule.whom.value == EVERYBODY else Q(object_kind=EDGE)
    return whom & Q(~Exists(came))


_MAKERS: dict[str, Callable[[str, date], Q]] = {"no_measure": _no_measure, "no_visit": _no_visit}


def _by_county(make: Callable[[str, date], Q], area: Area, on: date) -> Q:
    paths = within(Watched.objects.filter(left_on=None), area).order_by().values_list("path", flat=True).distinct()
    counties = sorted({path[:COUNTY] for path in paths})
    return _any(below(county) & make(county, on) for county in counties)


def _any(conditions: Iterable[Q]) -> Q:
    """One of them holds; none of nothing."""
    found = Q(pk__in=[])
    for each in conditions:
        found |= each
    return found
