"""Three answers: true, false, and ``None`` for not known. The same as AND, OR and NOT of SQL with NULL."""

from __future__ import annotations

from collections.abc import Iterable

Answer = bool | None


def every(answers: Iterable[Answer]) -> Answer:
    """False as soon as one is false, true when all are."""
    found = list(answers)
    return False if False in found else None if None in found else True


def some(answers: Iterable[Answer]) -> Answer:
    """True as soon as one is true, false when none is."""
    found = list(answers)
    return True if True in found else None if None in found else False


def negated(answer: Answer) -> Answer:
    """Not; not known stays so."""
    return None if answer is None else not answer
