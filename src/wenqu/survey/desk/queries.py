"""Reads of records: the list of the desk, one record with its answers, what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from defusedxml.ElementTree import fromstring
from django.db.models import Q, QuerySet

from wenqu.households.models import Household
from wenqu.places.scope import Area, within
from wenqu.schemes.models import Scheme
from wenqu.survey.intake.answers import Answers, Shape, plain_path, read_answers
from wenqu.survey.intake.placing import shape_of
from wenqu.survey.models import Submission

SHOWN = 50


def submissions_in(area: Area, state: str, before: int | None = None) -> QuerySet[Submission]:
    """The records of an area in a state, the newest first."""
    rows = within(Submission.objects.filter(state=state), area).select_related("division", "account", "device", "round", "version")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.defer("xml").order_by("-pk")


def subject_of(submission: Submission, area: Area) -> Household | Scheme | None:
    """The household or scheme that a record is about, where somebody with this area sees it."""
    kind, _colon, number = submission.subject.partition(":")
    rows: QuerySet[Any] = Household.objects.all() if kind == "household" else Scheme.objects.all()
    found: Household | Scheme | None = within(rows.filter(pk=number), area).first() if number else None
    return found


def others_of(submission: Submission, area: Area) -> list[Submission]:
    """Other records of the same household or scheme in the same round, and under the same number: what a decision is made beside."""
    about = Q(subject=submission.subject, round_id=submission.round_id) if submission.subject else Q(pk=None)
    rows = within(Submission.objects.filter(about | Q(instance_id=submission.instance_id)), area).exclude(pk=submission.pk)
    return list(rows.select_related("account").defer("xml").order_by("-pk")[:20])


def answers_of(submission: Submission) -> Answers:
    """The answers of a record, read from what was received."""
    return read_answers(fromstring(submission.xml.open().encode(), forbid_dtd=True), shape_for(submission))


def shape_for(submission: Submission) -> Shape | None:
    """The shape of the version that a record was filled with, None where it is not ours."""
    version = submission.version
    return shape_of(version.pk, version.xform_hash) if version is not None else None


@dataclass(frozen=True)
class Line:
    """An answer as the desk shows it."""

    path: str
    label: str
    text: str
    known: bool = True


def lines_of(submission: Submission, plan: dict[str, Any] | None) -> list[Line]:
    """Question and answer, in the order of the form; what no question asks for last, by its path."""
    answers = answers_of(submission)
    words = _Words(plan) if plan else None
    lines = [Line(path, words.label(path) if words else path, words.text(path, text) if words else text) for path, text in answers.values.items()]
    return lines + [Line(path, path, text, known=False) for path, text in answers.extra.items()]


class _Words:
    """Labels of questions and choices out of a plan, in its first language."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.nodes: dict[str, dict[str, Any]] = {}
        stack = list(plan["nodes"])
        while stack:
            node = stack.pop()
            self.nodes[node["path"]] = node
            stack.extend(node.get("children", []))

    def label(self, path: str) -> str:
        node = self.nodes.get(plain_path(path), {})
        text = self._text(node.get("label"))
        return text or path.rpartition("/")[2]

    def text(self, path: str, value: str) -> str:
        node = self.nodes.get(plain_path(path), {})
        items = self.plan["lists"].get(node.get("list", ""), {}).get("items", [])
        labels = {str(item[0]): self._text(item[1]) for item in items if len(item) > 1}
        if not labels:
            return value
        parts = value.split() if node.get("kind") == "select_multiple" else [value]
        return "、".join(labels.get(part) or part for part in parts)

    def _text(self, number: Any) -> str:
        if not isinstance(number, int):
            return ""
        first = self.plan["texts"][number][0]
        if isinstance(first, str):
            return first
        # A label that shows answers: its fixed words are enough to know the question by.
        return "".join(part for part in first[1:] if isinstance(part, str))
