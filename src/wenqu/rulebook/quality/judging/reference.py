"""The row-by-row engine: one sample with its counted results at a time, explained.

What a sample adds to its results: a residual counts by the disinfectant that is used; where any one of two residuals is
enough each looks at the other; a sum of ratios is worked out of its parts; what is due and was not given is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wenqu.rulebook.model import Number, Pack
from wenqu.rulebook.quality.judging.due import missing_of
from wenqu.rulebook.quality.judging.editions import EditionMissing, in_force, water_of
from wenqu.rulebook.quality.judging.held import FIT, OPEN, OVER, UNDER, held, numeric
from wenqu.rulebook.quality.judging.limits import (
    Answer,
    bounds_of,
    conditions_of,
    place_of,
    residual_bounds,
)
from wenqu.rulebook.quality.judging.model import (
    NO_DISINFECTANT,
    SOURCE,
    Bounds,
    ItemVerdict,
    Result,
    Sample,
    SampleVerdict,
    Sign,
)
from wenqu.rulebook.quality.judging.reasons import BY_CODE, worst
from wenqu.rulebook.quality.judging.sums import sum_verdicts
from wenqu.rulebook.water import WaterLimits

_GIVEN = {Sign.BELOW: "detection_limit_too_high", Sign.NOT_DETECTED: "detection_limit_too_high", Sign.ABOVE: "range_too_low"}


def judge_sample(pack: Pack, sample: Sample, results: Sequence[Result]) -> SampleVerdict:
    """Judge the counted results of a sample by the edition of its day (``edition_for``).

    ``EditionMissing`` where the pack was not in force that day, ``ValueError`` where an item has two results.
    """
    if not in_force(pack, sample.taken_on):
        raise EditionMissing(sample.taken_on, 0)
    water = water_of(pack)
    by_item = {result.item: result for result in results}
    if len(by_item) != len(results):
        raise ValueError("同一水样的同一项目有两个计入的结果，请先作废其中一个")
    items = [_judge(result, sample, water, by_item) for result in results]
    missing: tuple[str, ...] = ()
    if place_of(sample) != SOURCE:
        items += sum_verdicts(water, by_item)
        missing = missing_of(water, sample, by_item, items)
    mask = sum(1 << number for number in {BY_CODE[item.reason].number for item in items})
    return SampleVerdict(pack.id, pack.digest, worst(mask), tuple(items), missing, sample)


def _judge(result: Result, sample: Sample, water: WaterLimits, by_item: Mapping[str, Result]) -> ItemVerdict:
    item = water.items.get(result.item)
    if place_of(sample) == SOURCE:
        return _because("source_water", result)
    if item is None:
        return _judge_residual(result, sample, water, by_item) if result.item in water.residuals else _because("item_unknown", result)
    if result.blank:
        return _because("blank", result)
    bounds = bounds_of(item, water, conditions_of(sample, water))
    if item.kind == "absent":
        return _because("present" if _present(result) else "absent", result, bounds, bounds.high)
    found = _plain(result, bounds)
    if item.kind == "guide" and found.reason == "over":
        return _because("guide_over", result, bounds, found.limit)
    return found


def _because(reason: str, result: Result, bounds: Bounds | None = None, limit: Number | None = None, source: Number | None = None) -> ItemVerdict:
    return ItemVerdict(result.item, BY_CODE[reason].verdict, reason, result, bounds, limit, source=source)


def _present(result: Result) -> bool:
    """Whether something was found of what may not be there: "<1" and a zero are none."""
    if result.sign is Sign.VALUE:
        return result.value is not None and result.value > 0
    return result.sign in (Sign.ABOVE, Sign.DETECTED)


def _plain(result: Result, bounds: Bounds) -> ItemVerdict:
    """A result against an upper limit, or a lower and an upper one."""
    if not numeric(result):
        return _because(_wordless(result), result, bounds, bounds.high)
    found, helps = held(result, bounds)
    if found == OPEN:
        return _because("conditions_unknown" if helps else _GIVEN[result.sign or Sign.BELOW], result, bounds, bounds.high)
    if found == FIT:
        return _because("within" if result.sign is not Sign.BELOW and result.sign is not Sign.NOT_DETECTED else "below_detection", result, bounds, bounds.high)
    return _because(found, result, bounds, bounds.lenient_high if found == OVER else bounds.lenient_low)


def _wordless(result: Result) -> str:
    return "no_detection_limit" if result.sign in (Sign.NOT_DETECTED, Sign.BELOW) else "no_number"


def _judge_residual(result: Result, sample: Sample, water: WaterLimits, by_item: Mapping[str, Result]) -> ItemVerdict:
    agent = water.disinfectants.get(sample.disinfectant or "")
    if sample.disinfectant == NO_DISINFECTANT or (agent and result.item not in agent.residuals):
        return _because("other_disinfectant", result, source=agent.source if agent else None)
    if result.blank:
        return _because("blank", result)
    if agent is None:
        return _because("disinfectant_unknown", result)
    place = place_of(sample)
    bounds = residual_bounds(water.residuals[result.item], place)
    if agent.need == "all":
        return _plain(result, bounds)
    over, own = _answers(result, bounds)
    answers = [_answers(by_item.get(key), residual_bounds(water.residuals[key], place))[1] for key in agent.residuals]
    reached: Answer = True if True in answers else None if None in answers else False
    if over:
        return _because("over", result, bounds, bounds.high)
    if reached is False:
        return _because("under", result, bounds, bounds.lenient_low)
    if over is None:
        return _because(_GIVEN[result.sign or Sign.BELOW] if numeric(result) else _wordless(result), result, bounds, bounds.high)
    if own:
        return _because("within", result, bounds, bounds.high)
    if reached:
        return _because("other_residual", result, bounds, bounds.high, agent.source)
    return _because("residual_open", result, bounds, bounds.high, agent.source)


def _answers(result: Result | None, bounds: Bounds) -> tuple[Answer, Answer]:
    """Of a residual: is it over its upper limit, and does it reach what must be left?"""
    if result is None or result.blank or not numeric(result):
        return None, None
    over = {OVER: True, FIT: False}.get(held(result, Bounds(None, bounds.high, None, bounds.lenient_high))[0])
    reached = {FIT: True, UNDER: False}.get(held(result, Bounds(bounds.low, None, bounds.lenient_low, None))[0])
    return over, reached
