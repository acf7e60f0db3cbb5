"""How the product stands: what health, metrics and doctor each look at. Every question is cheap and changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Count, Min

from wenqu.jobs.models import Job, State
from wenqu.kit import audit_copy
from wenqu.kit.crypto.keys import BadKeys
from wenqu.kit.crypto.start import check_keys
from wenqu.kit.models import AuditEntry, AuditSeal

# Below the first nothing can be relied on; below the second somebody should clean up.
DISK_LEAST, DISK_LITTLE = 200 << 20, 2 << 30


def database_file() -> Path | None:
    """The file of SQLite; None on PostgreSQL and for a database in memory."""
    if connection.vendor != "sqlite":
        return None
    path = Path(str(connection.settings_dict["NAME"]))
    return path if path.is_file() else None


def database_fault() -> str:
    """Why the database cannot be read or written; "" where it can. Waits for nobody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'")
                return "数据库只读" if cursor.fetchone()[0] else ""
    except DatabaseError:
        return "数据库连接不上"
    path = database_file()
    if path is None:
        return ""
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return "数据库文件不可写"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=0, isolation_level=None)) as con:
            con.execute("BEGIN IMMEDIATE")
            con.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        # Busy means that somebody is writing: so one can.
        return "" if "locked" in str(error) or "busy" in str(error) else f"数据库不可写（{error}）"
    except sqlite3.DatabaseError as error:
        return f"数据库文件有误（{error}）"
    return ""


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def pending_migrations() -> list[str]:
    """The steps of this version that the database has not seen."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return sorted(f"{app}.{name}" for app, name in _known_migrations())
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return sorted(f"{app}.{name}" for app, name in _known_migrations() - applied)


def keys_fault() -> str:
    """Why the key file is not the one of this database; "" where it is."""
    try:
        check_keys()
    except BadKeys as error:
        return str(error)
    return ""


def disk_free() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free if Path(settings.DATA_DIR).exists() else 0


def database_bytes() -> int:
    path = database_file()
    if path is not None:
        return sum(each.stat().st_size for each in (path, path.with_name(f"{path.name}-wal")) if each.exists())
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def audit_lag() -> int:
    """About how many entries wait to be chained: those after the last chained one."""
    last = AuditSeal.objects.order_by("-seq").values_list("entry_id", flat=True).first() or 0
    return AuditEntry.objects.filter(pk__gt=last).count()


def copy_lag() -> int:
    return audit_copy.second_copy_state().behind


def jobs_by_state() -> dict[str, int]:
    return dict.fromkeys(State.values, 0) | dict(Job.objects.order_by().values_list("state").annotate(n=Count("pk")))


def queue_age(at: datetime) -> float:
    """How long the oldest queued job waits, in seconds."""
    oldest = Job.objects.filter(state=State.QUEUED).aggregate(at=Min("created_at"))["at"]
    return max(0.0, (at - oldest).total_seconds()) if oldest else 0.0


def newest_backup() -> Path | None:
    """The newest file of the backup folder."""
    folder = Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else None
    if folder is None or not folder.is_dir():
        return None
    return max((path for path in folder.glob("*.tar") if path.is_file()), key=lambda path: path.stat().st_mtime, default=None)


def backup_age() -> float | None:
    """Seconds since the newest backup; None where no folder is set or it holds none."""
    newest = newest_backup()
    return max(0.0, time.time() - newest.stat().st_mtime) if newest else None
