"""The problem ledger: knows a subject and a source, never who reports."""

from wenqu.ledger.models.alarm import Alarm, AlarmPlace
from wenqu.ledger.models.duty_profile import DutyProfile
from wenqu.ledger.models.problem import LIVE_STATES, Problem, ProblemHousehold, ProblemState, Severity
from wenqu.ledger.models.report import Report, Way
from wenqu.ledger.models.step import Step

__all__ = ["LIVE_STATES", "Alarm", "AlarmPlace", "DutyProfile", "Problem", "ProblemHousehold", "ProblemState", "Report", "Severity", "Step", "Way"]
