"""The lists that departments sent (digests and masked numbers), told to the sweep."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from wenqu.households.asking.queries import LIST_JOB
from wenqu.jobs.models import Job, State
from wenqu.kit.sweeping import offer_sweep, older, remove


def offer() -> None:
    offer_sweep("department lists", sweep)


def sweep(before: datetime) -> int:
    """Remove the lists that no waiting or running job needs any more."""
    found = [path for path in older(Path(settings.UPLOADS_DIR), before) if path.name.startswith("asked-")]
    live = Job.objects.filter(kind=LIST_JOB, state__in=[State.QUEUED, State.RUNNING]) if found else ()
    known = {job.args.get("stored") for job in live}
    return remove(path for path in found if path.name not in known)
