"""What is suspicious on the list: by the clocks of the county's procedure, and by what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from wenqu.places import paths
from wenqu.rulebook.watch.procedures import ProcedurePack, alarms
from wenqu.watch.courses.checking import said
from wenqu.watch.models import Adoption, PackKind, Watched
from wenqu.watch.rules.queries import procedure_of

# Keys of the rows of the list -> the day of the first measure of each that has one. The room of measures tells.
FirstMeasures = Callable[[Sequence[int]], Mapping[int, date]]
_told: list[FirstMeasures] = []
KINDS = ("no_measure", "removed_soon", "missing")


def offer_first_measures(told: FirstMeasures) -> None:
    """Tell when measures began, once, from `AppConfig.ready`. While nobody tells, "no measure" is not asked."""
    if told not in _told:
        _told.append(told)


def alarms_of(rows: Sequence[Watched], today: date) -> dict[int, list[tuple[str, str]]]:
    """What is suspicious of each row: (code, sentence). As many queries for one as for a page of them."""
    first = _first_measures([row.pk for row in rows])
    packs = _packs({paths.county_of(row.path) for row in rows}, today)
    found = {}
    for row in rows:
        pack = packs.get(paths.county_of(row.path))
        natural = row.removal.natural if row.removal is not None else False
        told = () if pack is None else alarms(
            pack, entered=row.entered_on, on=today, first_measure=first.get(row.pk), removed=row.left_on, natural=natural)
        reasons = [(each.code, said(each)) for each in told if each.code != "no_measure" or _told]
        missing = missing_of(row)
        if missing:
            reasons.append(("missing", _("缺少：%(names)s") % {"names": _("、").join(missing)}))
        found[row.pk] = reasons
    return found


def missing_of(row: Watched) -> list[str]:
    """What should be known of whoever is on the list and is not. The household comes with the row."""
    if row.left_on is not None:
        return []
    asked = (
        (row.helper_name, _("帮扶责任人")), (row.helper_phone, _("帮扶责任人电话")), (row.contact_id, _("联系人")), (row.main_cause, _("主要风险")),
        (row.household.head_name, _("户主姓名")), (row.household.people, _("家庭人数")),
    )
    return [str(name) for value, name in asked if not value]


def _first_measures(keys: Sequence[int]) -> dict[int, date]:
    found: dict[int, date] = {}
    for told in _told:
        for key, day in told(keys).items():
            found[key] = min(day, found.get(key, day))
    return found


def _packs(counties: Iterable[str], day: date) -> dict[str, ProcedurePack]:
    """The procedure that each county goes by on a day. One query."""
    wanted = {above for county in counties for above in paths.ancestors(county)}
    rows = Adoption.objects.filter(path__in=wanted, kind=PackKind.PROCEDURES, from_on__lte=day).select_related("edition").order_by("from_on", "pk")
    by_path = {row.path: procedure_of(row.edition) for row in rows}
    found = {}
    for county in counties:
        near = [by_path[above] for above in paths.ancestors(county) if above in by_path]
        if near:
            found[county] = near[-1]
    return found
