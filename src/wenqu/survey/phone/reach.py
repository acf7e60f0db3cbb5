"""Where a phone works: the villages of its owner's open tasks, those where the owner surveys by duty, and those of the households that the owner visits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from wenqu.places import paths
from wenqu.places.paths import village_of
from wenqu.places.rights import RIGHTS, Right
from wenqu.places.scope import Area, area_of
from wenqu.survey.designing.offering import places_for
from wenqu.survey.models import Assignment, Device, Form
from wenqu.survey.models.forms import StepTaken
from wenqu.survey.rounds.queries import tasks_of
from wenqu.watch.visiting.queries import Awaited, visits_awaited


@dataclass(frozen=True)
class Reach:
    """`area` is the owner's whole one; `villages` the paths that the phone is given, sorted. Nothing lies outside the phone's county.

    `visits`: those that are awaited of the owner as a contact person, and the number of the form that tells of them.
    """

    area: Area
    tasks: list[Assignment]
    villages: list[str]
    visits: tuple[str, Awaited] | None = None


def reach_of(device: Device, on: date) -> Reach:
    """What a phone works on that day. Three queries, and up to four more for whoever helps households."""
    county = paths.county_of(device.path)
    area = area_of(device.account, on)
    tasks = [task for task in tasks_of(device.account, on) if task.path.startswith(county)]
    held = {path for path, role in area.duties if len(path) == paths.VILLAGE and Right.FIELD in RIGHTS[role] and path.startswith(county)}
    visits = _visits(device, area, county, on)
    there = {village_of(path) for path in visits[1].paths} if visits else set()
    return Reach(area, tasks, sorted(held | there | {task.path for task in tasks}), visits)


def _visits(device: Device, area: Area, county: str, on: date) -> tuple[str, Awaited] | None:
    """What a contact person has to do, where the county offers a form for it."""
    places = places_for(StepTaken.VISIT, area)
    forms = Form.objects.filter(division_id=device.county_id, withdrawn_at=None, versions__step=StepTaken.VISIT) if places else Form.objects.none()
    form_id = forms.order_by("pk").values_list("form_id", flat=True).first()
    awaited = visits_awaited(device.account, replace(area, paths=tuple(places)), county, on) if form_id else None
    return (form_id, awaited) if form_id and awaited else None
