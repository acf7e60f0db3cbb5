"""What became of the records of a phone."""

from __future__ import annotations

from typing import Any

from wenqu.survey.models import Device, Reason, State, Submission

# Of one question: SQLite takes some thousand values in one query.
MOST_ASKED = 500


def states_of(device: Device, instances: list[str]) -> dict[str, dict[str, Any]]:
    """instance -> its state, why it waits, which of its files are missing; only records that this very phone sent. One query."""
    rows = Submission.objects.filter(device_id=device.pk, instance_id__in=instances)
    # Where two contents came under one number, the first is the record, and the second waits.
    return {
        row.instance_id: {
            "state": row.state, "state_label": str(State(row.state).label), "reasons": _reasons(row), "missing": row.missing,
        }
        for row in rows.only("instance_id", "state", "reasons", "missing", "effect").order_by("-twin", "-pk")
    }


def _reasons(row: Submission) -> list[str]:
    """Why it waits; where what follows from it was refused, in the very words of the refusal."""
    refusal = row.effect.get("refused", "") if Reason.EFFECT_REFUSED in row.reasons else ""
    return [str(refusal if refusal and code == Reason.EFFECT_REFUSED else Reason(code).label) for code in row.reasons]
