"""The registry of job kinds: a name and the function that does the work."""

from __future__ import annotations

from collections.abc import Callable

from wenqu.jobs.models import Job
from wenqu.places.rights import Right

Progress = Callable[[int, int], None]
Work = Callable[[Job, Progress], None]

_kinds: dict[str, Work] = {}
_rights: dict[str, Right] = {}


def offer_kind(name: str, work: Work, right: Right = Right.JOBS) -> None:
    """Offer a kind once, from `AppConfig.ready`. `work(job, progress)` must be safe to run again from the start.

    `right` is what whoever it is done for has to hold where it works: only such a person can take a waiting job over.
    """
    _kinds[name] = work
    _rights[name] = right


def right_of(name: str) -> Right:
    return _rights.get(name, Right.JOBS)


def work_of(name: str) -> Work:
    return _kinds[name]
