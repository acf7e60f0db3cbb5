"""Tables of water quality."""

from wenqu.quality.models.plans import PlanAdoption, PlanEdition
from wenqu.quality.models.points import Point, PointUse, Shape, Tally

__all__ = ["PlanAdoption", "PlanEdition", "Point", "PointUse", "Shape", "Tally"]
