"""Reads of rounds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wenqu.places.models import Account, Division, Duty, Level
from wenqu.places.queries import missing_row
from wenqu.places.rights import Right, roles_with
from wenqu.places.scope import Area, area_of, below, within
from wenqu.survey.models import Assignment, Form, Round, Submission


def rounds_in(area: Area) -> QuerySet[Round]:
    """The rounds set up in an area, and those from above that send somebody into it; those that go on first. With how many
    people and villages of the area they have."""
    here = in_area(area, "assignments__path")
    sent = Exists(within(Assignment.objects.filter(round=OuterRef("pk")), area))
    return (
        Round.objects.filter(in_area(area, "path") | Q(sent)).select_related("form", "division", "by")
        .annotate(
            villages=Count("assignments__division", distinct=True, filter=here), surveyors=Count("assignments__account", distinct=True, filter=here),
        )
        .order_by("-closed_at", "-pk")
    )


def in_area(area: Area, field: str) -> Q:
    """The condition «lies in the area», for where `places.scope.within` does not reach: inside an aggregate."""
    condition = Q(pk__in=[])
    for path in area.paths:
        condition |= below(path, field)
    return condition


def round_in(area: Area, pk: int) -> Round:
    """The round, or 404 where there is none, or none that is of this area."""
    row = rounds_in(area).filter(pk=pk).first()
    if row is None:
        raise missing_row(Round, pk, "round")
    return row


def records_of(rows: Iterable[Round], area: Area) -> dict[int, dict[str, int]]:
    """round -> state -> how many records lie in the area. One query."""
    out: dict[int, dict[str, int]] = {}
    counted = within(Submission.objects.filter(round__in=[row.pk for row in rows]), area).order_by()
    for pk, state, count in counted.values_list("round_id", "state").annotate(Count("pk")):
        out.setdefault(pk, {})[state] = count
    return out


def tasks_of(account: Account, on: date) -> list[Assignment]:
    """What somebody has to survey on a day, where they still hold a duty that surveys. Two queries."""
    area = area_of(account, on).may(Right.FIELD)
    rows = within(Assignment.objects.filter(account=account, round__closed_at=None, round__from_on__lte=on, round__to_on__gte=on), area)
    return list(rows.filter(round__form__withdrawn_at=None).select_related("round__form").order_by("round_id", "path"))


def assignments_of(row: Round, area: Area) -> QuerySet[Assignment]:
    """Who goes where in a round, as far as somebody with this area sees it."""
    return within(row.assignments.select_related("account", "division"), area).order_by("path", "account__name", "pk")


def villages_below(path: str) -> QuerySet[Division]:
    return Division.objects.filter(below(path), level=Level.VILLAGE).order_by("path")


def surveyors_below(path: str, on: date) -> list[Account]:
    """The people who hold a duty that surveys at or below a place."""
    held = Duty.objects.held_on(on).filter(below(path, "division__path"), role__in=roles_with(Right.FIELD))
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("name", "pk"))


def forms_offered(paths: Iterable[str]) -> QuerySet[Form]:
    """The forms of the counties that hold these places, those withdrawn left out."""
    above = {path[:end] for path in paths for end in range(4, len(path) + 1, 4)}
    return Form.objects.filter(path__in=above, withdrawn_at=None, versions__isnull=False).distinct().order_by("title", "pk")
