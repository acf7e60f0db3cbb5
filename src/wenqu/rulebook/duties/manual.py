"""A duty pack as a readable manual: every number with its date, clause, document and confidence.

It walks the resolved content itself, so that no number can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.duties.model import DutyPack
from wenqu.rulebook.duties.words import STEP_NAMES, UNIT_NAMES
from wenqu.rulebook.manual import head, with_source

_SECTIONS: Mapping[str, tuple[str, str]] = {
    "ways": ("来源", "Ways in"),
    "levels": ("责任层级", "Levels"),
    "severities": ("程度", "Severities"),
    "categories": ("类别", "Categories"),
    "kinds": ("问题种类", "Kinds"),
    "limits": ("各步骤的时限", "Limits of the steps"),
    "kind_limits": ("个别种类的时限", "Limits of single kinds"),
    "escalation": ("逾期升级", "Escalation"),
    "reopen": ("重复发生自动重开", "Opens again by itself"),
    "alarm": ("区域告警", "Area alarm"),
    "cadence": ("周期性工作", "Recurring duties"),
}
_LABELS: Mapping[str, tuple[str, str]] = {
    "level": ("起始责任层级", "answers at first"),
    "counts": ("计数单位", "counted in"),
    "category": ("类别", "category"),
    "severity": ("默认程度", "severity by default"),
    "alarm": ("计入区域告警", "counts for the area alarm"),
    "to": ("升级到", "goes up to"),
    "after": ("逾期超过", "overdue by more than"),
    "days": ("期限", "within"),
    "reports": ("未办结的反映不少于", "open reports, at least"),
    "window": ("时间窗", "window"),
    "role": ("角色", "role"),
    "who_zh": ("责任人", "duty of"),
    "who_en": ("责任人", "duty of"),
    "months": ("月份", "months"),
    "day": ("截止", "by"),
    "monthly": ("截止", "by"),
    "times": ("次数", "times"),
    "weeks": ("每隔", "every"),
    "within": ("时限", "within"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "problems": ("问题数", "problems"),
    "schemes": ("工程数", "schemes"),
    "people": ("人数", "people"),
    "whole_month": ("当月之内", "the end of the month"),
}


def manual(pack: DutyPack, lang: str = "zh") -> str:
    """The whole manual of a duty pack in "zh" or "en", as lines of plain text."""
    lines = [*head(pack, _open(pack, lang), lang)]
    for key, names in _SECTIONS.items():
        value = pack.content.get(key)
        if isinstance(value, Mapping):
            lines += ["", f"== {names[lang == 'en']}", *_body(value, "  ", pack, lang)]
    return "\n".join(lines) + "\n"


def _open(pack: DutyPack, lang: str) -> str:
    if not pack.missing:
        return ""
    return f"{'待本县填写' if lang == 'zh' else 'to be filled in by the county'}: {', '.join(pack.missing)}"


def _body(value: Mapping[str, object], indent: str, pack: DutyPack, lang: str) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    for key, inner in value.items():
        if key in ("zh", "en", f"who_{'en' if lang == 'zh' else 'zh'}"):
            continue
        name = _name(key, pack, lang)
        if isinstance(inner, Mapping) and "confidence" in inner:
            yield f"{indent}{name}{colon}{_number(inner, pack, lang)}"
        elif isinstance(inner, Mapping):
            yield f"{indent}{inner.get(lang, name)} [{key}]"
            yield from _body(inner, indent + "  ", pack, lang)
        else:
            yield f"{indent}{name}{colon}{_plain(inner, pack, lang)}"


def _number(number: Mapping[str, object], pack: DutyPack, lang: str) -> str:
    unit = UNIT_NAMES[lang][str(number["unit"])]
    return with_source(f"{_plain(number['value'], pack, lang)} {unit}".rstrip(), number, lang)


def _name(key: str, pack: DutyPack, lang: str) -> str:
    if key in STEP_NAMES[lang]:
        return STEP_NAMES[lang][key]
    for group in (pack.severities, pack.levels, pack.kinds):
        if key in group:
            return str(getattr(group[key], lang))
    return _LABELS.get(key, (key, key))[lang == "en"]


def _plain(value: object, pack: DutyPack, lang: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(str(item) for item in value)
    text = str(value)
    if text in pack.categories:
        return str(getattr(pack.categories[text], lang))
    for group in (pack.severities, pack.levels):
        if text in group:
            return str(getattr(group[text], lang))
    return _WORDS.get(text, (text, text))[lang == "en"]
