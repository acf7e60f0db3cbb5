"""Who may write down a report."""

from __future__ import annotations

from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_report(path: str, area: Area) -> None:
    check_may(Right.REPORT, path, area)
