"""The watch list at a place of a walked world: rules of its county, a household on the list, and one on its way with a paper."""

from __future__ import annotations

from datetime import date

from cast import AT

from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.places.models import Account, Division
from wenqu.places.scope import EVERYWHERE
from wenqu.watch.courses.replay import columns, replayed
from wenqu.watch.models import Act, ActPaper, Course, Edition, PackKind, Watched
from wenqu.watch.rules.actions import adopt_edition

PACKS = {PackKind.PROCEDURES: "six-steps-huangping-2021", PackKind.JUDGING: "national-2026"}


def furnish_watch(county: Division, name: str, by: Account, home: Household | None, proof: Evidence) -> None:
    """One of everything. The rules are the county's: towns read them, so a county has one of each, whoever furnishes first."""
    for kind, pack in PACKS.items():
        if not Edition.objects.filter(division=county, kind=kind).exists():
            adopt_edition(division=county, kind=kind, pack_id=pack, document=f"{name}文件", from_on=date(2026, 1, 1), area=EVERYWHERE, by=by, at=AT)
    if home is None:
        return
    edition = Edition.objects.filter(division=county, kind=PackKind.PROCEDURES).order_by("pk")[0]
    if Course.objects.filter(household=home, ended="").exists() or Watched.objects.filter(household=home, left_on=None).exists():
        return
    course = Course.objects.create(
        household=home, division=home.division, path=home.path, edition=edition, route="entry", begun_on=date(2026, 1, 5), way="survey",
        clue=f"{name}线索", opened_by=by, opened_at=AT, position="clue", awaits="clue", since=date(2026, 1, 5))
    act = Act.objects.create(
        course=course, number=1, doing="take", step="clue", outcome="go_on", on=date(2026, 1, 6), by=by, by_name=by.name, role="county_dispatcher",
        words=f"{name}说明", at=AT)
    ActPaper.objects.create(act=act, kind="clue_record", evidence=proof)
    here = replayed(course)
    Course.objects.filter(pk=course.pk).update(version=1, **columns(here.pure, here.pack))
    Watched.objects.create(
        household=home, division=home.division, path=home.path, object_kind="object", object_name=f"{name}对象", main_cause="illness", causes=["illness"],
        cause_names=[f"{name}因病"], entered_on=date(2025, 3, 1), left_on=date(2025, 9, 1), helper_name=f"{name}帮扶人", source=f"{name}导入", added_at=AT)
