"""Reads of results: what waits for review, what was returned, one sample with all that was ever entered, deliveries."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Min, Q, QuerySet

from wenqu.kit.days import day_of
from wenqu.places.models import Division
from wenqu.places.queries import row_in
from wenqu.places.scope import Area, below, within
from wenqu.quality.models import STANDING, Delivery, Laboratory, Result, ResultState, Sample
from wenqu.quality.verdicts.asked import agent_of
from wenqu.rulebook.loader import load_pack, pack_ids
from wenqu.rulebook.quality.judging.due import asked_by
from wenqu.rulebook.quality.judging.editions import EditionMissing, edition_for, water_of
from wenqu.rulebook.quality.results.naming import item_names

WAITING, RETURNED, LATE, ALL = "waiting", "returned", "late", "all"
TABS = (WAITING, RETURNED, LATE, ALL)


def sample_in(area: Area, pk: int) -> Sample:
    """The sample, or 404 where it does not exist or lies outside the area."""
    return row_in(Sample.objects.select_related("division", "county", "point", "edition", "taken_by"), area, pk, "sample")


def result_in(area: Area, pk: int) -> Result:
    """The result, or 404."""
    return row_in(Result.objects.select_related("sample__county", "sample__edition", "laboratory"), area, pk, "result")


def delivery_in(area: Area, pk: int) -> Delivery:
    """The delivery, or 404."""
    return row_in(Delivery.objects.select_related("laboratory__county", "division", "job", "by", "taken_by", "format"), area, pk, "delivery")


def laboratory_in(area: Area, pk: int) -> Laboratory:
    """The laboratory, or 404."""
    return row_in(Laboratory.objects.select_related("county"), area, pk, "laboratory")


def laboratories_of(county: Division) -> QuerySet[Laboratory]:
    """Who tests for a county."""
    return Laboratory.objects.filter(county=county)


def condition(tab: str, on: date) -> Q:
    """Which results a tab is about."""
    return {
        WAITING: Q(results__state=ResultState.ENTERED), RETURNED: Q(results__state=ResultState.RETURNED),
        LATE: Q(results__state=ResultState.RETURNED, results__due_on__lt=on), ALL: Q(results__isnull=False),
    }[tab]


def samples_with(area: Area, path: str, tab: str, on: date) -> QuerySet[Sample]:
    """Samples of an area at or below a path with results of a tab, the oldest first; of all results the newest first."""
    keys = Sample.objects.filter(condition(tab, on)).values("pk")
    rows = within(Sample.objects.filter(below(path), pk__in=keys), area).select_related("point")
    # Asked anew for the rows found: how many of each state, and by when the first of those returned is due.
    rows = rows.annotate(
        entered=Count("results", filter=Q(results__state=ResultState.ENTERED)), reviewed=Count("results", filter=Q(results__state=ResultState.REVIEWED)),
        returned=Count("results", filter=Q(results__state=ResultState.RETURNED)), due=Min("results__due_on", filter=Q(results__state=ResultState.RETURNED)))
    return rows.order_by("-taken_at", "-pk") if tab == ALL else rows.order_by("due", "taken_at", "pk")


def tab_counts(area: Area, path: str, on: date) -> dict[str, int]:
    """How many samples stand under each tab."""
    return {tab: within(Sample.objects.filter(below(path), pk__in=Sample.objects.filter(condition(tab, on)).values("pk")), area).count() for tab in TABS}


def results_of(sample: Sample) -> list[Result]:
    """All that was ever entered for a sample, in the order of the standard."""
    order = {key: place for place, key in enumerate(item_names())}
    rows = sample.results.select_related("entered_by", "settled_by", "laboratory", "delivery").prefetch_related("reviews__by")
    return sorted(rows, key=lambda row: (order.get(row.item, len(order)), row.pk))


def items_asked(sample: Sample) -> list[str]:
    """What a sample is to be tested for: as planned, with what its disinfectant makes due; without a plan every item of the edition of its day."""
    every = list(item_names())
    try:
        water = water_of(edition_for(day_of(sample.taken_at), map(load_pack, pack_ids("water-limits")))) if sample.taken_at else None
    except EditionMissing:
        water = None
    agent = water.disinfectants.get(agent_of(sample.disinfectant, water) or "") if water is not None else None
    asked = set(sample.items) | (asked_by(agent) if agent is not None else set())
    if not sample.items:
        asked |= set(water.items) if water is not None else set(every)
    return [key for key in every if key in asked]


def standing_items(sample: Sample) -> set[str]:
    """Items of a sample that have a result which counts or may come to count."""
    return set(sample.results.filter(state__in=STANDING).values_list("item", flat=True))


def deliveries(area: Area, county: Division) -> QuerySet[Delivery]:
    """Workbooks of a county, the newest first."""
    return within(Delivery.objects.filter(division=county), area).select_related("laboratory", "by", "job").defer("told", "mapping")
