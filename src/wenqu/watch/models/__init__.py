"""The tables of the watch list."""

from __future__ import annotations

from wenqu.watch.models.courses import Act, ActPaper, Course
from wenqu.watch.models.editions import Adoption, Edition, PackKind
from wenqu.watch.models.judged import HouseFact, IncomeItem, WatchGrade, WatchMove, WatchRun
from wenqu.watch.models.listing import Watched
from wenqu.watch.models.scenarios import Crosser, Scenario, ScenarioKind

__all__ = [
    "Act", "ActPaper", "Adoption", "Course", "Crosser", "Edition", "HouseFact", "IncomeItem", "PackKind", "Scenario", "ScenarioKind", "Watched", "WatchGrade",
    "WatchMove", "WatchRun",
]
