"""Water quality at a place of a walked world: plans of its county, a point of the place or of a household, and what was done there."""

from __future__ import annotations

from datetime import date, timedelta

from cast import AT
from django.utils import timezone

from wenqu.households.models import Household
from wenqu.places.models import Account, Division
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.models import Overdue, PlanEdition, Point, PointUse, Result, Sample, Tally, Verdict
from wenqu.quality.plans.actions import adopt_plan

PLANS = {"plan-county-water": "household", "plan-vegetables": "town_station"}


def furnish_quality(county: Division, place: Division, name: str, number: int, by: Account, home: Household | None) -> None:
    """One of everything. The plans are the county's: towns read them, so a county has one of each, whoever furnishes first."""
    year = timezone.localdate().year
    for pack in PLANS:
        if not PlanEdition.objects.filter(division=county, pack_id=pack).exists():
            adopt_plan(division=county, year=year, pack_id=pack, document=f"{name}文件", document_on=date(2026, 1, 1), area=EVERYWHERE, by=by, at=AT)
    pack, kind = list(PLANS.items())[home is None]
    where = home.division if home is not None else place
    point = Point.objects.create(
        division=where, path=where.path, county=county, number=f"{name}JC{number}"[:24], name=f"{name}监测点", shape="unit" if home is None else "household", household=home,
        place=f"{name}取水口", people=None if home is None else home.people, people_on=date(2026, 1, 1), from_on=date(year, 1, 1), added_by=by, added_at=AT)
    PointUse.objects.create(point=point, pack_id=pack, kind=kind)
    Tally.objects.create(
        division=where, path=where.path, point=point, pack_id=pack, rule="others" if home is not None else "town_month", on=date(year, 1, 10), count=7,
        note=f"{name}说明", key=f"{name}-{number}", by=by, at=AT)
    furnish_verdict(county, point, name, number, by)


def furnish_verdict(county: Division, point: Point, name: str, number: int, by: Account) -> None:
    """A sample that was found unfit, and results that are late. Nothing follows from it here: problems and facts are furnished by themselves."""
    at = timezone.now() - timedelta(days=20)
    where = {"division_id": point.division_id, "path": point.path}
    sample = Sample.objects.create(
        **where, county=county, number=f"202601-{number:04d}V"[:16], point=point, state="received", taken_at=at, taken_by=by, taken_by_name=f"{name}采样人", received_at=at,
        people=9, made_by=by, made_at=at)
    result = Result.objects.create(
        **where, sample=sample, item="iron", written="0.52", sign="value", value="0.52", unit="mg/L", origin="hand", state="reviewed", entered_by=by, entered_at=at, settled_by=by,
        settled_at=at)
    said = {"zh": f"{name}铁 0.52 mg/L，超过限值 0.3 mg/L。", "en": f"{name} iron 0.52 mg/L is over 0.3 mg/L."}
    one = {"item": "iron", "name": "铁", "result": result.pk, "verdict": "unfit", "reason": "over", "clause": "表1", "written": "0.52 mg/L", "limit": "≤0.3 mg/L", **said}
    Verdict.objects.create(**where, sample=sample, rests_on=f"{number:064d}", pack_id="gb5749-2022", digest="0" * 64, verdict="unfit", items=[one], words=said, at=at)
    Overdue.objects.create(**where, point=point, sample=sample, key=f"results:{sample.pk}", what=f"{name}水样检测结果逾期", due_on=date(2026, 1, 1), at=at)
