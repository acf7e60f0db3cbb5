"""The column engine: a judging pack becomes one SQL query over a household table and a table of items (DuckDB).

Households have the columns of ``household_columns(pack)``, items those of ``ITEM_COLUMNS``, both the key; each may be NULL.
The sums of the items (``incomes_sql``) can be kept and judged again by another pack with the same sums: that is what a
what-if does. Pure text: nothing is executed here.
"""

from __future__ import annotations

from collections.abc import Sequence

from wenqu.rulebook.vectorised import quoted
from wenqu.rulebook.watch.judging.conditions import NET, answer_columns, climb, entry_columns, way_sql
from wenqu.rulebook.watch.judging.incomes_sql import incomes_sql, layout, spending_sums
from wenqu.rulebook.watch.judging.lines import SetLine
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN, JudgingPack, Ladder
from wenqu.rulebook.watch.judging.window import Window

ANSWERS = ("below", "heavy", "collapsed", "gap", "risk", "excluded")


def judge_sql(pack: JudgingPack, households: str, items: str, *, window: Window, line: SetLine, key: str = "household_id",
              keep: Sequence[str] = ()) -> str:
    """SELECT of the key, the kept columns of the household table and everything that is concluded, a row for each household."""
    return judge_sums_sql(pack, households, f"({incomes_sql(pack, items, window, key)})", line=line, key=key, keep=keep)


def judge_sums_sql(pack: JudgingPack, households: str, sums: str, *, line: SetLine, key: str = "household_id", keep: Sequence[str] = ()) -> str:
    """The same from sums that were kept: a relation as ``incomes_sql`` of this pack gives it."""
    told = [f"told{mask}" for mask in range(layout(pack).masks)]
    bounds = [f"{name}_{side}" for name, _, _ in spending_sums(pack) for side in ("low", "high")]
    joined = (f"SELECT h.*, {', '.join(f's.{name}' for name in [*told, 'net_low', 'net_high', *bounds])} "
              f"FROM {households} h LEFT JOIN {sums} s ON h.{quoted(key)} = s.{quoted(key)}")
    known = f"SELECT * EXCLUDE ({', '.join(bounds)}), {', '.join(_known(pack))} FROM ({joined})" if bounds else (
        f"SELECT *, {', '.join(_known(pack))} FROM ({joined})")
    # An answer may rest on others (heavy on the tests), so that they come in two steps.
    columns = answer_columns(pack, line)
    first = {name: sql for name, sql in columns.items() if name.startswith(("a_spending_", "a_burden"))}
    answered = _with(known, first) if first else known
    answered = _with(answered, {name: sql for name, sql in columns.items() if name not in first})
    base = ("forecast_fen", "forecast_fen") if pack.grading is not None and pack.grading.income.value == "forecast" else NET
    entries = entry_columns("objects", pack.objects, pack) | entry_columns("grades", pack.grades, pack, base)
    for name, ladder in pack.classes.items():
        entries |= entry_columns(f"class_{name}", ladder, pack)
    held = _with(answered, entries) if entries else answered
    chosen = {"n_object": _object(pack), "n_grade": climb("grades", pack.grades)}
    final = [quoted(key), *map(quoted, keep), "members", *NET, *(f"a_{name} AS {name}" for name in ANSWERS), *_conclusions(pack), *_screens(pack)]
    return f"SELECT {', '.join(final)} FROM ({_with(held, chosen)})"


def _with(source: str, columns: dict[str, str]) -> str:
    return f"SELECT *, {', '.join(f'{sql} AS {name}' for name, sql in columns.items())} FROM ({source})"


def _known(pack: JudgingPack) -> list[str]:
    """Members, and the bounds of income and spending where nothing was told as well."""
    bits = layout(pack)
    if pack.counted.value == "registered":
        counted = "registered"
    else:
        counted = "COALESCE(living, registered)" if pack.unchecked.value == "registered" else "living"
    found = [f"CASE WHEN {counted} > 0 THEN {counted} END AS members"]
    for side, sums, kinds in ((NET[0], "net_low", pack.kinds("subtract")), (NET[1], "net_high", pack.kinds("add"))):
        found.append(f"CASE WHEN NOT {bits.unbounded(kinds)} THEN CAST(COALESCE({sums}, 0) AS BIGINT) END AS {side}")
    for name, spent, _ in spending_sums(pack):
        found.append(f"CAST(COALESCE({name}_low, 0) AS BIGINT) AS {name}_low")
        found.append(f"CASE WHEN NOT {bits.unbounded(spent)} THEN CAST(COALESCE({name}_high, 0) AS BIGINT) END AS {name}_high")
    return found


def _object(pack: JudgingPack) -> str:
    first = climb("objects", pack.objects)
    return f"CASE WHEN ({first}) = 0 OR a_excluded THEN 0 WHEN a_excluded IS NULL THEN -1 ELSE {first} END"


def _words(number: str, ladder: Ladder) -> str:
    """The outcome of a number as an ENUM, which reads as a string and costs a byte."""
    words = [*(entry.id for entry in ladder), NONE, UNKNOWN]
    kind = f"ENUM({', '.join(repr(word) for word in words)})"
    parts = [f"WHEN {index} THEN {entry.id!r}::{kind}" for index, entry in enumerate(ladder, start=1)]
    return f"CASE {number} {' '.join(parts)} WHEN 0 THEN '{NONE}'::{kind} ELSE '{UNKNOWN}'::{kind} END"


def _way(pack: JudgingPack) -> str:
    """Place of the first way that holds of the kind that was concluded."""
    keys = [way.key for entry in pack.objects for way in entry.ways]
    if not keys:
        return "CAST(NULL AS VARCHAR)"
    kind = f"ENUM({', '.join(map(repr, keys))})"
    parts = []
    for index, entry in enumerate(pack.objects, start=1):
        ways = [f"WHEN {way_sql(way, pack)} THEN {way.key!r}::{kind}" for way in entry.ways if way.applies.value == "yes"]
        parts += [f"WHEN {index} THEN CASE {' '.join(ways)} END"] if ways else []
    return f"CASE n_object {' '.join(parts)} END" if parts else "CAST(NULL AS VARCHAR)"


def _conclusions(pack: JudgingPack) -> list[str]:
    classes = {name: climb(f"class_{name}", ladder) for name, ladder in pack.classes.items()}
    return [f"{_words('n_object', pack.objects)} AS object", f"{_way(pack)} AS way", f"{_words('n_grade', pack.grades)} AS grade",
            f"{_words(_stands(pack), pack.grades)} AS grade_stands",
            *(f"{_words(f'({classes[name]})', ladder)} AS class_{name}" for name, ladder in pack.classes.items())]


def _stands(pack: JudgingPack) -> str:
    """The colour that stands. Colours are numbered from the worst; none is better than all of them."""
    if pack.grading is None:
        return "n_grade"
    best = len(pack.grades) + 1
    ranks = [*(f"WHEN '{entry.id}' THEN {index}" for index, entry in enumerate(pack.grades, start=1)), f"WHEN '{NONE}' THEN {best}"]
    kept, now = f"(CASE kept_grade {' '.join(ranks)} END)", f"(CASE n_grade WHEN 0 THEN {best} ELSE n_grade END)"
    stays = f"(CASE WHEN {kept} = {best} THEN 0 ELSE {kept} END)"
    worse, better = ("n_grade" if rule.value == "at_once" else stays for rule in (pack.grading.worse, pack.grading.better))
    return (f"(CASE WHEN {kept} IS NULL THEN n_grade WHEN n_grade = -1 THEN {stays} WHEN {now} < {kept} THEN {worse} "
            f"WHEN {now} > {kept} THEN {better} ELSE n_grade END)")


def _screens(pack: JudgingPack) -> list[str]:
    found = [f"a_spending_{test.id} AS screen_{test.id}" for test in pack.spending if test.screens.value == "yes"]
    for screen in pack.screens:
        if screen.limit.value == "no":
            continue
        fact = quoted(screen.fact)
        sql = fact if screen.when == "yes" else f"(NOT {fact})" if screen.when == "no" else (
            f"({fact} {'>=' if screen.when == 'at_least' else '<='} {screen.limit.value})")
        found.append(f"{sql} AS screen_{screen.id}")
    return found
