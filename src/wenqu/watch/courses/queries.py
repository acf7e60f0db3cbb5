"""Reads of courses."""

from __future__ import annotations

from django.db.models import QuerySet

from wenqu.households.models import Household
from wenqu.places.queries import row_in
from wenqu.places.scope import Area
from wenqu.watch.courses.replay import WITH_ACTS
from wenqu.watch.models import Course, Watched


def course_in(area: Area, pk: int) -> Course:
    """The course with its acts, or 404 where it does not exist or lies outside the area."""
    rows = Course.objects.select_related("edition", "household", "division").prefetch_related(WITH_ACTS)
    return row_in(rows, area, pk, "course")


def courses_of(household: Household) -> QuerySet[Course]:
    """The courses of a household, the newest first."""
    return Course.objects.filter(household=household).select_related("edition").order_by("-pk")


def watched_of(household: Household) -> list[Watched]:
    """When a household was on the list, the newest first."""
    return list(Watched.objects.filter(household=household).select_related("contact").order_by("-pk"))


def open_course_of(household: Household) -> Course | None:
    """The course that a household is in, if any."""
    return Course.objects.filter(household=household, ended="").first()
