"""From failures to findings: whose fault it is, said once.

A failure is the scheme's where the deciding value is the scheme's (its laboratory result, its days without water);
then one finding names the households. Else it is the household's. A bad answer of the senses on a centralised scheme
that is not a failure becomes a clue (MISSION 2: «not a grade, but it opens a clue to verify»).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household, titled
from wenqu.judging.snapshot import NAMES
from wenqu.kit.chunks import chunks
from wenqu.ledger.opening.finding import Finding
from wenqu.places.models import Division
from wenqu.rulebook.explain import explain
from wenqu.rulebook.model import Facts, Pack
from wenqu.rulebook.reference import judge
from wenqu.schemes.models import Scheme

KIND_OF = {
    "quantity": "too_little_water",
    "quality": "bad_water",
    "convenience": "too_far",
    "reliability": "interrupted",
}
CLUE_REASON = "senses_bad_on_centralised"
# Nearest first: 1 the household's own, 2 the scheme's. A distance is the scheme's only if no half of it is the household's.
_DISTANCE = "CASE WHEN 1 IN (horizontal_m_from, vertical_m_from) THEN 1 ELSE COALESCE(horizontal_m_from, vertical_m_from) END"
# Whose value decided a failed indicator. What the pack did not use (a time beside a distance, days beside a spell) says nothing.
DECIDED_BY = {
    "quantity": "litres_per_person_day_from",
    "quality": "CASE WHEN lab_result IN ('pass', 'fail') THEN lab_result_from ELSE sensory_ok_from END",
    "convenience": f"CASE convenience_reason WHEN 'convenience_failed_time' THEN round_trip_min_from "
    f"WHEN 'convenience_failed_distance' THEN {_DISTANCE} ELSE LEAST(round_trip_min_from, {_DISTANCE}) END",
    "reliability": "CASE WHEN reliability_reason = 'reliability_failed_spell' THEN longest_short_spell_days_from ELSE short_days_from END",
}


def findings(con: duckdb.DuckDBPyConnection, pack: Pack, names: dict[int, str]) -> Iterator[Finding]:
    """Findings of the table `judged`. `names` gives the name of each household that failed by primary key."""
    divisions = _divisions(con)
    for indicator in DECIDED_BY:
        yield from _of_schemes(con, pack, indicator, f"{indicator} = 'failed'", clue=False)
        yield from _of_households(con, pack, indicator, f"{indicator} = 'failed'", names, divisions, clue=False)
    clue = "sensory_ok = FALSE AND scheme_class <> 'decentralised' AND quality <> 'failed'"
    yield from _of_schemes(con, pack, "quality", clue, clue=True)
    yield from _of_households(con, pack, "quality", clue, names, divisions, clue=True)


def _divisions(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """path -> division, of the villages of `judged`; of all where these are many."""
    villages = [row[0] for row in con.execute("SELECT DISTINCT path FROM judged LIMIT 501").fetchall()]
    rows = Division.objects.filter(path__in=villages) if len(villages) <= 500 else Division.objects.all()
    return dict(rows.values_list("path", "pk"))


def names_of(households: list[int]) -> dict[int, str]:
    """How the ledger calls households, by primary key."""
    names = {}
    for chunk in chunks(households, 5000):
        for pk, head, number in Household.objects.filter(pk__in=chunk).values_list("pk", "head_name", "number"):
            names[pk] = titled(head, number)
    return names


def failed_households(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Primary keys of the households that a finding of `judged` may name."""
    rows = con.execute("SELECT household_id FROM judged WHERE overall = 'unsafe' OR sensory_ok = FALSE ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def _owner(indicator: str, clue: bool) -> str:
    # A clue gathers on the scheme whoever noticed it: what smells at one tap comes from the same plant.
    return "scheme_id IS NOT NULL" if clue else f"scheme_id IS NOT NULL AND COALESCE({DECIDED_BY[indicator]}, 1) = 2"


def _of_schemes(con: duckdb.DuckDBPyConnection, pack: Pack, indicator: str, test: str, *, clue: bool) -> Iterator[Finding]:
    rows = con.execute(f"""
        SELECT scheme_id, list(household_id ORDER BY household_id), any_value({indicator}_reason), {_first_values()}
        FROM judged WHERE ({test}) AND ({_owner(indicator, clue)}) GROUP BY scheme_id ORDER BY scheme_id
    """).fetchall()
    schemes = Scheme.objects.in_bulk([row[0] for row in rows])
    for scheme_id, households, reason, *values in rows:
        scheme = schemes[scheme_id]
        why = _clue_text() if clue else _why(pack, indicator, values)
        yield Finding(
            kind=KIND_OF[indicator], clue=clue, subject_kind=SubjectKind.SCHEME, subject_id=scheme_id,
            subject_name=scheme.name, division_id=scheme.division_id, path=scheme.path,
            reason=CLUE_REASON if clue else reason,
            explanation=why, households=households,
        )


def _of_households(
    con: duckdb.DuckDBPyConnection, pack: Pack, indicator: str, test: str, names: dict[int, str], divisions: dict[str, int], *, clue: bool
) -> Iterator[Finding]:
    cursor = con.cursor()
    cursor.execute(f"""
        SELECT household_id, path, {indicator}_reason, {", ".join(NAMES)}
        FROM judged WHERE ({test}) AND NOT ({_owner(indicator, clue)}) ORDER BY path, household_id
    """)
    while rows := cursor.fetchmany(5000):
        for household_id, path, reason, *values in rows:
            yield Finding(
                kind=KIND_OF[indicator], clue=clue, subject_kind=SubjectKind.HOUSEHOLD, subject_id=household_id,
                subject_name=names.get(household_id, str(household_id)), division_id=divisions[path], path=path,
                reason=CLUE_REASON if clue else reason, explanation=_clue_text() if clue else _why(pack, indicator, values),
            )


def _first_values() -> str:
    # One household stands for all: the deciding value is the scheme's, so it is the same for each of them.
    return ", ".join(f"arg_min({name}, household_id)" for name in NAMES)


def _why(pack: Pack, indicator: str, values: list[Any]) -> str:
    verdict = getattr(judge(Facts(**dict(zip(NAMES, values, strict=True))), pack), indicator)
    return explain(verdict, pack, "zh")


def _clue_text() -> str:
    return _("集中供水工程的用水户反映感官异常（浑浊、异色、异味等），需核实或取样检测。")
