"""Where a phone works: the villages of its owner's open tasks, and those where the owner surveys by duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wenqu.places import paths
from wenqu.places.rights import RIGHTS, Right
from wenqu.places.scope import Area, area_of
from wenqu.survey.models import Assignment, Device
from wenqu.survey.rounds.queries import tasks_of


@dataclass(frozen=True)
class Reach:
    """`area` is the owner's whole one; `villages` the paths that the phone is given, sorted. Nothing lies outside the phone's county."""

    area: Area
    tasks: list[Assignment]
    villages: list[str]


def reach_of(device: Device, on: date) -> Reach:
    """What a phone works on that day. Three queries."""
    county = paths.county_of(device.path)
    area = area_of(device.account, on)
    tasks = [task for task in tasks_of(device.account, on) if task.path.startswith(county)]
    held = {path for path, role in area.duties if len(path) == paths.VILLAGE and Right.FIELD in RIGHTS[role] and path.startswith(county)}
    return Reach(area, tasks, sorted(held | {task.path for task in tasks}))
