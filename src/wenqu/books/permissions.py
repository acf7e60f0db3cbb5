"""Who may compare, rule, issue and take back. Buttons, pages and actions ask here."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.books.models import Comparison, ComparisonState, Issue
from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division, Level
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import EVERYWHERE, Area, area_of


def area_on(by: Account | Actor, on: date) -> Area:
    """The area of whoever acts; the system itself acts everywhere."""
    return area_of(by, on) if isinstance(by, Account) else EVERYWHERE


def check_can_compare(division: Division, area: Area) -> None:
    """A book is compared for a county or a town, by whoever holds the right there."""
    if division.level not in (Level.COUNTY, Level.TOWN):
        raise Refused("not_a_county", _("请选择一个县（区）或乡镇。"))
    check_may(Right.COMPARE, division.path, area)


def check_can_rule(comparison: Comparison, area: Area) -> None:
    check_may(Right.COMPARE, comparison.path, area)
    if comparison.state != ComparisonState.COMPARED:
        raise Refused("wrong_state", _("这次比对现在是「%(state)s」，不能这样做。") % {"state": comparison.get_state_display()})


def check_can_fetch(issue: Issue, area: Area) -> None:
    """A workbook with whole telephones leaves only with whoever may export them."""
    check_may(Right.COMPARE, issue.comparison.path, area)
    if issue.whole_phones:
        check_may(Right.EXPORT_PHONES, issue.comparison.path, area)
