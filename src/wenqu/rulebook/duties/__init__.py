"""Duties and deadlines as data: packs of kinds, severities, levels, limits and cadence, and the pure timing over them."""

from wenqu.rulebook.duties.calendar import CHINA, ChineseWorkingDays, PlainWeekdays
from wenqu.rulebook.duties.fillable import Place, places
from wenqu.rulebook.duties.loader import duty_pack, duty_pack_ids, parse_duties
from wenqu.rulebook.duties.model import DutyPack, Limit, Severity, Step, Unit
from wenqu.rulebook.duties.numbers import with_numbers
from wenqu.rulebook.duties.timing import (
    SHANGHAI,
    Rest,
    WorkingDays,
    due,
    escalates_at,
    remaining,
    resumed,
    unknown_years,
)

__all__ = [
    "CHINA", "SHANGHAI", "ChineseWorkingDays", "DutyPack", "Limit", "Place", "PlainWeekdays", "Rest", "Severity", "Step", "Unit", "WorkingDays",
    "due", "duty_pack", "duty_pack_ids", "escalates_at", "parse_duties", "places", "remaining", "resumed", "unknown_years", "with_numbers",
]
