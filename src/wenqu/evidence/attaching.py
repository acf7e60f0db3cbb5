"""The row of a piece of evidence and what the log tells of it, for whoever attaches one or many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wenqu.evidence.models import Evidence
from wenqu.evidence.received import Received
from wenqu.kit import audit
from wenqu.places.models import Account


def row_of(*, received: Received, subject: str, path: str, division_id: int, about: str, by: audit.Actor, at: datetime) -> Evidence:
    """Not in the database yet."""
    return Evidence(
        subject=subject, about=about, sha256=received.sha256, division_id=division_id, path=path, kind=received.kind,
        content_type=received.content_type, name=received.name, size=received.size, width=received.width, height=received.height,
        taken_at=received.taken_at, longitude=received.longitude, latitude=received.latitude, crs=received.crs,
        by=by if isinstance(by, Account) else None, at=at,
    )


def told_of(row: Evidence) -> dict[str, Any]:
    """What the log tells of it."""
    return {"kind": row.kind, "sha256": row.sha256, "bytes": row.size}
