"""The row-by-row engine: one household at a time, in obvious Python. It is the oracle of the vectorised engine.

Every way of measuring gives an *interval* of grades, failed = 0, basic = 1, met = 2: the lowest and the highest grade
that the missing values still allow. A grade stands when the two are equal, otherwise it is unknown
(T/CHES 18-2018, clauses 2.2 and 2.3, appendix A; the meaning of gaps is in the issue "Rulebook").
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from wenqu.rulebook.facts import DEFAULT_YEAR_DAYS
from wenqu.rulebook.model import (
    Amount,
    Convenience,
    Distance,
    Facts,
    Grade,
    Judgement,
    LabResult,
    Levels,
    Number,
    Pack,
    Quality,
    Quantity,
    Reliability,
    SchemeClass,
    Supply,
    Verdict,
)
from wenqu.rulebook.reasons import BY_CODE
from wenqu.rulebook.rollup import combine

FAILED, BASIC, MET = 0, 1, 2
GRADES = (Grade.FAILED, Grade.BASIC, Grade.MET)
Interval = tuple[int, int]


def judge(facts: Facts, pack: Pack) -> Judgement:
    """Judge one household by a pack of the kind "four-indicators" (``TypeError`` for another kind)."""
    rules = pack.rules
    quantity = judge_quantity(facts, rules.quantity)
    quality = judge_quality(facts, rules.quality)
    convenience = judge_convenience(facts, rules.convenience)
    reliability = judge_reliability(facts, rules.reliability)
    overall = combine(v.grade for v in (quantity, quality, convenience, reliability))
    return Judgement(quantity, quality, convenience, reliability, overall)


def exact(value: Amount) -> Fraction:
    """The number as it is written: 18.3 is 183/10, not its binary neighbour."""
    return Fraction(str(value))


def limit_of(number: Number) -> Fraction:
    """A numeric limit, exact."""
    return Fraction(str(number.value))


def _verdict(reason: str, value: Amount | str | bool | None, limit: Number | None, cited: Number,
             used: dict[str, Amount | str | bool | None] | None = None,
             limits: dict[str, Number] | None = None) -> Verdict:
    entry = BY_CODE[reason]
    named = {} if limit is None else {"limit": limit}
    return Verdict(entry.indicator, entry.grade, reason, value, limit, cited.clause, used or {},
                   {**named, **(limits or {})})


# --- quantity -----------------------------------------------------------------------------------------------------

def judge_quantity(facts: Facts, rule: Quantity) -> Verdict:
    """水量: litres against the limits of the zone; a zone that is not known may still not matter."""
    litres, rain, water = facts.litres_per_person_day, facts.rain_mm, facts.water_m3_per_head
    used: dict[str, Amount | str | bool | None] = {"litres": litres, "rain": rain, "water": water}
    zones = _zones(facts, rule)
    cited = zones[0][1].met
    if litres is None:
        return _verdict("quantity_litres_missing", None, None, cited, used)
    grades = [_at_least(litres, levels) for _, levels in zones]
    if len(set(grades)) > 1:
        return _verdict("quantity_zone_missing", litres, None, cited, used)
    grade = grades[0]
    limits = [_limit_named(levels, grade) for _, levels in zones]
    # Of two limits the stricter one was kept, or the milder one was missed.
    limit = min(limits, key=limit_of) if grade == FAILED else max(limits, key=limit_of)
    where = zones[0][0] if len(zones) == 1 else "both_zones"
    return _verdict(f"quantity_{GRADES[grade]}_{where}", litres, limit, limit, used)


def _zones(facts: Facts, rule: Quantity) -> list[tuple[str, Levels]]:
    """The zones that the place may still be in: one when known, two when not."""
    if rule.flat is not None:
        return [("flat", rule.flat)]
    assert rule.rain and rule.water and rule.humid and rule.arid
    rain, water = facts.rain_mm, facts.water_m3_per_head
    dry = rain is not None and exact(rain) < limit_of(rule.rain)
    poor = water is not None and exact(water) < limit_of(rule.water)
    if dry or poor:
        return [("arid", rule.arid)]
    if rain is not None and water is not None:
        return [("humid", rule.humid)]
    return [("humid", rule.humid), ("arid", rule.arid)]


def _at_least(value: Amount, levels: Levels) -> int:
    if exact(value) >= limit_of(levels.met):
        return MET
    if levels.basic is not None and exact(value) >= limit_of(levels.basic):
        return BASIC
    return FAILED


def _at_most(value: Amount, levels: Levels) -> int:
    if exact(value) <= limit_of(levels.met):
        return MET
    if levels.basic is not None and exact(value) <= limit_of(levels.basic):
        return BASIC
    return FAILED


def _limit_named(levels: Levels, grade: int) -> Number:
    """The limit that a grade is about: the one kept, or for a failure the mildest one that was missed."""
    if grade == MET or levels.basic is None:
        return levels.met
    return levels.basic


# --- quality ------------------------------------------------------------------------------------------------------

def judge_quality(facts: Facts, rule: Quality) -> Verdict:
    """水质: a laboratory result outranks the senses; the senses count only for the classes the pack names."""
    scheme_class, lab = facts.scheme_class, facts.lab_result
    used: dict[str, Amount | str | bool | None] = {"class": scheme_class}
    if lab == LabResult.PASS:
        return _verdict("quality_met_lab", lab, rule.lab, rule.lab, used)
    if lab == LabResult.FAIL:
        return _verdict("quality_failed_lab", lab, rule.lab, rule.lab, used)
    if scheme_class is None:
        return _verdict("quality_class_missing", lab, None, rule.senses, used)
    if scheme_class in rule.without_plant and facts.has_plant is None:
        return _verdict("quality_plant_missing", lab, None, rule.senses, used)
    by_senses = scheme_class in rule.classes or (scheme_class in rule.without_plant and facts.has_plant is False)
    if not by_senses:
        missing = "quality_lab_missing" if lab is None else "quality_lab_undetermined"
        return _verdict(missing, lab, None, rule.lab, used)
    if facts.sensory_ok is None:
        return _verdict("quality_senses_missing", None, None, rule.senses, used)
    reason = f"quality_{rule.good}_senses" if facts.sensory_ok else "quality_failed_senses"
    return _verdict(reason, facts.sensory_ok, rule.senses, rule.senses, used)


# --- convenience --------------------------------------------------------------------------------------------------

def judge_convenience(facts: Facts, rule: Convenience) -> Verdict:
    """用水方便程度: piped, else the better of the ways that were measured."""
    if facts.piped:
        return _verdict("convenience_met_piped", True, rule.piped, rule.piped)
    ways: dict[str, Interval] = {}
    if rule.time is not None and facts.round_trip_min is not None:
        grade = _at_most(facts.round_trip_min, rule.time)
        ways["time"] = (grade, grade)
    measured = facts.horizontal_m is not None or facts.vertical_m is not None
    if rule.distance is not None and measured:
        ways["distance"] = _distance(facts, rule.distance)
    lowest = max((low for low, _ in ways.values()), default=FAILED)
    highest = max((high for _, high in ways.values()), default=MET)
    if facts.piped is None and lowest < MET:
        return _verdict("convenience_piped_missing", None, None, rule.piped)
    if not ways:
        return _verdict("convenience_not_measured", None, None, rule.piped)
    if lowest < highest:
        assert rule.distance is not None
        return _distance_verdict("convenience_distance_incomplete", facts, rule.distance, MET, stands=False)
    return _by_way(facts, rule, ways, lowest)


def _by_way(facts: Facts, rule: Convenience, ways: dict[str, Interval], grade: int) -> Verdict:
    """The verdict that names the way which decided; time is named first where both did."""
    deciding = [way for way, interval in ways.items() if interval == (grade, grade)]
    if grade == FAILED and len(deciding) == 2:
        assert rule.time is not None and rule.distance is not None
        by_distance = _distance_verdict("convenience_failed_both", facts, rule.distance, grade)
        limit = _limit_named(rule.time, grade)
        return _verdict("convenience_failed_both", facts.round_trip_min, limit, limit,
                        {**by_distance.used, "time": facts.round_trip_min}, dict(by_distance.limits) | {"limit": limit})
    if deciding[0] == "time":
        assert rule.time is not None
        limit = _limit_named(rule.time, grade)
        return _verdict(f"convenience_{GRADES[grade]}_time", facts.round_trip_min, limit, limit,
                        {"time": facts.round_trip_min})
    assert rule.distance is not None
    return _distance_verdict(f"convenience_{GRADES[grade]}_distance", facts, rule.distance, grade)


def _distance(facts: Facts, rule: Distance) -> Interval:
    """Grades that the distance can still be; the half that was not measured may be anything."""
    halves: list[Interval] = []
    for value, levels in ((facts.horizontal_m, rule.horizontal), (facts.vertical_m, rule.vertical)):
        grade = None if value is None else _at_most(value, levels)
        halves.append((FAILED, MET) if grade is None else (grade, grade))
    join = min if rule.join.value == "all" else max
    return join(low for low, _ in halves), join(high for _, high in halves)


def _distance_verdict(reason: str, facts: Facts, rule: Distance, grade: int, stands: bool = True) -> Verdict:
    across, up = _limit_named(rule.horizontal, grade), _limit_named(rule.vertical, grade)
    limit = _deciding(facts, rule, grade, across, up)
    used: dict[str, Amount | str | bool | None] = {"horizontal": facts.horizontal_m, "vertical": facts.vertical_m}
    value = facts.horizontal_m if limit is across else facts.vertical_m
    return _verdict(reason, value, limit if stands else None, limit, used,
                    {"limit_horizontal": across, "limit_vertical": up, "join": rule.join})


def _deciding(facts: Facts, rule: Distance, grade: int, across: Number, up: Number) -> Number:
    """Of the two halves the limit of the one that decides: the one beyond its limit for a failure under "all",
    the one within it for a success under "any"; the horizontal one where both do."""
    decisive = (lambda g: g == FAILED) if grade == FAILED else (lambda g: g >= grade)
    if facts.horizontal_m is None:
        return up
    return across if facts.vertical_m is None or decisive(_at_most(facts.horizontal_m, rule.horizontal)) else up


# --- reliability --------------------------------------------------------------------------------------------------

def judge_reliability(facts: Facts, rule: Reliability) -> Verdict:
    """供水保证率: ratio of days, total short days or longest spell, as the pack says for the class."""
    if rule.every is not None:
        return _supply(facts, rule.every)
    assert rule.centralised is not None and rule.decentralised is not None
    if facts.scheme_class is None:
        return _verdict("reliability_class_missing", None, None, rule.centralised.levels.met)
    return _supply(facts, rule.centralised if SchemeClass(facts.scheme_class).centralised else rule.decentralised)


def _supply(facts: Facts, rule: Supply) -> Verdict:
    levels = rule.levels
    used: dict[str, Amount | str | bool | None] = {"class": facts.scheme_class}
    if rule.measure == "spell":
        spell = facts.longest_short_spell_days
        if spell is None:
            return _verdict("reliability_spell_missing", None, None, levels.met, used)
        return _supply_verdict(spell, levels, _at_most(spell, levels), "spell", used | {"spell": spell})
    short = facts.short_days
    if short is None:
        return _verdict("reliability_days_missing", None, None, levels.met, used)
    used["short_days"] = short
    if rule.measure == "days":
        return _supply_verdict(short, levels, _at_most(short, levels), "days", used)
    year = DEFAULT_YEAR_DAYS if facts.year_days is None else facts.year_days
    supplied = (exact(year) - exact(short)) * 100
    # For reading only, cut and never rounded up, so that 94.998 % does not read as 95 %.
    percent = Decimal(int(supplied * 100 / exact(year))) / 100 if year else Decimal(0)
    used |= {"year_days": year, "percent": percent}
    for grade, limit in ((MET, levels.met), (BASIC, levels.basic)):
        # Cross-multiplied: the ratio of days in exact arithmetic, never a division.
        if limit is not None and supplied >= limit_of(limit) * exact(year):
            return _supply_verdict(percent, levels, grade, "ratio", used)
    return _supply_verdict(percent, levels, FAILED, "ratio", used)


def _supply_verdict(value: Amount, levels: Levels, grade: int, measure: str,
                    used: dict[str, Amount | str | bool | None]) -> Verdict:
    limit = _limit_named(levels, grade)
    return _verdict(f"reliability_{GRADES[grade]}_{measure}", value, limit, limit, used)
