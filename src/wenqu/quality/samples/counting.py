"""Samples as the calendar counts them: water that was taken and stands, with the items that it is tested for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from wenqu.kit.days import day_of
from wenqu.quality.models import JUDGED, Sample
from wenqu.quality.samples.lifecycle import STANDING
from wenqu.rulebook.quality.plans import Done


def done_by_samples(points: Iterable[int], first: date, last: date) -> list[Done]:
    """Samples of the judged roles taken at points from a day to a day. One query."""
    taken = Sample.objects.filter(
        point__in=list(points), role__in=JUDGED, state__in=STANDING, taken_at__gte=_start(first), taken_at__lt=_start(last + timedelta(days=1)))
    return [Done(str(point), day_of(at), frozenset(items)) for point, at, items in taken.order_by("pk").values_list("point", "taken_at", "items") if at is not None]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
