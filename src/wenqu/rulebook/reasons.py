"""The closed catalogue of reasons: why an indicator got its grade.

The code is stable and public (``<indicator>_reason`` of every output); the sentences live in the packs. The number is
what a run file stores: its tens digit ranks the grade so that the worst wins by a plain maximum
(1 met, 2 basic, 3 unknown, 4 failed), and it is unique within its indicator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenqu.rulebook.model import INDICATORS, Grade, Overall

RANK: Mapping[Grade, int] = {Grade.MET: 1, Grade.BASIC: 2, Grade.UNKNOWN: 3, Grade.FAILED: 4}
OVERALL_BY_RANK: Mapping[int, Overall] = {
    1: Overall.SAFE,
    2: Overall.BASIC,
    3: Overall.UNKNOWN,
    4: Overall.UNSAFE,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``fields`` are the placeholders that its sentences may use."""

    code: str
    indicator: str
    number: int
    grade: Grade
    fields: tuple[str, ...]


def _reason(code: str, number: int, *fields: str) -> Reason:
    indicator = code.split("_", 1)[0]
    grade = next(grade for grade, rank in RANK.items() if rank == number // 10)
    return Reason(code, indicator, number, grade, fields)


_LITRES = ("litres", "limit")
_ZONE = ("litres", "limit", "rain", "water")
_DISTANCE = ("horizontal", "vertical", "limit_horizontal", "limit_vertical", "join")
_RATIO = ("short_days", "year_days", "percent", "limit")
_DAYS = ("short_days", "limit")
_SPELL = ("spell", "limit")
_CLASS = ("class",)

REASONS: tuple[Reason, ...] = (
    # Quantity: grade by the humid or arid limits, by the one flat limit, or alike in both zones.
    _reason("quantity_met_humid", 11, *_ZONE),
    _reason("quantity_met_arid", 12, *_ZONE),
    _reason("quantity_met_flat", 13, *_LITRES),
    _reason("quantity_met_both_zones", 14, *_LITRES),
    _reason("quantity_basic_humid", 21, *_ZONE),
    _reason("quantity_basic_arid", 22, *_ZONE),
    _reason("quantity_basic_flat", 23, *_LITRES),
    _reason("quantity_basic_both_zones", 24, *_LITRES),
    _reason("quantity_litres_missing", 31),
    _reason("quantity_zone_missing", 32, "litres", "rain", "water"),
    _reason("quantity_failed_humid", 41, *_ZONE),
    _reason("quantity_failed_arid", 42, *_ZONE),
    _reason("quantity_failed_flat", 43, *_LITRES),
    _reason("quantity_failed_both_zones", 44, *_LITRES),
    # Quality: the laboratory outranks the senses.
    _reason("quality_met_lab", 11, *_CLASS),
    _reason("quality_met_senses", 12, *_CLASS),
    _reason("quality_basic_senses", 21, *_CLASS),
    _reason("quality_class_missing", 31),
    _reason("quality_plant_missing", 32, *_CLASS),
    _reason("quality_senses_missing", 33, *_CLASS),
    _reason("quality_lab_missing", 34, *_CLASS),
    _reason("quality_lab_undetermined", 35, *_CLASS),
    _reason("quality_failed_lab", 41, *_CLASS),
    _reason("quality_failed_senses", 42, *_CLASS),
    # Convenience: piped, else the better of the measured ways.
    _reason("convenience_met_piped", 11),
    _reason("convenience_met_time", 12, "time", "limit"),
    _reason("convenience_met_distance", 13, *_DISTANCE),
    _reason("convenience_basic_time", 21, "time", "limit"),
    _reason("convenience_basic_distance", 22, *_DISTANCE),
    _reason("convenience_piped_missing", 31),
    _reason("convenience_not_measured", 32),
    _reason("convenience_distance_incomplete", 33, *_DISTANCE),
    _reason("convenience_failed_time", 41, "time", "limit"),
    _reason("convenience_failed_distance", 42, *_DISTANCE),
    _reason("convenience_failed_both", 43, "time", "limit", *_DISTANCE),
    # Reliability: ratio of days, total of short days, or the longest spell.
    _reason("reliability_met_ratio", 11, *_RATIO),
    _reason("reliability_met_days", 12, *_DAYS),
    _reason("reliability_met_spell", 13, *_SPELL),
    _reason("reliability_basic_ratio", 21, *_RATIO),
    _reason("reliability_basic_days", 22, *_DAYS),
    _reason("reliability_basic_spell", 23, *_SPELL),
    _reason("reliability_class_missing", 31),
    _reason("reliability_days_missing", 32, *_CLASS),
    _reason("reliability_spell_missing", 33, *_CLASS),
    _reason("reliability_failed_ratio", 41, *_RATIO),
    _reason("reliability_failed_days", 42, *_DAYS),
    _reason("reliability_failed_spell", 43, *_SPELL),
)

BY_CODE: Mapping[str, Reason] = {reason.code: reason for reason in REASONS}
BY_INDICATOR: Mapping[str, tuple[Reason, ...]] = {
    name: tuple(reason for reason in REASONS if reason.indicator == name) for name in INDICATORS
}
BY_NUMBER: Mapping[str, Mapping[int, Reason]] = {
    name: {reason.number: reason for reason in reasons} for name, reasons in BY_INDICATOR.items()
}


def decode(indicator: str, number: int) -> tuple[Grade, str]:
    """Grade and reason code of a stored number; raises ``KeyError`` for a number outside the catalogue."""
    reason = BY_NUMBER[indicator][number]
    return reason.grade, reason.code
