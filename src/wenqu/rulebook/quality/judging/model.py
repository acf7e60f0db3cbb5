"""The words of judging a water sample: what is known of it, its results, and what was concluded. Frozen data.

``None`` is *not known* throughout, never zero and never "no". Amounts are in the unit of the edition's limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from wenqu.rulebook.model import Amount, LabResult, Number, SchemeClass
from wenqu.rulebook.quality.judging.reasons import BY_CODE, Verdict

NO_DISINFECTANT = "none"
SOURCE = "source"
# Kind of sampling point -> which residual it must keep. Water of a source is no drinking water yet.
PLACES: Mapping[str, str] = {"outlet": "outlet", "tap": "tap", "secondary": "tap", "school": "tap", "household": "tap", SOURCE: SOURCE}


class Sign(StrEnum):
    """How a laboratory gave a result. ``BELOW`` and ``NOT_DETECTED`` carry the detection limit as their value (the latter
    may lack it), ``ABOVE`` the end of the measuring range; ``DETECTED`` is a finding without a number."""

    VALUE = "value"
    BELOW = "below"
    ABOVE = "above"
    NOT_DETECTED = "not_detected"
    DETECTED = "detected"


@dataclass(frozen=True, slots=True)
class Result:
    """One counted result of a sample; without a sign it is a blank cell. At most one an item."""

    item: str
    sign: Sign | None
    value: Amount | None = None

    @property
    def blank(self) -> bool:
        """True where the cell says nothing."""
        return self.sign is None or (self.sign is Sign.VALUE and self.value is None)


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of a sample. ``limited``: source or treatment limits what the supply can reach (Table 1 note b);
    ``raw_permanganate`` is that of the raw water; ``disinfectant`` a key of the edition or "none"; ``due`` the items
    that the plan asks for."""

    taken_on: date
    scheme_class: SchemeClass | None = None
    limited: bool | None = None
    groundwater: bool | None = None
    raw_permanganate: Amount | None = None
    point: str | None = None
    disinfectant: str | None = None
    due: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value must keep to. ``low`` and ``high`` hold whatever is not known of the sample, the lenient ones might hold
    instead. ``None`` asks nothing."""

    low: Number | None = None
    high: Number | None = None
    lenient_low: Number | None = None
    lenient_high: Number | None = None

    @property
    def known(self) -> bool:
        """True where nothing that is not known matters."""
        return (_value(self.low), _value(self.high)) == (_value(self.lenient_low), _value(self.lenient_high))


def _value(number: Number | None) -> object:
    return None if number is None else number.value


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What was concluded of one item. ``result`` is ``None`` for a sum that was worked out, which has a ``ratio`` (lowest,
    and highest where it has one). ``limit`` is the deciding number."""

    item: str
    verdict: Verdict
    reason: str
    result: Result | None = None
    bounds: Bounds | None = None
    limit: Number | None = None
    ratio: tuple[Fraction, Fraction | None] | None = None
    source: Number | None = None

    @property
    def clause(self) -> str:
        """Where the deciding number or rule stands; "" where nothing was held against a clause."""
        cited = self.limit or self.source
        return cited.clause if cited else ""


@dataclass(frozen=True, slots=True)
class SampleVerdict:
    """What was concluded of a sample by an edition. ``missing`` are the items that are due and were not given."""

    edition: str
    digest: str
    verdict: Verdict
    items: tuple[ItemVerdict, ...]
    missing: tuple[str, ...]
    sample: Sample = field(repr=False)

    @property
    def mask(self) -> int:
        """All reasons as bits, as the columns have them."""
        found = 0
        for item in self.items:
            found |= 1 << BY_CODE[item.reason].number
        return found

    @property
    def complete(self) -> bool:
        """True where nothing that is due is missing."""
        return not self.missing

    @property
    def follow_up(self) -> bool:
        """True where a guide value is passed, so that nuclides must be analysed."""
        return any(item.verdict is Verdict.FOLLOW_UP for item in self.items)

    @property
    def lab_result(self) -> LabResult | None:
        """The same as the fact that the four indicators ask for; ``None`` where nothing was judged."""
        return {Verdict.FIT: LabResult.PASS, Verdict.UNFIT: LabResult.FAIL, Verdict.UNDETERMINED: LabResult.UNDETERMINED}.get(self.verdict)
