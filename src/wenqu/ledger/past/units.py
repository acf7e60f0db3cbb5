"""Found, closed and fixed counted in problems, in schemes or in people. Schemes and people count once each, and as fixed only
when all their problems are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from wenqu.facts.models import SubjectKind
from wenqu.ledger import lifecycle
from wenqu.ledger.models.problem import Outcome
from wenqu.ledger.past.counting import Asked, stood_sql
from wenqu.places import paths
from wenqu.places.scope import Area

# No clue, not dismissed, and not gone on in another: a problem of its own.
_REAL = f"state NOT IN ('{lifecycle.DISMISSED}', '{lifecycle.MERGED}') AND clue = 0"
_SIGNED = f"state IN ({', '.join(repr(state) for state in sorted(lifecycle.SIGNED))})"
_FIXED = f"{_SIGNED} AND outcome = '{Outcome.FIXED.value}'"


@dataclass(frozen=True)
class Sums:
    """So many were found; of them closed (signed off), and fixed."""

    found: int = 0
    closed: int = 0
    fixed: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(self.found + other.found, self.closed + other.closed, self.fixed + other.fixed)


@dataclass(frozen=True)
class Found:
    """The problems of one kind in one child place, and what lay there that is none of its own."""

    child: str
    kind: str
    sums: Sums
    clues: int
    dismissed: int
    merged: int


def count_problems(asked: Asked) -> list[Found]:
    """The problems asked for by child place and kind, added up by the database: few rows, however many ways they stood."""
    sql, given = stood_sql(asked)
    wanted = (_REAL, _SIGNED, _FIXED, "clue = 1", f"state = '{lifecycle.DISMISSED}'", f"state = '{lifecycle.MERGED}'")
    numbers = ", ".join(f"sum(CASE WHEN {each} THEN 1 ELSE 0 END)" for each in wanted)
    rows = _rows(f"SELECT substr(path, 1, {len(asked.path) + paths.STEP}), kind, {numbers} FROM ({sql}) AS stood GROUP BY 1, 2 ORDER BY 1, 2", given)
    return [Found(child, kind, Sums(*numbers[:3]), *numbers[3:]) for child, kind, *numbers in rows]


def _real(asked: Asked, kinds: Sequence[str]) -> tuple[str, list[Any]]:
    sql, given = stood_sql(asked)
    marks = ", ".join(["%s"] * len(kinds))
    where = f"{_REAL} AND kind IN ({marks})"
    step = len(asked.path) + paths.STEP
    chosen = f"""
        SELECT id, substr(path, 1, {step}) AS child, subject_kind, subject_id, CASE WHEN {_SIGNED} THEN 1 ELSE 0 END AS closed,
            CASE WHEN {_FIXED} THEN 1 ELSE 0 END AS fixed
        FROM ({sql}) AS stood WHERE {where}
    """
    return chosen, [*given, *kinds]


def count_schemes(asked: Asked, kinds: Sequence[str]) -> tuple[Sums, dict[str, Sums]]:
    """Schemes with problems of these kinds: in all, and by child place. Problems of other subjects are not counted."""
    sql, given = _real(asked, kinds)
    inner = f"SELECT child, subject_id, min(closed) AS closed, min(fixed) AS fixed FROM ({sql}) AS chosen WHERE subject_kind = {int(SubjectKind.SCHEME)} GROUP BY child, subject_id"
    rows = _rows(f"SELECT child, count(*), sum(closed), sum(fixed) FROM ({inner}) AS each_one GROUP BY child", given)
    by_child = {child: Sums(*sums) for child, *sums in rows}
    whole = Sums()
    for each in by_child.values():
        whole = whole.plus(each)
    return whole, by_child


def count_people(asked: Asked, kinds: Sequence[str], area: Area, *, by_place: bool) -> tuple[Sums, dict[str, Sums]]:
    """People of the households of the area that problems of these kinds concern: in all, and (`by_place`) by the child place of the
    problem. Somebody whose household stands in problems of two places counts once in all and in each place."""
    sql, given = _real(asked, kinds)
    where, bounds = _inside(area)
    named_at = connection.ops.adapt_datetimefield_value(asked.at)
    households = f"""
        WITH chosen AS ({sql})
        SELECT child, subject_id AS household, closed, fixed FROM chosen WHERE subject_kind = {int(SubjectKind.HOUSEHOLD)}
        UNION ALL
        SELECT child, n.household_id, closed, fixed FROM chosen JOIN ledger_problemhousehold n ON n.problem_id = chosen.id
        WHERE subject_kind <> {int(SubjectKind.HOUSEHOLD)} AND n.named_at <= %s
    """
    found = {}
    for key in ("''", "child") if by_place else ("''",):
        once = f"SELECT {key} AS place, household, min(closed) AS closed, min(fixed) AS fixed FROM ({households}) AS them GROUP BY 1, household"
        people = "COALESCE(h.people, 0)"
        query = f"SELECT place, sum({people}), sum({people} * closed), sum({people} * fixed) FROM ({once}) AS once JOIN households_household h ON h.id = household WHERE {where} GROUP BY place"
        found[key] = {place: Sums(*(int(each) for each in sums)) for place, *sums in _rows(query, [*given, named_at, *bounds])}
    return found["''"].get("", Sums()), found.get("child", {})


def _inside(area: Area) -> tuple[str, list[str]]:
    if "" in area.paths:
        return "1 = 1", []
    if not area.paths:
        return "1 = 0", []
    bounds = [each for path in area.paths for each in (path, paths.after(path))]
    return "(" + " OR ".join(["(h.path >= %s AND h.path < %s)"] * len(area.paths)) + ")", bounds


def _rows(sql: str, given: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
