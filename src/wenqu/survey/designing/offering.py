"""Which forms a phone is given now: those of the open tasks of its owner, and those that need no task («standing»).

Both lists of forms ask here: that of Collect (`openrosa.listing`) and that of our own page (`phone.tasks`). A standing form
takes a step (`FormVersion.step`); it is given to whoever surveys and holds the right to that step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wenqu.places.paths import common
from wenqu.places.rights import Right
from wenqu.places.scope import Area, area_of
from wenqu.survey.models import Device, FormVersion
from wenqu.survey.models.forms import StepTaken
from wenqu.survey.rounds.queries import tasks_of

RIGHT_OF = {
    StepTaken.REPORT.value: Right.REPORT, StepTaken.RECTIFY.value: Right.RECTIFY, StepTaken.CHECK.value: Right.CHECK,
    StepTaken.NEW_HOUSEHOLD.value: Right.FIELD, StepTaken.VISIT.value: Right.HELP, StepTaken.SAMPLE.value: Right.QUALITY_SAMPLE,
}


@dataclass(frozen=True)
class Offered:
    """The newest version of a form, and the places where the owner of the phone may fill it. `version.about` and
    `version.step` say what for."""

    version: FormVersion
    paths: list[str]

    @property
    def standing(self) -> bool:
        return bool(self.version.step)


def forms_for(device: Device, on: date) -> list[Offered]:
    """What a phone fills on a day, without its workbooks, forms and plans. A few queries."""
    tasks: dict[int, list[str]] = {}
    for task in tasks_of(device.account, on):
        tasks.setdefault(task.round.form_id, []).append(task.path)
    rows = FormVersion.objects.filter(form__division_id=device.county_id, form__withdrawn_at=None).select_related("form")
    newest = {row.form_id: row for row in rows.defer("workbook", "xform", "plan").order_by("pk")}
    area = area_of(device.account, on)
    offered = [Offered(row, places_for(row.step, area) if row.step else tasks.get(row.form_id, [])) for row in newest.values()]
    return [each for each in offered if each.paths]


def places_for(step: str, area: Area) -> list[str]:
    """Where somebody may take a step by phone: they survey there and hold the right to it."""
    return common(area.may(Right.FIELD).paths, area.may(RIGHT_OF[step]).paths)
