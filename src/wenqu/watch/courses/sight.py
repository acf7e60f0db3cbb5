"""Who sees the papers of a course: whoever sees the course."""

from __future__ import annotations

from wenqu.evidence.sight import offer_sight
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.watch.models import Course


def path_seen(pk: int, area: Area) -> str | None:
    """The path of a course that somebody with this area sees."""
    found: str | None = within(Course.objects.filter(pk=pk), area.whole.may(Right.WATCH)).values_list("path", flat=True).first()
    return found


def offer() -> None:
    offer_sight("course", path_seen)
