"""Reads of reports: those of a year and those after an event, each with its deadline, what was told and what lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wenqu.places.queries import row_in
from wenqu.places.scope import Area
from wenqu.quality.effects.overdue import RECEIVED
from wenqu.quality.models import Happening, PlanAdoption, ReportMade
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.results.deadlines import EVENT as RETURNED
from wenqu.rulebook.quality.plans import (
    Owed,
    PlanPack,
    State,
    Telling,
    after_event,
    in_year,
    lacking,
    made_at,
)
from wenqu.rulebook.quality.plans.model import Named, ReportRule

# What the product follows by itself: a sample that came to the laboratory, a result that was returned.
OWN_EVENTS = frozenset({RECEIVED, RETURNED})
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One report that is owed: of an event, or of a year where `happening` is none."""

    pack: PlanPack
    rule: ReportRule
    owed: Owed
    made: Sequence[ReportMade]
    happening: Happening | None
    year: int

    def told(self) -> list[Telling]:
        """What stands of what was told."""
        return tellings(self.made)

    @property
    def lacks(self) -> list[tuple[str, str]]:
        """Who was not told by which means."""
        return lacking(self.rule, self.told())

    @property
    def parts(self) -> bool:
        """True where some were told and some not."""
        return bool(self.told()) and bool(self.lacks)


@dataclass(frozen=True, slots=True)
class Chain:
    """What happened, with the reports that it makes due."""

    happening: Happening
    pack: PlanPack
    event: Named
    lines: Sequence[Line]

    @property
    def open(self) -> bool:
        """True while a report was not made."""
        return any(line.owed.done_at is None for line in self.lines)


def tellings(made: Iterable[ReportMade]) -> list[Telling]:
    """As the core takes them: those that stand."""
    return [Telling(row.on, frozenset(row.receivers), frozenset(row.means)) for row in made if row.withdrawn_at is None]


def yearly(adoptions: Iterable[PlanAdoption], county: str, year: int) -> list[Line]:
    """The reports of a year of the plans that a county goes by, the earliest deadline first. One query."""
    rows = list(ReportMade.objects.filter(path=county, year=year).select_related("by", "withdrawn_by").order_by("on", "pk"))
    found = []
    for adoption in adoptions:
        pack = pack_of(adoption.edition)
        made = {rule: [row for row in rows if (row.pack_id, row.rule) == (pack.id, rule)] for rule in pack.reports}
        done = _done(pack, made)
        found += [Line(pack, pack.reports[owed.rule], owed, made[owed.rule], None, year) for owed in in_year(pack, year, done)]
    return sorted(found, key=lambda line: (line.owed.due_at, line.pack.id))


def chains(county: str, year: int) -> list[Chain]:
    """What happened in a year, the newest first, and what happened before and is not told in full. Two queries."""
    rows = Happening.objects.filter(path=county, withdrawn_at=None, on__year__in=(year - 1, year)).select_related("edition", "by")
    found = [_chain(row) for row in rows.prefetch_related("made__by", "made__withdrawn_by").order_by("-on", "-pk")[:MOST]]
    return [chain for chain in found if chain.happening.on.year == year or chain.open]


def _chain(row: Happening) -> Chain:
    pack = pack_of(row.edition)
    rows = list(row.made.all())
    made = {rule: [one for one in rows if one.rule == rule] for rule in pack.reports}
    owed = after_event(pack, row.event, row.on, _done(pack, made))
    return Chain(row, pack, pack.events[row.event], [Line(pack, pack.reports[one.rule], one, made[one.rule], row, row.on.year) for one in owed])


def _done(pack: PlanPack, made: dict[str, list[ReportMade]]) -> dict[str, datetime]:
    return {rule: at for rule, rows in made.items() if (at := made_at(pack.reports[rule], tellings(rows))) is not None}


def open_first(lines: Iterable[Line], at: datetime) -> list[Line]:
    """What is to be done before what was done; of each the earliest deadline first."""
    return sorted(lines, key=lambda line: (line.owed.done_at is not None, line.owed.state(at) != State.LATE, line.owed.due_at, line.pack.id))


def events_of(pack: PlanPack) -> list[Named]:
    """What a person may tell that happened: events after which a report is due, but for those that the product follows by itself."""
    asked = {word for rule in pack.reports.values() if rule.events is not None for word in rule.events.words}
    return [event for event in pack.events.values() if event.id in asked and event.id not in OWN_EVENTS]


def happening_in(area: Area, pk: int) -> Happening:
    """What happened, or 404."""
    return row_in(Happening.objects.select_related("edition", "division"), area, pk, "happening")


def report_in(area: Area, pk: int) -> ReportMade:
    """A report that was made, or 404."""
    return row_in(ReportMade.objects.select_related("happening", "division"), area, pk, "report_made")


def report_seen(pk: int, area: Area) -> str | None:
    """Where a report lies whose files somebody may look at."""
    row = ReportMade.objects.filter(pk=pk).first()
    return row.path if row is not None and area.covers(row.path) else None
