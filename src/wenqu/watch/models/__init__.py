"""The tables of the watch list."""

from __future__ import annotations

from wenqu.watch.models.courses import Act, ActPaper, Course
from wenqu.watch.models.editions import Adoption, Edition, PackKind
from wenqu.watch.models.helping import Effect, HelperChange, Measure, MeasureState, Visit
from wenqu.watch.models.insurance import CaseState, InsuranceCase, InsuranceStep, Risk
from wenqu.watch.models.listing import Watched

__all__ = [
    "Act", "ActPaper", "Adoption", "CaseState", "Course", "Edition", "Effect", "HelperChange", "InsuranceCase", "InsuranceStep", "Measure", "MeasureState", "PackKind",
    "Risk", "Visit", "Watched",
]
