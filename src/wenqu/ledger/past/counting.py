"""Problems counted as they stood at any instant: one statement over the problems of a place and the last step of each.

The last step until an instant is the one with the highest version, because no step lies before the one it follows.
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
    """A SELECT of (id, path, kind, subject_kind, subject_id, state, outcome, clue) of the problems asked for, and its parameters."""
    moment = connection.ops.adapt_datetimefield_value
    flag = _flag_sql()
    conditions, more = ["p.opened_at <= %s"], [moment(asked.at)]
    if asked.path:
        conditions.append("p.path >= %s AND p.path < %s")
        more += [asked.path, paths.after(asked.path)]
    if asked.since is not None:
        conditions.append("p.opened_at >= %s")
        more.append(moment(asked.since))
    if asked.until is not None:
        conditions.append("p.opened_at <= %s")
        more.append(moment(asked.until))
    sql = f"""
        SELECT p.id, p.path, p.kind, p.subject_kind, p.subject_id,
            CASE WHEN s.id IS NOT NULL THEN s.target
                WHEN p.version = 0 AND p.closed_at <= %s THEN p.state ELSE '{lifecycle.FOUND}' END AS state,
            COALESCE(s.outcome, '') AS outcome,
            CASE WHEN s.id IS NOT NULL THEN (CASE WHEN s.target = '{lifecycle.FOUND}' THEN {flag.format("s.after", "")} ELSE 0 END)
                WHEN p.version = 0 THEN (CASE WHEN p.clue THEN 1 ELSE 0 END)
                ELSE (SELECT {flag.format("b.detail", "born")} FROM ledger_step b WHERE b.problem_id = p.id AND b.version = 1) END AS clue
        FROM ledger_problem p
        LEFT JOIN ledger_step s ON s.problem_id = p.id
            AND s.version = (SELECT max(t.version) FROM ledger_step t WHERE t.problem_id = p.id AND t.at <= %s)
        WHERE {" AND ".join(conditions)}
    """
    return sql, [moment(asked.at), moment(asked.at), *more]


def _flag_sql() -> str:
    """Whether `clue` is true in a JSON column, below a key where one is given; as 1 or 0."""
    if connection.vendor == "postgresql":
        return "CASE WHEN ({0} #>> string_to_array(ltrim('{1},clue', ','), ','))::boolean THEN 1 ELSE 0 END"
    return "COALESCE(json_extract({0}, replace('$.{1}.clue', '..', '.')), 0)"


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
