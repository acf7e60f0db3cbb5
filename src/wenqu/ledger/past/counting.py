"""Problems counted as they stood at any instant: one statement over the problems of a place and the steps since.

Versions count the steps of a problem, and no step lies before the one it follows: the first step after an instant has the
lowest version of those, and the step before it left the problem as it stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from wenqu.ledger import lifecycle
from wenqu.ledger.models import Step
from wenqu.places import paths


@dataclass(frozen=True)
class Asked:
    """What is counted: the problems below `path` as they stood at `at`, those found from `since` until `until` only."""

    path: str
    at: datetime
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Counted:
    """So many problems of one kind in one child place that stood alike."""

    child: str
    kind: str
    state: str
    clue: bool
    outcome: str
    number: int

    @property
    def live(self) -> bool:
        return self.state in lifecycle.LIVE


def stood_sql(asked: Asked, *, newest_first: bool = False) -> tuple[str, list[Any]]:
    """A SELECT of (id, path, kind, subject_kind, subject_id, state, outcome, clue) of the problems asked for, and its parameters.

    A problem without a later step stands as it does now; the others as the step before their first later one left them.
    `newest_first`: only a page of them is read, from the newest on.
    """
    moment = connection.ops.adapt_datetimefield_value
    flag, at = _flag_sql(), moment(asked.at)
    # The unary plus keeps SQLite from reading and sorting a whole county for a page of it.
    wide = newest_first and connection.vendor == "sqlite" and len(asked.path) <= paths.COUNTY
    path = "+p.path" if wide else "p.path"
    bounds = [("p.opened_at <= %s", [at])]
    if asked.path:
        bounds.append((f"{path} >= %s AND {path} < %s", [asked.path, paths.after(asked.path)]))
    if asked.since is not None:
        bounds.append(("p.opened_at >= %s", [moment(asked.since)]))
    if asked.until is not None:
        bounds.append(("p.opened_at <= %s", [moment(asked.until)]))
    where = " AND ".join(condition for condition, _given in bounds)
    given = [value for _condition, values in bounds for value in values]
    now_clue = f"CASE WHEN p.clue AND p.state = '{lifecycle.FOUND}' THEN 1 ELSE 0 END"
    columns = "p.id, p.path, p.kind, p.subject_kind, p.subject_id"
    unstepped = "p.version = 0 AND p.closed_at > %s"
    if not Step.objects.filter(at__gt=asked.at).exists():
        # Today, and every day since the last step: nothing has to be looked up.
        return f"SELECT {columns}, CASE WHEN {unstepped} THEN '{lifecycle.FOUND}' ELSE p.state END AS state, p.outcome, {now_clue} AS clue FROM ledger_problem p WHERE {where}", [at, *given]
    sql = f"""
        SELECT {columns},
            CASE WHEN f.version > 1 THEN s.target WHEN f.version = 1 OR ({unstepped}) THEN '{lifecycle.FOUND}' ELSE p.state END AS state,
            CASE WHEN f.version > 1 THEN s.outcome WHEN f.version = 1 THEN '' ELSE p.outcome END AS outcome,
            CASE WHEN f.version > 1 THEN (CASE WHEN s.target = '{lifecycle.FOUND}' THEN {flag.format("s.after", "clue")} ELSE 0 END)
                WHEN f.version = 1 THEN (SELECT {flag.format("b.detail", "born.clue")} FROM ledger_step b WHERE b.problem_id = p.id AND b.version = 1)
                ELSE {now_clue} END AS clue
        FROM ledger_problem p {_around_sql()}
        WHERE {where}
    """
    return sql, [at, at, *given]


def _around_sql() -> str:
    """The first step after an instant (`f`) and the one before it (`s`), looked up problem by problem.

    Grouping all later steps reads those of the whole country for one county; and PostgreSQL joins by reading every step
    there is, unless it is told to look each one up.
    """
    if connection.vendor == "postgresql":
        return """
        LEFT JOIN LATERAL (SELECT x.version FROM ledger_step x WHERE x.problem_id = p.id AND x.at > %s ORDER BY x.version LIMIT 1) f ON true
        LEFT JOIN LATERAL (SELECT y.target, y.outcome, y.after FROM ledger_step y WHERE y.problem_id = p.id AND y.version = f.version - 1 LIMIT 1) s ON true"""
    return """
        LEFT JOIN ledger_step f ON f.problem_id = p.id
            AND f.version = (SELECT min(x.version) FROM ledger_step x WHERE x.problem_id = p.id AND x.at > %s)
        LEFT JOIN ledger_step s ON s.problem_id = p.id AND s.version = f.version - 1"""


def _flag_sql() -> str:
    """Whether the value at a dotted place of a JSON column is true, as 1 or 0."""
    if connection.vendor == "postgresql":
        return "CASE WHEN ({0} #>> string_to_array('{1}', '.'))::boolean THEN 1 ELSE 0 END"
    return "COALESCE(json_extract({0}, '$.{1}'), 0)"


def count_stood(asked: Asked) -> list[Counted]:
    """The problems asked for by child place (the path of the place's child, or its own), kind and how they stood."""
    sql, given = stood_sql(asked)
    step = len(asked.path) + paths.STEP
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT substr(path, 1, {step}), kind, state, clue, outcome, count(*) FROM ({sql}) AS stood GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5",
            given,
        )
        return [Counted(child, kind, state, bool(clue), outcome, number) for child, kind, state, clue, outcome, number in cursor.fetchall()]
