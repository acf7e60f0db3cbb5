"""A duty pack as a readable manual: every number with its date, clause, document and confidence.

It walks the resolved content itself, so that no number can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.duties.model import DutyPack
from wenqu.rulebook.duties.words import STEP_NAMES
from wenqu.rulebook.names import CONFIDENCE_NAMES
from wenqu.rulebook.names import cited as in_language

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
    "reports": ("未办结的报告数不少于", "open reports, at least"),
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
_UNITS: Mapping[str, tuple[str, str]] = {
    "hours": ("小时", "hours"),
    "working_days": ("个工作日", "working days"),
    "d": ("天", "days"),
    "reports": ("件", "reports"),
    "day_of_month": ("日", "of the month"),
    "times_a_year": ("次/年", "times a year"),
    "weeks": ("周", "weeks"),
    "rule": ("", ""),
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
    lines = [*_head(pack, lang)]
    for key, names in _SECTIONS.items():
        value = pack.content.get(key)
        if isinstance(value, Mapping):
            lines += ["", f"== {names[lang == 'en']}", *_body(value, "  ", pack, lang)]
    return "\n".join(lines) + "\n"


def _head(pack: DutyPack, lang: str) -> Iterator[str]:
    zh = lang == "zh"
    yield f"{pack.zh if zh else pack.en} [{pack.id}]"
    yield "类型: 职责时限" if zh else "kind: duties"
    yield f"{'版本' if zh else 'edition'}: {pack.edition}    {'地区' if zh else 'region'}: {pack.region}"
    until = f" – {pack.until}" if pack.until else ""
    yield f"{'施行' if zh else 'in force'}: {pack.in_force}{until}"
    if pack.lineage:
        yield f"{'继承自' if zh else 'extends'}: {', '.join(pack.lineage)}"
    yield f"{'摘要' if zh else 'digest'}: sha256 {pack.digest}"
    if pack.missing:
        yield f"{'待本县填写' if zh else 'to be filled in by the county'}: {', '.join(pack.missing)}"
    for note in pack.notes:
        yield f"  * {note}"


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
    zh = lang == "zh"
    unit = _UNITS[str(number["unit"])][not zh]
    shown = f"{_plain(number['value'], pack, lang)} {unit}".rstrip()
    parts = [
        f"{'日期' if zh else 'date'} {number['date']}",
        f"{'条款' if zh else 'clause'} {in_language(str(number['clause']), lang)}",
        f"{'文件' if zh else 'document'} {in_language(str(number['document']), lang)}",
    ]
    if number.get("note"):
        parts.append(f"{'备注' if zh else 'note'} {number['note']}")
    mark = CONFIDENCE_NAMES[lang][str(number["confidence"])]
    return f"{shown} 〔{mark}〕 {'；'.join(parts)}" if zh else f"{shown} [{mark}] {'; '.join(parts)}"


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
