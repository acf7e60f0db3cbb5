"""Reports in words and colours."""

from __future__ import annotations

from datetime import datetime

from django import template

from wenqu.kit.languages import in_english
from wenqu.quality.reporting import words
from wenqu.quality.reporting.queries import Line
from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.quality.plans import PlanPack, State
from wenqu.rulebook.quality.plans.words import UNITS

register = template.Library()


@register.filter
def deadline(at: datetime) -> str:
    """By when."""
    return words.deadline_text(at)


@register.filter
def report_state(line: Line, at: datetime) -> str:
    """Where it stands."""
    return words.state_text(line, at)


@register.filter
def report_badge(state: State) -> str:
    """The colour of a state."""
    return words.BADGES[state]


@register.filter
def lacks(line: Line) -> str:
    """Who was not told yet."""
    return words.lacks_text(line)


@register.filter
def party_list(pack: PlanPack, names: list[str]) -> str:
    """Those who were told."""
    return words.party_names(pack, names)


@register.filter
def means_list(names: list[str]) -> str:
    """By which means."""
    return words.means_names(names)


@register.filter
def limit_text(clause: Clause) -> str:
    """8 小时, 10 个工作日."""
    return f"{clause.number} {UNITS[clause.unit][in_english()]}"
