"""One line of what the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, WARN, BAD = "ok", "warning", "error"


@dataclass(frozen=True)
class Finding:
    """One line of the table: what was looked at, how it stands, what to do about it."""

    name: str
    level: str
    text: str
    advice: str = ""


def well(name: str, text: str) -> Finding:
    return Finding(name, GOOD, text)
