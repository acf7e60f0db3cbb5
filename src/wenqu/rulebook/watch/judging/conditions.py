"""The questions of ``answers`` and the conditions of ways as SQL over one wide row; NULL is not known throughout."""

from __future__ import annotations

from decimal import Decimal

from wenqu.rulebook.model import Number
from wenqu.rulebook.vectorised import quoted
from wenqu.rulebook.watch.judging.answers import fen
from wenqu.rulebook.watch.judging.facts import excluded_column, secured_column
from wenqu.rulebook.watch.judging.lines import SetLine
from wenqu.rulebook.watch.judging.model import JudgingPack, Ladder, SpendingTest, Way

_TROUBLE = {"heavy": "a_heavy", "collapsed": "a_collapsed", "either": "(a_heavy OR a_collapsed)", "neither": "(NOT (a_heavy OR a_collapsed))"}
NET = ("income_low_fen", "income_high_fen")


def reaches(low: str, high: str, amount: str, strictly: bool = False) -> str:
    """An amount within bounds is at least so much, or more where ``strictly``."""
    more, less = (">", "<=") if strictly else (">=", "<")
    return f"CASE WHEN {low} {more} {amount} THEN TRUE WHEN {high} {less} {amount} THEN FALSE END"


def a_head(number: Number) -> str:
    """Yuan a head as fen of the household."""
    return f"({fen(number)} * CAST(members AS BIGINT))"


def answer_columns(pack: JudgingPack, line: SetLine) -> dict[str, str]:
    """The answers as columns ``a_below`` … over household, members, income and spending."""
    below = reaches(*NET, a_head(line.limit), strictly=line.edge.value == "at_most")
    tests = {test.id: _spending(test) for test in pack.spending}
    heavy = [f"a_spending_{test.id}" for test in pack.spending if test.heavy.value == "yes"] + (["a_burden"] if pack.burden else [])
    found = {f"a_spending_{name}": sql for name, sql in tests.items()}
    if pack.burden:
        found["a_burden"] = _burden(pack)
    gap = [f"(NOT {quoted(secured_column(one.id))})" for one in pack.guarantees if one.on]
    out = [quoted(excluded_column(one.id)) for one in pack.exclusions if one.on]
    return found | {
        "a_below": f"(NOT ({below}))",
        "a_heavy": f"COALESCE(heavy, {' OR '.join(heavy)})" if heavy else "heavy",
        "a_collapsed": _collapsed(pack),
        "a_gap": f"({' OR '.join(gap)})" if gap else "FALSE",
        "a_risk": _risk(pack),
        "a_excluded": _excluded(pack, f"({' OR '.join(out)})" if out else "FALSE"),
    }


def _spending(test: SpendingTest) -> str:
    low, high, strictly = f"spent_{test.id}_low", f"spent_{test.id}_high", test.edge.value == "over"
    mine, other = (f"({reaches(low, high, str(fen(number)), strictly)})" for number in (test.was_poor, test.others))
    return f"CASE WHEN was_poor THEN {mine} WHEN {mine} = {other} THEN {mine} WHEN NOT was_poor THEN {other} END"


def _scaled(number: Decimal) -> tuple[int, int]:
    """A decimal as whole numbers (numerator, denominator), so that products stay exact."""
    top, bottom = number.as_integer_ratio()
    return top, bottom


def _burden(pack: JudgingPack) -> str:
    assert pack.burden is not None
    top, bottom = _scaled(Decimal(pack.burden.percent.value))
    low, high = NET if pack.burden.of.value == "income" else ("income_before_fen", "income_before_fen")
    left = f"CAST({100 * bottom} AS HUGEINT)"
    return (f"CASE WHEN burden_low * {left} > GREATEST({high}, 0) * CAST({top} AS HUGEINT) AND {high} IS NOT NULL THEN TRUE "
            f"WHEN burden_high * {left} <= GREATEST(COALESCE({low}, 0), 0) * CAST({top} AS HUGEINT) THEN FALSE END")


def _collapsed(pack: JudgingPack) -> str:
    if pack.collapse is None:
        return "collapsed"
    top, bottom = _scaled(100 - Decimal(pack.collapse.value))
    low, high = (f"{name} * CAST({100 * bottom} AS HUGEINT)" for name in NET)
    kept = f"income_before_fen * CAST({top} AS HUGEINT)"
    return (f"COALESCE(collapsed, CASE WHEN income_before_fen <= 0 THEN NULL WHEN {high} <= {kept} THEN TRUE WHEN {low} > {kept} THEN FALSE END)")


def _risk(pack: JudgingPack) -> str:
    on = ", ".join(f"'{one.id}'" for one in pack.causes if one.on)
    off = ", ".join(["'none'", *(f"'{one.id}'" for one in pack.causes if not one.on)])
    return f"CASE {f'WHEN cause IN ({on}) THEN TRUE ' if on else ''}WHEN cause IN ({off}) THEN FALSE END"


def _excluded(pack: JudgingPack, out: str) -> str:
    if pack.exception.value != "with_reasons":
        return out
    return f"CASE WHEN {out} THEN NOT COALESCE(meeting_admits AND TRIM(meeting_reason) <> '', FALSE) ELSE {out} END"


def way_sql(way: Way, pack: JudgingPack, base: tuple[str, str] = NET) -> str:
    """All conditions of a way."""
    asked = [column if wanted else f"(NOT {column})" for wanted, column in (
        (way.was_poor, "was_poor"), (way.gap, "a_gap"), (way.stable, "stable"), (way.risk, "a_risk"), (way.marked, "marked")) if wanted is not None]
    if way.income:
        asked.append("a_below" if way.income == "below" else "(NOT a_below)")
    if way.trouble:
        asked.append(_TROUBLE[way.trouble])
    if way.causes:
        asked.append(f"cause IN ({', '.join(repr(cause) for cause in way.causes)})")
    if way.at_least is not None:
        asked.append(f"({reaches(*base, a_head(way.at_least))})")
    if way.under is not None:
        asked.append(f"(NOT ({reaches(*base, a_head(way.under))}))")
    if way.average:
        average = "NULL" if pack.average is None else f"({reaches(*base, a_head(pack.average))})"
        asked.append(f"CAST({average} AS BOOLEAN)" if way.average == "reached" else f"(NOT CAST({average} AS BOOLEAN))")
    return f"({' AND '.join(asked)})"


def entry_columns(name: str, ladder: Ladder, pack: JudgingPack, base: tuple[str, str] = NET) -> dict[str, str]:
    """Whether each outcome of a ladder holds, as columns ``e_objects_1`` …"""
    return {f"e_{name}_{index}": f"({' OR '.join(way_sql(way, pack, base) for way in entry.ways if way.applies.value == 'yes') or 'FALSE'})"
            for index, entry in enumerate(ladder, start=1)}


def climb(name: str, ladder: Ladder) -> str:
    """Number of the first outcome that holds, 0 for none, -1 for not known."""
    rungs = [f"WHEN {column} THEN {index} WHEN {column} IS NULL THEN -1" for index, column in
             ((index, f"e_{name}_{index}") for index in range(1, len(ladder) + 1))]
    return f"CASE {' '.join(rungs)} ELSE 0 END" if rungs else "0"
