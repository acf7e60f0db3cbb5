"""What this room shows on the page of a household: whether it is watched, its courses, and where a clue is taken in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from wenqu.households.models import Household
from wenqu.kit.moments import moment_of
from wenqu.kit.refusal import why_not
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures import ENTRY, REMOVAL
from wenqu.watch.courses.permissions import check_can_open
from wenqu.watch.courses.queries import courses_of, watched_of


def watch_of_household(household: Household, request: HttpRequest) -> dict[str, Any] | None:
    """None for whoever may not see the list here, or looks at an earlier day."""
    area: Area = request.area  # type: ignore[attr-defined]
    sees = area.whole.may(Right.WATCH).covers(household.path)
    clue = why_not(check_can_open, household.path, ENTRY, area) is None
    if moment_of(request) is not None or not (sees or clue):
        return None
    courses = list(courses_of(household)) if sees else []
    rows = watched_of(household) if sees else []
    standing = next((row for row in rows if row.left_on is None), None)
    free = not any(not each.ended for each in courses)
    return {
        "sees": sees, "rows": rows, "standing": standing, "courses": courses, "household": household,
        "clue": f"{reverse('watch:clue')}?household={household.pk}" if clue and free and standing is None else "",
        "leave": reverse("watch:leave", args=[standing.pk]) if standing and free and why_not(check_can_open, household.path, REMOVAL, area) is None else "",
    }
