"""What this room shows on the page of a household: the scheme that serves it, and those that did."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from wenqu.households.models import Household
from wenqu.kit.moments import moment_of
from wenqu.schemes.queries import responsibilities_of


def supplies_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    supplies = household.supplies.select_related("scheme").prefetch_related("scheme__responsibilities").order_by("-from_on", "-pk")
    area = request.area  # type: ignore[attr-defined]
    moment = moment_of(request)
    if moment is not None:
        # A link that had not ended by then is shown as it was then: open.
        supplies = supplies.filter(from_on__lte=moment.day)
        for each in supplies:
            each.to_on = each.to_on if each.to_on and each.to_on <= moment.day else None
    return {"supplies": [{"supply": each, "mine": area.covers(each.scheme.path), "answer": responsibilities_of(each.scheme)} for each in supplies]}
