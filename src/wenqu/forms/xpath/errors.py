"""Why an expression is refused."""

from __future__ import annotations


class XPathError(Exception):
    """``code`` is one of ``problems.SENTENCES``, ``what`` the word or character, ``at`` its place (from 0)."""

    def __init__(self, code: str, what: str = "", at: int = 0) -> None:
        super().__init__(f"{code} {what!r} at {at}")
        self.code = code
        self.what = what
        self.at = at
