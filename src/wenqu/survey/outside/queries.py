"""Households that surveyors met and the register does not know 台账外农户: listed and exported, never invented into the register."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db.models import QuerySet

from wenqu.households.models import Household
from wenqu.places.models import CodeSystem, Division, DivisionCode
from wenqu.places.paths import ancestors
from wenqu.places.scope import Area, within
from wenqu.survey.desk.queries import answers_of
from wenqu.survey.desk.words import Words
from wenqu.survey.intake.answers import by_name
from wenqu.survey.models import FormVersion, State, Submission
from wenqu.survey.models.forms import StepTaken

SHOWN = 50
MOST = 5_000


@dataclass(frozen=True)
class Outside:
    """One of them. `there`: the register has a household of that head in that village by now."""

    record: Submission
    places: tuple[str, str, str]
    code: str
    head: str
    group: str
    people: str
    why: str
    mode: str
    there: bool


def records_in(area: Area, before: int | None = None) -> QuerySet[Submission]:
    """The records that tell of them in an area, the newest first."""
    versions = FormVersion.objects.filter(step=StepTaken.NEW_HOUSEHOLD)
    rows = within(Submission.objects.filter(version__in=versions, state=State.ACCEPTED), area).select_related("account", "version", "division")
    return (rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")


def told_by(records: Sequence[Submission]) -> list[Outside]:
    """What they tell. A few queries."""
    names = dict(Division.objects.filter(path__in={each for row in records for each in ancestors(row.path)}).values_list("path", "name"))
    codes = _codes(records)
    out = []
    for row in records:
        said, words = by_name(answers_of(row)), _words(row.version_id or 0)
        county, town, village = (names.get(row.path[:end], "") if len(row.path) >= end else "" for end in (12, 16, 20))
        village = village or said.get("village", "") or said.get("village_name", "")
        out.append(Outside(
            row, (county, town, village), codes.get(row.division_id, "") if len(row.path) >= 20 else "", said.get("head", ""), said.get("group", ""),
            said.get("people", ""), _chosen(words, "why", said), _chosen(words, "mode", said), False))
    return _mark(out)


@lru_cache(maxsize=16)
def _words(version: int) -> Words:
    """A version never changes."""
    return Words(json.loads(FormVersion.objects.values_list("plan", flat=True).get(pk=version)))


def _chosen(words: Words, name: str, said: dict[str, str]) -> str:
    """The text of a choice; «other» says itself what it is."""
    if said.get(name) == "other" and said.get(f"{name}_other"):
        return said[f"{name}_other"]
    path = next((path for path in words.nodes if path.rpartition("/")[2] == name), "")
    return words.text(path, said.get(name, "")) if path else said.get(name, "")


def _codes(records: Iterable[Submission]) -> dict[int, str]:
    """division -> its newest code of the statistics, by which the register finds it."""
    rows = DivisionCode.objects.filter(division__in={row.division_id for row in records}, system=CodeSystem.NBS).order_by("edition")
    return dict(rows.values_list("division_id", "code"))


def _mark(found: list[Outside]) -> list[Outside]:
    paths, heads = {each.record.path for each in found}, {each.head for each in found if each.head}
    there = set(Household.objects.filter(path__in=paths, head_name__in=heads).values_list("path", "head_name")) if heads else set()
    return [replace(each, there=(each.record.path, each.head) in there) for each in found]
