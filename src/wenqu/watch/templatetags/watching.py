"""The tabs over the pages of the watch list: one entry in the menu, its rooms here."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenqu.kit.languages import language
from wenqu.places.rights import Right
from wenqu.rulebook.names import UNIT_NAMES

register = template.Library()


class Tab(NamedTuple):
    """A room: its first page, the right without which it is not offered, and the names of its other pages."""

    view: str
    right: Right
    label: Promise
    pages: frozenset[str] = frozenset()


TABS = (
    Tab("desk", Right.WATCH, _("待办"), frozenset({"clue", "leave", "course", "act"})),
    Tab("list", Right.WATCH, _("名单"), frozenset({"helping", "plan-measure", "measure-step", "visit", "change-helper"})),
    Tab("judged", Right.WATCH, _("研判"), frozenset({
        "moves", "new-run", "judging-household", "tell-facts", "tell-items", "let-stand", "withdraw-fact", "withdraw-item"})),
    Tab("notices", Right.WATCH, _("公示"), frozenset({"sheet"})),
    Tab("insurance", Right.WATCH, _("保险"), frozenset({"insurance-list", "insurance-case", "insurance-step"})),
    Tab("report", Right.WATCH, _("统计")),
    Tab("rules", Right.WATCH, _("规则"), frozenset({"edition", "edit", "check", "difference"})),
    Tab("scenarios", Right.WATCH_RULES, _("推演"), frozenset({"new-scenario", "compare", "scenario", "scenario-names", "scenario-again"})),
)


@register.inclusion_tag("watch/_tabs.html", takes_context=True)
def watch_tabs(context: Any) -> dict[str, Any]:
    """The tabs of whoever looks; none for whoever has one page only."""
    request = context["request"]
    name = request.resolver_match.url_name
    tabs = [(reverse(f"watch:{tab.view}"), tab.label, name == tab.view or name in tab.pages) for tab in TABS if request.area.whole.may(tab.right).paths]
    return {"tabs": tabs}


@register.filter
def unit_words(unit: str) -> str:
    """A unit of a pack as people call it."""
    return UNIT_NAMES[language()].get(unit, unit)
