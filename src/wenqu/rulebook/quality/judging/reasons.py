"""The closed catalogue of reasons of a result's verdict. The code is stable and public; its number is the bit by which
columns keep it, so that all reasons of a sample are one integer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """合格, 不合格, 未判定, 需核素分析 (a guide value is passed), 不评价."""

    FIT = "fit"
    UNFIT = "unfit"
    UNDETERMINED = "undetermined"
    FOLLOW_UP = "follow_up"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, with its sentences; their placeholders are filled by ``explain``."""

    code: str
    number: int
    verdict: Verdict
    zh: str
    en: str


_F, _U, _O, _N = Verdict.FIT, Verdict.UNFIT, Verdict.UNDETERMINED, Verdict.NOT_JUDGED

REASONS: tuple[Reason, ...] = (
    Reason("within", 0, _F, "{item}{value}，符合限值（{limits}）", "{item} {value} is within {limits}"),
    Reason("below_detection", 1, _F, "{item}{value}，检出限不高于限值（{limits}），合格", "{item} {value}: the detection limit is not above the limit; within {limits}"),
    Reason("absent", 2, _F, "{item}{value}，符合“不得检出（无）”", "{item} {value}: none found, as it must be"),
    Reason("sum_within", 3, _F, "{item}各分量与其限值之比的和为{value}，符合限值（{limits}）", "{item}: the ratios to the limits add up to {value}, within {limits}"),
    Reason("other_residual", 4, _F, "{item}{value}，不超过上限；两种余量中另一种已达到要求", "{item} {value} is not above its upper limit, and the other residual is sufficient"),
    Reason("over", 10, _U, "{item}{value}，超过限值 {limits}", "{item} {value} is over {limits}"),
    Reason("under", 11, _U, "{item}{value}，低于限值 {limits}", "{item} {value} is under {limits}"),
    Reason("present", 12, _U, "{item}{value}，应不得检出（无）", "{item} {value}: found, where none may be"),
    Reason("sum_over", 13, _U, "{item}各分量与其限值之比的和为{value}，超过限值 {limits}", "{item}: the ratios to the limits add up to {value}, over {limits}"),
    Reason("blank", 20, _O, "{item}没有填结果", "{item} has no result"),
    Reason("detection_limit_too_high", 21, _O, "{item}{value}，检出限不够低，不能确定是否符合限值（{limits}）；请用检出限更低的方法复测",
           "{item} {value}: the detection limit does not tell whether {limits} is kept; test again by a finer method"),
    Reason("range_too_low", 22, _O, "{item}{value}，只知道超过测量范围，不能确定是否符合限值（{limits}）；请稀释后复测", "{item} {value}: only beyond the measuring range, which does not tell whether {limits} is kept; test again diluted"),
    Reason("no_detection_limit", 23, _O, "{item}写作未检出而没有写检出限，不能与限值（{limits}）比较；请检测机构补写检出限", "{item} not detected, without its detection limit, cannot be held against {limits}; ask the laboratory for it"),
    Reason("no_number", 24, _O, "{item}写作检出而没有数值，不能与限值（{limits}）比较；请检测机构补写数值", "{item} detected, without a number, cannot be held against {limits}"),
    Reason("conditions_unknown", 25, _O, "{item}{value}，限值是 {limits} 还是 {lenient}，取决于尚未填写的：{unknown}；不能判定", "{item} {value}: whether {limits} or {lenient} holds depends on what is not known ({unknown})"),
    Reason("disinfectant_unknown", 26, _O, "{item}{value}，没有填消毒方式，不能判定余量", "{item} {value}: the disinfectant is not known, so the residual cannot be judged"),
    Reason("residual_open", 27, _O, "{item}{value}，没有达到或不知道是否达到余量；另一种余量也不明", "{item} {value}: not known to be sufficient, and neither is the other residual"),
    Reason("sum_open", 28, _O, "{item}各分量与其限值之比的和为{value}，有分量只知道低于检出限、超出量程或没有数值，不能确定是否符合限值（{limits}）",
           "{item}: the ratios add up to {value}; parts of which only a bound or no number is known leave open whether {limits} is kept"),
    Reason("guide_over", 30, Verdict.FOLLOW_UP, "{item}{value}，超过指导值 {limits}；应做核素分析和评价，不直接判不合格", "{item} {value} is over the guide value {limits}: analyse the nuclides; not by itself a fail"),
    Reason("other_disinfectant", 40, _N, "{item}{value}，不是所用消毒方式的余量，不评价", "{item} {value}: not a residual of the disinfectant that is used; not judged"),
    Reason("item_unknown", 41, _N, "{item}{value}，本版标准包没有这一项的限值，不评价", "{item} {value}: this edition has no limit of it; not judged"),
    Reason("source_water", 42, _N, "{item}{value}，是水源水，不按生活饮用水标准评价", "{item} {value}: water of a source, not judged by the standard of drinking water"),
    Reason("no_edition", 43, _N, "{item}{value}，采样日没有可用的标准，不评价", "{item} {value}: no edition covers the day of sampling; not judged"),
)

BY_CODE: Mapping[str, Reason] = {reason.code: reason for reason in REASONS}


def codes(mask: int) -> Iterator[str]:
    """The reasons in a mask, in the order of the catalogue."""
    return (reason.code for reason in REASONS if mask >> reason.number & 1)


def worst(mask: int) -> Verdict:
    """The verdict of a sample whose reasons these are: unfit, else undetermined, else fit where anything was judged."""
    found = {BY_CODE[code].verdict for code in codes(mask)}
    if Verdict.FOLLOW_UP in found:
        found.add(Verdict.FIT)
    return next((one for one in (Verdict.UNFIT, Verdict.UNDETERMINED, Verdict.FIT) if one in found), Verdict.NOT_JUDGED)
