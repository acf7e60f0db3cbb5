"""XForm XML -> the plan: everything that the phone needs to ask, check and send, with nothing left to parse.

The shape of a plan is told in ``docs/adr/0011-forms.md`` and held by ``tests/forms/test_plan.py``.
"""

from wenqu.forms.plan.errors import PlanProblem, PlanRefused
from wenqu.forms.plan.making import PLAN, plan_of

__all__ = ["PLAN", "PlanProblem", "PlanRefused", "plan_of"]
