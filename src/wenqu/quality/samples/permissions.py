"""Who plans, takes and hands over samples, and who receives them."""

from __future__ import annotations

from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.quality.models import Sample, SampleState


def check_can_sample(path: str, area: Area) -> None:
    """Plan, take and hand over."""
    check_may(Right.QUALITY_SAMPLE, path, area)


def check_can_receive(path: str, area: Area) -> None:
    """Receive for the laboratory."""
    check_may(Right.QUALITY_RECEIVE, path, area)


def check_can_void(sample: Sample, area: Area) -> None:
    """On its way whoever takes samples; in the laboratory whoever received it."""
    (check_can_receive if sample.state == SampleState.RECEIVED else check_can_sample)(sample.path, area)
