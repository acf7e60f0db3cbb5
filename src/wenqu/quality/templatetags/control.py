"""Figures of quality control in words and colours, and the part of a sample's page that tells what was added to it."""

from __future__ import annotations

from typing import Any

from django import template

from wenqu.kit.languages import in_english
from wenqu.kit.refusal import why_not
from wenqu.quality.control import words
from wenqu.quality.control.figures import BLANKS, Mark
from wenqu.quality.control.forms import DoseForm
from wenqu.quality.control.limits import control_limits
from wenqu.quality.control.permissions import check_can_dose
from wenqu.quality.control.queries import Chart
from wenqu.quality.models import Role, Sample
from wenqu.quality.points.forms import WhyForm
from wenqu.rulebook.quality.charts import FLAG_NAMES, OUT_OF_CONTROL
from wenqu.rulebook.quality.control import Figure, added_by
from wenqu.rulebook.quality.control_values import Cited

register = template.Library()
register.filter("mark_words", words.mark_words)
register.filter("clause_text", words.clause_text)
register.filter("limits_text", words.limits_text)
register.filter("added_text", words.added_text)
register.filter("dose_text", words.dose_text)
register.filter("source_text", words.source_text)
register.filter("number_text", words.number_text)


@register.filter
def figure_words(figure: Figure) -> str:
    """A figure of a whole trip in a sentence."""
    return words.figure_words(figure)


@register.filter
def figure_text(mark: Mark) -> str:
    """Its figure in percent; of a blank none, as that is its result."""
    return "" if mark.sample.role in BLANKS else words.figure_text(mark.figure)


@register.filter
def state_name(state: str) -> str:
    """符合, 超出, 算不出, 缺结果."""
    return str(words.STATES[state])


@register.filter
def state_badge(state: str) -> str:
    """The colour of a state."""
    return words.BADGES[state]


@register.filter
def flags_of(chart: Chart, mark: Mark) -> list[tuple[str, bool]]:
    """The rules that flag a point, each with whether it stops the work."""
    return [(FLAG_NAMES[flag][in_english()], flag in OUT_OF_CONTROL) for flag in chart.flags.get(mark.sample.pk, ())]


@register.filter
def role_name(kind: str) -> str:
    """现场空白, 加标 …"""
    return str(Role(kind).label)


@register.filter
def of_key(names: dict[Any, Any], key: Any) -> Any:
    """An entry of a mapping, "" where there is none."""
    return names.get(key, "")


@register.filter
def place_name(key: str, every: dict[str, Cited]) -> str:
    """What a number of the limits is about."""
    return words.place_text(key, every)


@register.inclusion_tag("quality/_doses.html", takes_context=True)
def sample_doses(context: Any, sample: Sample) -> dict[str, Any]:
    """What was added to a spiked sample, by which formula its recovery is worked out, and a form for whoever may tell."""
    if sample.role != Role.SPIKE:
        return {}
    rows = list(sample.doses.select_related("by", "withdrawn_by").order_by("pk"))
    refusal = why_not(check_can_dose, sample, context["request"].area.whole)
    form = DoseForm(sample=sample, taken={row.item for row in rows if row.withdrawn_at is None}) if refusal is None else None
    told = [(row, f"{float(added_by(row.strength, row.volume, row.bottle)):.6g} {row.unit}") for row in rows]
    return {"sample": sample, "rows": told, "form": form, "why": WhyForm(auto_id=False), "formula": control_limits(sample.county.path).formula, "csrf_token": context.get("csrf_token")}
