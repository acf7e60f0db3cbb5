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

    @property
    def real(self) -> bool:
        """No clue, not dismissed, and not gone on in another: a problem of its own."""
        return not self.clue and self.state not in {lifecycle.DISMISSED, lifecycle.MERGED}

    @property
    def signed(self) -> bool:
        return self.state in lifecycle.SIGNED

    @property
    def fixed(self) -> bool:
        return self.signed and self.outcome == "fixed"


def stood_sql(asked: Asked) -> tuple[str, list[Any]]:
    """A SELECT of (id, path, kind, subject_kind, subject_id, state, outcome, clue) of the problems asked for, and its parameters.

    A problem without a later step stands as it does now; the others as the step before their first later one left them.
    """
    moment = connection.ops.adapt_datetimefield_value
    flag, at = _flag_sql(), moment(asked.at)
    bounds = [("p.opened_at <= %s", [at])]
    if asked.path:
        bounds.append(("p.path >= %s AND p.path < %s", [asked.path, paths.after(asked.path)]))
    if asked.since is not None:
        bounds.append(("p.opened_at >= %s", [moment(asked.since)]))
    if asked.until is not None:
        bounds.append(("p.opened_at <= %s", [moment(asked.until)]))
    sql = f"""
        SELECT p.id, p.path, p.kind, p.subject_kind, p.subject_id,
            CASE WHEN f.version > 1 THEN s.target WHEN f.version = 1 OR (p.version = 0 AND p.closed_at > %s) THEN '{lifecycle.FOUND}' ELSE p.state END AS state,
            CASE WHEN f.version > 1 THEN s.outcome WHEN f.version = 1 THEN '' ELSE p.outcome END AS outcome,
            CASE WHEN f.version > 1 THEN (CASE WHEN s.target = '{lifecycle.FOUND}' THEN {flag.format("s.after", "clue")} ELSE 0 END)
                WHEN f.version = 1 THEN (SELECT {flag.format("b.detail", "born.clue")} FROM ledger_step b WHERE b.problem_id = p.id AND b.version = 1)
                WHEN p.clue AND p.state = '{lifecycle.FOUND}' THEN 1 ELSE 0 END AS clue
        FROM ledger_problem p
        LEFT JOIN (SELECT problem_id, min(version) AS version FROM ledger_step WHERE at > %s GROUP BY problem_id) f ON f.problem_id = p.id
        LEFT JOIN ledger_step s ON s.problem_id = p.id AND s.version = f.version - 1
        WHERE {" AND ".join(condition for condition, _given in bounds)}
    """
    return sql, [at, at, *(value for _condition, given in bounds for value in given)]


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
