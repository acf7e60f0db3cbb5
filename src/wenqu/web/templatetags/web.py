"""Filters and small tags of the pages: badges, masks, stacked bars, query strings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.showing import clear, name_shown, showing
from wenqu.kit import masking
from wenqu.kit.crypto.fields import Sealed
from wenqu.kit.languages import in_english
from wenqu.places.scope import Area
from wenqu.rulebook.loader import load_pack, pack_ids

register = template.Library()

# code -> (css class, sign, label); the sign and the words carry the meaning, colour only helps.
OVERALL = {
    "safe": ("good", "✓", gettext_lazy("安全")),
    "basic": ("fair", "○", gettext_lazy("基本安全")),
    "unknown": ("dim", "?", gettext_lazy("未知")),
    "unsafe": ("bad", "✕", gettext_lazy("不安全")),
}
INDICATOR = {
    "met": ("good", "✓", gettext_lazy("达标")),
    "basic": ("fair", "○", gettext_lazy("基本达标")),
    "unknown": ("dim", "?", gettext_lazy("未知")),
    "failed": ("bad", "✕", gettext_lazy("不达标")),
}
_OVERALL_BY_NUMBER = ("", "safe", "basic", "unknown", "unsafe")
_INDICATOR_BY_NUMBER = ("", "met", "basic", "unknown", "failed")
STATE = {
    "clue": ("dim", "?", gettext_lazy("待核实线索")),
    "open": ("bad", "!", gettext_lazy("未整改")),
    "closed": ("good", "✓", gettext_lazy("已关闭")),
    "queued": ("dim", "…", gettext_lazy("排队中")),
    "running": ("fair", "→", gettext_lazy("进行中")),
    "done": ("good", "✓", gettext_lazy("已完成")),
    "failed": ("bad", "✕", gettext_lazy("失败")),
}


def _badge(known: dict[str, tuple[str, str, Any]], code: Any) -> SafeString:
    css, sign, label = known.get(str(code), ("dim", "–", gettext_lazy("未评价")))
    return _drawn("badge " + css, sign, label, get_language() or "")


@lru_cache(maxsize=256)
def _drawn(css: str, sign: str, label: Any, language: str) -> SafeString:
    """A badge in a language, drawn once: a list shows hundreds of the same few."""
    return format_html('<span class="{}"><span aria-hidden="true">{}</span> {}</span>', css, sign, label)


@register.filter
def overall_badge(code: Any) -> SafeString:
    """Overall grade as sign and words: a stored number or a code ("safe", "basic", "unknown", "unsafe")."""
    return _badge(OVERALL, _OVERALL_BY_NUMBER[code] if isinstance(code, int) else code)


@register.filter
def grade_badge(code: Any) -> SafeString:
    """Grade of one indicator: a stored number or a code ("met", "basic", "unknown", "failed")."""
    return _badge(INDICATOR, _INDICATOR_BY_NUMBER[code] if isinstance(code, int) else code)


@register.filter
def grade_word(code: Any) -> SafeString:
    """As `grade_badge`, but a met grade without its frame: in a list of households only the others should stand out."""
    if code in (1, "met"):
        return _drawn("calm", "✓", INDICATOR["met"][2], get_language() or "")
    return grade_badge(code)


# The indicators as the lists call them, in the order of the rules.
_SHORT = {
    "quantity": gettext_lazy("水量"), "quality": gettext_lazy("水质"), "convenience": pgettext_lazy("short", "方便程度"),
    "reliability": pgettext_lazy("short", "保证率"),
}


@register.filter
def short_of(grade: Any) -> str:
    """Why a household is where it is, in few words: its failed indicators, or else the ones that nothing is known of."""
    for code in (_INDICATOR_BY_NUMBER.index("failed"), _INDICATOR_BY_NUMBER.index("unknown")):
        names = [str(label) for name, label in _SHORT.items() if getattr(grade, name) == code]
        if names:
            return _("%(names)s：%(grade)s") % {"names": _("、").join(names), "grade": INDICATOR[_INDICATOR_BY_NUMBER[code]][2]}
    return ""


@register.filter
def state_badge(code: Any) -> SafeString:
    """State of a problem or a job."""
    return _badge(STATE, code)


@register.filter
def mask_phone(number: Sealed | str | None) -> str:
    return masking.phone(clear(number))


@register.filter
def mask_id(number: Sealed | str | None) -> str:
    return masking.identity(clear(number))


@register.filter
def mask_account(number: Sealed | str | None) -> str:
    return masking.account(clear(number))


@register.filter
def clear_number(number: Sealed | str | None) -> str:
    """A number that is for everybody who sees the page: those who answer for a scheme are there to be called."""
    return clear(number)


@register.filter
def name_for(row: Any, area: Area) -> str:
    """The name of a household's head, or of a member, as somebody with this area is shown it."""
    return name_shown(row, area)


@register.filter
def subject_for(problem: Any, area: Area) -> str:
    """The name of what a problem is about: the household's head goes by what this area is shown."""
    if problem.subject_kind != SubjectKind.HOUSEHOLD:
        return str(problem.subject_name)
    return showing(area).kept_name(problem.subject_name, problem.path)


@register.filter
def phone_for(household: Any, area: Area) -> str:
    """A household's telephone as somebody with this area is shown it."""
    return showing(area).phone(household.phone, household.path)


@register.filter
def percent_of(part: int | None, whole: int | None) -> str:
    """«12.3%», or a dash where there is nothing to divide by."""
    return f"{100 * (part or 0) / whole:.1f}%" if whole else "–"


@register.filter
def pack_title(run: Any) -> str:
    """The title of the pack that a run was judged by. Runs keep the Chinese one; in English the pack itself is asked."""
    if not in_english():
        return str(run.pack_title)
    return load_pack(run.pack_id).en if run.pack_id in pack_ids() else str(run.pack_title)


@register.simple_tag
def confidence_mark(confidence: str) -> SafeString:
    """The mark beside every limit: whether it rests on a document that was seen."""
    if confidence == "sourced":
        return format_html('<span class="sourced"><span aria-hidden="true">✓</span> {}</span>', _("有出处"))
    return format_html('<span class="unverified" title="{}">{}</span>', _("此数值未找到原始文件核实"), _("未核实"))


@register.simple_tag
def stacked_bar(good: int, fair: int, dim: int, bad: int) -> SafeString | str:
    """A small stacked bar as plain SVG; the numbers stand beside it as text."""
    total = good + fair + dim + bad
    if not total:
        return ""
    parts, at = [], 0.0
    for css, count in (("bad", bad), ("dim", dim), ("fair", fair), ("good", good)):
        width = 100 * count / total
        parts.append((f"{at:.2f}", f"{width:.2f}", css))
        at += width
    rects = format_html_join("", '<rect x="{}" y="0" width="{}" height="10" class="fill-{}"/>', parts)
    return format_html(
        '<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>', rects
    )


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The query string of this page with some values changed (None or "" removes; paging starts again)."""
    values = context["request"].GET.copy()
    values.pop("after", None)
    for name, value in changes.items():
        if value in (None, ""):
            values.pop(name, None)
        else:
            values[name] = value
    return f"?{values.urlencode()}" if values else "?"
