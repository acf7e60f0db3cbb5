"""Raise and clear area alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.counters import take_numbers
from wenqu.kit.days import day_of
from wenqu.ledger.alarms.queries import counting_kinds, open_reports, open_reports_of, outcomes_of
from wenqu.ledger.deadlines.queries import pack_for
from wenqu.ledger.models import Alarm, AlarmPlace, Report
from wenqu.places import paths
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division
from wenqu.places.scope import below
from wenqu.rulebook.duties import DutyPack
from wenqu.schemes.models import Scheme, Supply


@dataclass(frozen=True)
class _Watched:
    """A scheme or a village on which reports are counted."""

    kind: int
    pk: int
    name: str
    division_id: int
    path: str


@transaction.atomic
def watch_reports(*, report: Report, pack: DutyPack, by: Account | audit.Actor, at: datetime) -> list[Alarm]:
    """After a report: raise the alarm of its scheme and of its village where the rule of the pack is met. Those raised or grown."""
    if not pack.kinds[report.kind].alarm:
        return []
    village = "" if report.subject_kind == SubjectKind.SCHEME else paths.village_of(report.path)
    return _watch(_locked(report.scheme_id, village), pack, by, at)


@transaction.atomic
def watch_again(*, scheme_id: int | None, village_path: str, by: Account | audit.Actor, at: datetime) -> list[Alarm]:
    """Look at one scheme or one village without a new report: an old one whose problem was opened again counts once more.
    Those raised or grown."""
    watched = _locked(scheme_id, paths.village_of(village_path))
    return _watch(watched, pack_for(watched[0].path, day_of(at)), by, at) if watched else []


def _locked(scheme_id: int | None, village_path: str) -> list[_Watched]:
    """The scheme and the village, held until the end of the transaction: of two reports that come at the same moment the
    second sees the first, or neither would count to the end. Not against the foreign keys of the reports themselves."""
    found = []
    if scheme_id is not None:
        scheme = Scheme.objects.select_for_update(no_key=True).get(pk=scheme_id)
        found.append(_Watched(SubjectKind.SCHEME, scheme.pk, scheme.name, scheme.division_id, scheme.path))
    village = Division.objects.select_for_update(no_key=True).filter(path=village_path, level=Level.VILLAGE).first() if village_path else None
    if village is not None:
        found.append(_Watched(SubjectKind.DIVISION, village.pk, village.name, village.pk, village.path))
    return found


def _watch(watched: list[_Watched], pack: DutyPack, by: Account | audit.Actor, at: datetime) -> list[Alarm]:
    mine = Q(pk__in=())
    for each in watched:
        mine |= Q(subject_kind=each.kind, subject_id=each.pk)
    # All in one order, the one in which they are settled.
    rows = Alarm.objects.select_for_update().filter(mine, cleared_at__isnull=True).order_by("pk")
    standing = {(alarm.subject_kind, alarm.subject_id): alarm for alarm in rows}
    found = [_look(each, standing.get((each.kind, each.pk)), pack, by, at) for each in watched]
    return [alarm for alarm in found if alarm is not None]


def _look(subject: _Watched, standing: Alarm | None, pack: DutyPack, by: Account | audit.Actor, at: datetime) -> Alarm | None:
    """Raise the alarm of one scheme or village, or count a report to the one that stands."""
    rule = pack.alarm
    since = standing.first_report_at if standing else at - timedelta(hours=rule.window_hours)
    told = open_reports(subject.kind, subject.pk, subject.path, pack).filter(at__gte=since).aggregate(number=Count("pk"), first=Min("at"))
    if standing is not None:
        standing.reports = max(standing.reports, told["number"])
        standing.save(update_fields=["reports"])
        return standing
    if told["number"] < rule.reports:
        return None
    return _raise(subject, pack, told, by, at)


def _raise(subject: _Watched, pack: DutyPack, told: dict[str, Any], by: Account | audit.Actor, at: datetime) -> Alarm:
    year = day_of(at).year
    places = _places(subject)
    alarm = Alarm.objects.create(
        number=f"JB-{year}-{take_numbers(series=f'alarm-{year}', count=1)[0]:04d}", subject_kind=subject.kind, subject_id=subject.pk,
        subject_name=subject.name[:160], division_id=subject.division_id, path=subject.path, reports=told["number"], households=sum(places.values()),
        first_report_at=told["first"], raised_at=max(at, told["first"]), rule=_rule(pack),
    )
    everywhere = {subject.path: 0, **places}
    AlarmPlace.objects.bulk_create([AlarmPlace(alarm=alarm, path=place, households=number) for place, number in sorted(everywhere.items())])
    audit.record(by=by, verb="raise_alarm", at=at, subject=f"alarm:{alarm.number}", path=subject.path, detail={
        "reports": alarm.reports, "households": alarm.households,
    })
    return alarm


def _rule(pack: DutyPack) -> dict[str, Any]:
    """The rule as it was: the pack may have a new edition when somebody asks why."""
    sources = {
        name: {"document": source.document, "clause": source.clause, "confidence": source.confidence} for name, source in pack.alarm.sources.items()
    }
    return {
        "pack": pack.id, "digest": pack.digest, "reports": pack.alarm.reports, "window_hours": pack.alarm.window_hours, "sources": sources,
        "kinds": counting_kinds(pack),
    }


def _places(subject: _Watched) -> dict[str, int]:
    """Village path -> households concerned: those that the scheme serves, or those of the village."""
    if subject.kind == SubjectKind.SCHEME:
        rows = Supply.objects.filter(scheme=subject.pk, to_on__isnull=True).values("household__path").annotate(number=Count("pk")).order_by()
        return {row["household__path"]: row["number"] for row in rows}
    return {subject.path: Household.objects.filter(below(subject.path)).count()}


@transaction.atomic
def settle_alarms(*, by: Account | audit.Actor, at: datetime, near: str = "") -> int:
    """Let alarms of a county (of all, without `near`) fall back whose reports are all dealt with. Returns how many."""
    cleared = 0
    for alarm in Alarm.objects.select_for_update().filter(below(paths.county_of(near)), cleared_at__isnull=True).order_by("pk"):
        if open_reports_of(alarm).exists():
            continue
        alarm.cleared_at = max(at, alarm.raised_at)
        alarm.fixed, alarm.not_fixed = outcomes_of(alarm)
        alarm.save(update_fields=["cleared_at", "fixed", "not_fixed"])
        audit.record(by=by, verb="clear_alarm", at=at, subject=f"alarm:{alarm.number}", path=alarm.path, detail={
            "fixed": alarm.fixed, "not_fixed": alarm.not_fixed,
        })
        cleared += 1
    return cleared
