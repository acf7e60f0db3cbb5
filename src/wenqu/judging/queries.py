"""Reads of runs, counts and explained verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from wenqu.facts.queries import Known, known_facts, scheme_of, subjects_around
from wenqu.facts.values import typed
from wenqu.households.models import Household
from wenqu.judging.models import DivisionCount, Grade, Run
from wenqu.judging.snapshot import NAMES
from wenqu.kit.days import day_of
from wenqu.places.paths import ancestors
from wenqu.places.scope import below
from wenqu.rulebook.explain import explain
from wenqu.rulebook.facts import FACTS_BY_NAME, contradictions
from wenqu.rulebook.loader import parse_pack
from wenqu.rulebook.model import Facts, Pack, Verdict
from wenqu.rulebook.reference import judge


def newer_run(path: str, as_of: date) -> bool:
    """Whether some run as of a later day covers any of the area."""
    runs = Run.objects.filter(as_of__gt=as_of)
    return runs.filter(path__in=ancestors(path)).exists() or runs.filter(below(path)).exists()


def latest_run(path: str, until: datetime | None = None) -> Run | None:
    """The newest run (by its as-of day, then by number) that covers the whole division at `path`; of those made by `until`."""
    runs = Run.objects.filter(path__in=ancestors(path))
    return (runs.filter(at__lte=until) if until else runs).order_by("-as_of", "-pk").first()


def latest_runs(places: Iterable[str], until: datetime) -> dict[str, Run]:
    """The same for many divisions at once, those without any left out. One query; without the text of the packs."""
    asked = {path: ancestors(path) for path in places}
    runs = Run.objects.filter(path__in={above for each in asked.values() for above in each}, at__lte=until)
    newest = {run.path: run for run in runs.defer("pack_text").order_by("as_of", "pk")}
    covering = {path: [newest[above] for above in each if above in newest] for path, each in asked.items()}
    return {path: max(each, key=lambda run: (run.as_of, run.pk)) for path, each in covering.items() if each}


def runs_covering(path: str, limit: int = 24, until: datetime | None = None) -> list[Run]:
    """Runs that cover the division, oldest first: the newest run of each as-of day; of those made by `until`. For the trend."""
    newest: dict[date, Run] = {}
    # The text of its pack is by far the largest part of a run.
    runs = Run.objects.filter(path__in=ancestors(path)).defer("pack_text").order_by("as_of", "pk")
    for run in runs.filter(at__lte=until) if until else runs:
        newest[run.as_of] = run
    return [newest[day] for day in sorted(newest)][-limit:]


def counts_of(run: Run, path: str) -> DivisionCount | None:
    """The kept roll-up of one division in a run."""
    return DivisionCount.objects.filter(run=run, path=path).select_related("division").first()


@lru_cache(maxsize=16)
def _pack(digest: str, text: str, pack_id: str) -> Pack:
    return parse_pack(text, origin=pack_id)


def pack_of(run: Run) -> Pack:
    """The pack as it was when the run was made, from the run itself."""
    return _pack(run.digest, run.pack_text, run.pack_id)


def explained_verdicts(household: Household, lang: str, until: datetime | None = None) -> dict[str, Any] | None:
    """Why a household has its grades: as it was judged by itself, where that was after the newest run that covers it, else in
    that run. None where that run did not judge it. Asked for an earlier instant: in the newest run made by then.

    {"run", "as_of", "judged_at" (None for a run's), "overall", "rows": [{"indicator", "grade", "reason", "sentence", "limit", "clause", "used": [{"name", "label", "value",
    "unit", "source", "title", "observed_on", "reference", "subject"}]}]}, judged again by the reference from what the run saw.
    """
    alone = Grade.objects.filter(household=household, judged_at__isnull=False).select_related("run").first() if until is None else None
    run = alone.run if alone else latest_run(household.path, until)
    seen = Seen(household.pk, alone.scheme_id, alone.path) if alone else seen_by(run, household) if run is not None else None
    if run is None or seen is None:
        return None
    judged_at = alone.judged_at if alone else None
    as_of = day_of_judging(run, judged_at) if judged_at else run.as_of
    known = known_of(seen, as_of, judged_at or run.facts_until)
    pack = pack_of(run)
    judgement = judge(Facts(**{name: typed(name, fact.value) for name, fact in known.items()}), pack)
    rows = [
        {
            "indicator": verdict.indicator, "grade": str(verdict.grade), "reason": verdict.reason,
            "sentence": explain(verdict, pack, lang), "limit": verdict.limit, "clause": verdict.clause,
            "used": [_used(known[name], lang) for name in _facts_behind(verdict) if name in known],
        }
        for verdict in judgement.verdicts
    ]
    return {"run": run, "as_of": as_of, "judged_at": judged_at, "overall": str(judgement.overall), "rows": rows}


def day_of_judging(run: Run, at: datetime) -> date:
    """As of which day somebody is judged by themselves at an instant, by the rules of a run: never an older picture than the run's."""
    return max(day_of(at), run.as_of)


# Placeholders of the sentences that are not named as the column they come from.
_COLUMN_OF = {
    "litres": "litres_per_person_day", "rain": "rain_mm", "water": "water_m3_per_head", "class": "scheme_class", "time": "round_trip_min",
    "horizontal": "horizontal_m", "vertical": "vertical_m", "spell": "longest_short_spell_days",
}


def _facts_behind(verdict: Verdict) -> list[str]:
    """The columns that a verdict was decided by, the deciding one first."""
    first = []
    if verdict.indicator == "quality":
        first = ["lab_result"] if verdict.reason.endswith(("_lab", "_undetermined")) else ["sensory_ok", "has_plant"]
    elif verdict.indicator == "convenience":
        first = ["piped"]
    columns = [*first, *(_COLUMN_OF.get(name, name) for name in verdict.used)]
    return sorted(dict.fromkeys(columns), key=lambda name: name == "scheme_class")


@dataclass(frozen=True)
class Seen:
    """A household as a run saw it: where it stood and which scheme served it. Both may have been changed since."""

    household: int
    scheme: int | None
    path: str


def seen_by(run: Run, household: Household) -> Seen | None:
    """How a run saw a household, from the run's own file; None where it did not judge it.

    Where somebody has taken the file away, the register as it is now tells what it can.
    """
    file = settings.RUNS_DIR / run.file
    if not file.is_file():
        scheme = scheme_of(household, run.as_of)
        return Seen(household.pk, scheme.pk if scheme else None, household.path)
    rows = pq.read_table(file, columns=["scheme_id", "path"], filters=[("household_id", "==", household.pk)]).to_pylist()
    return Seen(household.pk, rows[0]["scheme_id"], rows[0]["path"]) if rows else None


def overall_in(run: Run, households: Collection[int]) -> dict[int, str]:
    """The overall grade of these households in a run, from its own file; those it did not judge are left out."""
    file = settings.RUNS_DIR / run.file
    if not households or not file.is_file():
        return {}
    table = pq.read_table(file, columns=["household_id", "overall"], filters=[("household_id", "in", list(households))])
    return dict(zip(table["household_id"].to_pylist(), table["overall"].to_pylist(), strict=True))


def known_of(seen: Seen, as_of: date, until: datetime) -> dict[str, Known]:
    """What a judging saw of a household, by column: nearest subject first, contradictions blanked, as in the snapshot."""
    subjects = subjects_around(seen.household, seen.scheme, seen.path)
    by_subject = known_facts(subjects, as_of=as_of, until=until)
    known: dict[str, Known] = {}
    for name in NAMES:
        for subject in subjects:
            fact = by_subject[subject].get(name)
            if fact is not None and typed(name, fact.value) is not None:
                known[name] = fact
                break
    days = {name: typed(name, fact.value) for name, fact in known.items() if FACTS_BY_NAME[name].kind == "days"}
    for _rule, cells in contradictions(days):
        for name in cells:
            known.pop(name, None)
    return known


def _used(fact: Known, lang: str) -> dict[str, Any]:
    column = FACTS_BY_NAME[fact.name]
    return {
        "name": fact.name, "label": column.zh if lang == "zh" else column.en, "value": fact.value, "unit": column.unit,
        "source": fact.source, "title": fact.title, "observed_on": fact.observed_on, "reference": fact.reference, "subject": fact.subject,
    }
