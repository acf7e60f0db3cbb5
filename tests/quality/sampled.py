"""Samples with reviewed results, put into the tables as the other rooms leave them there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from cast import Cast
from django.utils import timezone

from wenqu.kit.audit import SYSTEM
from wenqu.quality.models import Point, Result, Sample, Verdict
from wenqu.quality.verdicts.actions import judge_sample_now
from wenqu.schemes.models import Scheme

MARCH = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
GOOD = {"iron": "0.1", "turbidity": "0.5"}
BAD = {"iron": "0.52", "turbidity": "0.5"}


def point_at(cast: Cast, scheme: Scheme | None, shape: str = "outlet", **fields: Any) -> Point:
    where = scheme or fields.get("household")
    number = f"JC{Point.objects.count() + 1:04d}"
    values = {"name": f"{scheme.name if scheme else '农户'}{shape}", "people": 3, "from_on": date(2026, 1, 1), "added_at": datetime(2026, 1, 1, tzinfo=UTC)} | fields
    return Point.objects.create(division_id=where.division_id, path=where.path, county=cast.county, number=number, shape=shape, scheme=scheme, **values)


def sample_at(point: Point, day: date, **fields: Any) -> Sample:
    moment = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
    values = {"role": "routine", "state": "received", "taken_at": moment, "received_at": moment, "scheme_class": "large", "source_limited": False, "treatment_limited": False,
              "disinfectant": "次氯酸钠", "people": point.people, "items": ["iron", "turbidity"], "made_at": moment} | fields
    return Sample.objects.create(
        division_id=point.division_id, path=point.path, county=point.county, number=f"{day:%Y%m}-{Sample.objects.count() + 1:04d}7", point=point, **values)


def result_of(sample: Sample, item: str, written: str, state: str = "reviewed", at: datetime | None = None, **fields: Any) -> Result:
    sign = {"<": "below", ">": "above"}.get(written[:1], "value")
    values: dict[str, Any] = {"sign": sign, "value": written.lstrip("<>"), "unit": "", "origin": "hand"} | fields
    return Result.objects.create(
        division_id=sample.division_id, path=sample.path, sample=sample, item=item, written=written, state=state, entered_at=sample.made_at,
        settled_at=at if state != "entered" else None, **values)


def review(sample: Sample, at: datetime = MARCH, **written: str) -> Verdict | None:
    """Reviewed results of a sample, judged in the moment of the review."""
    for item, text in written.items():
        result_of(sample, item, text, at=at)
    return judge_sample_now(sample=sample, by=SYSTEM, at=at)


def invalidate(sample: Sample, item: str, at: datetime) -> Verdict | None:
    sample.results.filter(item=item, state="reviewed").update(state="invalid", why="取样瓶污染", settled_at=at)
    return judge_sample_now(sample=sample, by=SYSTEM, at=at)


def today() -> date:
    return timezone.localdate()
