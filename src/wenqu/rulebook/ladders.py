"""A pack as ladders of conditions: for each indicator, first match wins, each rung ends in a reason code.

The conditions are SQL over the columns of ``Facts`` and use nothing but comparisons, IN, IS NULL, COALESCE and CAST, so
that they mean the same on another engine. A comparison with NULL matches no rung, as in any CASE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from wenqu.rulebook.facts import DEFAULT_YEAR_DAYS
from wenqu.rulebook.model import (
    Convenience,
    Distance,
    Levels,
    Number,
    Pack,
    Quality,
    Quantity,
    Reliability,
    SchemeClass,
    Supply,
)

# Days are compared as decimals: 18.3 of 366 is exactly 5 %, which binary fractions would miss. Wide enough for
# 14 digits before the point, narrow enough that a product with a percentage of ten decimals still fits 38 digits.
DAYS = "DECIMAL(24, 10)"

Rung = tuple[str, "str | Ladder"]
Ladder = list[Rung]
OTHERWISE = ""


def ladders(pack: Pack) -> Mapping[str, Ladder]:
    """The ladders of the four indicators; raises ``TypeError`` for a pack of another kind."""
    rules = pack.rules
    return {
        "quantity": _quantity(rules.quantity),
        "quality": _quality(rules.quality),
        "convenience": _convenience(rules.convenience),
        "reliability": _reliability(rules.reliability),
    }


def _sql(number: Number) -> str:
    """A numeric limit as an exact literal."""
    return format(Decimal(number.value), "f")


def _floor(levels: Levels) -> Number:
    """The mildest limit: beyond it the grade is failed."""
    return levels.met if levels.basic is None else levels.basic


def _quantity(rule: Quantity) -> Ladder:
    litres, rain, water = "litres_per_person_day", "rain_mm", "water_m3_per_head"
    missing: Rung = (f"{litres} IS NULL", "quantity_litres_missing")

    def graded(levels: Levels, where: str) -> Ladder:
        basic = levels.basic
        middle: Ladder = [] if basic is None else [(f"{litres} >= {_sql(basic)}", f"quantity_basic_{where}")]
        return [(f"{litres} >= {_sql(levels.met)}", f"quantity_met_{where}"), *middle,
                (OTHERWISE, f"quantity_failed_{where}")]

    if rule.flat is not None:
        return [missing, *graded(rule.flat, "flat")]
    assert rule.rain and rule.water and rule.humid and rule.arid
    zones = (rule.humid, rule.arid)
    highest, lowest = max((z.met for z in zones), key=_amount), min((z.met for z in zones), key=_amount)
    basics = [z.basic for z in zones if z.basic is not None]
    agree: Ladder = [(f"{litres} >= {_sql(highest)}", "quantity_met_both_zones")]
    if len(basics) == len(zones):
        both = f"{litres} >= {_sql(max(basics, key=_amount))} AND {litres} < {_sql(lowest)}"
        agree.append((both, "quantity_basic_both_zones"))
    agree.append((f"{litres} < {_sql(min(map(_floor, zones), key=_amount))}", "quantity_failed_both_zones"))
    return [
        missing,
        (f"{rain} < {_sql(rule.rain)} OR {water} < {_sql(rule.water)}", graded(rule.arid, "arid")),
        # Neither is below and none is NULL: both are known to reach their bounds.
        (f"{rain} IS NOT NULL AND {water} IS NOT NULL", graded(rule.humid, "humid")),
        *agree,
        (OTHERWISE, "quantity_zone_missing"),
    ]


def _amount(number: Number) -> Decimal:
    return Decimal(number.value)


def _quality(rule: Quality) -> Ladder:
    def one_of(classes: tuple[SchemeClass, ...]) -> str:
        return f"scheme_class IN ({', '.join(repr(str(c)) for c in classes)})"

    by_senses: Ladder = [
        ("sensory_ok IS NULL", "quality_senses_missing"),
        ("sensory_ok", f"quality_{rule.good}_senses"),
        (OTHERWISE, "quality_failed_senses"),
    ]
    ladder: Ladder = [
        ("lab_result = 'pass'", "quality_met_lab"),
        ("lab_result = 'fail'", "quality_failed_lab"),
        ("scheme_class IS NULL", "quality_class_missing"),
    ]
    if rule.classes:
        ladder.append((one_of(rule.classes), by_senses))
    if rule.without_plant:
        ladder.append((f"{one_of(rule.without_plant)} AND has_plant IS NULL", "quality_plant_missing"))
        ladder.append((f"{one_of(rule.without_plant)} AND NOT has_plant", by_senses))
    return [*ladder, ("lab_result IS NULL", "quality_lab_missing"), (OTHERWISE, "quality_lab_undetermined")]


def _convenience(rule: Convenience) -> Ladder:
    time, distance = rule.time, rule.distance
    no_time = "round_trip_min IS NULL"
    no_distance = "horizontal_m IS NULL AND vertical_m IS NULL"

    def by_time(pick: Callable[[Levels], Number | None], reason: str) -> Ladder:
        limit = pick(time) if time else None
        return [(f"round_trip_min <= {_sql(limit)}", reason)] if limit else []

    ladder: Ladder = [("piped", "convenience_met_piped"), *by_time(lambda x: x.met, "convenience_met_time")]
    half_met = half_basic = ""
    if distance:
        ladder.append((_within(distance, lambda x: x.met), "convenience_met_distance"))
        half_met, half_basic = (_half(distance, pick) for pick in ((lambda x: x.met), _floor))
    ladder.append(("piped IS NULL", "convenience_piped_missing"))
    # From here on "not piped" and not met: a half measured distance that could still be met decides nothing; one that
    # could still be basic only waits behind a way that is basic already.
    if half_met:
        ladder.append((half_met, "convenience_distance_incomplete"))
    ladder += by_time(lambda x: x.basic, "convenience_basic_time")
    if distance and distance.horizontal.basic:
        ladder.append((_within(distance, _floor), "convenience_basic_distance"))
    if half_basic and half_basic != half_met:
        ladder.append((half_basic, "convenience_distance_incomplete"))
    absent = [no_time] * (time is not None) + [no_distance] * (distance is not None)
    ladder.append((" AND ".join(absent), "convenience_not_measured"))
    if time and distance:
        ladder += [(no_distance, "convenience_failed_time"), (no_time, "convenience_failed_distance"),
                   (OTHERWISE, "convenience_failed_both")]
    else:
        ladder.append((OTHERWISE, "convenience_failed_time" if time else "convenience_failed_distance"))
    return ladder


def _within(distance: Distance, pick: Callable[[Levels], Number]) -> str:
    """The distance surely keeps a limit, whatever is missing."""
    word = "AND" if distance.join.value == "all" else "OR"
    return (f"(horizontal_m <= {_sql(pick(distance.horizontal))} {word} "
            f"vertical_m <= {_sql(pick(distance.vertical))})")


def _half(distance: Distance, pick: Callable[[Levels], Number]) -> str:
    """The distance is half measured and could still keep a limit that it does not surely keep."""
    across, up = _sql(pick(distance.horizontal)), _sql(pick(distance.vertical))
    if distance.join.value == "all":
        return (f"(horizontal_m <= {across} AND vertical_m IS NULL) OR "
                f"(vertical_m <= {up} AND horizontal_m IS NULL)")
    # Either half is enough, so the missing one could always lift.
    return ("(horizontal_m IS NOT NULL AND vertical_m IS NULL) OR "
            "(vertical_m IS NOT NULL AND horizontal_m IS NULL)")


def _reliability(rule: Reliability) -> Ladder:
    if rule.every is not None:
        return _supply(rule.every)
    assert rule.centralised is not None and rule.decentralised is not None
    return [
        ("scheme_class IS NULL", "reliability_class_missing"),
        (f"scheme_class = '{SchemeClass.DECENTRALISED}'", _supply(rule.decentralised)),
        (OTHERWISE, _supply(rule.centralised)),
    ]


def _supply(rule: Supply) -> Ladder:
    column = "longest_short_spell_days" if rule.measure == "spell" else "short_days"
    missing = "spell" if rule.measure == "spell" else "days"
    ladder: Ladder = [(f"{column} IS NULL", f"reliability_{missing}_missing")]
    for grade, limit in (("met", rule.levels.met), ("basic", rule.levels.basic)):
        if limit is None:
            continue
        condition = f"{column} <= {_sql(limit)}"
        if rule.measure == "ratio":
            year = f"CAST(COALESCE(year_days, {DEFAULT_YEAR_DAYS}) AS {DAYS})"
            share = format(_amount(limit) / 100, "f")
            condition = f"{year} - CAST(short_days AS {DAYS}) >= {share} * {year}"
        ladder.append((condition, f"reliability_{grade}_{rule.measure}"))
    return [*ladder, (OTHERWISE, f"reliability_failed_{rule.measure}")]
