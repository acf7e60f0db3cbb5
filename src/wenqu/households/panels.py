"""What this room shows below a household: its consents, and who looked from outside the area."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from wenqu.households.consent.queries import consents_of
from wenqu.households.glass.queries import looks_at
from wenqu.households.models import Household
from wenqu.households.permissions import check_can_record_consent
from wenqu.households.showing import showing
from wenqu.kit.refusal import why_not


def consents_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    area = request.area  # type: ignore[attr-defined]
    names = showing(area)
    rows = consents_of(household, timezone.localdate())
    return {
        "household": household,
        "rows": [{"consent": row.consent, "state": row.state, "open": row.state in {"valid", "future"}, "given_by": names.name(row.consent.given_by, household.path)} for row in rows],
        "refusal": why_not(check_can_record_consent, household, area),
    }


def looks_at_household(household: Household, request: HttpRequest) -> dict[str, Any] | None:
    rows = looks_at(household)
    return {"rows": rows} if rows else None
