"""By when a returned result is to be corrected: within the plan's limit, 5 working days where its plan says nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from wenqu.kit.days import day_of
from wenqu.quality.models import Sample
from wenqu.quality.plans.queries import pack_of
from wenqu.rulebook.duties.calendar import CHINA

EVENT = "returned"
USUAL = 5, "working_days"


def correction_due(sample: Sample, at: datetime) -> date:
    """The last day on which a result that is returned now is corrected in time."""
    rules = pack_of(sample.edition).reports.values() if sample.edition is not None else ()
    clause = next((rule.within for rule in rules if rule.within is not None and rule.events is not None and EVENT in rule.events.words), None)
    number, unit = (clause.number, clause.unit) if clause is not None else USUAL
    if unit == "hours":
        return day_of(at + timedelta(hours=number))
    day = day_of(at)
    while number > 0:
        day += timedelta(days=1)
        number -= unit == "days" or CHINA.is_working(day)
    return day
