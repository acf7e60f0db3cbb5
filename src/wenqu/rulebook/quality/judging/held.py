"""One value held against two bounds. A value is an interval: "<0.01" lies below 0.01 and may be anything down to zero."""

from __future__ import annotations

from decimal import Decimal

from wenqu.rulebook.model import Number
from wenqu.rulebook.quality.judging.model import Bounds, Result, Sign

FIT, OVER, UNDER, OPEN = "fit", "over", "under", "open"


def numeric(result: Result) -> bool:
    """True where the result is a number or has one beside its sign."""
    return result.value is not None and result.sign is not Sign.DETECTED


def against(result: Result, low: Number | None, high: Number | None) -> str:
    """Fit, over or under where that is sure of a numeric result, else open."""
    assert result.value is not None
    value = Decimal(str(result.value))
    above, below = result.sign is Sign.ABOVE, result.sign in (Sign.BELOW, Sign.NOT_DETECTED)
    top = None if high is None else Decimal(high.value)
    bottom = None if low is None else Decimal(low.value)
    if top is not None and not below and (value > top or (above and value >= top)):
        return OVER
    if bottom is not None and not above and (value < bottom or (below and value <= bottom)):
        return UNDER
    keeps_top = top is None or (not above and value <= top)
    keeps_bottom = bottom is None or (0 if below else value) >= bottom
    return FIT if keeps_top and keeps_bottom else OPEN


def held(result: Result, bounds: Bounds) -> tuple[str, bool]:
    """What is sure of a numeric result whatever is not known of the sample; and, where that is open, whether knowing it would help."""
    strict, lenient = against(result, bounds.low, bounds.high), against(result, bounds.lenient_low, bounds.lenient_high)
    if strict == FIT or lenient in (OVER, UNDER):
        return (FIT if strict == FIT else lenient), False
    return OPEN, strict != OPEN or lenient != OPEN
