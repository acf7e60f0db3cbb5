"""Verdicts in words and colours, and the part of a sample's page that tells them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from wenqu.kit.languages import language
from wenqu.places.rights import Right
from wenqu.quality.models import Sample

register = template.Library()
NAMES = {"fit": _("所检项目合格"), "unfit": _("不合格"), "undetermined": _("未判定"), "follow_up": _("应做核素分析"), "not_judged": _("不评价"), "none": _("没有结果")}
BADGES = {"fit": "good", "unfit": "bad", "undetermined": "fair", "follow_up": "fair", "not_judged": "dim", "none": "dim"}
_WORST = ("unfit", "undetermined", "follow_up", "fit", "not_judged")


@register.filter
def verdict_name(code: str) -> str:
    """所检项目合格, 不合格, 未判定 …"""
    return str(NAMES.get(code, code))


@register.filter
def item_verdict(code: str) -> str:
    """合格, 不合格 … of one item."""
    return str(_("合格")) if code == "fit" else verdict_name(code)


@register.filter
def verdict_badge(code: str) -> str:
    """The colour of a verdict."""
    return BADGES.get(code, "")


@register.filter
def in_words(each: dict[str, Any]) -> str:
    """The sentence of an item or of the whole in the language of the page."""
    return str(each.get(language()) or each.get("zh", ""))


@register.filter
def percent(number: float | None) -> str:
    """A rate as people write it; a dash where there is none."""
    return "–" if number is None else f"{number:.1f}%"


@register.inclusion_tag("quality/_verdict.html", takes_context=True)
def sample_verdict(context: Any, sample: Sample) -> dict[str, Any]:
    """What was concluded of a sample: the verdict that counts, item by item, and the older ones."""
    rows = list(sample.verdicts.select_related("problem").order_by("-pk"))
    newest = next((row for row in rows if row.newest), None)
    items = sorted(newest.items, key=lambda one: _WORST.index(one["verdict"])) if newest is not None else []
    problem = newest.problem if newest is not None else None
    seen = problem is not None and context["request"].area.whole.may(Right.PROBLEMS).covers(problem.path)
    return {"sample": sample, "verdict": newest, "items": items, "sees_problem": seen, "older": [row for row in rows if not row.newest]}
