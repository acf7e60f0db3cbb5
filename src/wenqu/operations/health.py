"""Whether the product is well: the few things without which it does not work, and those that somebody should look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError

from wenqu.jobs import beat
from wenqu.operations import state

AUDIT_LAG = 5000


def look() -> dict[str, Any]:
    """{"status": ok | degraded | down, "checks": {name: {"ok", …}}}. Down: pages do not work. No personal data."""
    checks: dict[str, dict[str, Any]] = {}
    fault = state.database_fault()
    checks["database"] = {"ok": not fault, **({"why": fault} if fault else {})}
    free = state.disk_free()
    checks["disk"] = {"ok": free > state.DISK_LEAST, "free_bytes": free}
    if not fault:
        checks["migrations"] = _asked(lambda: state.pending_migrations(), lambda found: {"ok": not found, "pending": len(found)})
        checks["keys"] = _asked(state.keys_fault, lambda found: {"ok": not found, **({"why": found} if found else {})})
    down = not all(each["ok"] for each in checks.values())
    age = beat.age()
    checks["worker"] = {"ok": age is not None and age < beat.DEAD_SECONDS, "seconds_since_beat": None if age is None else round(age, 1)}
    if not fault:
        checks["audit"] = _asked(state.audit_lag, lambda found: {"ok": found < AUDIT_LAG, "not_chained": found})
    well = all(each["ok"] for each in checks.values())
    return {"status": "down" if down else "ok" if well else "degraded", "checks": checks}


def _asked(question: Callable[[], Any], told: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        return told(question())
    except DatabaseError:
        return {"ok": False, "why": "数据库连接不上"}
