"""Raise and clear area alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.counters import take_numbers
from wenqu.kit.days import day_of
from wenqu.ledger.alarms.queries import open_reports
from wenqu.ledger.deadlines.queries import pack_for
from wenqu.ledger.models import Alarm, AlarmPlace, Report
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division
from wenqu.places.paths import STEP
from wenqu.places.scope import below
from wenqu.rulebook.duties import DutyPack
from wenqu.schemes.models import Scheme, Supply

_VILLAGE = Level.VILLAGE * STEP


@transaction.atomic
def watch_reports(*, report: Report, pack: DutyPack, by: Account | audit.Actor, at: datetime) -> list[Alarm]:
    """After a report: raise the alarm of its scheme and of its village where the rule of the pack is met. Those raised or grown."""
    if not pack.kinds[report.kind].alarm:
        return []
    found = []
    if report.scheme_id is not None:
        scheme = Scheme.objects.get(pk=report.scheme_id)
        found.append(_look(SubjectKind.SCHEME, scheme.pk, scheme.name, scheme.division_id, scheme.path, pack, by, at))
    village = Division.objects.filter(path=report.path[:_VILLAGE], level=Level.VILLAGE).first()
    if village is not None:
        found.append(_look(SubjectKind.DIVISION, village.pk, village.name, village.pk, village.path, pack, by, at))
    return [alarm for alarm in found if alarm is not None]


def _look(
    kind: int, pk: int, name: str, division_id: int, path: str, pack: DutyPack, by: Account | audit.Actor, at: datetime,
) -> Alarm | None:
    """Raise the alarm of one scheme or village, or count a report to the one that stands."""
    rule = pack.alarm
    standing = Alarm.objects.select_for_update().filter(subject_kind=kind, subject_id=pk, cleared_at__isnull=True).first()
    since = standing.first_report_at if standing else at - timedelta(hours=rule.window_hours)
    told = open_reports(kind, pk, path, pack).filter(at__gte=since).aggregate(number=Count("pk"), first=Min("at"))
    if standing is not None:
        standing.reports = max(standing.reports, told["number"])
        standing.save(update_fields=["reports"])
        return standing
    if told["number"] < rule.reports:
        return None
    return _raise(kind, pk, name, division_id, path, pack, told, by, at)


def _raise(
    kind: int, pk: int, name: str, division_id: int, path: str, pack: DutyPack, told: dict[str, Any], by: Account | audit.Actor, at: datetime,
) -> Alarm:
    year = day_of(at).year
    places = _places(kind, pk, path)
    alarm = Alarm.objects.create(
        number=f"JB-{year}-{take_numbers(series=f'alarm-{year}', count=1)[0]:04d}", subject_kind=kind, subject_id=pk, subject_name=name[:160],
        division_id=division_id, path=path, reports=told["number"], households=sum(places.values()), first_report_at=told["first"], raised_at=at,
        rule={"pack": pack.id, "digest": pack.digest, "reports": pack.alarm.reports, "window_hours": pack.alarm.window_hours},
    )
    AlarmPlace.objects.bulk_create([AlarmPlace(alarm=alarm, path=place, households=number) for place, number in sorted({path: 0, **places}.items())])
    audit.record(by=by, verb="raise_alarm", at=at, subject=f"alarm:{alarm.number}", path=path, detail={"reports": alarm.reports, "households": alarm.households})
    return alarm


def _places(kind: int, pk: int, path: str) -> dict[str, int]:
    """Village path -> households concerned: those that the scheme serves, or those of the village."""
    if kind == SubjectKind.SCHEME:
        rows = Supply.objects.filter(scheme=pk, to_on__isnull=True).values("household__path").annotate(number=Count("pk")).order_by()
        return {row["household__path"]: row["number"] for row in rows}
    return {path: Household.objects.filter(below(path)).count()}


@transaction.atomic
def settle_alarms(*, by: Account | audit.Actor, at: datetime) -> int:
    """Let alarms fall back whose reports are all dealt with. Returns how many."""
    cleared = 0
    for alarm in Alarm.objects.select_for_update().filter(cleared_at__isnull=True).order_by("pk"):
        if open_reports(alarm.subject_kind, alarm.subject_id, alarm.path, pack_for(alarm.path, day_of(at))).exists():
            continue
        alarm.cleared_at = at
        alarm.save(update_fields=["cleared_at"])
        audit.record(by=by, verb="clear_alarm", at=at, subject=f"alarm:{alarm.number}", path=alarm.path)
        cleared += 1
    return cleared
