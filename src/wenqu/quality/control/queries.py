"""Reads of quality control: the figures of an area in some days, whole trips, the lines of a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, F, Q
from django.utils import timezone

from wenqu.places.queries import row_in
from wenqu.places.scope import Area, below, within
from wenqu.quality.control.figures import ASIDE, BAD, BLANKS, CONTROL_ROLES, GOOD, WAITING, Mark, mark_of
from wenqu.quality.models import JUDGED, Dose, Result, ResultState, Role, Sample
from wenqu.quality.samples.lifecycle import STANDING
from wenqu.rulebook.model import Number
from wenqu.rulebook.quality.charts import Lines, flags_of, lines_of
from wenqu.rulebook.quality.control import Control, Figure, blanks_figure, share_figure
from wenqu.rulebook.quality.results.naming import item_names

KINDS = (Role.FIELD_BLANK, Role.TRANSPORT_BLANK, Role.PARALLEL, Role.SPIKE)


def dose_in(area: Area, pk: int) -> Dose:
    """What was added, or 404."""
    return row_in(Dose.objects.select_related("sample"), area, pk, "dose")


def marks(area: Area, path: str, first: date | None, last: date, control: Control, item: str = "") -> list[Mark]:
    """Every figure of samples of quality control taken in these days at or below a path, the earliest first: also those of which
    something is missing. Of all days up to the last without a first. Three queries."""
    rows = within(Sample.objects.filter(below(path), role__in=CONTROL_ROLES, state__in=STANDING, taken_at__lt=_start(last + timedelta(days=1))), area)
    rows = rows if first is None else rows.filter(taken_at__gte=_start(first))
    counted = within(Result.objects.filter(Q(sample__in=rows.values("pk")) | Q(sample__in=rows.values("of")), state=ResultState.REVIEWED), area)
    counted = counted.filter(item=item) if item else counted
    found = {(row.sample_id, row.item): row for row in counted}
    doses = {(row.sample_id, row.item): row for row in Dose.objects.filter(sample__in=rows.values("pk"), withdrawn_at=None)}
    more: dict[int, set[str]] = {}
    for owner, key in (*found, *doses):
        more.setdefault(owner, set()).add(key)
    dosed = {sample for sample, _item in doses}
    return [
        mark_of(sample, key, found.get((sample.pk, key)), found.get((sample.of_id or 0, key)), doses.get((sample.pk, key)), sample.pk in dosed, control)
        for sample in rows.select_related("point", "of").order_by("taken_at", "pk") for key in dict.fromkeys((*sample.items, *sorted(more.get(sample.pk, ())))) if item in ("", key)]


def by_item(rows: Iterable[Mark]) -> dict[str, dict[str, Counter[str]]]:
    """item -> kind -> how many of each state, in the order of the standard. What was not added is not counted."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for mark in rows:
        if mark.state != ASIDE:
            found.setdefault(mark.item, {kind: Counter() for kind in KINDS})[mark.sample.role][mark.state] += 1
    order = {key: place for place, key in enumerate(item_names())}
    return {item: found[item] for item in sorted(found, key=lambda key: (order.get(key, len(order)), key))}


def without_results(counts: dict[str, Counter[str]]) -> bool:
    """True where an item has nothing but missing results."""
    return all(state == WAITING for each in counts.values() for state in each)


@dataclass(frozen=True, slots=True)
class Chart:
    """The figures of one kind of an item over time: those of the days asked for, the lines, and by mark the rules that flag it."""

    kind: str
    marks: Sequence[Mark]
    lines: Lines | None
    flags: dict[int, tuple[str, ...]]
    numbers: int  # that there are for lines, of all days
    laboratories: int

    @property
    def told(self) -> list[Mark]:
        """What needs a look, the newest first: out, flagged, not to be told, or without a result."""
        return [mark for mark in reversed(self.marks) if mark.state != GOOD or mark.sample.pk in self.flags]

    @property
    def fine(self) -> list[Mark]:
        """All others, the newest first."""
        return [mark for mark in reversed(self.marks) if mark.state == GOOD and mark.sample.pk not in self.flags]

    @property
    def sources(self) -> list[Number]:
        """One number of each document and clause that the figures rest on."""
        return list({(one.document, one.clause, one.confidence): one for mark in self.marks for one in mark.rests_on}.values())


def chart_of(kind: str, rows: Iterable[Mark], first: date, control: Control) -> Chart:
    """A chart out of all figures of an item up to the last day. The lines come out of the first numbers that kept their limits,
    of one laboratory; the rules look at all numbers, so that what runs over the turn of a year is seen."""
    own = [mark for mark in rows if mark.sample.role == kind]
    numbers = [mark for mark in own if mark.number is not None] if kind not in BLANKS else []
    laboratories = {mark.laboratory for mark in numbers}
    good = [_decimal(mark.number) for mark in numbers if mark.state != BAD and mark.number is not None]
    lines = lines_of(good[:int(Decimal(str(control.charts.points.value)))], control.charts) if len(laboratories) == 1 else None
    flags = flags_of([_decimal(mark.number) for mark in numbers if mark.number is not None], lines, control.charts, only_upper=kind == Role.PARALLEL) if lines is not None else ()
    shown = [mark for mark in own if mark.on >= first]
    return Chart(kind, shown, lines, {mark.sample.pk: one for mark, one in zip(numbers, flags, strict=False) if one}, len(good), len(laboratories))


@dataclass(frozen=True, slots=True)
class Trip:
    """What one trip took along for quality control."""

    name: str
    sample: int
    on: date
    samples: int
    blanks: Figure
    share: Figure
    counts: dict[str, int]

    @property
    def short(self) -> bool:
        """True where something is lacking."""
        return self.blanks.good is False or self.share.good is False


def trips_of(area: Area, path: str, first: date, last: date, control: Control) -> list[Trip]:
    """Trips whose water was taken in these days, the newest first. Two queries."""
    rows = within(Sample.objects.filter(below(path), state__in=STANDING, taken_at__gte=_start(first), taken_at__lt=_start(last + timedelta(days=1))), area).exclude(trip="")
    counts: dict[str, dict[str, int]] = {}
    for trip, role, number in rows.order_by().values_list("trip", "role").annotate(number=Count("pk")):
        counts.setdefault(trip, {})[role] = number
    newest = {trip: (pk, day) for trip, pk, day in rows.order_by("pk").values_list("trip", "pk", F("taken_at"))}
    found = []
    for name, told in counts.items():
        water = sum(told.get(role, 0) for role in JUDGED)
        share = share_figure(told.get(Role.PARALLEL, 0), water, control)
        pk, at = newest[name]
        found.append(Trip(name, pk, timezone.localtime(at).date(), water, blanks_figure(told.get(Role.FIELD_BLANK, 0), told.get(Role.TRANSPORT_BLANK, 0), control), share, told))
    return sorted(found, key=lambda one: (one.on, one.name), reverse=True)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _decimal(number: Fraction | None) -> Decimal:
    assert number is not None
    return Decimal(number.numerator) / Decimal(number.denominator)
