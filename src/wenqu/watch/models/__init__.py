"""The tables of the watch list."""

from __future__ import annotations

from wenqu.watch.models.courses import Act, ActPaper, Course
from wenqu.watch.models.editions import Adoption, Edition, PackKind
from wenqu.watch.models.helping import Effect, HelperChange, Measure, MeasureState, Visit
from wenqu.watch.models.listing import Watched

__all__ = [
    "Act", "ActPaper", "Adoption", "Course", "Edition", "Effect", "HelperChange", "Measure", "MeasureState", "PackKind", "Visit", "Watched",
]
