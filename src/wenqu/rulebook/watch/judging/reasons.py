"""The closed catalogue of what a judging may say, and the placeholders that each sentence may use."""

from __future__ import annotations

from collections.abc import Mapping

_SPAN = ("first", "last", "members", "gaps")

FIELDS: Mapping[str, tuple[str, ...]] = {
    # income of the window, by head
    "income_exact": (*_SPAN, "low"),
    "income_between": (*_SPAN, "low", "high"),
    "income_at_least": (*_SPAN, "low"),
    "income_at_most": (*_SPAN, "high"),
    "income_unknown": _SPAN,
    "members_living": ("members",),
    "members_registered": ("members",),
    "members_unknown": (),
    # against the line
    "line_below": ("limit", "edge"),
    "line_reached": ("limit", "edge"),
    "line_unknown": ("limit", "edge"),
    # heavy spending and income collapse
    "spending_over": ("name", "limit", "edge"),
    "spending_within": ("name", "limit", "edge"),
    "spending_unknown": ("name", "limit", "edge"),
    "burden_over": ("percent",),
    "burden_within": ("percent",),
    "burden_unknown": ("percent",),
    "heavy_found": (),
    "heavy_not_found": (),
    "heavy_unknown": (),
    "collapsed_found": (),
    "collapsed_not_found": (),
    "collapsed_over": ("percent",),
    "collapsed_within": ("percent",),
    "collapsed_unknown": (),
    # guarantees, risk, exclusions
    "gap_yes": ("names",),
    "gap_no": (),
    "gap_unknown": ("names",),
    "risk_yes": ("name",),
    "risk_no": (),
    "risk_unknown": (),
    "excluded_yes": ("names",),
    "excluded_admitted": ("names", "reason"),
    "excluded_unreasoned": ("names",),
    "excluded_no": (),
    "excluded_unknown": ("names",),
    # conclusions
    "object_is": ("name",),
    "object_excluded": ("name",),
    "object_none": (),
    "object_unknown": (),
    "grade_is": ("name",),
    "grade_none": (),
    "grade_unknown": (),
    "grade_moves": ("before", "name"),
    "grade_waits": ("before", "name"),
    "class_is": ("name",),
    "class_none": (),
    "class_unknown": (),
    "average_missing": (),
    "screen_hit": ("name", "department"),
    "screen_unknown": ("name", "department"),
}
