"""The column engine: a pack becomes one SQL query over a relation of facts.

Each indicator becomes a ladder of conditions, first match wins, that yields the *number* of a reason (``reasons.py``);
grades and codes are decoded from the numbers at the edge, as ENUMs, which DuckDB writes to Parquet as dictionary-coded
strings (measured: cheaper than building any string per row). The ladders use nothing but CASE, comparisons, IN and
COALESCE, so that they mean the same on another engine.

``source`` is a relation (a table, a view, a sub-query in brackets, ``read_parquet(...)``) with the columns of
``Facts``; each may be NULL. BOOLEAN for yes/no, VARCHAR for choices, any numeric type for numbers. NaN and infinity
must not reach it. Pure text: nothing is executed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from wenqu.rulebook.facts import DEFAULT_YEAR_DAYS
from wenqu.rulebook.model import (
    INDICATORS,
    Convenience,
    Distance,
    Grade,
    Levels,
    Number,
    Overall,
    Pack,
    Quality,
    Quantity,
    Reliability,
    SchemeClass,
    Supply,
)
from wenqu.rulebook.reasons import BY_CODE, BY_INDICATOR, BY_NUMBER, OVERALL_BY_RANK, RANK

# Days are compared as decimals: 18.3 of 366 is exactly 5 %, which binary fractions would miss. Wide enough for
# 14 digits before the point, narrow enough that a product with a percentage of ten decimals still fits 38 digits.
DAYS = "DECIMAL(24, 10)"

Rung = tuple[str, "str | Ladder"]
Ladder = list[Rung]
OTHERWISE = ""


def judge_sql(pack: Pack, source: str, keep: Sequence[str] = ("household_id",), *, enums: bool = True) -> str:
    """SELECT of the kept columns, four grades, the overall grade and four reason codes, one row for one household.

    Column names as in the issue: ``quantity`` ... ``overall``, ``quantity_reason`` ... Strings come as ENUM unless
    ``enums`` is false (an ENUM reads as a string everywhere, and is a third faster to write).
    """
    return decode_sql(f"({code_sql(pack, source, keep)})", keep, pack, enums=enums)


def code_sql(pack: Pack, source: str, keep: Sequence[str] = ("household_id",)) -> str:
    """SELECT of the kept columns and the reason numbers as TINYINT: ``quantity_code`` ... ``reliability_code``."""
    codes = [f"CAST({sql} AS TINYINT) AS {name}_code" for name, sql in code_expressions(pack).items()]
    return f"SELECT {', '.join([*map(quoted, keep), *codes])} FROM {source}"


def decode_sql(source: str, keep: Sequence[str] = ("household_id",), pack: Pack | None = None, *,
               enums: bool = True) -> str:
    """SELECT of the kept columns and the decoded ones from a relation with the four ``_code`` columns.

    With a pack only the reasons that it can give are looked for, which is faster.
    """
    columns = [f"{sql} AS {name}" for name, sql in decode_expressions(pack, enums=enums).items()]
    return f"SELECT {', '.join([*map(quoted, keep), *columns])} FROM {source}"


def code_expressions(pack: Pack) -> Mapping[str, str]:
    """For each indicator the SQL expression of its reason number over the columns of ``Facts``."""
    return {name: _case(ladder, name) for name, ladder in ladders(pack).items()}


def decode_expressions(pack: Pack | None = None, *, enums: bool = True) -> Mapping[str, str]:
    """Output column -> SQL expression over the ``_code`` columns, in the order of the output."""
    reached = {name: reachable(pack, name) if pack else None for name in INDICATORS}
    result = {name: _by_rank(f"{name}_code", {rank: str(grade) for grade, rank in RANK.items()}, Grade, enums)
              for name in INDICATORS}
    worst = f"GREATEST({', '.join(f'{name}_code' for name in INDICATORS)})"
    result["overall"] = _by_rank(worst, {rank: str(grade) for rank, grade in OVERALL_BY_RANK.items()}, Overall, enums)
    for name in INDICATORS:
        result[f"{name}_reason"] = _reason_text(name, reached[name], enums)
    return result


def reachable(pack: Pack, indicator: str) -> tuple[str, ...]:
    """Codes of the reasons that a pack can give for an indicator."""
    return tuple(dict.fromkeys(_leaves(ladders(pack)[indicator])))


def ladders(pack: Pack) -> Mapping[str, Ladder]:
    """The ladders of the four indicators; raises ``TypeError`` for a pack of another kind."""
    rules = pack.rules
    return {
        "quantity": _quantity(rules.quantity),
        "quality": _quality(rules.quality),
        "convenience": _convenience(rules.convenience),
        "reliability": _reliability(rules.reliability),
    }


def quoted(name: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


# --- text ---------------------------------------------------------------------------------------------------------

def _case(ladder: Ladder, indicator: str) -> str:
    parts = []
    for condition, outcome in ladder:
        value = str(BY_CODE[outcome].number) if isinstance(outcome, str) else _case(outcome, indicator)
        parts.append(f"ELSE {value}" if condition == OTHERWISE else f"WHEN {condition} THEN {value}")
    return f"CASE {' '.join(parts)} END"


def _leaves(ladder: Ladder) -> Iterator[str]:
    for _, outcome in ladder:
        if isinstance(outcome, str):
            yield outcome
        else:
            yield from _leaves(outcome)


def _literal(text: str, values: Iterable[str], enums: bool) -> str:
    if not enums:
        return f"'{text}'"
    names = ", ".join(f"'{value}'" for value in values)
    return f"'{text}'::ENUM({names})"


def _by_rank(code: str, by_rank: Mapping[int, str], words: Iterable[str], enums: bool) -> str:
    words = tuple(map(str, words))
    ranks = sorted(by_rank)
    parts = [f"WHEN {code} < {10 * (rank + 1)} THEN {_literal(by_rank[rank], words, enums)}" for rank in ranks[:-1]]
    return f"CASE {' '.join(parts)} ELSE {_literal(by_rank[ranks[-1]], words, enums)} END"


def _reason_text(indicator: str, reached: tuple[str, ...] | None, enums: bool) -> str:
    words = tuple(reason.code for reason in BY_INDICATOR[indicator])
    parts = [f"WHEN {number} THEN {_literal(reason.code, words, enums)}"
             for number, reason in BY_NUMBER[indicator].items() if reached is None or reason.code in reached]
    return f"CASE {indicator}_code {' '.join(parts)} END"


def _sql(number: Number) -> str:
    """A numeric limit as an exact literal."""
    return format(Decimal(number.value), "f")


def _floor(levels: Levels) -> Number:
    """The mildest limit: beyond it the grade is failed."""
    return levels.met if levels.basic is None else levels.basic


# --- ladders ------------------------------------------------------------------------------------------------------

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
