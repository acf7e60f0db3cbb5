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
from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.quality.plans import PlanPack, State, TaskRule, Window
from wenqu.rulebook.quality.plans.manual import how_often
from wenqu.rulebook.quality.plans.words import STATE_NAMES, UNITS

register = template.Library()
BADGES = {State.LATE: "bad", State.SOON: "fair", State.DUE: "", State.AHEAD: "dim", State.DONE: "good"}


class Tab(NamedTuple):
    """A room: its first page, the right without which it is not offered, and the names of its other pages."""

    view: str
    right: Right
    label: Promise
    pages: frozenset[str] = frozenset()


TABS = (
    Tab("calendar", Right.QUALITY, _("监测日历")),
    Tab("points", Right.QUALITY, _("监测点"), frozenset({"new-point", "point", "edit-point", "end-point", "tell-done", "trend"})),
    Tab("rates", Right.QUALITY, _("合格率"), frozenset({"verdict"})),
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
