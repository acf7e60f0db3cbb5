"""What should raise an alarm and has not: a report is looked at when it comes, here is found what came to count later."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q

from wenqu.facts.models import SubjectKind
from wenqu.ledger.alarms.queries import counting_kinds
from wenqu.ledger.deadlines.queries import packs_chosen
from wenqu.ledger.kinds import BASE
from wenqu.ledger.models import LIVE_STATES, Alarm, Report
from wenqu.places.scope import below
from wenqu.rulebook.duties import DutyPack, duty_pack

# The kinds that count, how many reports, and within how many hours.
_Rule = tuple[frozenset[str], int, int]


def unwatched(at: datetime, on: date) -> list[tuple[int | None, str]]:
    """Schemes and villages on which the rule of their county is met and no alarm stands: (scheme, "") or (None, path).
    Two queries a rule; most counties have the same."""
    stands = Alarm.objects.filter(cleared_at__isnull=True)
    of_scheme = stands.filter(subject_kind=SubjectKind.SCHEME, subject_id=OuterRef("scheme"))
    of_village = stands.filter(subject_kind=SubjectKind.DIVISION, path=OuterRef("path"))
    found: list[tuple[int | None, str]] = []
    for (kinds, number, hours), counties, but in _rules(on):
        told = Report.objects.filter(at__gte=at - timedelta(hours=hours), kind__in=kinds, problem__state__in=LIVE_STATES).order_by()
        schemes = told.filter(_in(counties, but, "scheme__path"), ~Exists(of_scheme), scheme__isnull=False).values_list("scheme")
        found += [(pk, "") for pk, _n in schemes.annotate(number=Count("pk")).filter(number__gte=number)]
        villages = told.filter(_in(counties, but, "path"), ~Exists(of_village)).exclude(subject_kind=SubjectKind.SCHEME).values_list("path")
        found += [(None, path) for path, _n in villages.annotate(number=Count("pk")).filter(number__gte=number)]
    return found


def _rules(on: date) -> list[tuple[_Rule, list[str], list[str]]]:
    """Every rule with the counties that have it; that of the base pack with those that have another, and are left out."""
    usual = _rule(duty_pack(BASE))
    own: dict[_Rule, list[str]] = defaultdict(list)
    for county, pack in packs_chosen(on).items():
        if _rule(pack) != usual:
            own[_rule(pack)].append(county)
    return [(usual, [], sum(own.values(), [])), *((rule, counties, []) for rule, counties in own.items())]


def _rule(pack: DutyPack) -> _Rule:
    return frozenset(counting_kinds(pack)), pack.alarm.reports, pack.alarm.window_hours


def _in(counties: list[str], but: list[str], field: str) -> Q:
    wanted = reduce(or_, (below(county, field) for county in counties)) if counties else Q()
    return wanted & ~reduce(or_, (below(county, field) for county in but)) if but else wanted
