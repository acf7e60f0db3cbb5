"""What the pages of the insurance read."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.places.queries import row_in
from wenqu.places.scope import Area, within
from wenqu.watch.models import CaseState, InsuranceCase, InsuranceStep

SHOWN = 50


def cases_in(area: Area, state: str, before: int | None) -> QuerySet[InsuranceCase]:
    """The cases of an area, the newest first."""
    rows = within(InsuranceCase.objects.select_related("household", "division"), area).order_by("-pk")
    rows = rows.filter(state=state) if state in CaseState.values else rows
    return rows.filter(pk__lt=before) if before is not None else rows


def case_in(area: Area, pk: int) -> InsuranceCase:
    return row_in(InsuranceCase.objects.select_related("household", "division"), area, pk, "insurance")


def figures(area: Area) -> dict[str, Any]:
    """As a report tells them: taken in, checked at home, in a notice (ever), paid, and how much."""
    told = within(InsuranceCase.objects.all(), area).order_by().aggregate(
        listed=Count("pk"), checked=Count("pk", filter=Q(checks__gt=0)), posted=Count("pk", filter=Q(posted_on__isnull=False)),
        paid=Count("pk", filter=Q(state=CaseState.PAID)), fen=Sum("paid_fen"))
    sample = InsuranceStep.objects.filter(name="check_again", case__in=within(InsuranceCase.objects.all(), area)).values("case").distinct().count()
    return {**told, "fen": told["fen"] or 0, "again": sample}


def counts(area: Area) -> dict[str, int]:
    return dict(within(InsuranceCase.objects.all(), area).order_by().values_list("state").annotate(n=Count("pk")))


def steps_of(case: InsuranceCase) -> list[dict[str, Any]]:
    """The story of a case, each step with its files."""
    proofs: dict[str, list[Evidence]] = {}
    for row in Evidence.objects.filter(subject=f"insurance:{case.pk}").select_related("by").order_by("pk"):
        proofs.setdefault(row.about, []).append(row)
    return [{"step": step, "proofs": proofs.get(f"step:{step.pk}", [])} for step in case.steps.select_related("by")]


def households_named(area: Area, numbers: list[str]) -> tuple[list[Household], list[str]]:
    """The households of an area with these numbers, and the numbers of which there is none or more than one."""
    found: dict[str, list[Household]] = {}
    for start in range(0, len(numbers), 500):
        for home in within(Household.objects.filter(number__in=numbers[start : start + 500]), area):
            found.setdefault(home.number, []).append(home)
    return [homes[0] for homes in found.values() if len(homes) == 1], [number for number in numbers if len(found.get(number, ())) != 1]
