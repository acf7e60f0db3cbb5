"""Help at a place of a walked world: a household on the list with a measure, a visit and a change of its helper."""

from __future__ import annotations

from datetime import date

from cast import AT

from wenqu.households.models import Household
from wenqu.places.models import Account
from wenqu.watch.models import HelperChange, InsuranceCase, InsuranceStep, Measure, Visit, Watched


def furnish_help(name: str, by: Account, home: Household | None) -> None:
    """One of everything. A household is on the list once, whoever furnishes first."""
    if home is None:
        return
    place = {"division": home.division, "path": home.path}
    row = Watched.objects.filter(household=home, left_on=None).first() or Watched.objects.create(
        household=home, **place, object_kind="edge", object_name=f"{name}对象", main_cause="illness", causes=["illness"], cause_names=[f"{name}病"],
        entered_on=date(2026, 1, 5), helper_name=f"{name}帮扶人", helper_unit=f"{name}单位", helper_phone="13900000001", contact=by, source=f"{name}导入", added_by=by, added_at=AT)
    Measure.objects.create(
        household=home, watched=row, **place, kind="dibao", kind_name=f"{name}低保", department="civil", department_name=f"{name}局", person=f"{name}责任人",
        plan=f"{name}措施", planned_on=date(2026, 1, 6), planned_fen=100, planned_by=by, planned_at=AT)
    Visit.objects.create(watched=row, **place, on=date(2026, 2, 1), way="home", way_name="入户走访", found=f"{name}走访", by=by, by_name=by.name, at=AT)
    HelperChange.objects.create(watched=row, **place, before_name=f"{name}原", name=f"{name}帮扶人", why=f"{name}原因", contact=by, by=by, at=AT)
    case = InsuranceCase.objects.create(
        household=home, **place, risk="illness", department=f"{name}医保局", month="202602", listed_on=date(2026, 2, 5), state="village", version=1, added_by=by, added_at=AT)
    InsuranceStep.objects.create(case=case, name="screen_village", outcome="go_on", state="village", on=date(2026, 2, 6), note=f"{name}初筛", by=by, by_name=by.name, at=AT)
