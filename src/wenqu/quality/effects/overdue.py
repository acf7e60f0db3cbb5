"""What was not done in time: results of a sample that the laboratory received, tasks of the calendar. Told once, in a problem.

A task counts from when the county kept its point and its plan: what was late before that is nobody's fault here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from wenqu.judging.spot import lock_counties
from wenqu.kit.audit import SYSTEM, Actor
from wenqu.kit.days import day_of
from wenqu.ledger.opening.actions import open_problems
from wenqu.ledger.opening.finding import Finding
from wenqu.ledger.opening.informing import inform_problem, live_problem
from wenqu.places.paths import county_of
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.calendar.queries import entries
from wenqu.quality.effects.subjects import MANAGEMENT, is_there, name_of, place_of, served_by, subject_of
from wenqu.quality.models import (
    JUDGED,
    Origin,
    Overdue,
    PlanAdoption,
    PlanEdition,
    Point,
    PointUse,
    Result,
    ResultState,
    Sample,
    SampleState,
    Shape,
    Verdict,
)
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.verdicts.asked import PLACES
from wenqu.quality.verdicts.judged import WAITING
from wenqu.rulebook.quality.plans import PlanPack, State
from wenqu.rulebook.quality.plans.reporting import after_event

RECEIVED = "received"
REASON = "monitoring_overdue"
_INSTANT = timedelta(microseconds=1)
_LONGEST = timedelta(days=20_000)  # no limit of a plan is that long


@dataclass(frozen=True)
class Late:
    """Something that is late, with the name under which it is told once."""

    key: str
    point: Point
    sample: Sample | None
    what: str
    due_on: date


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True, tasks: bool = True) -> int:
    """Tell what is late by now, and what was done since. Returns how many were told. `tasks`: also those of the calendar, which turn
    late by the day and for which all of a year is gone through."""
    told = 0
    for late in [*late_results(at), *(late_tasks(at) if tasks else ())]:
        if not going_on():
            return told
        told += tell_overdue(late=late, by=SYSTEM, at=at)
    return told + settle_done(at=at, tasks=tasks)


def late_results(at: datetime) -> Iterator[Late]:
    """Samples that came to the laboratory and whose results were not all reviewed by the limit of their plan."""
    told = Overdue.objects.filter(sample=OuterRef("pk"))
    rows = unreviewed().filter(_past_limit(at)).exclude(Exists(told)).select_related("point__scheme", "point__household", "point__division", "edition")
    for sample in rows.order_by("pk"):
        due_at = due_of(sample)
        if due_at is not None and at > due_at and sample.point is not None:
            last = day_of(due_at - _INSTANT)  # a limit at 24:00 belongs to the day that it ends
            what = _("水样检测结果逾期：%(day)s送达实验室的水样，应于 %(due)s 前审核完成") % {
                "day": day_of(sample.received_at or at).isoformat(), "due": last.isoformat()}
            yield Late(f"results:{sample.pk}", sample.point, sample, what, last)


def unreviewed() -> QuerySet[Sample]:
    """Samples at the laboratory without reviewed results, or with results that wait for review. What was measured in the field alone
    is no result of the laboratory, unless nothing else was asked for: then it was judged."""
    results = Result.objects.filter(sample=OuterRef("pk"))
    tested = Exists(results.filter(state=ResultState.REVIEWED).exclude(origin=Origin.FIELD)) | Exists(Verdict.objects.filter(sample=OuterRef("pk"), newest=True))
    rows = Sample.objects.filter(state=SampleState.RECEIVED, role__in=JUDGED, received_at__isnull=False)
    return rows.filter(~tested | Exists(results.filter(state__in=WAITING)))


def _past_limit(at: datetime) -> Q:
    """Samples whose limit has passed, as a condition on when they were received: a few queries, however many samples there are."""
    open_ = Sample.objects.filter(state=SampleState.RECEIVED, role__in=JUDGED, received_at__isnull=False)
    found = Q(pk__in=())
    for edition in PlanEdition.objects.filter(pk__in=open_.exclude(edition=None).order_by().values("edition").distinct()):
        cut = _received_before(pack_of(edition), at)
        found |= Q(edition=edition, received_at__lt=cut) if cut is not None else Q(pk__in=())
    # Whoever belongs to no plan goes by those that watch its point in the year in which it was received.
    counties = open_.filter(edition=None).order_by().values("county__path").distinct()
    rows = PlanAdoption.objects.filter(path__in=counties).select_related("edition").order_by("pk")
    for (path, year, pack_id), row in {(row.path, row.year, row.pack_id): row for row in rows}.items():
        cut = _received_before(pack_of(row.edition), at) if row.stands else None
        if cut is not None:
            uses = PointUse.objects.filter(pack_id=pack_id, point__path__startswith=path)
            found |= Q(edition=None, received_at__year=year, received_at__lt=cut, path__startswith=path, point__in=uses.values("point"))
    return found


def _received_before(pack: PlanPack, at: datetime) -> datetime | None:
    """Results of samples received before this moment are late by `at`; None where a plan tells no limit. The later received, the
    later due: looked for by halves."""
    if RECEIVED not in pack.events or _due(pack, at) is None:
        return None
    early, late = at - _LONGEST, at
    while late - early > _INSTANT:
        middle = early + (late - early) / 2
        due_at = _due(pack, middle)
        early, late = (middle, late) if due_at is not None and at > due_at else (early, middle)
    return late


def _due(pack: PlanPack, received_at: datetime) -> datetime | None:
    return min((owed.due_at for owed in after_event(pack, RECEIVED, received_at)), default=None)


def due_of(sample: Sample) -> datetime | None:
    """By when the results of a sample are reviewed: the earliest limit of the plans that watch its point; None where no plan tells one."""
    if sample.received_at is None:
        return None
    found = [_due(pack, sample.received_at) for pack in _plans_of(sample) if RECEIVED in pack.events]
    return min(filter(None, found), default=None)


def _plans_of(sample: Sample) -> list[PlanPack]:
    if sample.edition is not None:
        return [pack_of(sample.edition)]
    assert sample.received_at is not None and sample.point is not None
    watched = set(sample.point.uses.values_list("pack_id", flat=True))
    return [pack_of(row.edition) for row in adopted(county_of(sample.path), day_of(sample.received_at).year) if row.pack_id in watched]


def late_tasks(at: datetime) -> Iterator[Late]:
    """Tasks of this year's calendars whose window went by, of points of drinking water."""
    today = day_of(at)
    for county in sorted(set(PlanAdoption.objects.filter(year=today.year).values_list("path", flat=True))):
        rows = adopted(county, today.year)
        since = {row.pack_id: day_of(row.set_at) for row in rows}
        found = [one for one in entries(rows, EVERYWHERE, county, today, state=State.LATE) if one.point is not None]
        known = set(Overdue.objects.filter(path__startswith=county, sample=None).values_list("key", flat=True))
        for one in found:
            task, point = one.standing.task, one.point
            key = f"task:{county}:{one.pack.id}:{task.key}"
            if point is None or key in known or Shape(point.shape) not in PLACES:
                continue
            if task.window.last < max(since[one.pack.id], day_of(point.added_at)):
                continue
            what = _("监测任务逾期：%(plan)s“%(task)s”，应于 %(due)s 前完成，还差 %(missing)s 次") % {
                "plan": one.pack.zh, "task": one.rule.zh, "due": task.window.last.isoformat(), "missing": one.standing.missing}
            yield Late(key, point, None, what, task.window.last)


@transaction.atomic
def tell_overdue(*, late: Late, by: Actor, at: datetime) -> bool:
    """Open a problem of the point's subject for it, or tell the one that is open. Never twice for the same."""
    point = late.point
    lock_counties(county_of(point.path))
    row, new = Overdue.objects.get_or_create(key=late.key, defaults={
        "division_id": point.division_id, "path": point.path, "point": point, "sample": late.sample, "what": late.what[:200], "due_on": late.due_on, "at": at})
    if not new:
        return False
    if not is_there(point):
        return True
    kind, subject = subject_of(point)
    identity, words = (int(kind), subject, MANAGEMENT), f"{point.name}：{late.what}。"
    before = live_problem(identity)
    if before is None:
        division, path = place_of(point)
        finding = Finding(
            kind=MANAGEMENT, clue=False, subject_kind=int(kind), subject_id=subject, subject_name=name_of(point), division_id=division, path=path, reason=REASON,
            explanation=words, households=served_by(point, day_of(at)))
        open_problems(findings=[finding], source=_("水质监测"), path=county_of(path), on=day_of(at), by=by, at=at, only_these=True)
    row.problem = live_problem(identity)
    row.save(update_fields=["problem"])
    if row.problem is not None and (before is not None or row.problem.opened_at != at):
        inform_problem(problem=row.problem, words=words, key=f"overdue:{row.pk}", by=by, at=at, detail=_detail(late.sample))
    return True


def settle_done(*, at: datetime, tasks: bool = True) -> int:
    """Tell the problems of what was late that it was done meanwhile, or is asked for no more; a person closes them."""
    late = Overdue.objects.filter(done_at=None) if tasks else Overdue.objects.filter(done_at=None).exclude(sample=None)
    rows = list(late.select_related("point", "sample", "problem").order_by("pk"))
    open_samples = set(unreviewed().filter(pk__in=late.exclude(sample=None).values("sample")).values_list("pk", flat=True))
    states = {key: state for county in {county_of(row.path) for row in rows if row.sample_id is None} for key, state in _states(county, day_of(at)).items()}
    count = 0
    for row in rows:
        if row.sample is not None:
            if row.sample_id not in open_samples:
                count += _settle(row, row.sample.state != SampleState.VOIDED, at)
        elif row.due_on.year == day_of(at).year and states.get(row.key) != State.LATE:
            count += _settle(row, states.get(row.key) == State.DONE, at)
    return count


@transaction.atomic
def _settle(row: Overdue, done: bool, at: datetime) -> int:
    lock_counties(county_of(row.path))
    if not Overdue.objects.filter(pk=row.pk, done_at=None).update(done_at=at):
        return 0
    if row.problem is not None:
        said = _("%(point)s：逾期的事项已经补做（%(what)s），请核实后办理销号。") if done else _(
            "%(point)s：逾期的事项没有补做，现在不再要求（%(what)s）：水样已作废、监测点已停用或方案已不采用，请核实后办理。")
        inform_problem(
            problem=row.problem, words=said % {"point": row.point.name, "what": row.what}, key=f"overdue:{row.pk}:done", by=SYSTEM, at=at, detail=_detail(row.sample))
    return 1


def _states(county: str, today: date) -> dict[str, State]:
    """key -> how a task of this year stands; what no plan asks for is not there."""
    found = entries(adopted(county, today.year), EVERYWHERE, county, today)
    return {f"task:{county}:{one.pack.id}:{one.standing.task.key}": one.standing.state for one in found}


def _detail(sample: Sample | None) -> dict[str, str]:
    return {"sample": sample.number} if sample is not None else {}
