"""From grades to one answer, and from households to divisions.

Order of the grades, best to worst: met, basic, unknown, failed. The worst one wins: one failed indicator makes a
household unsafe even where another is unknown; one unknown keeps it from being called safe (T/CHES 18-2018, 2.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from wenqu.rulebook.model import INDICATORS, Grade, Overall
from wenqu.rulebook.reasons import OVERALL_BY_RANK, RANK

GRADE_ORDER: tuple[Grade, ...] = tuple(sorted(Grade, key=lambda grade: RANK[grade]))
OVERALL_ORDER: tuple[Overall, ...] = tuple(OVERALL_BY_RANK[rank] for rank in sorted(OVERALL_BY_RANK))


def combine(grades: Iterable[Grade]) -> Overall:
    """Overall grade of the four indicators."""
    grades = list(grades)
    if Grade.FAILED in grades:
        return Overall.UNSAFE
    if Grade.UNKNOWN in grades:
        return Overall.UNKNOWN
    return Overall.SAFE if all(grade == Grade.MET for grade in grades) else Overall.BASIC


def worst(values: Iterable[str]) -> str | None:
    """The worst of some grades (all of ``Grade`` or all of ``Overall``); ``None`` of nothing."""
    ranks = {**{str(g): r for g, r in RANK.items()}, **{str(o): r for r, o in OVERALL_BY_RANK.items()}}
    return max(values, key=lambda value: ranks[value], default=None)


def count_columns() -> tuple[str, ...]:
    """Names of the counted columns: ``quantity_met`` ... ``reliability_failed``, ``overall_safe`` ..."""
    names = [f"{indicator}_{grade}" for indicator in INDICATORS for grade in GRADE_ORDER]
    return (*names, *(f"overall_{grade}" for grade in OVERALL_ORDER))


def rollup_sql(source: str, by: Sequence[int], column: str = "division_code") -> str:
    """SQL that counts judged households by division.

    ``source`` is a relation with ``column`` (digits) and the five grade columns as text; ``by`` are the lengths of the
    prefixes to count by, such as (6, 9, 12) for county, town and village. Gives ``division``, ``digits``,
    ``households``, and one count for every name of ``count_columns()``. A household without a division is counted
    under a NULL division, once for every length.
    """
    sums = ", ".join(f"SUM({name}) AS {name}" for name in ("households", *count_columns()))
    parts = [
        f"SELECT SUBSTR({column}, 1, {int(digits)}) AS division, {int(digits)} AS digits, {sums} "
        f"FROM leaves GROUP BY SUBSTR({column}, 1, {int(digits)})"
        for digits in by
    ]
    # Counted once by the full code, then added up: the prefixes never touch the households again.
    counts = ", ".join(f"SUM(CASE WHEN {name.rsplit('_', 1)[0]} = '{name.rsplit('_', 1)[1]}' THEN 1 ELSE 0 END) AS {name}"
                       for name in count_columns())
    leaves = f"SELECT {column}, COUNT(*) AS households, {counts} FROM {source} GROUP BY {column}"
    return f"WITH leaves AS ({leaves}) " + " UNION ALL ".join(parts)


def rollup(rows: Iterable[Mapping[str, str | None]], by: Sequence[int],
           column: str = "division_code") -> dict[tuple[int, str | None], Counter[str]]:
    """The same counts in Python, by (digits, division): the oracle of ``rollup_sql``."""
    result: dict[tuple[int, str | None], Counter[str]] = {}
    for row in rows:
        code = row[column]
        for digits in by:
            counts = result.setdefault((digits, None if code is None else code[:digits]), Counter())
            counts["households"] += 1
            counts.update(f"{name}_{row[name]}" for name in (*INDICATORS, "overall"))
    return result
