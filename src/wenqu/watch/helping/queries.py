"""What the pages of help read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.places.models import Account, Duty
from wenqu.places.paths import ancestors
from wenqu.places.queries import row_in
from wenqu.places.rights import Right, roles_with
from wenqu.places.scope import Area
from wenqu.watch.models import HelperChange, Measure, Visit, Watched


def household_in(area: Area, pk: int) -> Household:
    """A household where whoever asks sees the list."""
    return row_in(Household.objects.select_related("division"), area, pk, "household")


def measure_in(area: Area, pk: int) -> Measure:
    return row_in(Measure.objects.select_related("household", "watched"), area, pk, "measure")


def watched_in(area: Area, pk: int) -> Watched:
    return row_in(Watched.objects.select_related("household", "contact", "division"), area, pk, "watched")


def listings_of(household: Household) -> list[Watched]:
    """Its times on the list, the newest first."""
    return list(Watched.objects.filter(household=household).select_related("contact").order_by("-entered_on", "-pk"))


def measures_of(household: Household) -> list[Measure]:
    """All its measures, of urgent help and of earlier times on the list too, the newest first."""
    return list(Measure.objects.filter(household=household).select_related("planned_by", "done_by", "effect_by", "watched").order_by("-pk"))


def proofs_of(rows: Sequence[Measure | Visit]) -> dict[int, list[Evidence]]:
    """measure or visit -> its files."""
    found: dict[int, list[Evidence]] = {}
    for row in Evidence.objects.filter(subject__in=[f"{each._meta.model_name}:{each.pk}" for each in rows]).select_related("by").order_by("pk"):
        found.setdefault(int(row.subject.partition(":")[2]), []).append(row)
    return found


def visits_of(watched: Watched, most: int = 24) -> list[Visit]:
    return list(Visit.objects.filter(watched=watched)[:most])


def helpers_of(watched: Watched) -> list[HelperChange]:
    return list(HelperChange.objects.filter(watched=watched).select_related("by", "contact"))


def contacts_for(area: Area, path: str, on: date) -> QuerySet[Account]:
    """Who may be the contact person of a household: whoever helps there by a duty held that day, within the area of who asks."""
    there = [each for each in ancestors(path) if area.covers(each)]
    held = Duty.objects.held_on(on).filter(division__path__in=there, role__in=roles_with(Right.HELP))
    return Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("name", "pk")
