"""Reads of samples: of an area, of a trip, by number; what a trip can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from wenqu.places.queries import row_in
from wenqu.places.scope import Area, below, within
from wenqu.quality.calendar.queries import Entry
from wenqu.quality.models import Custody, Role, Sample, SampleState
from wenqu.quality.samples.numbering import read_number
from wenqu.rulebook.quality.plans import State, Window

_WITH = ("point", "of", "edition", "county", "division", "taken_by", "made_by")


def sample_in(area: Area, pk: int) -> Sample:
    """The sample, or 404 where it does not exist or lies outside the area."""
    return row_in(Sample.objects.select_related(*_WITH), area, pk, "sample")


def samples_in(area: Area, keys: Iterable[int]) -> list[Sample]:
    """Those of these samples that lie in an area, in the order of their numbers."""
    return list(within(Sample.objects.filter(pk__in=list(keys)), area).order_by("pk"))


def samples_below(area: Area, path: str, state: str = "", role: str = "", month: date | None = None) -> QuerySet[Sample]:
    """Samples of an area at or below a path, the newest first. `month`: in which they were planned."""
    rows = within(Sample.objects.filter(below(path)), area).select_related("point").order_by("-pk")
    if state in SampleState.values:
        rows = rows.filter(state=state)
    if role in Role.values:
        rows = rows.filter(role=role)
    return rows if month is None else rows.filter(planned_on__year=month.year, planned_on__month=month.month)


def trip_of(area: Area, sample: Sample) -> list[Sample]:
    """The samples of its trip in an area, in the order of their numbers; itself where it belongs to none."""
    if not sample.trip:
        return [sample]
    rows = Sample.objects.filter(county=sample.county_id, trip=sample.trip).select_related("point__scheme", "of", "edition", "county")
    return list(within(rows, area).order_by("pk"))


def found_by_number(area: Area, text: str) -> list[Sample]:
    """Samples of an area by their number as it was typed or scanned; counties number by themselves."""
    number = read_number(text)
    return list(within(Sample.objects.filter(number=number), area).select_related("county").order_by("pk")[:20]) if number else []


def taken_by(sample: Sample) -> str:
    """The key of the request or record by which it was taken, as long as it stands so."""
    last = sample.custody.filter(step__in=[SampleState.TAKEN, SampleState.PLANNED]).order_by("-pk").first()
    return (last.key or "").partition("#")[0] if last is not None and last.step == SampleState.TAKEN else ""


def by_key(key: str) -> tuple[int, str] | None:
    """The sample and the step of the request with this key; None where no request had it."""
    return Custody.objects.filter(key=key).values_list("sample", "step").first()


@dataclass(frozen=True, slots=True)
class Offer:
    """A task of the calendar that a trip may answer. `planned`: samples that wait to be taken and answer it already."""

    entry: Entry
    planned: int

    @property
    def pick(self) -> str:
        """By what it is picked."""
        return f"{self.entry.pack.id}:{self.entry.standing.task.key}"


def offers(found: Iterable[Entry]) -> list[Offer]:
    """Tasks of water at points that still lack something and whose window has not passed: what is late is made good by nobody. One query."""
    open_ = [one for one in found if one.point is not None and one.pack.limits and one.unit == "samples" and one.standing.state not in (State.DONE, State.LATE)]
    waiting: dict[int, list[Sample]] = {}
    for row in Sample.objects.filter(point__in={one.point.pk for one in open_ if one.point}, state=SampleState.PLANNED, role=Role.ROUTINE):
        waiting.setdefault(row.point_id or 0, []).append(row)
    return [Offer(one, sum(answers(row, one.standing.task.window, one.standing.task.items) for row in waiting.get(one.point.pk if one.point else 0, ()))) for one in open_]


def answers(row: Sample, window: Window, items: Iterable[str]) -> bool:
    """As the calendar will count it: in the window, with all items."""
    return row.planned_on is not None and window.holds(row.planned_on) and set(items) <= set(row.items)


def by_task(found: Iterable[Offer]) -> Mapping[str, Offer]:
    """pick -> offer."""
    return {one.pick: one for one in found}
