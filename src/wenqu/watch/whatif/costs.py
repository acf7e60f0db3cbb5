"""What usual measures would cost for the households that would come onto the list: an estimate by the county's pack of measures.

A cause for which the pack names no measure, or a measure without a cost, is told as not known, never as nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wenqu.kit.languages import in_english
from wenqu.rulebook.watch.measures import MeasurePack
from wenqu.watch.models import Scenario, ScenarioKind
from wenqu.watch.rules.queries import measures_for


@dataclass(frozen=True)
class CostLine:
    """A cause: who enters with it, the measures usual for it, their cost for one household (None: not known) and for all."""

    cause: str
    households: int
    measures: tuple[str, ...]
    fen: int | None
    unpriced: int
    unverified: bool

    @property
    def total(self) -> int | None:
        return None if self.fen is None else self.fen * self.households


@dataclass(frozen=True)
class Cost:
    """The whole estimate for who is `entering`: `fen` of what has a cost, `unknown` households of whom there is none, whether any cost is unverified."""

    pack: str
    lines: tuple[CostLine, ...]

    @property
    def entering(self) -> int:
        return sum(line.households for line in self.lines)

    @property
    def fen(self) -> int:
        return sum(line.total or 0 for line in self.lines)

    @property
    def unknown(self) -> int:
        return sum(line.households for line in self.lines if line.fen is None)

    @property
    def unverified(self) -> bool:
        return any(line.unverified for line in self.lines)

    @property
    def least(self) -> bool:
        """Whether it can only be more: somebody's cost, or that of a measure, is not known."""
        return any(line.fen is None or line.unpriced for line in self.lines)


def cost_of(scenario: Scenario) -> Cost | None:
    """The estimate of a what-if that was worked out; None for one that is about no list."""
    if scenario.kind != ScenarioKind.WATCH:
        return None
    pack = measures_for(scenario.path, scenario.as_of)
    entering: Counter[str] = Counter()
    for row in scenario.counts:
        if row["crossing"] == "enters":
            entering[row["cause"]] += row["households"]
    return Cost(pack.en if in_english() else pack.zh, tuple(_line(pack, cause, number) for cause, number in entering.most_common()))


def _line(pack: MeasurePack, cause: str, number: int) -> CostLine:
    kinds = pack.usual_for(cause)
    priced = [kind for kind in kinds if kind.cost is not None]
    fen, unpriced = pack.cost_of(cause)
    return CostLine(
        cause, number, tuple(kind.en if in_english() else kind.zh for kind in kinds), fen if priced else None, unpriced,
        any(kind.cost is not None and not kind.cost.verified for kind in priced))
