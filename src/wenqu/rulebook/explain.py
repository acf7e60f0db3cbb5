"""A verdict as one sentence: the value used, the limit with its unit, the clause, the edition, and how sure it is."""

from __future__ import annotations

from wenqu.rulebook.model import Judgement, Overall, Pack, Verdict
from wenqu.rulebook.names import (
    CLASS_PHRASES,
    GRADE_NAMES,
    INDICATOR_NAMES,
    JOIN_NAMES,
    OVERALL_NAMES,
    cited,
    measured,
)
from wenqu.rulebook.reasons import BY_CODE

# placeholder of a fact -> unit of its value
_UNITS = {
    "litres": "L/(人·d)",
    "rain": "mm",
    "water": "m³/(人·a)",
    "time": "min",
    "horizontal": "m",
    "vertical": "m",
    "short_days": "d",
    "year_days": "d",
    "spell": "d",
    "percent": "%",
}
_UNKNOWN = {"zh": "未知", "en": "not known"}
_UNKNOWN_CLASS = {"zh": "工程类型不明", "en": "class not known"}
_UNVERIFIED = {"zh": "（未核实）", "en": " (unverified)"}


def explain(verdict: Verdict, pack: Pack, lang: str = "zh") -> str:
    """One sentence for a verdict that ``pack`` gave, in "zh" or "en"."""
    sentence = pack.sentences[verdict.reason]
    fields = {name: _field(name, verdict, lang) for name in BY_CODE[verdict.reason].fields}
    text = (sentence.zh if lang == "zh" else sentence.en).format(**fields)
    clause = cited(verdict.clause, lang)
    if lang == "zh":
        where = f"（依据：{pack.edition}，{'条款未见' if clause == '未见' else clause}）"
    else:
        where = f" ({pack.en}, {pack.id}, clause {clause})"
    sure = all(limit.verified for limit in verdict.limits.values())
    return f"{text}{where}{'' if sure else _UNVERIFIED[lang]}{'。' if lang == 'zh' else '.'}"


def explain_overall(judgement: Judgement, lang: str = "zh") -> str:
    """One sentence for the overall grade, naming the indicators that decided it."""
    overall = judgement.overall
    if overall == Overall.SAFE:
        return "安全：四项指标都达标。" if lang == "zh" else "Safe: all four indicators are met."
    wanted = {Overall.UNSAFE: "failed", Overall.UNKNOWN: "unknown", Overall.BASIC: "basic"}[overall]
    names = [INDICATOR_NAMES[lang][v.indicator] for v in judgement.verdicts if v.grade == wanted]
    grade, answer = GRADE_NAMES[lang][wanted], OVERALL_NAMES[lang][overall]
    if lang == "zh":
        return f"{answer}：{'、'.join(names)}{grade}。"
    return f"{answer.capitalize()}: {', '.join(names)} {grade}."


def _field(name: str, verdict: Verdict, lang: str) -> str:
    if name.startswith("limit"):
        limit = verdict.limits[name]
        return measured(limit.value, limit.unit, lang)
    if name == "join":
        return JOIN_NAMES[lang][str(verdict.limits[name].value)]
    value = verdict.used.get(name)
    if name == "class":
        return _UNKNOWN_CLASS[lang] if value is None else CLASS_PHRASES[lang][str(value)]
    return _UNKNOWN[lang] if value is None else measured(value, _UNITS[name], lang)
