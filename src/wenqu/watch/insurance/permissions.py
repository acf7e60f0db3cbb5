"""Who takes which step of an insurance case. Buttons, pages and actions ask here."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.refusal import Refused
from wenqu.places.paths import is_within
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right, Role
from wenqu.places.scope import Area
from wenqu.watch.insurance.lifecycle import GO_ON, STEPS
from wenqu.watch.models import InsuranceCase
from wenqu.watch.rules.queries import measures_for

LABELS = {
    "screen_village": gettext_lazy("村级初筛"), "screen_town": gettext_lazy("乡镇初筛"), "check_home": gettext_lazy("第三方入户核查"), "check_again": gettext_lazy("抽样复核"), "post": gettext_lazy("张贴公示"),
    "take_down": gettext_lazy("公示结束"), "pay": gettext_lazy("兑付"),
}
OUTCOMES = {"go_on": gettext_lazy("通过"), "turn_down": gettext_lazy("不符合条件"), "again": gettext_lazy("重新入户核查")}
_NOTICE_DAYS = 5


def check_can_list(path: str, area: Area) -> None:
    """Whoever takes in clues takes in lists and applications."""
    check_may(Right.WATCH_CLUE, path, area)


def check_can_take(name: str, case: InsuranceCase, area: Area, by_pk: int | None) -> None:
    """Refuse where the role, the state or a step that this person took before stands against it."""
    step = STEPS[name]
    check_may(Right.WATCH, case.path, area)
    if not any(role in step.roles and is_within(case.path, path) for path, role in area.duties):
        raise Refused("wrong_role", _("“%(step)s”由%(roles)s办理") % {
            "step": LABELS[name], "roles": "、".join(str(Role(role).label) for role in Role.values if role in step.roles)})
    if case.state != step.source:
        raise Refused("wrong_state", _("这个个案现在是「%(state)s」，不能这样办理。") % {"state": case.get_state_display()})
    if by_pk is not None and case.steps.filter(name__in=step.others, by=by_pk).exists():
        raise Refused("same_person", _("这一步须由另一人办理"))
    if step.once and case.steps.order_by("-pk").values_list("name", flat=True).first() == name:
        raise Refused("already_taken", _("这一次入户核查已经抽样复核过"))


def notice_ends(case: InsuranceCase) -> date | None:
    """The first day on which the notice may come down: the day of posting does not count."""
    if case.posted_on is None:
        return None
    rule = measures_for(case.path, case.posted_on).insurance
    return case.posted_on + timedelta(days=(int(rule.notice_days.value) if rule else _NOTICE_DAYS) + 1)


def check_notice_is_full(case: InsuranceCase, outcome: str, on: date) -> None:
    """An objection that is upheld ends a notice at once; otherwise it hangs its whole days."""
    ends = notice_ends(case)
    if outcome == GO_ON and ends is not None and on < ends:
        raise Refused("notice_not_full", _("公示还没有满期，%(day)s 起可以结束") % {"day": ends})
