"""Which reports a problem had at an instant: merging and splitting move them, and their steps tell when."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import QuerySet

from wenqu.ledger.models import Problem, Report, Step

# problem -> (instant, where to): how reports go from one problem to another.
Moves = dict[int, list[tuple[datetime, int]]]


def reports_then(problem: Problem, seen: QuerySet[Report], at: datetime, limit: int = 100) -> list[Report]:
    """Of the reports that are `seen`, those that lay with a problem at `at`, newest first."""
    moves = _moves_from({problem.pk})
    reachable = {problem.pk, *(to for each in moves.values() for _when, to in each)}
    found = list(seen.filter(problem__in=reachable, at__lte=at).order_by("-pk"))
    origins = {each.came_with_id for each in found if each.came_with_id} - set(moves)
    if origins:
        moves.update(_moves_from(origins))
    return [each for each in found if _lay_with(each, moves, at) == problem.pk][:limit]


def _moves_from(starts: set[int]) -> Moves:
    """The moves out of some problems and on from there. Two statements for each step of the way, however many problems."""
    moves: Moves = defaultdict(list)
    seen, fresh = set(starts), starts
    while fresh:
        steps = list(Step.objects.filter(problem__in=fresh, transition__in=("merge", "split")).order_by("version").values_list("problem_id", "at", "detail"))
        numbers = {detail.get("into") or detail.get("number") for _pk, _at, detail in steps}
        keys = dict(Problem.objects.filter(number__in=numbers).values_list("number", "pk"))
        for pk, at, detail in steps:
            to = keys.get(detail.get("into") or detail.get("number"))
            if to is not None:
                moves[pk].append((at, to))
        fresh = set(keys.values()) - seen
        seen |= fresh
    return moves


def _lay_with(report: Report, moves: Moves, at: datetime) -> int:
    if report.came_with_id is None:
        return report.problem_id
    way = _way(report.came_with_id, report.problem_id, moves, frozenset()) or []
    place = report.came_with_id
    for when, to in way:
        if when <= at:
            place = to
    return place


def _way(start: int, goal: int, moves: Moves, been: frozenset[int]) -> list[tuple[datetime, int]] | None:
    """The moves that lead from one problem to another."""
    if start == goal:
        return []
    for when, to in moves.get(start, ()):
        if to not in been:
            rest = _way(to, goal, moves, been | {start})
            if rest is not None:
                return [(when, to), *rest]
    return None
