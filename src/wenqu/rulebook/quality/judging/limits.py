"""Which limits hold for an item under what is known of a sample. Both engines ask here; a row of ``Conditions`` is small
enough that the column engine asks for all of them beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wenqu.rulebook.model import Amount, Number
from wenqu.rulebook.quality.judging.model import PLACES, Bounds, Sample
from wenqu.rulebook.water import LimitException, Residual, WaterItem, WaterLimits

Answer = bool | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What limits depend on. ``raw`` is the permanganate index of the raw water."""

    relaxed: Answer
    limited: Answer
    groundwater: Answer
    raw: Amount | None


def conditions_of(sample: Sample, water: WaterLimits) -> Conditions:
    """The conditions of a sample under an edition."""
    relaxed = None if sample.scheme_class is None else sample.scheme_class in water.relaxed
    return Conditions(relaxed, sample.limited, sample.groundwater, sample.raw_permanganate)


def all_of(answers: Sequence[Answer]) -> Answer:
    """True where all are, false where any is not, else not known."""
    return False if any(one is False for one in answers) else None if any(one is None for one in answers) else True


def bounds_of(item: WaterItem, water: WaterLimits, conditions: Conditions) -> Bounds:
    """The bounds of an item. The limit of small supplies stands in place of the usual one, the most lenient exception over both;
    of what is not known the strict bounds suppose the worse, the lenient ones the better."""
    if item.kind == "absent":
        return Bounds(high=item.limit, lenient_high=item.limit)
    ranged = item.kind == "range"
    small = all_of([conditions.relaxed, conditions.limited] if water.small_needs.value == "limited" else [conditions.relaxed])
    highs = _usual_or_small(item.high if ranged else item.limit, item.small_high if ranged else item.small, small)
    lows = _usual_or_small(item.low, item.small_low, small)
    surely = [one.limit for one in item.exceptions if _holds(one, conditions)]
    maybe = [one.limit for one in item.exceptions if _holds(one, conditions) is not False]
    return Bounds(
        low=_most(lows), lenient_low=_least(lows),
        high=_most([*_only(_least(highs)), *surely]), lenient_high=_most([*_only(_most(highs)), *maybe]),
    )


def residual_bounds(residual: Residual, place: str | None) -> Bounds:
    """The bounds of a residual at the plant or at the tap; at a place that is not known both might hold."""
    if place is not None:
        low = residual.outlet if place == "outlet" else residual.tap
        return Bounds(low, residual.upper, low, residual.upper)
    lows = [low for low in (residual.outlet, residual.tap) if low]
    return Bounds(_most(lows), residual.upper, _least(lows) if len(lows) == 2 else None, residual.upper)


def place_of(sample: Sample) -> str | None:
    """Outlet, tap or source; ``None`` where the kind of point is not known."""
    return PLACES.get(sample.point or "")


def _usual_or_small(usual: Number | None, small: Number | None, holds: Answer) -> list[Number]:
    """The one that holds; both where that is not known."""
    if small is None or holds is False:
        return _only(usual)
    return [small] if holds else [*_only(usual), small]


def _only(number: Number | None) -> list[Number]:
    return [] if number is None else [number]


def _holds(one: LimitException, conditions: Conditions) -> Answer:
    asked: list[Answer] = [getattr(conditions, name) for name in one.when]
    if one.raw_over is not None:
        asked.append(None if conditions.raw is None else Decimal(str(conditions.raw)) > Decimal(one.raw_over.value))
    return all_of(asked)


def _most(numbers: Sequence[Number]) -> Number | None:
    return max(numbers, key=lambda one: Decimal(one.value)) if numbers else None


def _least(numbers: Sequence[Number]) -> Number | None:
    return min(numbers, key=lambda one: Decimal(one.value)) if numbers else None
