"""The one way into the audit log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

from wenqu.kit.prepared import as_text, kept_cursor


class Actor(Protocol):
    """Whoever acts: an account, or the system itself (`SYSTEM`)."""

    pk: Any
    name: str


class _System:
    pk = None
    name = "系统"


SYSTEM: Actor = _System()


class _Stranger:
    pk = None
    name = "未登录"


# Nobody who is known: a page asked for without having signed in.
STRANGER: Actor = _Stranger()


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


def all_comes(via: str) -> None:
    """Everything that this process records came this way, where nothing nearer says otherwise: for commands."""
    _origin.set(Origin(via))


# One plain statement: through a model an entry costs three times as much, and every act pays for it.
_INSERT = 'INSERT INTO "kit_auditentry" ("at", "actor_id", "actor_name", "verb", "subject", "path", "detail", "via", "address") VALUES '
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
Entry = tuple[Any, ...]
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)
# A NUL as JSON writes it: its backslash is not itself written by another.
_NUL_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
REFUSED = "refused"


def record(*, by: Actor, verb: str, at: datetime, subject: str = "", path: str = "", detail: dict[str, Any] | None = None) -> None:
    """Append one entry. Called inside the transaction of the act it tells of."""
    append([entry(by=by, verb=verb, at=at, subject=subject, path=path, detail=detail)])


def entry(*, by: Actor, verb: str, at: datetime, subject: str = "", path: str = "", detail: dict[str, Any] | None = None) -> Entry:
    """One entry of an act that comes the way of this moment, to be appended with others."""
    origin = _origin.get()
    return (
        connection.ops.adapt_datetimefield_value(at), as_text(by.pk), _fit(by.name, 80), verb, _fit(subject, 120), path,
        _fit(_ENCODER.encode(detail)) if detail else "{}", origin.via, origin.address,
    )


def append(entries: Sequence[Entry]) -> None:
    """Append entries of several acts, inside the transaction of all of them."""
    if entries:
        with kept_cursor() as cursor:
            cursor.execute(_INSERT + ", ".join([_ROW] * len(entries)), [value for each in entries for value in each])


def refused(*, by: Actor, code: str, what: str, at: datetime, subject: str = "", path: str = "") -> None:
    """Append a refused attempt: what was tried (a view, a kind of job, a command) and the code of the refusal.

    Called after the transaction that was refused has ended, or the entry would be taken back with it.
    """
    record(by=by, verb=REFUSED, at=at, subject=subject, path=path, detail={"code": code, "what": what})


def _fit(text: str, most: int | None = None) -> str:
    """What every database can hold: no NUL, no half of a character, not too long. An entry must not fail an act."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if "\\u0000" in text:
        text = _NUL_IN_JSON.sub(r"\1", text)
    return text.replace("\0", "")[:most]
