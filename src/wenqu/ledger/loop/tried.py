"""A step that somebody tried in vain: what they filled in comes back with the reason, nothing of it is lost but files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from wenqu.evidence.forms import FilesField
from wenqu.kit.masking import cover
from wenqu.kit.refusal import Refused
from wenqu.ledger.forms import LABELS, StepForm
from wenqu.ledger.models import Problem

# Beside which field a refusal of the action is shown; the others are about the step as a whole.
_FIELDS = {
    "note_missing": "note", "severity_missing": "severity", "level_missing": "level", "holder_missing": "holder", "holder_without_right": "holder",
    "unit_unknown": "unit", "suspension_over": "until", "suspension_too_long": "until", "unknown_kind": "kind",
    "evidence_missing": "evidence", "visit_missing": "visited_on", "visit_in_future": "visited_on",
    "visit_before_rectified": "visited_on", "answer_missing": "answer", "household_unsatisfied": "answer", "no_answer_reason": "answer_note",
    "outcome_missing": "outcome", "merge_unknown": "into", "merge_itself": "into", "merge_elsewhere": "into", "merge_into_closed": "into",
    "merge_into_household": "into", "split_without_reports": "reports", "split_subjects": "reports", "already_live": "kind",
    "type_not_allowed": "evidence", "too_many_files": "evidence", "disk_full": "evidence", "storage_unreachable": "evidence",
}
_OF_FILES = ("file_", "photo_", "document_")


@dataclass
class Tried:
    """The form of a step as it was filled in; `refusal` where the action refused it, none where fields were not filled in well."""

    name: str
    form: StepForm
    refusal: Refused | None = None
    # Whether the page offers the step still, with this form.
    offered: bool = False

    @property
    def label(self) -> str:
        return str(LABELS[self.name])

    @property
    def takes_files(self) -> bool:
        return any(isinstance(field, FilesField) for field in self.form.fields.values())

    @property
    def overtaken(self) -> bool:
        """Somebody else was faster: the page shows what they did, and the form goes by that from now on."""
        return self.refusal is not None and self.refusal.code == "changed_meanwhile"

    def offer_again(self, problem: Problem) -> StepForm:
        """The form for another attempt: with its reason, and fit to be sent."""
        self.offered = True
        if self.refusal is None:
            return self.form
        self.form.add_error(_field_of(self.refusal, self.form), self.refusal.message)
        data: Any = self.form.data.copy()  # type: ignore[attr-defined]
        if self.overtaken:
            data["version"] = str(problem.version)
        if self.refusal.code == "key_used":
            data["key"] = uuid.uuid4().hex
        self.form.data = data
        return self.form

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was filled in, as (label, words): for a step that the page does not offer any more."""
        told = [(str(each.label), _words(each)) for each in self.form.visible_fields() if not isinstance(each.field, FilesField)]
        # Numbers of people stand on no page of refusals, not even for who typed them.
        return [(label, cover(words)) for label, words in told if words]


def _field_of(refusal: Refused, form: StepForm) -> str | None:
    name = _FIELDS.get(refusal.code) or ("evidence" if refusal.code.startswith(_OF_FILES) else None)
    return name if name in form.fields else None


def _words(bound: forms.BoundField) -> str:
    value: Any = bound.value()
    given = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    labels = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    return _("、").join(labels.get(str(each), str(each)) for each in given if each not in (None, ""))
