"""What several operations share: the division asked for, cursors, names of places."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from wenqu.places.models import Division
from wenqu.places.queries import division_in
from wenqu.places.scope import Area, home_division


def area_of_request(request: HttpRequest) -> Area:
    area: Area = request.area  # type: ignore[attr-defined]
    return area


def division_asked(request: HttpRequest, division: int | None) -> Division:
    """The division named, else the one of the token's duty; 404 where it lies outside."""
    area = area_of_request(request)
    found = division_in(area, division) if division is not None else home_division(area)
    if found is None:
        raise Http404
    return found


def number(after: str | None) -> int | None:
    """A cursor that is a number."""
    return int(after) if after else None


def text(number: int | None) -> str | None:
    """A number as a cursor."""
    return None if number is None else str(number)


def place(division: Any) -> dict[str, Any]:
    return {"id": division.pk, "name": division.name}
