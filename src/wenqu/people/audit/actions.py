"""Taking the audit log out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wenqu.kit import audit
from wenqu.kit.audit_chain import seal_pending
from wenqu.people.audit.queries import Filters, selection
from wenqu.places.scope import Area


def export_selection(*, area: Area, filters: Filters, by: audit.Actor, at: datetime) -> Iterator[bytes]:
    """The lines of a file with what somebody may read of the log; that they took it is in the log first."""
    seal_pending(at)
    count, lines = selection(area, filters, at)
    told = {name: value for name, value in filters.told.items() if value}
    for path in area.paths or ("",):
        audit.record(by=by, verb="export_audit", at=at, path=path, detail={**told, "rows": count})
    return lines
