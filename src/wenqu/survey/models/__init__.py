"""The tables of surveys."""

from __future__ import annotations

from wenqu.survey.models.devices import Device, Pairing
from wenqu.survey.models.forms import Form, FormTable, FormVersion
from wenqu.survey.models.rescue import RescueKey
from wenqu.survey.models.rounds import Assignment, Round
from wenqu.survey.models.rulings import Doubled, Ruling
from wenqu.survey.models.submissions import Attachment, Reason, State, Submission

__all__ = [
    "Assignment", "Attachment", "Device", "Doubled", "Form", "FormTable", "FormVersion", "Pairing", "Reason", "RescueKey", "Round", "Ruling", "State", "Submission",
]
