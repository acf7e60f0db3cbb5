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

from collections.abc import Iterable, Iterator, Mapping, Sequence

from wenqu.rulebook.ladders import OTHERWISE, Ladder, ladders
from wenqu.rulebook.model import INDICATORS, Grade, Overall, Pack
from wenqu.rulebook.reasons import BY_CODE, BY_INDICATOR, BY_NUMBER, OVERALL_BY_RANK, RANK


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
