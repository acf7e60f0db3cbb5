"""Rows of the rooms below as the API gives them."""

from __future__ import annotations

from typing import Any

from wenqu.facts.models import SubjectKind
from wenqu.facts.panels import Row
from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.rulebook.model import INDICATORS

SUBJECTS = {SubjectKind.HOUSEHOLD: "household", SubjectKind.SCHEME: "scheme", SubjectKind.DIVISION: "division"}


def subject(kind: int, pk: int) -> dict[str, Any]:
    return {"kind": SUBJECTS[SubjectKind(kind)], "id": pk}


def fact_words(row: Row) -> dict[str, Any]:
    known = row.known
    return {
        "key": known.name, "label": row.label, "value": known.value, "words": row.value, "unit": FACTS_BY_NAME[known.name].unit or "",
        "observed_on": known.observed_on, "recorded_at": known.recorded_at, "source": known.source, "title": known.title,
        "reference": known.reference, "subject": subject(*known.subject),
    }


def verdict_words(household: int, verdict: dict[str, Any] | None) -> dict[str, Any]:
    """The explained verdict of the household's page, field by field."""
    if verdict is None:
        return {"household": household, "judged": False, "overall": None, "run": None, "judged_at": None, "indicators": []}
    run = verdict["run"]
    return {
        "household": household, "judged": True, "overall": verdict["overall"],
        "run": {"id": run.pk, "as_of": verdict["as_of"], "pack": run.pack_id, "digest": run.digest},
        "judged_at": verdict["judged_at"], "indicators": [_reason(row) for row in verdict["rows"]],
    }


def _reason(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "indicator": row["indicator"], "label": str(row["label"]), "grade": row["grade"], "reason": row["reason"], "sentence": row["sentence"],
        "clause": row["clause"], "limit": _limit(row) if row["limit"] is not None else None, "used": [_used(each) for each in row["used"]],
    }


def _limit(row: dict[str, Any]) -> dict[str, Any]:
    limit = row["limit"]
    return {
        "value": str(limit.value), "unit": limit.unit, "words": row["limit_words"], "date": limit.date, "clause": row["clause"],
        "document": row["document"], "confidence": limit.confidence,
    }


def _used(fact: dict[str, Any]) -> dict[str, Any]:
    kept = {name: fact[name] for name in ("label", "value", "words", "source", "title", "observed_on", "reference")}
    return {"key": fact["name"], **kept, "unit": fact["unit"] or "", "subject": subject(*fact["subject"])}


def indicator_counts(counted: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Counts by indicator and grade, zeros written out."""
    return {name: {grade: counted.get(name, {}).get(grade, 0) for grade in ("met", "basic", "failed", "unknown")} for name in INDICATORS}
