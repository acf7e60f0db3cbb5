"""The duty pack of a place, and deadlines from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache

from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import BASE
from wenqu.ledger.models import DutyProfile, Problem
from wenqu.places import paths
from wenqu.rulebook.duties import (
    CHINA,
    DutyPack,
    Limit,
    due,
    duty_pack,
    parse_duties,
    remaining,
    resumed,
    with_numbers,
)
from wenqu.rulebook.duties.timing import Rest
from wenqu.rulebook.problems import PackError


def profile_for(path: str, on: date) -> DutyProfile | None:
    """What a county works by on a day: the newest profile set for the place or one above it."""
    return DutyProfile.objects.filter(path__in=paths.ancestors(path), from_on__lte=on).order_by("-path", "-from_on", "-pk").first()


def packs_chosen(on: date) -> dict[str, DutyPack]:
    """What every county that chose something works by on a day, by its path. Two queries."""
    newest = dict(DutyProfile.objects.filter(from_on__lte=on).order_by("from_on", "pk").values_list("path", "pk"))
    profiles = DutyProfile.objects.in_bulk(list(newest.values()))
    return {path: pack_of(profiles[pk]) for path, pk in newest.items()}


def profiles_of(path: str, most: int = 20) -> list[DutyProfile]:
    """What was set for a county, the newest first."""
    return list(DutyProfile.objects.filter(path=path).select_related("set_by").order_by("-from_on", "-pk")[:most])


def pack_of(profile: DutyProfile | None) -> DutyPack:
    """The pack of a profile as it was set, the county's own numbers in it; the base pack where none was chosen."""
    return duty_pack(BASE) if profile is None or not profile.text else _kept(profile.text, profile.pack_id)


def pack_now(profile: DutyProfile) -> DutyPack | None:
    """The same as it comes with Wenqu now, with the county's own numbers; None where it, or one of their places, went."""
    try:
        pack = duty_pack(profile.pack_id)
        return with_numbers(pack, profile.numbers, document=profile.document) if profile.numbers else pack
    except PackError:
        return None


@lru_cache(maxsize=64)
def _kept(text: str, pack_id: str) -> DutyPack:
    """Every step asks for its county's pack: read once. Kinds that came later are those of the base pack."""
    pack = parse_duties(text, origin=pack_id)
    return replace(pack, kinds={**duty_pack(BASE).kinds, **pack.kinds})


def pack_for(path: str, on: date) -> DutyPack:
    return pack_of(profile_for(path, on))


def packs_on(on: date) -> Callable[[str], DutyPack]:
    """What the county of a place works by on a day, asked for once for each county."""
    of_county = cache(lambda county: pack_for(county, on))
    return lambda path: of_county(paths.county_of(path))


def limit_of(pack: DutyPack, state: str, severity: str, kind: str) -> Limit | None:
    """The time that the next step of a problem in this state has; None where the pack gives none."""
    step = lifecycle.NEXT_STEP.get(state)
    return pack.limit(step, severity, kind if kind in pack.kinds else None) if step else None


def deadline(pack: DutyPack, state: str, severity: str, kind: str, start: datetime) -> tuple[datetime | None, str]:
    """Until when the next step has to be taken, and in what it is counted."""
    limit = limit_of(pack, state, severity, kind)
    return (None, "") if limit is None else (due(start, limit, CHINA), limit.unit)


def start_clock(problem: Problem, pack: DutyPack, at: datetime) -> None:
    """Begin the time of the problem's next step."""
    problem.due_at, problem.due_unit = deadline(pack, problem.state, problem.severity, problem.kind, at)
    problem.rest = None


def stop_clock(problem: Problem, at: datetime) -> None:
    """Keep what is left of the time."""
    if problem.due_at is not None:
        problem.rest = remaining(problem.due_at, at, problem.due_unit, CHINA).as_detail()
    problem.due_at = None


def go_on(problem: Problem, at: datetime) -> None:
    """Let the clock run on from what was left."""
    problem.due_at = resumed(at, Rest.from_detail(problem.rest), CHINA) if problem.rest is not None else None
    problem.rest = None
