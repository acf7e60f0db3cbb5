"""What templates say of a problem's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.showing import showing
from wenqu.kit.languages import language
from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import severity_name
from wenqu.ledger.models import Problem, Way
from wenqu.ledger.models.problem import Outcome
from wenqu.ledger.reporting.subjects import Subject
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.scope import Area
from wenqu.rulebook.duties import CHINA, unknown_years, words

register = template.Library()


@register.filter
def is_overdue(problem: Problem) -> bool:
    return problem.due_at is not None and timezone.now() > problem.due_at


@register.filter
def found(text: str) -> str:
    """A document or a clause of a number, saying so where none was found."""
    return _("未见") if text in ("", "not found", None) else str(text)


@register.filter
def report_name(subject: Subject, area: Area) -> str:
    """The name of what a report is about, as somebody with this area is shown it."""
    return showing(area).kept_name(subject.name, subject.path) if subject.kind == SubjectKind.HOUSEHOLD else subject.name


@register.filter
def next_step(problem: Problem) -> str:
    name = lifecycle.NEXT_STEP.get(problem.state)
    return str(STEP_LABELS[name]) if name else ""


@register.filter
def deadline(at: datetime, pattern: str = "Y-m-d H:i") -> str:
    """A deadline in words. Working days end at midnight, which people write as 24:00 of the day that ends."""
    local = timezone.localtime(at)
    if (local.hour, local.minute) != (0, 0):
        return date_format(local, pattern)
    return date_format(local - timedelta(days=1), pattern.replace("H:i", r"\2\4:\0\0"))


@register.filter
def time_left(problem: Problem) -> str:
    """«还剩 5 小时 12 分钟», «逾期 2 天 3 小时»: to the minute below a day, to the hour above."""
    if problem.due_at is None:
        return ""
    left = problem.due_at - timezone.now()
    text = _span(abs(left))
    return _("还剩%(time)s") % {"time": text} if left >= timedelta() else _("逾期%(time)s") % {"time": text}


@register.filter
def calendar_note(problem: Problem) -> str:
    """Where the deadline may move: working days from now on in years of which the holidays are not known yet."""
    if problem.due_at is None:
        return ""
    return words.calendar_note(unknown_years(timezone.now(), problem.due_at, problem.due_unit, CHINA), language())


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


_STAGES = {
    lifecycle.FOUND: "find", lifecycle.VERIFIED: "verify", lifecycle.ASSIGNED: "assign", lifecycle.RECTIFIED: "rectify", lifecycle.CHECKED: "check",
    lifecycle.SIGNED_OFF: "sign_off", lifecycle.FILED: "file",
}


@register.filter
def loop_stages(problem: Problem) -> list[dict[str, str]]:
    """The stages of the loop, each `done`, `next` or `ahead`; none for a problem that left it."""
    order = list(_STAGES)
    state = lifecycle.ASSIGNED if problem.state == lifecycle.SUSPENDED else problem.state
    if state not in _STAGES:
        return []
    here = order.index(state)
    return [
        {"label": str(STEP_LABELS[_STAGES[each]]), "stand": "done" if at <= here else "next" if at == here + 1 else "ahead"}
        for at, each in enumerate(order)
    ]


@register.filter
def refused_beside(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps that are refused, but for the next one, of which the page speaks first."""
    return [each for each in forms if each["refusal"] and not each["next"]]


@register.filter
def is_told(problem: Problem) -> bool:
    """Whether people told of it: then its reason is the way in which they did, which stands on the page as its source."""
    return problem.reason in Way.values


register.filter("severity_name", severity_name)


@register.filter
def outcome_name(code: str) -> str:
    return str(dict(Outcome.choices).get(code, code))


@register.filter
def local_moment(iso: str) -> str:
    """A time that a step kept as ISO text, as the page writes times."""
    return f"{timezone.localtime(datetime.fromisoformat(iso)):%Y-%m-%d %H:%M}"
