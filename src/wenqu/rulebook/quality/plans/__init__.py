"""Monitoring plans as data: points, items, frequencies, quotas, time limits and the reporting chain, and the calendar over them."""

from wenqu.rulebook.quality.plans.calendar import (
    Done,
    Point,
    Standing,
    State,
    Task,
    Window,
    expected,
    season_of,
    standings,
    sum_of,
    tasks,
    windows,
)
from wenqu.rulebook.quality.plans.loader import parse_plan, plan_pack, plan_pack_ids, with_values
from wenqu.rulebook.quality.plans.model import KIND, PlanPack, PointKind, TaskRule
from wenqu.rulebook.quality.plans.reporting import Owed, Telling, after_event, in_year, lacking, made_at

__all__ = [
    "KIND", "Done", "Owed", "PlanPack", "Point", "PointKind", "Standing", "State", "Task", "TaskRule", "Telling", "Window", "after_event", "expected", "in_year",
    "lacking", "made_at", "parse_plan", "plan_pack", "plan_pack_ids", "season_of", "standings", "sum_of", "tasks", "windows", "with_values",
]
