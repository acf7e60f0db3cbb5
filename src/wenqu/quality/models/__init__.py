"""Tables of water quality."""

from wenqu.quality.models.control import ControlLimits, Dose
from wenqu.quality.models.plans import PlanAdoption, PlanEdition
from wenqu.quality.models.points import Point, PointUse, Shape, Tally
from wenqu.quality.models.reports import Happening, ReportMade
from wenqu.quality.models.results import (
    STANDING,
    Delivery,
    DeliveryState,
    LabFormat,
    Laboratory,
    Opinion,
    Origin,
    Result,
    ResultState,
    Review,
)
from wenqu.quality.models.samples import JUDGED, Custody, Role, Sample, SampleState
from wenqu.quality.models.verdicts import Overdue, Verdict

__all__ = [
    "JUDGED", "STANDING", "ControlLimits", "Custody", "Delivery", "DeliveryState", "Dose", "Happening", "LabFormat", "Laboratory", "Opinion", "Origin", "Overdue", "PlanAdoption",
    "PlanEdition", "Point", "PointUse", "ReportMade", "Result", "ResultState", "Review", "Role", "Sample", "SampleState", "Shape", "Tally", "Verdict",
]
