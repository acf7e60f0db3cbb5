"""The words of the rulebook in both languages, for sentences, manuals and pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.rulebook.model import Grade, Overall

LANGS = ("zh", "en")
Names = Mapping[str, Mapping[str, str]]

INDICATOR_NAMES: Names = {
    "zh": {"quantity": "水量", "quality": "水质", "convenience": "用水方便程度", "reliability": "供水保证率"},
    "en": {"quantity": "quantity", "quality": "quality", "convenience": "convenience", "reliability": "reliability"},
}
GRADE_NAMES: Names = {
    "zh": {Grade.MET: "达标", Grade.BASIC: "基本达标", Grade.FAILED: "不达标", Grade.UNKNOWN: "无法判定"},
    "en": {Grade.MET: "met", Grade.BASIC: "basically met", Grade.FAILED: "failed", Grade.UNKNOWN: "unknown"},
}
OVERALL_NAMES: Names = {
    "zh": {Overall.SAFE: "安全", Overall.BASIC: "基本安全", Overall.UNSAFE: "不安全", Overall.UNKNOWN: "无法判定"},
    "en": {Overall.SAFE: "safe", Overall.BASIC: "basically safe", Overall.UNSAFE: "unsafe",
           Overall.UNKNOWN: "unknown"},
}
CLASS_NAMES: Names = {
    "zh": {str(c.value): c.zh for c in FACTS_BY_NAME["scheme_class"].choices},
    "en": {str(c.value): c.en for c in FACTS_BY_NAME["scheme_class"].choices},
}
# As they stand inside a sentence.
CLASS_PHRASES: Names = {
    "zh": {"urban_rural": "城乡一体化工程", "large": "千吨万人工程", "thousand": "千人以上工程", "small": "小型集中供水",
           "decentralised": "分散供水"},
    "en": {"urban_rural": "urban-rural network", "large": "large centralised", "thousand": "over-1000-people",
           "small": "small centralised", "decentralised": "decentralised"},
}
JOIN_NAMES: Names = {"zh": {"all": "且", "any": "或"}, "en": {"all": "and", "any": "or"}}
KIND_NAMES: Names = {
    "zh": {"four-indicators": "四项指标", "water-limits": "水质限值", "income-lines": "收入线", "quality-control": "检测质量控制", "duties": "职责时限",
           "procedures": "监测对象识别和退出程序", "watch-judging": "监测对象研判", "watch-measures": "帮扶措施",
           "monitoring-plan": "监测方案"},
    "en": {"four-indicators": "four indicators", "water-limits": "water limits", "income-lines": "income lines", "quality-control": "quality control",
           "duties": "duties",
           "procedures": "procedures of the watch list", "watch-judging": "judging of households at risk", "watch-measures": "measures of help",
           "monitoring-plan": "monitoring plan"},
}
CONFIDENCE_NAMES: Names = {
    "zh": {"sourced": "有出处", "unverified": "未核实"},
    "en": {"sourced": "sourced", "unverified": "unverified"},
}
UNIT_NAMES: Names = {
    "zh": {"元/(人·a)": "元/(人·年)", "min": "分钟", "m": "米", "d": "天", "month": "个月", "day_of_month": "日前", "mm": "毫米", "rule": "", "ratio": ""},
    "en": {"L/(人·d)": "L/(person·d)", "m³/(人·a)": "m³/(person·a)", "元/(人·a)": "yuan/(person·a)", "d": "days", "month": "months", "day_of_month": "of the month",
           "度": "degrees", "rule": "", "ratio": ""},
}
NOT_FOUND_NAMES: Mapping[str, str] = {"zh": "未见", "en": "not found"}


def plain(value: object) -> str:
    """A number as people write it: no trailing zeros, no exponent; other values as they are."""
    text = str(value)
    if isinstance(value, float | Decimal):
        number = Decimal(text)
        return format(number.normalize(), "f") if number.is_finite() else text
    return text


def measured(value: object, unit: str, lang: str) -> str:
    """A value with its unit in a language; a percentage has no space."""
    name = UNIT_NAMES[lang].get(unit, unit)
    if unit == "%":
        return f"{plain(value)}%"
    return f"{plain(value)} {name}".strip()


def cited(text: str, lang: str) -> str:
    """A clause or document, saying so in the language where it was not found."""
    return NOT_FOUND_NAMES[lang] if text == "not found" else text
