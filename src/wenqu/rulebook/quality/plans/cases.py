"""Text tables of cases of monitoring plans, one file for each pack in ``cases/``; how they are written is told in ``clause_cases``.

A row asks the plan one thing (``tasks``, ``points``, ``after`` …; tests know them all) and says what it must answer.
"""

from __future__ import annotations

from pathlib import Path

from wenqu.rulebook.clause_cases import Row, read_rows

CASES = Path(__file__).parent / "cases"
HEADER = ("ask", "answer")


def cases_of(pack_id: str) -> tuple[Row, ...]:
    """Rows of a pack; empty when it has no table."""
    path = CASES / f"{pack_id}.txt"
    return tuple(read_rows(path.read_text(encoding="utf-8"), HEADER)) if path.exists() else ()
