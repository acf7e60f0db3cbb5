"""Rates: by samples and by people, each with its numerator and denominator. Only routine samples of points are counted, by the verdict that stands.

A sample that could not be judged is told beside the rate and is in neither number. People are counted once for each
scheme or household: they are served good water where the newest routine sample of each of its points is fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from wenqu.kit.days import day_of
from wenqu.places.paths import TOWN
from wenqu.places.scope import Area, below, within
from wenqu.quality.effects.subjects import subject_of
from wenqu.quality.models import Role, Sample, Verdict
from wenqu.rulebook.quality.plans import PlanPack, season_of

FIT, UNFIT, OPEN = "fit", "unfit", "undetermined"


@dataclass
class Rate:
    """One line: samples that are fit of those judged, and people with good water of those whose water was judged."""

    fit: int = 0
    unfit: int = 0
    undetermined: int = 0
    people_fit: int = 0
    people: int = 0
    _newest: dict[tuple[int, int], dict[int, tuple[str, int]]] = field(default_factory=lambda: defaultdict(dict), repr=False)

    @property
    def judged(self) -> int:
        """The denominator: fit and unfit."""
        return self.fit + self.unfit

    @property
    def percent(self) -> float | None:
        """By samples; None where none was judged."""
        return 100 * self.fit / self.judged if self.judged else None

    @property
    def people_percent(self) -> float | None:
        """By people; None where nobody's water was judged."""
        return 100 * self.people_fit / self.people if self.people else None

    def add(self, verdict: str, sample: Sample | None = None) -> None:
        """Count one more, in the order of sampling."""
        if verdict not in (FIT, UNFIT):
            self.undetermined += verdict == OPEN
            return
        self.fit += verdict == FIT
        self.unfit += verdict == UNFIT
        if sample is not None and sample.point is not None:
            self._newest[subject_of(sample.point)][sample.point_id or 0] = (verdict, sample.people or 0)

    def close(self) -> Rate:
        """Count the people, once all samples are in."""
        for points in self._newest.values():
            people = max(number for _verdict, number in points.values())
            self.people += people
            self.people_fit += people if all(verdict == FIT for verdict, _number in points.values()) else 0
        return self


def verdicts_in(area: Area, path: str, first: date, last: date, at: datetime | None = None) -> list[Verdict]:
    """Verdicts that stand of routine samples taken in these days at or below a path, the earliest sample first. ``at``: those that stood at an
    instant. One query."""
    rows = within(Verdict.objects.filter(below(path), sample__role=Role.ROUTINE, sample__taken_at__date__gte=first, sample__taken_at__date__lte=last), area)
    rows = rows.filter(newest=True) if at is None else rows.filter(Q(retired_at=None) | Q(retired_at__gt=at), at__lte=at)
    found = rows.select_related("sample__point__scheme", "sample__point__household").order_by("sample__taken_at", "sample_id", "pk")
    newest = {row.sample_id: row for row in found}  # the last said of a sample
    return [row for row in newest.values() if row.verdict != "not_judged"]


def whole(rows: Iterable[Verdict]) -> Rate:
    """All together."""
    rate = Rate()
    for row in rows:
        rate.add(row.verdict, row.sample)
    return rate.close()


def by(rows: Iterable[Verdict], key: Callable[[Verdict], Any]) -> dict[Any, Rate]:
    """A rate for each value of a key, in its order."""
    found: dict[Any, Rate] = defaultdict(Rate)
    for row in rows:
        found[key(row)].add(row.verdict, row.sample)
    return {name: found[name].close() for name in sorted(found, key=str)}


def town(row: Verdict) -> str:
    """The path of the town."""
    return row.path[:TOWN]


def scheme_class(row: Verdict) -> str:
    """The class at the day of sampling."""
    return row.sample.scheme_class


def month(row: Verdict) -> str:
    """The month of sampling: 2026-03."""
    return f"{sampled(row):%Y-%m}"


def season(pack: PlanPack | None) -> Callable[[Verdict], str]:
    """The season of sampling by the months of a plan; "" where no plan names any."""
    return lambda row: (season_of(pack, sampled(row)) or "") if pack is not None else ""


def by_item(rows: Iterable[Verdict]) -> dict[str, Rate]:
    """A rate of results for each item that was judged, the worst first. People are told by sample, not by item."""
    found: dict[str, Rate] = defaultdict(Rate)
    for row in rows:
        for one in (each for each in row.items if each["verdict"] != "not_judged"):
            found[one["item"]].add(FIT if one["verdict"] == "follow_up" else one["verdict"])
    return dict(sorted(found.items(), key=lambda each: (-each[1].unfit, -each[1].judged, each[0])))


def sampled(row: Verdict) -> date:
    """The day of sampling."""
    assert row.sample.taken_at is not None
    return day_of(row.sample.taken_at)
