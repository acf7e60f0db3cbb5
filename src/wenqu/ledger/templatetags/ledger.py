"""What templates say of a problem's clock."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem
from wenqu.ledger.words import STEP_LABELS

register = template.Library()


@register.filter
def is_overdue(problem: Problem) -> bool:
    return problem.due_at is not None and timezone.now() > problem.due_at


@register.filter
def next_step(problem: Problem) -> str:
    name = lifecycle.NEXT_STEP.get(problem.state)
    return str(STEP_LABELS[name]) if name else ""


@register.filter
def time_left(problem: Problem) -> str:
    """«还剩 5 小时 12 分钟», «超期 2 天 3 小时»: to the minute below a day, to the hour above."""
    if problem.due_at is None:
        return ""
    left = problem.due_at - timezone.now()
    text = _span(abs(left))
    return _("还剩%(time)s") % {"time": text} if left >= timedelta() else _("超期%(time)s") % {"time": text}


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _(" %(days)s 天 %(hours)s 小时") % {"days": days, "hours": hours}
    return _(" %(hours)s 小时 %(minutes)s 分钟") % {"hours": hours, "minutes": rest}


_TONES = {
    lifecycle.FOUND: ("bad", "!"), lifecycle.VERIFIED: ("bad", "!"), lifecycle.ASSIGNED: ("fair", "→"), lifecycle.SUSPENDED: ("dim", "‖"),
    lifecycle.RECTIFIED: ("fair", "→"), lifecycle.CHECKED: ("fair", "→"), lifecycle.SIGNED_OFF: ("good", "✓"), lifecycle.FILED: ("good", "✓"),
    lifecycle.DISMISSED: ("dim", "—"), lifecycle.MERGED: ("dim", "—"),
}


@register.filter
def problem_badge(problem: Problem) -> SafeString:
    """The state of a problem in colour, sign and words; a clue says that it is one."""
    tone, sign = _TONES[problem.state]
    label = problem.get_state_display()
    if problem.clue and problem.is_live:
        tone, sign, label = "dim", "?", _("待核实线索")
    return format_html('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>', tone, sign, label)
