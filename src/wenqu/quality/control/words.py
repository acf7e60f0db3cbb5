"""Figures of quality control in words, with what they rest on."""

from __future__ import annotations

from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.languages import in_english, language
from wenqu.quality.control.figures import ASIDE, BAD, GOOD, OPEN, WAITING, Mark
from wenqu.quality.models import Dose
from wenqu.quality.results.reading import plain
from wenqu.rulebook.labels import LABELS, WORDS
from wenqu.rulebook.model import Number
from wenqu.rulebook.names import cited, measured
from wenqu.rulebook.quality.control import Figure
from wenqu.rulebook.quality.control_values import Cited

STATES = {GOOD: gettext_lazy("符合"), BAD: gettext_lazy("超出"), OPEN: gettext_lazy("算不出"), WAITING: gettext_lazy("缺结果"), ASIDE: gettext_lazy("没有加标这项")}
BADGES = {GOOD: "good", BAD: "bad", OPEN: "fair", WAITING: "dim", ASIDE: "dim"}
_WORDS: dict[str, Promise | str] = {
    "blank_clean": gettext_lazy("空白值低于检出限。"),
    "blank_found": gettext_lazy("空白值没有低于检出限，采样、运输或检测中可能受到沾污；同批结果要复核。"),
    "blank_limit_missing": gettext_lazy("空白有数值，但没有写检出限，不能判断；请检测机构补写检出限。"),
    "blank_missing": gettext_lazy("结果是空的，不能判断。"),
    "parallel_not_numbers": gettext_lazy("两个结果有一个低于检出限、超出量程或都是零，相对偏差算不出，不当作零。"),
    "parallel_no_limit": gettext_lazy("单位不是 mg/L，没有对应的允许范围，只列相对偏差 %(figure)s。"),
    "parallel_close": gettext_lazy("相对偏差 %(figure)s，在允许范围内。"),
    "parallel_apart": gettext_lazy("相对偏差 %(figure)s，超出允许范围；采样或检测的精密度不够，要查原因。"),
    "spike_found": gettext_lazy("回收率 %(figure)s，在允许范围内。"),
    "spike_lost": gettext_lazy("回收率 %(figure)s，偏低；结果可能比实际低，要查原因。"),
    "spike_excess": gettext_lazy("回收率 %(figure)s，偏高；结果可能比实际高，要查原因。"),
    "spike_open": gettext_lazy("原样低于检出限，回收率在 %(figure)s 之间，不能判断是否符合。"),
    "spike_not_numbers": gettext_lazy("原样或加标样的结果不是数值（例如未检出又没有写检出限），回收率算不出。"),
    "spike_dose": gettext_lazy("加标浓度 %(added)s 与样品含量不相称，回收率 %(figure)s 不作数。"),
    "volume_large": gettext_lazy("加入体积超过上限，稀释不能不计，回收率不作数。"),
    "dose_missing": gettext_lazy("没有登记加标浓度，回收率算不出；请在样品页登记加了什么、加了多少。"),
    "not_spiked": gettext_lazy("这份样品没有加标这项指标。"),
    "dose_unit": gettext_lazy("加标浓度的单位与结果的单位不是同一种量，回收率算不出；请核对。"),
    "units_differ": gettext_lazy("两个结果的单位不是同一种量，不能比较；请核对单位。"),
    "result_missing": gettext_lazy("还没有审核过的结果。"),
    "partner_missing": gettext_lazy("所属样品 %(other)s 的这项还没有审核过的结果，不能比较。"),
    "share_enough": gettext_lazy("平行样 %(figure)s。"), "share_short": gettext_lazy("平行样只有 %(figure)s，不够。"), "share_no_samples": gettext_lazy("没有水样。"),
    "blanks_enough": gettext_lazy("空白样够。"), "blanks_short": gettext_lazy("现场空白或运输空白不够。"),
}


def mark_words(mark: Mark) -> str:
    """One figure in a sentence."""
    said = {"figure": figure_text(mark.figure), "added": added_text(mark), "other": mark.sample.of.number if mark.sample.of is not None else ""}
    return str(_WORDS[mark.figure.reason]) % said


def figure_words(figure: Figure) -> str:
    """A figure of a whole trip in a sentence."""
    return str(_WORDS[figure.reason]) % {"figure": figure_text(figure)}


def figure_text(figure: Figure) -> str:
    """4.2 %, or 80 %–100 %; nothing where there is no number."""
    if figure.low is None or figure.high is None:
        return ""
    ends = [shown(one, figure.limits) for one in dict.fromkeys((figure.low, figure.high))]
    return "–".join(f"{one} %" for one in ends)


def shown(number: Fraction, limits: tuple[Number, ...] = ()) -> str:
    """With so many decimals that it stands on the same side of its limits as it does exactly."""
    exact = [Fraction(str(one.value)) for one in limits if one.unit == "%"]
    text = ""
    for decimals in (2, 4, 6, 9):
        text = f"{float(number):.{decimals}f}"
        if all((Fraction(text) > limit) - (Fraction(text) < limit) == (number > limit) - (number < limit) for limit in exact):
            break
    return text.rstrip("0").rstrip(".")


def added_text(mark: Mark) -> str:
    """What was added, in the unit of the results."""
    return "" if mark.added is None else f"{float(mark.added):.6g} {mark.unit}"


def dose_text(dose: Dose) -> str:
    """100 mg/L × 0.5 mL ÷ 500 mL."""
    return f"{plain(dose.strength)} {dose.unit} × {plain(dose.volume)} mL ÷ {plain(dose.bottle)} mL"


def number_text(number: Number | Cited) -> str:
    """A limit as it is shown: 90%, 5 倍, 低于检出限."""
    if number.unit == "rule":
        return WORDS[str(number.value)][in_english()]
    return measured(number.value, number.unit, language())


def source_text(number: Number | Cited) -> str:
    """Document and clause of a number; a clause that nobody saw is said to be so."""
    document = cited(number.document, language())
    if number.confidence != "sourced" and number.clause == "not found":
        return _("%(document)s，未见原文") % {"document": document}
    return document if number.clause == "not found" else f"{document} {number.clause}"


def clause_text(mark: Mark) -> str:
    """Everything that a figure rests on, with its sources."""
    found: dict[str, list[str]] = {}
    for one in mark.rests_on:
        found.setdefault(source_text(one), []).append(number_text(one))
    return _("；").join(f"{_('、').join(numbers)}（{source}）" for source, numbers in found.items())


def limits_text(mark: Mark) -> str:
    """The numbers that a figure was held against, without their sources."""
    return _("、").join(number_text(one) for one in mark.figure.limits)


def place_text(key: str, every: dict[str, Cited]) -> str:
    """What a number of the pack is about, by its place: 平行样 · 含量不低于 10 mg/L 的相对偏差."""
    parts, en = key.split("."), in_english()
    group = LABELS[parts[0]][en]
    if parts[1] != "levels":
        return f"{group} · {LABELS.get(parts[1], (parts[1], parts[1]))[en]}"
    number = int(parts[2])
    if parts[3] == "level":
        return _("%(group)s · 第 %(number)s 档含量水平") % {"group": group, "number": number}
    return _("%(group)s · 含量不低于 %(level)s 的相对偏差") % {"group": group, "level": number_text(every[f"parallels.levels.{number}.level"])}
