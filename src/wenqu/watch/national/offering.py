"""The sheets of the national system as registers: imported with dry run, mappings and undo as all are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from wenqu.registers.offering import Register, offer_register
from wenqu.watch.national.columns import HELP, LISTED

if TYPE_CHECKING:
    from wenqu.registers.plan import Plan


def offer() -> None:
    offer_register(Register(LISTED, _listing, ("watch.Watched",), {
        "watched_created": _("纳入监测名单"), "watched_left": _("标注风险消除"), "watched_changed": _("更改监测对象")}))
    offer_register(Register(HELP, _measures, ("watch.Measure",), {"measures_created": _("新增帮扶措施"), "measures_done": _("补充落实情况")}))


def _listing(plan: Plan) -> None:
    """The engine is loaded when the first sheet is compared, not when a server starts."""
    from wenqu.watch.national.listing_plan import plan_listing  # noqa: PLC0415

    plan_listing(plan)


def _measures(plan: Plan) -> None:
    from wenqu.watch.national.measure_plan import plan_measures  # noqa: PLC0415

    plan_measures(plan)
