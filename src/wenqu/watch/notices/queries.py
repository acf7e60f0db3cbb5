"""Reads of notices: those that are to be posted or hang on the boards, by place, way and step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from wenqu.kit import masking
from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.queries import names_of
from wenqu.places.scope import Area, below, within
from wenqu.rulebook.watch.procedures.words import LEVEL_NAMES
from wenqu.watch.courses.forms import called
from wenqu.watch.courses.replay import WITH_ACTS, Replayed, replayed
from wenqu.watch.courses.showing import NoticeShown, notice_of
from wenqu.watch.models import Course

MOST = 300


@dataclass(frozen=True)
class NoticeRow:
    """A course whose notice is to be posted (`shown` is None) or hangs on the boards."""

    course: Course
    place: str
    step_id: str
    step: str
    boards: str
    days: int
    shown: NoticeShown | None
    objections: int
    # Whose sheet it stands on: the town's where its board shows it too and whoever looks sees the town, else the village's.
    sheet: int


def noticed(area: Area) -> QuerySet[Course]:
    """Courses whose step was decided and whose notice is to be posted, or hangs."""
    decided = Q(position__endswith="+taken") | Q(position__endswith="+posted")
    return within(Course.objects.filter(decided, ended=""), area).order_by("route", "awaits", "path", "pk")


def notice_rows(area: Area, today: date) -> tuple[list[NoticeRow], int]:
    """Those of an area by way, step and place, at most `MOST`; and how many there are. As many queries for one as for all."""
    rows = noticed(area)
    found = rows_of(rows[:MOST], area, today)
    return found, rows.count() if len(found) == MOST else len(found)


def sheet_rows(area: Area, division: Division, route: str, step: str, today: date) -> list[NoticeRow]:
    """What stands on one sheet: all households of a place that are at one step of one way."""
    return rows_of(noticed(area).filter(below(division.path), route=route, awaits=step), area, today)


def rows_of(rows: QuerySet[Course], area: Area, today: date) -> list[NoticeRow]:
    """The notices of courses, by way, step and place."""
    found = list(rows.select_related("household", "edition", "division").prefetch_related(WITH_ACTS))
    names = names_of({each.path for each in found})
    shown = [_row(replayed(each), names.get(each.path, ""), area, today) for each in found]
    return [each for each in shown if each is not None]


def _row(here: Replayed, place: str, area: Area, today: date) -> NoticeRow | None:
    step = here.pack.route(here.pure.route).steps[here.standing.step]
    if step.notice is None:
        return None
    boards = "、".join(called(*LEVEL_NAMES[each]) for each in step.notice.boards.words)
    village = here.row.division
    town = "town" in step.notice.boards.words and village.parent_id is not None and area.covers(village.path[: -paths.STEP])
    return NoticeRow(
        here.row, place, step.id, called(step.zh, step.en), boards, step.notice.days.number, notice_of(here, today), here.row.objections_open,
        village.parent_id if town and village.parent_id else village.pk)


def masked(rows: list[NoticeRow]) -> list[dict[str, Any]]:
    """The lines of a sheet that hangs in public: who it is, so that neighbours can tell, and nothing of why."""
    return [
        {"name": masking.name(row.course.household.head_name), "place": row.place, "group": row.course.household.group_name,
         "people": row.course.household.people, "row": row}
        for row in rows
    ]
