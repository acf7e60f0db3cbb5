"""Reads of runs, counts and explained verdicts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from wenqu.facts.queries import Known, known_facts, subjects_of
from wenqu.facts.values import typed
from wenqu.households.models import Household
from wenqu.judging.models import DivisionCount, Run
from wenqu.judging.snapshot import NAMES
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


def latest_run(path: str) -> Run | None:
    """The newest run (by its as-of day, then by number) that covers the whole division at `path`."""
    return Run.objects.filter(path__in=ancestors(path)).order_by("-as_of", "-pk").first()


def runs_covering(path: str, limit: int = 24) -> list[Run]:
    """Runs that cover the division, oldest first: the newest run of each as-of day. For the trend."""
    newest: dict[date, Run] = {}
    for run in Run.objects.filter(path__in=ancestors(path)).order_by("as_of", "pk"):
        newest[run.as_of] = run
    return [newest[day] for day in sorted(newest)][-limit:]


def counts_of(run: Run, path: str) -> DivisionCount | None:
    """The kept roll-up of one division in a run."""
    return DivisionCount.objects.filter(run=run, path=path).select_related("division").first()


def counts_below(run: Run, path: str, level: int) -> list[DivisionCount]:
    """The kept roll-ups of the divisions of one level below `path` in a run, worst first."""
    rows = DivisionCount.objects.filter(below(path), run=run, division__level=level).select_related("division")
    return list(rows.order_by("-unsafe", "-unknown", "path"))


@lru_cache(maxsize=16)
def _pack(digest: str, text: str, pack_id: str) -> Pack:
    return parse_pack(text, origin=pack_id)


def pack_of(run: Run) -> Pack:
    """The pack as it was when the run was made, from the run itself."""
    return _pack(run.digest, run.pack_text, run.pack_id)


def explained_verdicts(household: Household, lang: str) -> dict[str, Any] | None:
    """Why a household has its grades in the newest run that covers it, or None where no run does.

    {"run", "overall", "rows": [{"indicator", "grade", "reason", "sentence", "limit", "clause", "used": [{"name", "label", "value",
    "unit", "source", "title", "observed_on", "reference", "subject"}]}]}, judged again by the reference from what the run saw.
    """
    run = latest_run(household.path)
    if run is None:
        return None
    known = known_of(household, run)
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
    return {"run": run, "overall": str(judgement.overall), "rows": rows}


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


def known_of(household: Household, run: Run) -> dict[str, Known]:
    """What a run saw of a household, by column: nearest subject first, contradictions blanked, as in the snapshot."""
    subjects = subjects_of(household, run.as_of)
    by_subject = known_facts(subjects, as_of=run.as_of, until=run.facts_until)
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
