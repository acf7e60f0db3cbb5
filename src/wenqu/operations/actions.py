"""What operations does to the product: take a backup out of it, put one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction

from wenqu.jobs.models import Job, State
from wenqu.kit import audit
from wenqu.kit.audit_chain import seal_pending
from wenqu.operations.backup.making import Told, write_backup
from wenqu.operations.backup.manifest import Manifest
from wenqu.operations.backup.restoring import finish, put_back
from wenqu.operations.state import database_file
from wenqu.people.models import SignedIn, Throttle


def make_backup(*, target: Path, by: audit.Actor, at: datetime, told: Told) -> Manifest:
    """Write a backup while the product runs, and note who took it out. `Refused` says what stands in the way."""
    if connection.vendor != "sqlite" or database_file():  # A place without a database is refused below, and none is made by asking.
        seal_pending(at)  # So that the backup's head of the chain stands for all that was written before it.
    manifest = write_backup(target, at, told)
    audit.record(
        by=by, verb="make_backup", at=at, subject="backup",
        detail={"file": target.name, "bytes": target.stat().st_size, "audit_head": manifest.audit["head"], "missing": len(manifest.missing)},
    )
    return manifest


def restore_backup(
    *, file: Path, keys_needed: bool, by: audit.Actor, at: datetime, told: Told, warn: Callable[[str], None]
) -> Manifest:
    """Put a backup into the empty place of the settings and make it ready to serve.

    What belonged to the running server and not to the record is dropped: sessions, waits after failed sign-ins. Jobs
    that were running wait again.
    """
    manifest = put_back(file, told, keys_needed=keys_needed, warn=warn)
    told("更新数据库结构", 0, 1)
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        Session.objects.all().delete()
        SignedIn.objects.all().delete()
        Throttle.objects.all().delete()
        again = Job.objects.filter(state=State.RUNNING).update(state=State.QUEUED, beat_at=None)
        audit.record(
            by=by, verb="restore_backup", at=at, subject="backup",
            detail={"file": file.name, "made_at": manifest.made_at, "audit_head": manifest.audit["head"], "jobs_queued_again": again},
        )
    finish()
    told("更新数据库结构", 1, 1)
    return manifest
