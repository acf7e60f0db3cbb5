"""The one way into the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from wenqu.kit.models import AuditEntry


class Actor(Protocol):
    """Whoever acts: an account, or the system itself (`SYSTEM`)."""

    pk: Any
    name: str


class _System:
    pk = None
    name = "系统"


SYSTEM: Actor = _System()


def record(*, by: Actor, verb: str, at: datetime, subject: str = "", path: str = "", detail: dict[str, Any] | None = None) -> None:
    """Append one entry. Called inside the transaction of the act it tells of."""
    AuditEntry.objects.create(
        at=at, actor_id=by.pk, actor_name=by.name, verb=verb, subject=subject, path=path, detail=detail or {}
    )
