"""The registry of job kinds: a name and the function that does the work."""

from __future__ import annotations

from collections.abc import Callable

from wenqu.jobs.models import Job

Progress = Callable[[int, int], None]
Work = Callable[[Job, Progress], None]

_kinds: dict[str, Work] = {}


def offer_kind(name: str, work: Work) -> None:
    """Offer a kind once, from `AppConfig.ready`. `work(job, progress)` must be safe to run again from the start."""
    _kinds[name] = work


def work_of(name: str) -> Work:
    return _kinds[name]
