"""One figure of quality control: what a blank, parallel or spike says of one item, or what is missing to say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from wenqu.kit.days import day_of
from wenqu.quality.models import Dose, Result, Role, Sample
from wenqu.quality.verdicts.asked import sign_of
from wenqu.rulebook.model import Number
from wenqu.rulebook.quality import judging
from wenqu.rulebook.quality.control import (
    LEVEL_UNIT,
    Control,
    Figure,
    added_by,
    blank_figure,
    parallel_figure,
    spike_figure,
    volume_figure,
)
from wenqu.rulebook.quality.judging import Sign
from wenqu.rulebook.quality.results.units import factor_of, same_kind, times, unit_of

BLANKS = (Role.FIELD_BLANK, Role.TRANSPORT_BLANK)
CONTROL_ROLES = (*BLANKS, Role.PARALLEL, Role.SPIKE)
GOOD, BAD, OPEN, WAITING, ASIDE = "good", "bad", "open", "waiting", "aside"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one sample of quality control says of one item. `other` is the result of the sample that it belongs to."""

    sample: Sample
    item: str
    own: Result | None
    other: Result | None
    dose: Dose | None
    figure: Figure
    added: Fraction | None
    unit: str
    rule: tuple[Number, ...]

    @property
    def on(self) -> date:
        """The day on which it was taken."""
        assert self.sample.taken_at is not None
        return day_of(self.sample.taken_at)

    @property
    def state(self) -> str:
        """Good, bad, not to be told, waiting for a result, or aside where nothing was added."""
        if self.figure.reason in ("result_missing", "partner_missing"):
            return WAITING
        if self.figure.reason == "not_spiked":
            return ASIDE
        return OPEN if self.figure.good is None else GOOD if self.figure.good else BAD

    @property
    def number(self) -> Fraction | None:
        """The figure where it is one number."""
        return self.figure.low if self.figure.low is not None and self.figure.low == self.figure.high else None

    @property
    def laboratory(self) -> int | None:
        """Who tested it, where that is written."""
        return next((row.laboratory_id for row in (self.own, self.other) if row is not None and row.laboratory_id is not None), None)

    @property
    def rests_on(self) -> tuple[Number, ...]:
        """The numbers and rules behind it: how it is worked out, and what it was held against."""
        return tuple(dict.fromkeys((*self.rule, *self.figure.limits)))

    @property
    def unverified(self) -> bool:
        """True where one of them rests on no document that was seen."""
        return any(one.confidence != "sourced" for one in self.rests_on)


def mark_of(sample: Sample, item: str, own: Result | None, other: Result | None, dose: Dose | None, others_dosed: bool, control: Control) -> Mark:
    """The figure of one item. `others_dosed`: something was added to the sample, if not of this item."""
    unit = _common(own, other)
    rule = (control.formula,) if sample.role == Role.SPIKE else ()
    added = added_in(dose, unit) if dose is not None else None
    if sample.role == Role.SPIKE and dose is None:
        figure = Figure(None, "not_spiked" if others_dosed else "dose_missing")
    elif own is None or (other is None and sample.role not in BLANKS):
        figure = Figure(None, "result_missing" if own is None else "partner_missing")
    else:
        figure = _figure(sample.role, own, other, dose, added, unit, control)
    return Mark(sample, item, own, other, dose, figure, added, unit, rule)


def _figure(role: str, own: Result, other: Result | None, dose: Dose | None, added: Fraction | None, unit: str, control: Control) -> Figure:
    if role in BLANKS:
        return blank_figure(held(own, unit), _number(own.detection), control)
    assert other is not None
    if not unit_fits(own, unit) or not unit_fits(other, unit):
        return Figure(None, "units_differ")
    if role == Role.PARALLEL:
        return parallel_figure(held(other, unit), held(own, unit), unit, control)
    assert dose is not None
    if added is None:
        return Figure(None, "dose_unit")
    diluted = volume_figure(dose.volume, dose.bottle, control)
    if not diluted.good:
        return Figure(None, "volume_large", limits=diluted.limits)
    return spike_figure(held(other, unit), held(own, unit), added, control)


def added_in(dose: Dose, unit: str) -> Fraction | None:
    """What was added, in a unit; `None` where that unit says something else."""
    written, wanted = unit_of(dose.unit), unit_of(unit)
    if written is None or wanted is None or not same_kind(written, wanted):
        return None
    return added_by(dose.strength, dose.volume, dose.bottle) * Fraction(factor_of(written, wanted))


def _common(own: Result | None, other: Result | None) -> str:
    """The unit in which two results are compared: that of the limits where they are amounts in water, else as they stand."""
    unit = next((row.unit for row in (own, other) if row is not None and row.unit), "")
    known = unit_of(unit)
    return LEVEL_UNIT if known is not None and known.measures == "mass" and own is not None and other is not None else unit


def unit_fits(row: Result, unit: str) -> bool:
    """Whether a result can be said in a unit; one without a number can in any."""
    if row.unit == unit or not row.value and not row.detection:
        return True
    written, wanted = unit_of(row.unit), unit_of(unit)
    return written is not None and wanted is not None and same_kind(written, wanted)


def held(row: Result, unit: str) -> judging.Result:
    """A result as the core takes it, in a unit that fits."""
    sign = sign_of(row)
    value = _number(row.value or (row.detection if sign in (Sign.NOT_DETECTED, Sign.BELOW) else ""))
    written, wanted = unit_of(row.unit), unit_of(unit)
    if value is not None and row.unit != unit and written is not None and wanted is not None:
        value = times(value, factor_of(written, wanted))
    return judging.Result(row.item, sign, value)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
