"""Where a record belongs and whether anything about it asks for somebody's decision. Reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone

from wenqu.kit.addresses import number_in
from wenqu.places.models import Division, Level
from wenqu.places.paths import county_of, is_within
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.survey.designing.offering import places_for
from wenqu.survey.intake.answers import Answers, Shape, by_name, files_of, read_answers
from wenqu.survey.intake.queries import PROBLEM, PROBLEM_BY_NUMBER, Around, Subject, Task, around
from wenqu.survey.intake.reading import Record
from wenqu.survey.intake.sampled import sample_said
from wenqu.survey.models import Device, FormVersion, Reason
from wenqu.survey.models.forms import StepTaken

# The files of the register, and the questions that a shipped form is given the subject in.
FILES = {"household": "households.csv", "scheme": "schemes.csv"}


@dataclass
class Place:
    """What was found out about a record."""

    division_id: int
    path: str
    version_id: int | None = None
    round_id: int | None = None
    subject: str = ""
    files: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


def place_record(record: Record, device: Device, at: datetime) -> Place:
    """Where it lies: at its subject, else in the village of its surveyor's only task, else where the phone belongs."""
    place = Place(device.division_id, device.path)
    if device.revoked_at is not None:
        place.reasons.append(Reason.DEVICE_REVOKED)
    answers, shape, known = _known(record, device, timezone.localdate(at))
    area = known.area.may(Right.FIELD)
    if not area.paths:
        place.reasons.append(Reason.NO_DUTY)
    step = ""
    if known.version is None:
        place.reasons.append(_unknown(device, record))
    else:
        place.version_id, _hash, step = known.version
    if shape is not None:
        place.files = files_of(answers, shape)
    if step == StepTaken.NEW_HOUSEHOLD:
        # It is about nobody of the register.
        _to_village(place, answers, places_for(step, known.area))
        return place
    if step == StepTaken.SAMPLE:
        _to_sample(place, answers, places_for(step, known.area))
        return place
    subject = _to_subject(place, subject_in(answers, shape), known.subject, device)
    if step:
        # It needs no round: it may be filled wherever its owner may take that step.
        if subject and not any(is_within(subject, each) for each in places_for(step, known.area)):
            place.reasons.append(Reason.OUTSIDE_AREA)
        return place
    _to_round(place, subject, known.tasks, area)
    return place


@dataclass
class _Last:
    """The version that records of one form of a county named last; the database says each time whether it still is."""

    version: tuple[int, str, str] | None = None


@lru_cache(maxsize=1024)
def _last(_county: int, _form_id: str, _version: str) -> _Last:
    return _Last()


def _known(record: Record, device: Device, day: date) -> tuple[Answers, Shape | None, Around]:
    """The answers of a record, and what stands around it. What it is about is read by its version, and asked for together with that:
    by the version that it was the last time, and once more where that was another."""
    last = _last(device.county_id, record.form_id, record.form_version)
    version = last.version
    while True:
        shape = shape_of(version[0], version[1]) if version else None
        answers = read_answers(record.root, shape)
        named = subject_in(answers, shape)
        known = around(record, device, day, (named[0], number_in(named[1]) or 0) if named else None)
        if known.version == version:
            return answers, shape, known
        version = last.version = known.version


def _unknown(device: Device, record: Record) -> Reason:
    known = FormVersion.objects.filter(form__division_id=device.county_id, form__form_id=record.form_id).exists()
    return Reason.UNKNOWN_VERSION if known else Reason.UNKNOWN_FORM


@lru_cache(maxsize=64)
def shape_of(pk: int, _hash: str) -> Shape:
    """A version never changes: remembered by its content."""
    return Shape.of(json.loads(FormVersion.objects.values_list("plan", flat=True).get(pk=pk)))


def subject_in(answers: Answers, shape: Shape | None) -> tuple[str, str] | None:
    """(kind, number) of what the record is about: given from the register, or picked out of one of its files."""
    root = next(iter(answers.values), "/").split("/")[1]
    for path in (f"/{root}/problem", f"/{root}/problem_typed"):
        if answers.values.get(path) and (shape is None or path in shape.kinds):
            # What is known of its household comes along.
            return "problem", answers.values[path]
    for kind, file in FILES.items():
        picked = [path for path, name in shape.lists.items() if name == file] if shape else [f"/{root}/pick"]
        for path in (f"/{root}/{kind}", *picked):
            # A household check is given its scheme too: only a form that picks schemes is about one.
            if answers.values.get(path) and (shape is None or picked):
                return kind, answers.values[path]
    return None


def _to_subject(place: Place, named: tuple[str, str] | None, row: Subject | None, device: Device) -> str:
    """Find the subject. Returns its path, "" where the record names none."""
    if named is None:
        return ""
    kind, number = named
    if kind == "problem":
        return _to_problem(place, number, device)
    if row is None or row.county_id != device.county_id:
        # Alike for a number of another county: it is no business of this phone whether there is one.
        place.reasons.append(Reason.UNKNOWN_SUBJECT)
        return ""
    if row.left:
        # Filled before the phone heard of it: what was seen may still be of use where its people are now.
        place.reasons.append(Reason.LEFT_SUBJECT)
    place.subject, place.division_id, place.path = f"{kind}:{row.pk}", row.division_id, row.path
    return row.path


def _to_village(place: Place, answers: Answers, mine: list[str]) -> None:
    """The one village of this name where its surveyor works; else where the phone belongs."""
    root = next(iter(answers.values), "/").split("/")[1]
    name = answers.values.get(f"/{root}/village") or answers.values.get(f"/{root}/village_name", "")
    named = Division.objects.filter(level=Level.VILLAGE, name=name).values_list("pk", "path") if name else ()
    found = [(pk, path) for pk, path in named if any(is_within(path, each) for each in mine)]
    if len(found) == 1:
        place.division_id, place.path = found[0]


def _to_sample(place: Place, answers: Answers, mine: list[str]) -> None:
    """Where the sample of its number lies."""
    row = sample_said(by_name(answers), place.path)
    if row is None:
        place.reasons.append(Reason.UNKNOWN_SAMPLE)
        return
    place.division_id, place.path = row.division_id, row.path
    if not any(is_within(row.path, each) for each in mine):
        place.reasons.append(Reason.OUTSIDE_AREA)


def _to_problem(place: Place, number: str, device: Device) -> str:
    row = PROBLEM_BY_NUMBER.first(number.strip()) or PROBLEM.first(number_in(number) or 0)
    if row is None or county_of(row[2]) != county_of(device.path):
        place.reasons.append(Reason.UNKNOWN_SUBJECT)
        return ""
    place.subject, place.division_id, place.path = f"problem:{row[0]}", row[1], row[2]
    return str(row[2])


def _to_round(place: Place, subject: str, tasks: list[Task], area: Area) -> None:
    """The round that it was filled for, and whether that was the surveyor's to fill now."""
    if not tasks:
        place.reasons.append(Reason.NO_ROUND)
        return
    fitting = [task for task in tasks if not subject or subject.startswith(task.path)]
    if not fitting or (subject and area.paths and not area.covers(subject)):
        place.reasons.append(Reason.OUTSIDE_AREA)
    among = fitting or tasks
    chosen = next((task for task in among if task.open), among[0])
    if not chosen.open:
        place.reasons.append(Reason.ROUND_ENDED)
    place.round_id = chosen.round_id
    mine = {(task.division_id, task.path) for task in tasks if task.round_id == chosen.round_id}
    if not subject and len(mine) == 1:
        ((place.division_id, place.path),) = mine
