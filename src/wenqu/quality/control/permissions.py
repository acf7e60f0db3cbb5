"""Who says by which limits a county's laboratory work is held, and who tells what was added to a sample."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.quality.models import Role, Sample, SampleState


def check_can_set_limits(division: Division, area: Area) -> None:
    """Whoever adopts plans for the county: not the laboratory that is held by them."""
    check_may(Right.QUALITY_PLANS, division.path, area)
    if division.level != Level.COUNTY:
        raise Refused("not_a_county", _("质量控制的允许范围以县为单位设定，请选择一个县"))


def check_can_dose(sample: Sample, area: Area) -> None:
    """Whoever takes samples, or the laboratory that tests them."""
    check_may(Right.QUALITY_SAMPLE, sample.path, area)
    if sample.role != Role.SPIKE:
        raise Refused("no_spike", _("只有加标样登记加标，这份样品不是"))
    if sample.state == SampleState.VOIDED:
        raise Refused("sample_voided", _("样品 %(number)s 已作废，不能登记加标") % {"number": sample.number})
