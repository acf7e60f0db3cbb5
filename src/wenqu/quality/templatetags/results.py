"""Results in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from wenqu.quality.models import Result, ResultState
from wenqu.rulebook.quality.judging.model import Sign

register = template.Library()
BADGES = {ResultState.ENTERED: "fair", ResultState.REVIEWED: "good", ResultState.RETURNED: "bad"}


@register.filter
def value_text(row: Result) -> str:
    """0.32 NTU, <0.0005 mg/L, 未检出（检出限 0.0005 mg/L）."""
    unit = f" {row.unit}" if row.unit and row.unit != "pH" else ""
    if row.sign == Sign.NOT_DETECTED:
        return _("未检出（检出限 %(limit)s）") % {"limit": f"{row.detection}{unit}"} if row.detection else _("未检出")
    if row.sign == Sign.DETECTED:
        return _("检出")
    return f"{ {Sign.BELOW: '<', Sign.ABOVE: '>'}.get(row.sign, '') }{row.value}{unit}"  # type: ignore[call-overload]


@register.filter
def result_badge(row: Any) -> str:
    """The colour of a state."""
    return BADGES.get(row.state, "dim")
