"""The words of monitoring plans: what is watched, how often, for what, and who tells whom within what time.

Everything here is frozen data; every value is a *clause* with its source. A plan of drinking water, of vegetables, of
training and of earthquakes are the same thing: points of several kinds, tasks over windows of the year, and reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.model import Head
from wenqu.rulebook.water import WaterLimits

KIND = "monitoring-plan"
SHAPES = ("source", "outlet", "tap", "tank", "school", "household", "unit", "enterprise", "observer")
OF_SCHEME = ("source", "outlet", "tap", "tank")  # points of these shapes belong to a supply scheme
PERIODS = ("day", "month", "season", "year")
LEVELS = ("site", "village", "town", "county", "prefecture", "province", "nation")
MEANS = ("phone", "writing", "system", "mail", "meeting")
COUNTED = ("samples", "persons", "shifts")
WITHIN = ("hours", "working_days", "days")
EACH, TOGETHER = "each", "together"
YES = "yes"


@dataclass(frozen=True, slots=True)
class Named:
    """An id with its names in both languages."""

    id: str
    zh: str
    en: str

    def name(self, lang: str) -> str:
        """Its name in "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Season(Named):
    """A season and its months, which a county sets by its own water."""

    months: Clause


@dataclass(frozen=True, slots=True)
class Party(Named):
    """Somebody who samples, tells or is told, with the level at which they stand."""

    level: str


@dataclass(frozen=True, slots=True)
class ItemSet(Named):
    """Items tested together. ``by_agent``: also what the disinfectant used makes due."""

    items: Clause | None
    by_agent: Clause | None


@dataclass(frozen=True, slots=True)
class PointKind(Named):
    """A kind of points. ``each`` of them at every subject of ``classes``; ``number`` is what the plan counts in all."""

    shape: str
    classes: Clause | None
    each: Clause | None
    number: Clause | None
    place: Clause | None


@dataclass(frozen=True, slots=True)
class TaskRule(Named):
    """What is due: so many ``times`` in every window of ``per``, at each point of the ``kinds`` or by all of them together."""

    kinds: Clause
    times: Clause
    per: Clause
    seasons: Clause | None
    sets: Clause | None
    over: Clause | None
    share: Clause | None
    taker: Clause | None

    @property
    def together(self) -> bool:
        """True where the number is that of all points in sum."""
        return self.share is not None and self.share.text == TOGETHER


@dataclass(frozen=True, slots=True)
class ReportRule(Named):
    """Who tells whom: ``within`` a limit after one of ``events`` (or after another report), or by a ``day`` of every year."""

    senders: Clause
    receivers: Clause
    means: Clause | None
    events: Clause | None
    within: Clause | None
    after: Clause | None
    day: Clause | None


@dataclass(frozen=True, slots=True)
class Total(Named):
    """A sum that the plan itself tells; the loader holds it against its tasks."""

    tasks: Clause
    amount: Clause


@dataclass(frozen=True, kw_only=True)
class PlanPack(Head):
    """An edition of a monitoring plan. ``limits`` are the standards in which items of water are found, the first that knows one."""

    limits: tuple[WaterLimits, ...]
    items: Mapping[str, Named]
    seasons: Mapping[str, Season]
    parties: Mapping[str, Party]
    sets: Mapping[str, ItemSet]
    kinds: Mapping[str, PointKind]
    tasks: Mapping[str, TaskRule]
    follow: Mapping[str, Clause]
    events: Mapping[str, Named]
    reports: Mapping[str, ReportRule]
    totals: Mapping[str, Total]
    soon: Clause
    clauses: Mapping[str, Clause] = field(repr=False)

    def item_name(self, item: str, lang: str = "zh") -> str:
        """The name of an item, of the plan's own or of the water standard."""
        if item in self.items:
            return self.items[item].name(lang)
        for water in self.limits:
            found = water.items.get(item) or water.residuals.get(item)
            if found is not None:
                return found.zh if lang == "zh" else found.en
        raise KeyError(item)

    def agent_items(self, agent: str) -> tuple[str, ...] | None:
        """Residuals and by-products that a disinfectant makes due; ``None`` where no standard knows it."""
        for water in self.limits:
            found = water.disinfectants.get(agent)
            if found is not None:
                return tuple(dict.fromkeys((*found.residuals, *(item for due in found.due for item in due.items))))
        return None

    def further(self, found: str) -> tuple[str, ...]:
        """Items to be tested as well where one was detected."""
        return self.follow[found].words if found in self.follow else ()
