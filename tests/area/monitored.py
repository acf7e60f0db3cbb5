"""Water quality at a place of a walked world: plans of its county, a point of the place or of a household, what was done there, and samples on their way."""

from __future__ import annotations

from datetime import date

from cast import AT
from django.utils import timezone

from wenqu.households.models import Household
from wenqu.places.models import Account, Division
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.models import Custody, PlanEdition, Point, PointUse, Result, Sample, Tally
from wenqu.quality.plans.actions import adopt_plan
from wenqu.quality.samples.numbering import sample_number

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
    _samples(county, point, name, number, by)


def _samples(county: Division, point: Point, name: str, number: int, by: Account) -> None:
    """One to be taken and one on its way, of the same trip."""
    edition = PlanEdition.objects.filter(division=county, pack_id="plan-county-water").first()
    told = {"division_id": point.division_id, "path": point.path, "county": county, "point": point, "edition": edition, "trip": f"CY{number:05d}", "items": ["ph"],
            "planned_on": timezone.localdate(), "made_by": by, "made_at": AT}
    Sample.objects.create(number=sample_number(timezone.localdate(), 2 * number), **told)
    taken = Sample.objects.create(
        number=sample_number(timezone.localdate(), 2 * number + 1), state="taken", taken_at=AT, taken_by=by, taken_by_name=f"{name}采样人", scheme_class="small",
        disinfectant=f"{name}消毒", people=number, note=f"{name}说明", **told)
    Custody.objects.create(sample=taken, step="taken", at=AT, taker=f"{name}采样人", words=f"{name}说明", by=by, told_at=AT, key=f"{name}-taken-{number}")
    Result.objects.create(sample=taken, division_id=point.division_id, path=point.path, item="ph", written="7.1", value="7.1", origin="field", entered_by=by, entered_at=AT)
