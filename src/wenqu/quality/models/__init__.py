"""Tables of water quality."""

from wenqu.quality.models.plans import PlanAdoption, PlanEdition
from wenqu.quality.models.points import Point, PointUse, Shape, Tally
from wenqu.quality.models.results import Delivery, LabFormat, Laboratory, Origin, Result, ResultState
from wenqu.quality.models.samples import JUDGED, Custody, Role, Sample, SampleState
from wenqu.quality.models.verdicts import Overdue, Verdict

__all__ = ["JUDGED", "Custody", "Delivery", "LabFormat", "Laboratory", "Origin", "Overdue", "PlanAdoption", "PlanEdition", "Point", "PointUse", "Result", "ResultState", "Role", "Sample",
           "SampleState", "Shape", "Tally", "Verdict"]
