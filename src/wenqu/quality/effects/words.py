"""What a problem is told of a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.days import day_of
from wenqu.quality.models import Point, Role, Sample, Verdict

FIT, UNFIT = "fit", "unfit"
MOST_DAYS = 5


def unfit_words(sample: Sample, point: Point, verdict: Verdict) -> str:
    """Items, values and limits. How many it concerns the page of the problem tells, to each reader of their own area."""
    found = "、".join(_item_words(one) for one in verdict.items if one["verdict"] == UNFIT)
    text = _("%(point)s（%(shape)s）%(day)s采的水样不合格：%(items)s。") % {
        "point": point.name, "shape": point.get_shape_display(), "day": _day(sample), "items": found}
    if point.scheme_id is None and point.household_id is None:
        # A school with a supply of its own: nobody registered who else drinks of it.
        text += _("没有登记这个监测点供哪些农户，请核实还有谁用同一处水。")
    return text


def more_unfit(samples: Sequence[Sample]) -> str:
    """That others were unfit beside it, with the days of the first few."""
    days = "、".join(dict.fromkeys(_day(sample) for sample in samples[-MOST_DAYS:]))
    return _("此前另有 %(count)s 份水样不合格（最近几份采于 %(days)s）。") % {"count": len(samples), "days": days}


def _item_words(one: dict[str, Any]) -> str:
    return f"{name_in(one)} {one['written']}" + (_("（限值%(limit)s）") % {"limit": one["limit"]} if one["limit"] else "")


def name_in(one: dict[str, Any]) -> str:
    """The Chinese name of an item of a verdict, as it was called when it was judged."""
    return str(one.get("name") or one["item"])


def judged_words(sample: Sample, point: Point, now: Verdict, *, clear: bool) -> str:
    """What a sample that is not unfit says to a problem that stands. `clear`: nothing fails any more of whatever the problem is about."""
    said = {"point": point.name, "shape": point.get_shape_display(), "day": _day(sample)}
    if now.verdict != FIT:
        return _("%(point)s（%(shape)s）%(day)s采的水样未能判定，水质仍按原结论。") % said
    what = _("复检") if sample.role == Role.RETEST else _("检测")
    if clear:
        return _("%(point)s（%(shape)s）%(day)s采的水样%(what)s合格，请核实后办理销号。") % {**said, "what": what}
    return _("%(point)s（%(shape)s）%(day)s采的水样所检项目合格，但还有不合格的项目或监测点没有复检合格。") % said


def withdrawn_words(sample: Sample, point: Point) -> str:
    """That a verdict counts no more."""
    return _("%(point)s（%(shape)s）%(day)s采的水样的评价已撤回：计入的检测结果有变化，请等新的结论。") % {
        "point": point.name, "shape": point.get_shape_display(), "day": _day(sample)}


def _day(sample: Sample) -> str:
    assert sample.taken_at is not None
    return day_of(sample.taken_at).isoformat()
