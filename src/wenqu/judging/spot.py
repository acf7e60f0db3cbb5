"""Judge some households again at once: what a survey found today is graded today, beside the runs over whole counties.

The rules are those of the newest run that covers the household, the facts those of now. Only the grade of the household is
set anew, and what fails opens or confirms its problems as in a run. Runs, their files and their counts stay what they
are; the next run over the county puts its own in this place. Where no run was ever made nothing is graded: by which
pack would be a guess.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
from django.conf import settings
from django.db import transaction

from wenqu.households.models import Household
from wenqu.judging import engine, snapshot
from wenqu.judging.findings import failed_households, findings, names_of
from wenqu.judging.grades import store_alone
from wenqu.judging.models import Grade, Run
from wenqu.judging.queries import day_of_judging, latest_run, pack_of
from wenqu.judging.snapshot import Part
from wenqu.kit.audit import Actor
from wenqu.kit.chunks import chunks
from wenqu.ledger.opening.actions import open_problems
from wenqu.ledger.opening.finding import Finding
from wenqu.places import paths
from wenqu.places.models import Division, Level
from wenqu.places.scope import below
from wenqu.schemes.models import Supply

# More subjects than this are looked up as a place, not one by one.
FEW = 2_000
# Run, and when it was judged by itself.
Standing = tuple[int, datetime | None]


@dataclass
class Judged:
    """What was judged: how many households, and what was found of them and of their schemes."""

    households: int = 0
    findings: list[Finding] = field(default_factory=list)


class Outdated(Exception):
    """What was looked at is not what stands: somebody judged it meanwhile. To be looked at again."""


@dataclass
class Look:
    """What households of a county come to, worked out and not stored: the engine with `judged`, by the rules of `run`, and the
    grades that stood."""

    county: str
    run: Run
    con: duckdb.DuckDBPyConnection
    stood: dict[int, Standing]


def look(*, households: Collection[int], schemes: Collection[int], at: datetime) -> list[Look]:
    """Work out what `judge_again` stores, and hold up nobody meanwhile: for `store_looks`. Call it in one view of the database."""
    looks: list[Look] = []
    for county in sorted(_counties(households, schemes)):
        run = latest_run(county)
        if run is not None:
            con = _worked_out(run, Part.of(households, schemes, county), at)
            looks.append(Look(county, run, con, _standing(con)))
    return looks


@transaction.atomic
def store_looks(*, looks: Sequence[Look], source: str, by: Actor, at: datetime) -> Judged:
    """Store what was worked out as of `at`. `Outdated` where somebody judged any of it since; then nothing is stored."""
    judged = Judged()
    for each in looks:
        lock_counties(each.county)
        if latest_run(each.county) != each.run or _standing(each.con) != each.stood:
            raise Outdated
        _store(judged, each.con, each.run, each.county, source, by, at)
    return judged


@transaction.atomic
def judge_again(*, households: Collection[int], schemes: Collection[int], source: str, by: Actor, at: datetime) -> Judged:
    """Judge these households again, and all that these schemes serve, from the facts recorded by `at`, as of that day."""
    judged = Judged()
    for county in sorted(_counties(households, schemes)):
        lock_counties(county)
        run = latest_run(county)
        if run is not None:
            con = _worked_out(run, Part.of(households, schemes, county), at)
            try:
                _store(judged, con, run, county, source, by, at)
            finally:
                con.close()
    return judged


def lock_counties(path: str) -> None:
    """Whoever judges in a county stores grades and problems one after the other."""
    inside = Division.objects.filter(below(path), level=Level.COUNTY).order_by("pk")
    list(inside.select_for_update(no_key=True).values_list("pk"))


def _counties(households: Collection[int], schemes: Collection[int]) -> set[str]:
    own = Household.objects.filter(pk__in=households).order_by().values_list("county__path", flat=True).distinct()
    served = Supply.objects.filter(scheme__in=schemes).order_by().values_list("household__county__path", flat=True).distinct()
    return {*own, *served}


def _worked_out(run: Run, part: Part, at: datetime) -> duckdb.DuckDBPyConnection:
    con = engine.connect(settings.RUNS_DIR / "spill")
    try:
        snapshot.build(con, part=part, as_of=day_of_judging(run, at), until=at)
        engine.judge(con, pack_of(run))
    except BaseException:
        con.close()
        raise
    return con


def _standing(con: duckdb.DuckDBPyConnection) -> dict[int, Standing]:
    """household of `judged` -> by which run it is graded, and when by itself."""
    found: dict[int, Standing] = {}
    for chunk in chunks([row[0] for row in con.execute("SELECT household_id FROM judged").fetchall()], 5000):
        rows = Grade.objects.filter(household__in=chunk).values_list("household_id", "run_id", "judged_at")
        found |= {household: (run, judged_at) for household, run, judged_at in rows}
    return found


def _store(judged: Judged, con: duckdb.DuckDBPyConnection, run: Run, county: str, source: str, by: Actor, at: datetime) -> None:
    day, pack = day_of_judging(run, at), pack_of(run)
    judged.households += store_alone(con, run, at)
    found = list(findings(con, pack, names_of(failed_households(con))))
    if found:
        open_problems(findings=found, source=source, path=paths.county_of(county), on=day, by=by, at=at, only_these=len(found) <= FEW)
    judged.findings += found
