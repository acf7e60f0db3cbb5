"""The page on which somebody rules: field by field what each record says, who said it, and what stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from wenqu.evidence.models import Evidence
from wenqu.survey.desk.words import Words
from wenqu.survey.merging import merge_answers, unit_of
from wenqu.survey.models import Attachment, Ruling, Submission
from wenqu.survey.rulings.queries import Together


@dataclass(frozen=True)
class Offered:
    """One of the answers in a field: its text, the records that gave it, and whether it stands."""

    lines: list[str]
    records: list[Submission]
    stands: bool

    @property
    def first(self) -> Submission:
        return self.records[0]


@dataclass(frozen=True)
class Field:
    """A field in which the records differ. `state`: open, ruled (by a person), follows (from what was ruled), waits (it will
    follow, or be asked, once what it is worked out of is ruled on)."""

    unit: str
    label: str
    offered: list[Offered]
    state: str
    ruling: Ruling | None


@dataclass(frozen=True)
class Agreed:
    """An answer that nothing speaks against."""

    label: str
    lines: list[str]
    records: list[Submission]


@dataclass(frozen=True)
class Shown:
    fields: list[Field]
    agreed: list[Agreed]
    # record -> its photos and other files
    files: list[tuple[Submission, list[Evidence]]]


def shown(found: Together) -> Shown:
    """Everything that the page of a subject shows."""
    words = _words(found)
    by_pk = {each.pk: each for each in found.records}
    raw = merge_answers(found.given)
    fields = []
    for unit in found.differing:
        standing = found.rulings.get(unit)
        offered = [
            Offered(words.lines(choice.values), [by_pk[pk] for pk in choice.records], standing in choice.records) for choice in raw.open[unit]
        ]
        if standing is not None:
            state = "ruled" if unit in found.told else "follows"
        else:
            state = "waits" if unit in found.waiting else "open"
        fields.append(Field(unit, words.unit_label(unit), offered, state, found.told.get(unit)))
    fields.sort(key=lambda each: ("open", "waits", "ruled", "follows").index(each.state))
    agreed: dict[str, dict[str, str]] = {}
    for path, text in raw.values.items():
        agreed.setdefault(unit_of(path), {})[path] = text
    same = [
        Agreed(words.unit_label(unit), words.lines(values), [by_pk[pk] for pk in raw.sources[next(iter(values))]]) for unit, values in agreed.items()
    ]
    return Shown(fields, same, _files(found.records))


def _words(found: Together) -> Words:
    """The words of the newest version among the records: a question that only an older one has is shown by its path."""
    versions = [each.version for each in found.records if each.version is not None]
    plan: dict[str, Any] = json.loads(versions[-1].plan) if versions else {"nodes": [], "lists": {}, "texts": []}
    return Words(plan)


def _files(records: list[Submission]) -> list[tuple[Submission, list[Evidence]]]:
    by_record: dict[int, list[Evidence]] = {}
    for file in Attachment.objects.filter(submission__in=records).select_related("evidence").order_by("name", "pk"):
        file.evidence.looked_at = file.looked_at  # type: ignore[attr-defined]
        file.evidence.called = file.name  # type: ignore[attr-defined]
        by_record.setdefault(file.submission_id, []).append(file.evidence)
    return [(each, by_record[each.pk]) for each in records if each.pk in by_record]
