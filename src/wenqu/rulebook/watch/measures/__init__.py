"""Measures of help as data: kinds, departments, what is usual for a cause and what it costs, how often somebody visits."""

from wenqu.rulebook.watch.measures.loader import measure_pack, measure_pack_ids, measures_at, parse_measures
from wenqu.rulebook.watch.measures.model import (
    KIND,
    Department,
    Insurance,
    MeasureKind,
    MeasurePack,
    Usual,
    Visits,
)

__all__ = [
    "KIND", "Department", "Insurance", "MeasureKind", "MeasurePack", "Usual", "Visits", "measure_pack", "measure_pack_ids", "measures_at", "parse_measures",
]
