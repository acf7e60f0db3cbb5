"""The tables of the watch list."""

from __future__ import annotations

from wenqu.watch.models.courses import Act, ActPaper, Course
from wenqu.watch.models.editions import Adoption, Edition, PackKind
from wenqu.watch.models.helping import Effect, HelperChange, Measure, MeasureState, Visit
from wenqu.watch.models.insurance import CaseState, InsuranceCase, InsuranceStep, Risk
from wenqu.watch.models.judged import HouseFact, IncomeItem, WatchGrade, WatchMove, WatchRun
from wenqu.watch.models.listing import Watched
from wenqu.watch.models.scenarios import Crosser, Scenario, ScenarioKind

__all__ = [
    "Act", "ActPaper", "Adoption", "CaseState", "Course", "Crosser", "Edition", "Effect", "HelperChange", "HouseFact", "IncomeItem", "InsuranceCase", "InsuranceStep",
    "Measure", "MeasureState", "PackKind", "Risk", "Scenario", "ScenarioKind", "Visit", "WatchGrade", "WatchMove", "WatchRun", "Watched",
]
