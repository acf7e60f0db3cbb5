"""What this room shows on the page of a household: the request that is open, what may be asked for, and what was changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from wenqu.changes.models import Kind, State
from wenqu.changes.permissions import check_can_ask
from wenqu.changes.queries import changes_of
from wenqu.households.models import Household
from wenqu.kit.refusal import why_not
from wenqu.places.rights import Right


def changes_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    area = request.area.whole  # type: ignore[attr-defined]
    refusal = why_not(check_can_ask, household, area)
    rows = changes_of(household)
    return {
        "household": household, "rows": rows, "refusal": refusal, "kinds": [kind for kind in Kind if kind != Kind.UNDO] if refusal is None else [],
        "open": next((row for row in rows if row.state == State.ASKED), None),
        "may_open": area.may(Right.CHANGE, Right.CONFIRM_CHANGE).covers(household.path),
    }
