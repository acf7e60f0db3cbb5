"""A judged sample as sentences in both languages: what it adds up to, each result with its clause, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.model import Number, Pack
from wenqu.rulebook.names import cited, measured, plain
from wenqu.rulebook.quality.judging.editions import water_of
from wenqu.rulebook.quality.judging.limits import place_of
from wenqu.rulebook.quality.judging.model import ItemVerdict, Sample, SampleVerdict, Sign
from wenqu.rulebook.quality.judging.reasons import BY_CODE, Verdict
from wenqu.rulebook.schema import NOT_FOUND
from wenqu.rulebook.water import WaterLimits

VERDICT_NAMES: Mapping[str, Mapping[Verdict, str]] = {
    "zh": {Verdict.FIT: "所检项目合格", Verdict.UNFIT: "不合格", Verdict.UNDETERMINED: "未判定", Verdict.FOLLOW_UP: "应做核素分析", Verdict.NOT_JUDGED: "不评价"},
    "en": {Verdict.FIT: "fit in all that was tested", Verdict.UNFIT: "unfit", Verdict.UNDETERMINED: "undetermined", Verdict.FOLLOW_UP: "nuclides to be analysed",
           Verdict.NOT_JUDGED: "not judged"},
}
_UNKNOWN: Mapping[str, tuple[str, str]] = {
    "relaxed": ("工程类别", "class of the scheme"), "limited": ("水源或净水技术是否受限", "whether source or treatment limits"),
    "groundwater": ("是否地下水源", "whether the source is groundwater"), "raw": ("原水耗氧量", "permanganate index of the raw water"),
    "place": ("是出厂水还是末梢水", "whether it is plant or tap water"),
}
_UNVERIFIED = {"zh": "（未核实）", "en": " (unverified)"}


def explain(verdict: SampleVerdict, pack: Pack, lang: str = "zh") -> tuple[str, ...]:
    """All sentences of a sample in "zh" or "en": the sample, its results, then what is missing."""
    missing = missing_sentence(verdict, pack, lang)
    return (overall_sentence(verdict, pack, lang), *(item_sentence(one, verdict.sample, pack, lang) for one in verdict.items), *([missing] if missing else []))


def overall_sentence(verdict: SampleVerdict, pack: Pack, lang: str = "zh") -> str:
    """What the sample adds up to, with the items that decided it."""
    zh, water = lang == "zh", water_of(pack)
    named = dict.fromkeys(_name(one.item, water, lang) for one in verdict.items if one.verdict is verdict.verdict)
    answer = VERDICT_NAMES[lang][verdict.verdict]
    which = ("、" if zh else ", ").join(named) if verdict.verdict in (Verdict.UNFIT, Verdict.UNDETERMINED) else ""
    text = f"按{pack.edition}评价：{answer}" if zh else f"By {pack.edition}: {answer}"
    return f"{text}{('（' + which + '）' if zh else f' ({which})') if which else ''}{'。' if zh else '.'}"


def missing_sentence(verdict: SampleVerdict, pack: Pack, lang: str = "zh") -> str:
    """What is due and was not given; "" where nothing is."""
    if not verdict.missing:
        return ""
    zh, water = lang == "zh", water_of(pack)
    names = ("、" if zh else ", ").join(_name(key, water, lang) for key in verdict.missing)
    return f"应测而没有结果：{names}。" if zh else f"Due and not given: {names}."


def item_sentence(one: ItemVerdict, sample: Sample, pack: Pack, lang: str = "zh") -> str:
    """One result with its value, limit, clause and how sure the limit is."""
    water, reason = water_of(pack), BY_CODE[one.reason]
    fields = {"item": _name(one.item, water, lang), "value": _value(one, water, lang), "limits": _limits(one, lang), "lenient": "", "unknown": ""}
    if one.reason == "conditions_unknown" and one.bounds:
        fields["lenient"] = _pair(one.bounds.lenient_low, one.bounds.lenient_high, lang)
        fields["unknown"] = ("、" if lang == "zh" else ", ").join(_unknown(one, sample, water, lang))
    text = (reason.zh if lang == "zh" else reason.en).format(**fields)
    used = _cited(one)
    if not used:
        return f"{text}{'。' if lang == 'zh' else '.'}"
    clauses = list(dict.fromkeys(number.clause for number in used))
    sure = "" if all(number.verified for number in used) else _UNVERIFIED[lang]
    if lang == "zh":
        return f"{text}（依据：{pack.edition}，{'、'.join('条款未见' if clause == NOT_FOUND else clause for clause in clauses)}）{sure}。"
    return f"{text} ({pack.edition}, clause {', '.join(cited(clause, lang) for clause in clauses)}){sure}."


def _cited(one: ItemVerdict) -> list[Number]:
    """The numbers and rules that a verdict rests on."""
    if one.reason == "conditions_unknown" and one.bounds:
        bounds = one.bounds
        return [number for number in (bounds.low, bounds.high, bounds.lenient_low, bounds.lenient_high) if number]
    if one.reason in ("within", "below_detection") and one.bounds:
        return [number for number in (one.bounds.low, one.bounds.high) if number]
    return [number for number in (one.limit, one.source) if number]


def _name(key: str, water: WaterLimits, lang: str) -> str:
    entry = water.items.get(key) or water.residuals.get(key)
    return key if entry is None else entry.zh if lang == "zh" else entry.en


def _unit(key: str, water: WaterLimits) -> str:
    if key in water.residuals:
        return water.residuals[key].upper.unit
    units = water.items[key].units if key in water.items else ()
    # Of several units it is not known here which one the laboratory used.
    return "" if len(units) != 1 or units[0] == "pH" else units[0]


def _value(one: ItemVerdict, water: WaterLimits, lang: str) -> str:
    """The result as it was told; of a sum the lowest it can be, and the highest."""
    zh = lang == "zh"
    if one.ratio is not None:
        low, high = one.ratio
        shown = f"{float(low):.6g}"
        return shown if high == low else f"{'至少 ' if zh else 'at least '}{shown}" if high is None else f"{shown}–{float(high):.6g}"
    result = one.result
    if result is None or result.blank:
        return ""
    amount = "" if result.value is None else measured(result.value, _unit(one.item, water), lang)
    shown = {
        Sign.VALUE: amount, Sign.BELOW: f"<{amount}", Sign.ABOVE: f">{amount}", Sign.DETECTED: "检出" if zh else "detected",
        Sign.NOT_DETECTED: f"未检出{f'（检出限 {amount}）' if amount else ''}" if zh else f"not detected{f' (detection limit {amount})' if amount else ''}",
    }[result.sign or Sign.VALUE]
    return f" {shown}" if zh and shown[:1] in "<>0123456789" else shown


def _limits(one: ItemVerdict, lang: str) -> str:
    if one.bounds is None:
        return ""
    if one.reason in ("over", "guide_over", "sum_over", "under"):
        return measured(one.limit.value, one.limit.unit, lang) if one.limit else ""
    return _pair(one.bounds.low, one.bounds.high, lang)


def _pair(low: Number | None, high: Number | None, lang: str) -> str:
    """A limit, or a range."""
    if low is None or high is None:
        only = low or high
        return "" if only is None else f"{'≥ ' if low else '≤ '}{measured(only.value, only.unit, lang)}"
    return f"{plain(low.value)}–{plain(high.value)}{'' if high.unit == 'pH' else f' {high.unit}'}"


def _unknown(one: ItemVerdict, sample: Sample, water: WaterLimits, lang: str) -> Iterator[str]:
    """What would have to be known for the limit to be sure."""
    item = water.items.get(one.item)
    asked: set[str] = set()
    if item is None:
        asked = {"place"} if place_of(sample) is None else set()
    else:
        if item.small or item.small_low or item.small_high:
            asked |= {"relaxed", "limited"} if water.small_needs.value == "limited" else {"relaxed"}
        for one_exception in item.exceptions:
            asked |= {*one_exception.when, *(["raw"] if one_exception.raw_over else [])}
    known = {"relaxed": sample.scheme_class is not None, "limited": sample.limited is not None, "groundwater": sample.groundwater is not None,
             "raw": sample.raw_permanganate is not None, "place": False}
    return (words[0 if lang == "zh" else 1] for name, words in _UNKNOWN.items() if name in asked and not known[name])
