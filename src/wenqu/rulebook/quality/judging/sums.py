"""A sum of ratios worked out of its parts (trihalomethanes): each value by its own limit, added up as an interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from wenqu.rulebook.model import Number
from wenqu.rulebook.quality.judging.held import numeric
from wenqu.rulebook.quality.judging.model import Bounds, ItemVerdict, Result, Sign
from wenqu.rulebook.quality.judging.reasons import BY_CODE
from wenqu.rulebook.water import WaterItem, WaterLimits


def limit_of(item: WaterItem) -> Number:
    """The limit of an item that has one (the loader sees to it)."""
    assert item.limit is not None
    return item.limit


def sum_verdicts(water: WaterLimits, by_item: Mapping[str, Result]) -> Iterator[ItemVerdict]:
    """A verdict for each sum all of whose parts were told. Of one that lacks a part, or that the laboratory gives itself, only that
    its parts show it to be over: a plan may ask for chloroform alone, and what nobody tested is no doubt about what was."""
    for item in water.items.values():
        told = [by_item[part] for part in item.parts if part in by_item and not by_item[part].blank]
        if item.kind != "sum-ratio" or not told:
            continue
        verdict = _sum(item, water, told)
        own = by_item.get(item.key)
        whole = len(told) == len(item.parts) and (own is None or own.blank)
        if whole or verdict.reason == "sum_over":
            yield verdict


def _sum(item: WaterItem, water: WaterLimits, told: list[Result]) -> ItemVerdict:
    lowest, highest, above = Fraction(0), Fraction(0), False
    bounded = len(told) == len(item.parts)
    for result in told:
        if not numeric(result):
            bounded = False
            continue
        ratio = Fraction(str(result.value)) / Fraction(str(limit_of(water.items[result.item]).value))
        if result.sign in (Sign.VALUE, Sign.ABOVE):
            lowest += ratio
        highest += ratio
        if result.sign is Sign.ABOVE:
            above, bounded = True, False
    limit = limit_of(item)
    most = Fraction(str(limit.value))
    reason = "sum_over" if lowest > most or (above and lowest >= most) else "sum_within" if bounded and highest <= most else "sum_open"
    bounds = Bounds(high=limit, lenient_high=limit)
    return ItemVerdict(item.key, BY_CODE[reason].verdict, reason, None, bounds, limit, (lowest, highest if bounded else None))
