"""Reads of forms."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Prefetch, QuerySet

from wenqu.forms.compiling import Compiled
from wenqu.kit.addresses import number_in
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, within
from wenqu.survey.designing.checking import SHIPPED
from wenqu.survey.designing.differences import Compared, compared, compared_versions
from wenqu.survey.models import Form, FormTable, FormVersion, Submission


def forms_in(area: Area) -> QuerySet[Form]:
    """The forms of an area, those that are offered first."""
    told: dict[str, Any] = {"count": Count("versions"), "newest_at": Max("versions__at")}
    return within(Form.objects.all(), area).select_related("division").annotate(**told).order_by("-withdrawn_at", "title", "pk")


def versions_of(form: Form) -> list[FormVersion]:
    """All versions of a form, the newest first, with how many records came of each."""
    tables = Prefetch("tables", FormTable.objects.defer("content").order_by("name"))
    rows = list(form.versions.select_related("by").defer("workbook", "xform", "plan").prefetch_related(tables).order_by("-pk"))
    counts = dict(
        Submission.objects.filter(version__form=form).order_by().values_list("version").annotate(Count("pk")))
    for row in rows:
        row.records = counts.get(row.pk, 0)  # type: ignore[attr-defined]
    return rows


def counties_of(area: Area) -> list[Division]:
    """Where somebody may publish."""
    return list(within(Division.objects.filter(level=Level.COUNTY), area).order_by("path"))


@dataclass(frozen=True)
class Checked:
    """A workbook that could be published, beside the newest version of its form in the county."""

    county: Division
    name: str
    title: str
    form_id: str
    version: str
    before: FormVersion | None
    # The number of its version is taken already.
    taken: bool
    compared: Compared


def checked(county: Division, compiled: Compiled, name: str) -> Checked:
    """What publishing a workbook would change."""
    versions = FormVersion.objects.filter(form__division=county, form__form_id=compiled.form_id).defer("workbook", "xform")
    before = versions.order_by("-pk").first()
    return Checked(
        county, name, compiled.title, compiled.form_id, compiled.version, before, versions.filter(version=compiled.version).exists(),
        compared(compiled.plan, json.loads(before.plan) if before is not None else None))


def newest_compared(form: Form) -> Compared | None:
    """What the newest version of a form asks otherwise than the one before."""
    plans = list(FormVersion.objects.filter(form=form).order_by("-pk").values_list("plan", flat=True)[:2])
    return compared_versions(plans[0], plans[1] if len(plans) > 1 else None) if plans else None


def shipped_not_published(county: Division) -> list[str]:
    """The forms that come along and that a county has not published."""
    there = set(Form.objects.filter(division=county).values_list("form_id", flat=True))
    return [name for name, form_id in SHIPPED.items() if form_id not in there]


def version_of_county(county: int, pk: int) -> FormVersion | None:
    """A version of a form of a county, old ones too."""
    return FormVersion.objects.select_related("form").defer("workbook").filter(pk=number_in(str(pk)) or 0, form__division_id=county).first()
