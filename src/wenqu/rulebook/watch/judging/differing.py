"""The difference of two judgings as SQL: who crosses, in which direction, by town, cause and kind.

``before`` and ``after`` are relations as ``judge_sql`` gives them, of the same households, with the columns of ``by`` kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from wenqu.rulebook.vectorised import quoted
from wenqu.rulebook.watch.judging.incomes_sql import incomes_sql
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN, JudgingPack
from wenqu.rulebook.watch.judging.window import Window

CROSSINGS = ("enters", "leaves", "moves", "unclear", "cleared")


def crossers_sql(before: str, after: str, by: Sequence[str] = (), key: str = "household_id", column: str = "object") -> str:
    """SELECT of the key, ``by``, ``before``, ``after`` and ``crossing`` of every household whose conclusion differs.

    It enters or leaves the list, moves from one kind to another, becomes unclear, or is cleared up out of the list.
    From unclear into the list is to enter; nobody leaves by becoming unclear.
    """
    old, new = (f"CAST({side}.{quoted(column)} AS VARCHAR)" for side in ("b", "a"))
    crossing = (f"CASE WHEN {new} = '{UNKNOWN}' THEN 'unclear' WHEN {new} <> '{NONE}' AND {old} IN ('{NONE}', '{UNKNOWN}') THEN 'enters' "
                f"WHEN {new} <> '{NONE}' THEN 'moves' WHEN {old} = '{UNKNOWN}' THEN 'cleared' ELSE 'leaves' END")
    columns = [f"a.{quoted(name)}" for name in (key, *by)]
    return (f"SELECT {', '.join(columns)}, {old} AS before, {new} AS after, {crossing} AS crossing "
            f"FROM {before} b JOIN {after} a ON b.{quoted(key)} = a.{quoted(key)} WHERE {old} <> {new}")


def difference_sql(before: str, after: str, by: Sequence[str] = ("town", "cause"), key: str = "household_id", column: str = "object") -> str:
    """How many cross, by ``by``, kind before, kind after and direction."""
    group = ", ".join([*map(quoted, by), "before", "after", "crossing"])
    return f"SELECT {group}, COUNT(*) AS households FROM ({crossers_sql(before, after, by, key, column)}) GROUP BY {group} ORDER BY {group}"


def same_sums(one: JudgingPack, other: JudgingPack, window: Window) -> bool:
    """Whether the sums of the items under one pack serve the other: then a what-if need not read the items again."""
    return incomes_sql(one, "items", window) == incomes_sql(other, "items", window)
