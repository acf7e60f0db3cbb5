"""Who may help and look. Buttons, pages and actions ask here."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.duty_rules import area_on
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures.course import Doing
from wenqu.watch.models import Course, Measure, MeasureState, Watched
from wenqu.watch.models.courses import Route


def area_at(by: Actor, at: datetime) -> Area:
    """The area of whoever acts, at that moment; the system's is everywhere."""
    return area_on(by, timezone.localdate(at))


def helped_as(household: Household) -> tuple[Watched | None, Course | None]:
    """By what a household is helped now: its place on the list, or an open course onto it with urgent help."""
    watched = Watched.objects.filter(household=household, left_on=None).first()
    if watched is not None:
        return watched, None
    urgent = Course.objects.filter(household=household, ended="", route=Route.ENTRY, acts__doing=Doing.URGENT).first()
    return None, urgent


def check_can_help(path: str, area: Area) -> None:
    check_may(Right.HELP, path, area)


def check_can_plan(household: Household, area: Area) -> None:
    """Measures are for households on the list, and for those that get urgent help on their way there."""
    check_can_help(household.path, area)
    if helped_as(household) == (None, None):
        raise Refused("not_watched", _("这户不在监测名单上，也没有先行帮扶，不能登记帮扶措施。请先登记线索，按程序纳入。"))


def check_on_list(watched: Watched, area: Area) -> None:
    """What goes on only while a household is on the list: visits, changes of the helper."""
    check_can_help(watched.path, area)
    if watched.left_on is not None:
        raise Refused("off_the_list", _("这户已于 %(day)s 消除风险，不再登记走访和更换帮扶责任人。") % {"day": watched.left_on})


def check_visited(watched: Watched, on: date, area: Area, *, told_later: bool) -> None:
    """A visit is of a day on the list. What is told by a phone may arrive when the household is off it: the day of the visit counts."""
    if told_later and watched.left_on is not None and on <= watched.left_on:
        check_can_help(watched.path, area)
    else:
        check_on_list(watched, area)
    if on < watched.entered_on:
        raise Refused("visit_before_entry", _("走访日期早于纳入日期"))


_NEXT = {
    "carry_out": ({MeasureState.PLANNED}, _("落实")), "judge": ({MeasureState.DONE}, _("评定成效")),
    "drop": ({MeasureState.PLANNED, MeasureState.DONE}, _("停止")),
}


def check_can_go_on(name: str, measure: Measure, area: Area) -> None:
    """`carry_out` a planned measure, `judge` one that was carried out, `drop` one whose effect nobody judged."""
    check_can_help(measure.path, area)
    states, _label = _NEXT[name]
    if measure.state not in states:
        raise Refused("wrong_state", _("这条措施现在是「%(state)s」，不能这样办理。") % {"state": measure.get_state_display()})


def check_day(on: date, at: datetime) -> None:
    """What is told of has happened."""
    if on > timezone.localdate(at):
        raise Refused("day_in_future", _("日期不能晚于今天"))
