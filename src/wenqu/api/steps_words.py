"""A step of a problem as the API gives it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wenqu.evidence.models import Evidence
from wenqu.ledger.models import Step

# What a step keeps beside its note, of what is told.
_DETAILS = ("severity", "level", "holder", "unit", "until", "visited_on", "answer", "answer_note", "into", "number")


def step_words(step: Step, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """A step, with those of the problem's evidence that came with it."""
    due_at = step.after.get("due_at")
    return {
        "id": step.pk, "problem": step.problem_id, "step": step.transition, "before": step.source, "after": step.target, "round": step.round,
        "version": step.version, "by": step.by_name, "at": step.at, "was_due_at": step.due_at,
        "due_at": datetime.fromisoformat(due_at) if due_at else None, "note": step.note,
        "detail": {name: str(step.detail[name]) for name in _DETAILS if step.detail.get(name)},
        "evidence": [_proof(each) for each in step.proofs_among(evidence)],
    }


def _proof(row: Evidence) -> dict[str, Any]:
    return {"id": row.pk, "kind": row.kind, "name": row.name, "sha256": row.sha256, "used_before": row.used_before}  # type: ignore[attr-defined]
