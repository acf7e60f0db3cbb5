"""What the pages of help read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum

from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.places.models import Account, Duty
from wenqu.places.paths import ancestors
from wenqu.places.queries import names_of, row_in
from wenqu.places.rights import Right, roles_with
from wenqu.places.scope import Area, within
from wenqu.watch.helping.alarms import CARRIED_OUT, WANTS, asked, missing_of
from wenqu.watch.models import HelperChange, Measure, MeasureState, Visit, Watched

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A household on the list with how it is helped."""

    watched: Watched
    place: str
    planned: int
    done: int
    fen: int
    visited_on: date | None
    alarms: tuple[str, ...]
    missing: tuple[str, ...]


def on_list(area: Area) -> QuerySet[Watched]:
    """The households on the list in an area, the newest first."""
    return within(Watched.objects.filter(left_on=None), area).order_by("-pk")


def lines(area: Area, want: str, on: date, before: int | None) -> list[Line]:
    """One more than a page of them, for whoever asks whether another page follows."""
    rows = on_list(area).select_related("household", "contact", "division")
    if want in WANTS:
        rows = rows.filter(asked(want, area, on))
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: SHOWN + 1])
    keys = [row.pk for row in found]
    measures = {
        pk: told for pk, *told in Measure.objects.filter(watched__in=keys).exclude(state=MeasureState.DROPPED).order_by().values_list("watched").annotate(
            planned=Count("pk"), carried_out=Count("pk", filter=Q(state__in=CARRIED_OUT)), fen=Sum("done_fen", filter=Q(state__in=CARRIED_OUT)))}
    visits = dict(Visit.objects.filter(watched__in=keys).order_by().values_list("watched").annotate(last=Max("on")))
    marks = {name: set(Watched.objects.filter(pk__in=keys).filter(asked(name, area, on)).values_list("pk", flat=True)) for name in ("no_measure", "no_visit", "worse")}
    names = names_of({row.path for row in found})
    out = []
    for row in found:
        planned, done, fen = measures.get(row.pk, (0, 0, 0))
        alarms = tuple(str(WANTS[name]) for name, keys_of in marks.items() if row.pk in keys_of)
        out.append(Line(row, names.get(row.path, ""), planned, done, fen or 0, visits.get(row.pk), alarms, tuple(missing_of(row))))
    return out


def counts(area: Area, on: date) -> dict[str, int]:
    """How many households are on the list, and how many of them each filter finds."""
    rows = on_list(area).order_by()
    return {"all": rows.count(), **{name: rows.filter(asked(name, area, on)).count() for name in WANTS}}


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


def proofs_of(measures: list[Measure]) -> dict[int, list[Evidence]]:
    """measure -> its files."""
    found: dict[int, list[Evidence]] = {}
    for row in Evidence.objects.filter(subject__in=[f"measure:{each.pk}" for each in measures]).select_related("by").order_by("pk"):
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
