"""How often somebody did something lately, read from the audit log: it cannot be forgotten or set back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from wenqu.kit.audit_rows import acts_of

# Entries are written in the order of their numbers, nearly: a long job records when it began.
_SKEW = timedelta(hours=24)


def times_since(actor_id: int, verbs: Collection[str], since: datetime) -> int:
    """How many entries of these verbs a person has after `since`. Walks their newest entries only, along one index."""
    count = 0
    for verb, at in acts_of(actor_id):
        if at <= since - _SKEW:
            break
        count += verb in verbs and at > since
    return count
