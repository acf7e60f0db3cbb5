"""Refusals: a stable code and a sentence. Code branches on the code, people read the sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Refused(Exception):
    """An act that is not allowed or not possible now."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def why_not(check: Callable[..., None], *args: Any, **kwargs: Any) -> Refused | None:
    """Ask a `check_can_x` without acting: the refusal that the act would meet, or None where it is allowed."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return refusal
    return None
