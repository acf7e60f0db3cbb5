"""Why an XForm gives no plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """``path`` is the question, ``part`` what of it: relevant, constraint, calculate …"""

    code: str
    path: str
    part: str
    what: str = ""


class PlanRefused(Exception):
    """An XForm that the phone could not do, with all reasons."""

    def __init__(self, problems: list[PlanProblem]) -> None:
        super().__init__("; ".join(f"{p.path} {p.part} {p.code} {p.what}" for p in problems))
        self.problems = problems
