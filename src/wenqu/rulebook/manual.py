"""A pack as a readable manual: every number with its date, unit, clause, document and confidence.

The manual walks the resolved content itself, so that no number can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.cases import cases_of
from wenqu.rulebook.model import Pack
from wenqu.rulebook.names import (
    CLASS_NAMES,
    CONFIDENCE_NAMES,
    GRADE_NAMES,
    INDICATOR_NAMES,
    KIND_NAMES,
    cited,
    measured,
)
from wenqu.rulebook.reasons import REASONS

# key -> (Chinese, English) where the key itself is not its name
_LABELS: Mapping[str, tuple[str, str]] = {
    **{key: (INDICATOR_NAMES["zh"][key], INDICATOR_NAMES["en"][key].capitalize()) for key in INDICATOR_NAMES["zh"]},
    "rain": ("年均降水量", "mean annual rain"),
    "water": ("人均水资源量", "water resources a head"),
    "humid": ("湿润区", "humid zone"),
    "arid": ("缺水区", "arid zone"),
    "flat": ("不分区", "every zone"),
    "met": ("达标", "met"),
    "basic": ("基本达标", "basically met"),
    "classes": ("工程类型", "classes"),
    "without_plant": ("无水厂时按感官判定的工程类型", "classes judged by the senses without a plant"),
    "good": ("感官正常的等级", "grade of good senses"),
    "lab": ("检测结果优先", "the laboratory result outranks"),
    "senses": ("按感官判定", "judged by the senses"),
    "piped": ("供水入户即达标", "piped is met"),
    "time": ("取水往返时间", "round trip"),
    "distance": ("取水距离", "distance"),
    "horizontal": ("水平距离", "horizontal"),
    "vertical": ("垂直距离", "vertical"),
    "join": ("水平与垂直的关系", "join of horizontal and vertical"),
    "all": ("所有工程", "all schemes"),
    "centralised": ("集中供水", "centralised"),
    "decentralised": ("分散供水", "decentralised"),
    "measure": ("量法", "measure"),
    "switches": ("可选的放宽规定（只展示，评价时不使用）", "Allowances (shown, not used in judging)"),
    "default": ("默认采用", "used by default"),
    "items": ("指标", "Items"),
    "residuals": ("消毒剂余量", "Residuals"),
    "disinfectants": ("消毒方式", "Disinfectants"),
    "missing": ("没有见到限值的指标", "Items whose limit was not found"),
    "full": ("用全部限值", "full limits"),
    "relaxed": ("用宽限", "relaxed limits"),
    "source": ("依据", "source"),
    "number": ("序号", "number"),
    "aliases": ("别名", "aliases"),
    "group": ("组", "group"),
    "kind": ("限值种类", "kind"),
    "limit": ("限值", "limit"),
    "low": ("下限", "lowest"),
    "high": ("上限", "highest"),
    "small": ("小型集中和分散供水", "small supplies"),
    "small_low": ("小型集中和分散供水下限", "small supplies lowest"),
    "small_high": ("小型集中和分散供水上限", "small supplies highest"),
    "parts": ("分量", "parts"),
    "exceptions": ("例外", "exceptions"),
    "contact": ("接触时间", "contact time"),
    "upper": ("上限", "upper limit"),
    "outlet": ("出厂水余量", "residual at the plant"),
    "tap": ("末梢水余量", "residual at the tap"),
    "need": ("余量要求", "residuals needed"),
    "due": ("应测的副产物", "by-products due"),
    "lines": ("收入线", "Income lines"),
    "region": ("地区", "region"),
    "names": ("别名", "names"),
    "year": ("年份", "year"),
    "use": ("用途", "use"),
    "note": ("说明", "note"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    **{key: (CLASS_NAMES["zh"][key], CLASS_NAMES["en"][key]) for key in CLASS_NAMES["zh"]},
    **{str(key): (GRADE_NAMES["zh"][key], GRADE_NAMES["en"][key]) for key in GRADE_NAMES["zh"]},
    "pass": ("合格", "pass"),
    "good": ("感官正常", "good"),
    "yes": ("是", "yes"),
    "all": ("都要满足", "all"),
    "any": ("满足其一", "any"),
    "allowed": ("允许", "allowed"),
    "judged": ("判定", "judged"),
    "due": ("应测", "due"),
    "by-class": ("按工程类型", "by class"),
    "not detected": ("不应检出", "not detected"),
    "none": ("无", "none"),
    "ratio": ("天数之比", "ratio of days"),
    "days": ("全年累计缺水天数", "total short days"),
    "spell": ("最长连续缺水天数", "longest short spell"),
    "line": ("可用来判断", "binding"),
    "reference": ("只作参考", "reference only"),
    "max": ("不超过", "at most"),
    "range": ("范围", "range"),
    "absent": ("不得有", "absent"),
    "sum-ratio": ("比值之和", "sum of ratios"),
    "guide": ("指导值", "guide value"),
    "microbial": ("微生物指标", "microbial"),
    "toxic": ("毒理指标", "toxic"),
    "sensory": ("感官性状和一般化学指标", "sensory and general"),
    "radioactive": ("放射性指标", "radioactive"),
}
_HEAD = {"id", "kind", "zh", "en", "edition", "region", "in_force", "until", "notes", "lineage", "sentences"}
_AT_LEAST = {"rain", "water", "humid", "arid", "flat", "low", "small_low", "contact", "outlet", "tap"}


def manual(pack: Pack, lang: str = "zh") -> str:
    """The whole manual of a pack in "zh" or "en", as lines of plain text."""
    lines = [*_head(pack, lang)]
    for key, value in pack.content.items():
        if key not in _HEAD and isinstance(value, Mapping | list):
            lines += ["", f"== {_label(key, lang)}", *_body(value, (key,), lang)]
    if pack.sentences:
        lines += ["", "== 原因目录" if lang == "zh" else "== Reasons"]
        for reason in REASONS:
            sentence = pack.sentences[reason.code]
            lines.append(f"  {reason.code}：{sentence.zh}" if lang == "zh" else f"  {reason.code}: {sentence.en}")
    sentences = dict.fromkeys(case.sentence for case in cases_of(pack.id))
    if sentences:
        lines += ["", "== 逐条用例（每句两侧边界和空值都有测试）" if lang == "zh" else "== Cases tested (in Chinese)",
                  *(f"  {sentence}" for sentence in sentences)]
    return "\n".join(lines) + "\n"


def _head(pack: Pack, lang: str) -> Iterator[str]:
    zh = lang == "zh"
    yield f"{pack.zh if zh else pack.en} [{pack.id}]"
    yield f"{'类型' if zh else 'kind'}: {KIND_NAMES[lang][pack.kind]}"
    yield f"{'版本' if zh else 'edition'}: {pack.edition}    {'地区' if zh else 'region'}: {pack.region}"
    until = f" – {pack.until}" if pack.until else ""
    yield f"{'施行' if zh else 'in force'}: {pack.in_force}{until}"
    if pack.lineage:
        yield f"{'继承自' if zh else 'extends'}: {', '.join(pack.lineage)}"
    yield f"{'摘要' if zh else 'digest'}: sha256 {pack.digest}"
    counted = list(numbers_of(pack.content))
    unsure = sum(1 for _, number in counted if number["confidence"] == "unverified")
    yield (f"数：{len(counted)} 个，其中未核实 {unsure} 个" if zh
           else f"numbers: {len(counted)}, of them unverified: {unsure}")
    for note in pack.notes:
        yield f"  * {note}"


def numbers_of(content: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, object]]]:
    """Every cited number (or rule) of a content with the path of its keys."""
    if isinstance(content, Mapping):
        if "value" in content and "confidence" in content:
            yield path, content
            return
        for key, value in content.items():
            yield from numbers_of(value, (*path, str(key)))
    elif isinstance(content, list | tuple):
        for index, value in enumerate(content, start=1):
            yield from numbers_of(value, (*path, str(index)))


def _body(value: object, path: tuple[str, ...], lang: str) -> Iterator[str]:
    indent = "  " * len(path)
    if isinstance(value, list):
        for index, row in enumerate(value, start=1):
            yield f"{indent}{index}. {row.get(lang, '')}".rstrip()
            yield from _body(row, (*path, str(index)), lang)
        return
    assert isinstance(value, Mapping)
    for key, inner in value.items():
        if key in ("zh", "en"):
            continue
        label = _label(key, lang)
        if isinstance(inner, Mapping) and "confidence" in inner:
            yield f"{indent}{label}：{_limit(inner, (*path, key), lang)}" if lang == "zh" else (
                f"{indent}{label}: {_limit(inner, (*path, key), lang)}")
        elif isinstance(inner, Mapping):
            name = inner.get(lang)
            yield f"{indent}{name} [{key}]" if isinstance(name, str) else f"{indent}{label}"
            yield from _body(inner, (*path, key), lang)
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            yield f"{indent}{label}"
            yield from _body(inner, (*path, key), lang)
        else:
            yield f"{indent}{label}: {_plain(inner, lang)}"


def _limit(number: Mapping[str, object], path: tuple[str, ...], lang: str) -> str:
    value, unit = number["value"], str(number["unit"])
    if unit == "rule":
        shown = _plain(value, lang)
    else:
        sign = "" if path[0] == "lines" else "≥ " if _AT_LEAST & set(path) or unit == "%" else "≤ "
        shown = f"{sign}{measured(value, unit, lang)}"
    zh = lang == "zh"
    parts = [
        f"{'日期' if zh else 'date'} {number['date']}",
        f"{'条款' if zh else 'clause'} {cited(str(number['clause']), lang)}",
        f"{'文件' if zh else 'document'} {cited(str(number['document']), lang)}",
    ]
    if number.get("note"):
        parts.append(f"{'备注' if zh else 'note'} {number['note']}")
    mark = CONFIDENCE_NAMES[lang][str(number["confidence"])]
    return f"{shown} 〔{mark}〕 {'；'.join(parts)}" if zh else f"{shown} [{mark}] {'; '.join(parts)}"


def _label(key: str, lang: str) -> str:
    zh, en = _LABELS.get(key, (key, key))
    return zh if lang == "zh" else en


def _plain(value: object, lang: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(_plain(item, lang) for item in value) or (
            "（无）" if lang == "zh" else "(none)")
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    zh, en = _WORDS.get(str(value), (str(value), str(value)))
    return zh if lang == "zh" else en
