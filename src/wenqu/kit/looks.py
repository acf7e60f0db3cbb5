"""Looks at personal data by pages, written down: who, what, where and which page of a list, never whom by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from wenqu.kit import audit


def note_look(request: Any, verb: str, /, *, subject: str = "", path: str = "", paths: Iterable[str] = (), **detail: Any) -> None:
    """Write down that whoever asks looked at something; details that say nothing are left out.

    What shows all of several `paths` is one entry in each, so that whoever audits one of them reads of it.
    """
    told = {name: value for name, value in detail.items() if value not in ("", None)}
    for each in tuple(paths) or (path,):
        audit.record(by=request.user, verb=verb, at=timezone.now(), subject=subject, path=each, detail=told)
