"""Review of a whole workbook by a second person: what nobody has a remark on is accepted, in chunks of samples, each one transaction
with what follows from it. What is in doubt is returned or invalidated before, sample by sample."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, FloatField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job, State
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
from wenqu.kit.chunks import chunks
from wenqu.kit.giving_way import giving_way
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Right
from wenqu.places.scope import EVERYWHERE, Area, area_of
from wenqu.quality.holding import hold_counting
from wenqu.quality.models import (
    Delivery,
    DeliveryState,
    Opinion,
    Result,
    ResultState,
    Review,
    Sample,
    SampleState,
)
from wenqu.quality.results.counting import all_changed
from wenqu.quality.results.permissions import check_can_review_county

Actor = Account | audit.Actor
KIND = "quality_review"
TOGETHER = 200  # samples in one transaction
# What follows from a verdict follows for a scheme or household: one after the other each is gone through in few transactions.
_ORDER = ("point__scheme", "point__household", "taken_at", "pk")


def open_to(delivery: Delivery, by: Any) -> QuerySet[Result]:
    """The results of a delivery that wait and that somebody may review: neither uploaded nor taken over by themselves, nor of a sample
    that they took. In rows what `check_is_second` asks of one."""
    if by.pk is not None and by.pk == delivery.by_id:
        return Result.objects.none()
    rows = Result.objects.filter(delivery=delivery, state=ResultState.ENTERED).exclude(sample__state=SampleState.VOIDED)
    return rows if by.pk is None else rows.filter(~Q(entered_by=by.pk), Q(sample__taken_by=None) | ~Q(sample__taken_by=by.pk))


def review_of(delivery: Delivery) -> Job | None:
    """The newest review of the whole."""
    return Job.objects.filter(kind=KIND, args__delivery=delivery.pk).order_by("-pk").first()


def seen_at_a_glance(delivery: Delivery) -> list[dict[str, Any]]:
    """What waits of each item: how many, of how many samples a number, and the lowest and highest number. One query."""
    number = Case(When(~Q(value=""), sign="value", then=Cast("value", FloatField())), default=Value(None), output_field=FloatField())
    rows = Result.objects.filter(delivery=delivery, state=ResultState.ENTERED).values("item", "unit").annotate(
        count=Count("pk"), numbers=Count("pk", filter=Q(sign="value")), lowest=Min(number), highest=Max(number))
    return [row | {end: f"{row[end]:.10g}" for end in ("lowest", "highest") if row[end] is not None} for row in map(dict, rows.order_by("item", "unit"))]


@transaction.atomic
def submit_review(*, delivery: Delivery, count: int, area: Area, by: Account, at: datetime) -> Job:
    """Queue the acceptance of all results of a delivery that wait, as many as were shown."""
    check_can_review_county(delivery.division, area)
    row = Delivery.objects.select_for_update(of=("self",)).select_related("division").get(pk=delivery.pk)
    if row.state == DeliveryState.TAKING:
        raise Refused("wrong_state", _("这份报表还在采用，采用完再审核"))
    job = review_of(row)
    if job is not None and job.state in {State.QUEUED, State.RUNNING}:
        raise Refused("job_running", _("这份报表还有任务没有完成，请稍候。"))
    waits = open_to(row, by).count()
    if not waits:
        raise Refused("nothing_waits", _("没有等您审核的结果；您自己录入的、您采的样品，请由另一个人审核"))
    if waits != count:
        raise Refused("changed_meanwhile", _("等待审核的结果刚刚有变化，请刷新后再看"))
    return submit_job(kind=KIND, args={"delivery": row.pk}, title=(_("审核检测报表 %(name)s") % {"name": row.file_name})[:200], path=row.path, by=by, at=at, result_right=Right.QUALITY_REVIEW)


def review_delivery(*, delivery: Delivery, by: Actor, at: datetime, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Accept what waits, subject by subject, the earliest samples first. Killed, it goes on with what still waits. Returns how many results were accepted."""
    area = area_of(by, timezone.localtime(at).date()) if isinstance(by, Account) else EVERYWHERE
    check_can_review_county(delivery.division, area)
    # What is entered later was not seen.
    seen = open_to(delivery, by).filter(entered_at__lte=at)
    waiting = list(Sample.objects.filter(pk__in=seen.values("sample")).order_by(*_ORDER).values_list("pk", flat=True))
    accepted = done = 0
    for keys in chunks(waiting, TOGETHER):
        with giving_way():
            accepted += accept_chunk(delivery, keys, by, at)
        done += len(keys)
        progress(done, len(waiting))
    return accepted


@transaction.atomic
def accept_chunk(delivery: Delivery, keys: list[int], by: Actor, at: datetime) -> int:
    """Accept what waits of some samples, with what follows from all of it together."""
    samples = hold_counting(keys)
    rows = open_to(delivery, by).filter(sample__in=keys, entered_at__lte=at)
    found = list(rows.values_list("pk", flat=True))
    Result.objects.filter(pk__in=rows.values("pk")).update(
        state=ResultState.REVIEWED, settled_by_id=by.pk, settled_at=at, version=F("version") + 1)
    insert_rows(Review, ("result", "opinion", "why", "due_on", "by", "at", "key"), (
        (pk, Opinion.ACCEPT.value, "", None, by.pk, at, f"d{delivery.pk}.{pk}") for pk in found))
    audit.record(by=by, verb="review_delivery", at=at, subject=f"delivery:{delivery.pk}", path=delivery.path, detail={"samples": len(samples), "count": len(found)})
    all_changed(samples, by, at)
    return len(found)
