"""The one way into the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Origin:
    """How an act came to us: `via` is page, api, job or command; `address` the network address, where there is one."""

    via: str = ""
    address: str = ""


_NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=_NOWHERE)


@contextmanager
def coming(via: str, address: str = "") -> Iterator[None]:
    """Everything recorded inside came this way."""
    token = _origin.set(Origin(via, address))
    try:
        yield
    finally:
        _origin.reset(token)


def record(*, by: Actor, verb: str, at: datetime, subject: str = "", path: str = "", detail: dict[str, Any] | None = None) -> None:
    """Append one entry. Called inside the transaction of the act it tells of."""
    origin = _origin.get()
    AuditEntry.objects.create(
        at=at, actor_id=by.pk, actor_name=by.name, verb=verb, subject=subject, path=path, detail=detail or {},
        via=origin.via, address=origin.address,
    )
