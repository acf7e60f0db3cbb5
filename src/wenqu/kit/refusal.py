"""Refusals: a stable code and a sentence. Code branches on the code, people read the sentence."""

from __future__ import annotations


class Refused(Exception):
    """An act that is not allowed or not possible now."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
