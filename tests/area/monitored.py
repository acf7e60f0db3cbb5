"""Water quality at a place of a walked world: plans of its county, a point of the place or of a household, what was done there, samples on their way, one with results."""

from __future__ import annotations

from datetime import date, timedelta

from cast import AT
from django.conf import settings
from django.utils import timezone

from wenqu.households.models import Household
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.models import (
    ControlLimits,
    Custody,
    Delivery,
    Dose,
    Happening,
    LabFormat,
    Laboratory,
    Overdue,
    PlanEdition,
    Point,
    PointUse,
    ReportMade,
    Result,
    Review,
    Sample,
    Tally,
    Verdict,
)
from wenqu.quality.plans.actions import adopt_plan
from wenqu.quality.samples.numbering import sample_number
from wenqu.quality.verdicts.actions import judge_sample_now
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.quality.control_values import with_numbers
from wenqu.schemes.models import Scheme

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
    _furnish_results(county, place, point, name, number, by)
    furnish_verdict(county, point, name, number, by)
    _furnish_control(county, place, point, name, number, by)


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


def _furnish_results(county: Division, place: Division, point: Point, name: str, number: int, by: Account) -> None:
    """A sample with a reviewed result, a returned one and one that was corrected; a workbook where the place is a county or above. The laboratory is the county's."""
    laboratory = Laboratory.objects.filter(county=county).first() or Laboratory.objects.create(
        division=county, path=county.path, county=county, name=f"{name}疾控中心", certificate=f"{name}证书", certified_until=date(2030, 1, 1), added_by=by, added_at=AT)
    sample = Sample.objects.create(
        division=point.division, path=point.path, county=county, number=f"{number % 10**9:09d}-{place.level}", point=point, items=["arsenic", "colour", "turbidity"], state="taken",
        taken_at=AT, taken_by=by, taken_by_name=f"{name}采样员", note=f"{name}说明", made_by=by, made_at=AT)
    told = {"division": point.division, "path": point.path, "sample": sample, "sign": "value", "value": "5", "written": f"5{name}", "method": f"{name}法", "origin": "hand",
            "laboratory": laboratory, "entered_by": by, "entered_at": AT}
    old = Result.objects.create(item="colour", unit="度", state="replaced", **told)
    Result.objects.create(item="colour", unit="度", state="entered", instead_of=old, why=f"{name}更正", **told)
    returned = Result.objects.create(item="turbidity", unit="NTU", state="returned", due_on=date(2026, 3, 6), settled_by=by, settled_at=AT, **told)
    Review.objects.create(result=returned, opinion="return", why=f"{name}原因", due_on=date(2026, 3, 6), by=by, at=AT)
    Result.objects.create(item="arsenic", unit="mg/L", state="reviewed", settled_by=by, settled_at=AT, **told)
    if place.level <= Level.COUNTY:
        _furnish_delivery(county, laboratory, name, number, by)


def _furnish_delivery(county: Division, laboratory: Laboratory, name: str, number: int, by: Account) -> None:
    folder = settings.UPLOADS_DIR / f"lab-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.csv").write_text(f"样品编号,色度（度）,砷（mg/L）\n{name},5,0.001\n")
    (folder / "annotated.xlsx").write_bytes(f"{name}标注".encode())
    saved = LabFormat.objects.create(laboratory=laboratory, name=f"{name}格式", headers=[f"{name}编号"], heads="0" * 64, text="", saved_by=by, saved_at=AT)
    column = {"name": f"{name}色度", "item": "colour", "written": "度", "unit": "度", "code": ""}
    told = {"sheets": [{"name": f"{name}表", "kind": "wide", "rows": 1, "header": 1, "skipped": {}, "left_out": [f"{name}列"], "facts": [["样品编号", f"A {name}"]]}], "samples": 1, "results": 2,
            "counts": {"new": 2}, "unread": 0, "wrong": 1, "takes": 2, "cells": [[f"{name}表", 2, "A", "样品编号", name, f"{name}错"]], "columns": [column], "texts": [f"{name}编号"], "headers": []}
    Delivery.objects.create(
        division=county, path=county.path, laboratory=laboratory, file_name=f"{name}.csv", stored=f"lab-{name}", digest=f"{number:064d}", state="read", mapping="", format=saved, told=told, by=by, at=AT)


def furnish_unfit(scheme: Scheme, by: Account) -> Sample:
    """Water of a scheme that was found unfit and is still to be judged: whom it serves, here and elsewhere, is known when everything stands."""
    at, county = timezone.now() - timedelta(days=15), scheme.county
    where = {"division": scheme.division, "path": scheme.path}
    point = Point.objects.create(
        **where, county=county, number=f"JC{scheme.number}", name=f"{scheme.name}出厂水", shape="outlet", scheme=scheme, people=5, people_on=date(2026, 1, 1),
        from_on=date(2026, 1, 1), added_by=by, added_at=at)
    sample = Sample.objects.create(
        **where, county=county, number=f"202602-{point.pk:04d}", point=point, items=["iron"], state="received", taken_at=at, taken_by=by, taken_by_name=by.name, received_at=at,
        scheme_class="small", people=5, made_by=by, made_at=at)
    Result.objects.create(
        **where, sample=sample, item="iron", written="0.52", sign="value", value="0.52", unit="mg/L", origin="hand", state="reviewed", entered_by=by, entered_at=at, settled_by=by,
        settled_at=at)
    return sample


def judge_unfit(samples: list[Sample], by: Account) -> None:
    """What follows by the real actions from water that is unfit: it is told in the problem that the run of judging opened."""
    for sample in samples:
        verdict = judge_sample_now(sample=sample, by=by, at=timezone.now())
        assert verdict is not None and verdict.problem is not None, "an unfit sample opens a problem"


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
    Verdict.objects.create(**where, sample=sample, rests_on=f"{number:064d}", pack_id="gb5749-2022", digest="0" * 64, verdict="unfit", items=[one], words=said, at=at, up_to=at)
    Overdue.objects.create(**where, point=point, sample=sample, key=f"results:{sample.pk}", what=f"{name}水样检测结果逾期", due_on=date(2026, 1, 1), at=at)


def _furnish_control(county: Division, place: Division, point: Point, name: str, number: int, by: Account) -> None:
    """A spiked sample with what was added to it, the limits of the county; where the place is a county or above, a report of what happened."""
    main = Sample.objects.filter(point=point, results__item="iron").latest("pk")
    told = {"division_id": point.division_id, "path": point.path, "county": county, "state": "received", "taken_at": main.taken_at, "taken_by_name": f"{name}采样人", "made_by": by, "made_at": AT}
    spike = Sample.objects.create(number=f"202601-{number:04d}S"[:16], role="spike", point=point, of=main, items=["iron"], **told)
    blank = Sample.objects.create(number=f"202601-{number:04d}B"[:16], role="field_blank", items=["iron"], **told)
    for sample, value in ((spike, "0.62"), (blank, "0.02")):
        Result.objects.create(
            sample=sample, division_id=point.division_id, path=point.path, item="iron", written=f"{value}{name}", sign="value", value=value, unit="mg/L", origin="hand", state="reviewed",
            entered_by=by, entered_at=AT, settled_by=by, settled_at=AT)
    Dose.objects.create(
        sample=spike, division_id=point.division_id, path=point.path, item="iron", strength=100, unit="mg/L", volume="0.5", bottle=500, solution=f"{name}标液", by=by, at=AT,
        key=f"{name}-{number}:iron")
    if not ControlLimits.objects.filter(division=county).exists():
        # The county's as its plans are: towns read them.
        pack = with_numbers(load_pack("quality-control"), {"spikes.low": 85}, document=f"{name}质控文件", date="2026-01-01")
        ControlLimits.objects.create(
            division=county, path=county.path, text=pack.text, digest=pack.digest, changed=[{"key": "spikes.low", "was": "90", "now": "85", "unit": "%"}], document=f"{name}质控文件",
            document_on=date(2026, 1, 1), set_by=by, set_at=AT, key=f"{name}-{number}")
    if place.level <= Level.COUNTY:
        edition = PlanEdition.objects.filter(division=county, pack_id="plan-vegetables").latest("pk")
        happening = Happening.objects.create(
            division=county, path=county.path, edition=edition, pack_id="plan-vegetables", event="misuse", on=timezone.now() - timedelta(days=3), words=f"{name}违规", key=f"{name}-{number}",
            by=by, at=AT)
        ReportMade.objects.create(
            division=county, path=county.path, happening=happening, pack_id="plan-vegetables", rule="misuse_notice", on=happening.on, sender=f"{name}报告人", receivers=["checked"],
            reference=f"{name}文号", key=f"{name}-{number}", by=by, at=AT)
