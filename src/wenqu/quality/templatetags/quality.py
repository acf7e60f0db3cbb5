"""The tabs over the pages of water quality, and tasks in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenqu.kit.languages import in_english, language
from wenqu.places.rights import Right
from wenqu.quality.calendar.queries import Entry
from wenqu.quality.models import SampleState
from wenqu.quality.naming import name_of
from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.quality.plans import PlanPack, State, TaskRule, Window
from wenqu.rulebook.quality.plans.manual import how_often
from wenqu.rulebook.quality.plans.words import STATE_NAMES, UNITS
from wenqu.schemes.models import SchemeClass

register = template.Library()
SAMPLE_BADGES = {SampleState.PLANNED: "dim", SampleState.TAKEN: "fair", SampleState.HANDED_OVER: "fair", SampleState.RECEIVED: "good", SampleState.VOIDED: "bad"}
BADGES = {State.LATE: "bad", State.SOON: "fair", State.DUE: "", State.AHEAD: "dim", State.DONE: "good"}


class Tab(NamedTuple):
    """A room: its first page, the right without which it is not offered, and the names of its other pages."""

    view: str
    right: Right
    label: Promise
    pages: frozenset[str] = frozenset()


TABS = (
    Tab("calendar", Right.QUALITY, _("监测日历"), frozenset({"reports", "tell-happening", "tell-report"})),
    Tab("points", Right.QUALITY, _("监测点"), frozenset({"new-point", "point", "edit-point", "end-point", "tell-done", "trend"})),
    Tab("samples", Right.QUALITY, _("样品"), frozenset({
        "find-sample", "plan-samples", "sample", "trip", "labels", "take-sample", "hand-over", "receive-sample", "void-sample", "retest-sample"})),
    Tab("results", Right.QUALITY, _("检测结果"), frozenset({
        "sample-results", "enter-results", "settle-results", "correct-result", "laboratories", "edit-laboratory", "deliveries", "upload", "delivery", "map-delivery", "take-delivery", "read-delivery", "delivery-points",
        "review-delivery", "accept-delivery"})),
    Tab("control", Right.QUALITY, _("质量控制"), frozenset({"control-limits"})),
    Tab("rates", Right.QUALITY, _("合格率"), frozenset({"verdict"})),
    Tab("map", Right.QUALITY, _("水质地图")),
    Tab("notice", Right.QUALITY, _("水质公示")),
    Tab("plans", Right.QUALITY, _("监测方案"), frozenset({"adopt", "proposals", "edition"})),
)


@register.inclusion_tag("quality/_tabs.html", takes_context=True)
def quality_tabs(context: Any) -> dict[str, Any]:
    """The tabs of whoever looks."""
    request = context["request"]
    name = request.resolver_match.url_name
    return {"tabs": [(reverse(f"quality:{tab.view}"), tab.label, name == tab.view or name in tab.pages) for tab in TABS if request.area.whole.may(tab.right).paths]}


@register.filter
def named(thing: Any) -> str:
    """The name of something of a pack in the language of the page."""
    return str(thing.en if in_english() else thing.zh)


@register.filter
def task_state(state: State) -> str:
    """未到, 应做, 临期, 逾期, 已完成."""
    return STATE_NAMES[state][in_english()]


@register.filter
def task_badge(state: State) -> str:
    """The colour of a state."""
    return BADGES[state]


@register.filter
def unit_name(unit: str) -> str:
    """What is counted."""
    return UNITS[unit][in_english()]


@register.filter
def how(pack: PlanPack, rule: TaskRule) -> str:
    """How often a task is due."""
    return how_often(pack, rule, language())


@register.filter
def window_text(window: Window) -> str:
    """The days of a window: 05-01–10-31."""
    spans = [f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}" for first, last in window.spans]
    return "、".join(spans)


@register.filter
def lacking(entry: Entry) -> str:
    """Items that were not tested, where some were."""
    standing = entry.standing
    if not 0 < len(standing.lacking) < len(standing.task.items):
        return ""
    return "、".join(entry.pack.item_name(item, language()) for item in standing.lacking)


@register.filter
def parties(pack: PlanPack, clause: Clause) -> str:
    """Names of those who tell or are told."""
    return "、".join(pack.parties[name].name(language()) for name in clause.words)


@register.filter
def rule_name(rule: str, names: dict[str, str]) -> str:
    """The name of a task by its id, where its plan still has it."""
    return names.get(rule, rule)


@register.filter
def sample_badge(state: str) -> str:
    """The colour of a sample's state."""
    return SAMPLE_BADGES[SampleState(state)]


@register.filter
def item_names(items: list[str], pack: PlanPack | None) -> str:
    """Items of a sample by the names of its plan."""
    return "、".join(name_of(item, pack) for item in items)


@register.filter
def class_name(code: str) -> str:
    """The class of a scheme as people call it."""
    return str(SchemeClass(code).label) if code in SchemeClass.values else code


@register.filter
def item_name(item: str, pack: PlanPack | None = None) -> str:
    """The name of an item, by the plan where no standard has it."""
    return name_of(item, pack)
