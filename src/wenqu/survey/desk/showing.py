"""The page of a record: what it says, question by question, beside what the register knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from wenqu.evidence.models import Evidence
from wenqu.facts.models import SubjectKind
from wenqu.facts.queries import known_facts
from wenqu.households.models import Household
from wenqu.households.showing import name_shown
from wenqu.places.scope import Area
from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.schemes.models import Scheme, Supply
from wenqu.survey.desk.queries import answers_of, called_in, shape_for
from wenqu.survey.desk.words import Words
from wenqu.survey.intake.answers import plain_path
from wenqu.survey.intake.placing import FILES
from wenqu.survey.models import Submission

_FILES = frozenset({"photo", "signature"})
_KINDS = {file: kind for kind, file in FILES.items()}


@dataclass(frozen=True)
class Line:
    """An answer as the desk shows it. `register`: what the register has there, with `differs` where that is something else.

    `kind`: answer (somebody gave it), noted (the phone wrote it by itself, or was given it), extra (no question asks for it).
    """

    path: str
    label: str
    text: str
    kind: str = "answer"
    register: str = ""
    differs: bool = False


@dataclass(frozen=True)
class Known:
    """What the register has for a question of that name: as it is stored, from which day (None: of the register itself)."""

    value: str
    on: date | None = None


def lines_of(submission: Submission, plan: dict[str, Any] | None, known: dict[str, Known], area: Area) -> list[Line]:
    """Question and answer in the order of the form. Files are shown as what they are, not by their names; what was picked out
    of the register by what it is called there."""
    answers = answers_of(submission)
    words = Words(plan, picked(submission, answers.values, area)) if plan else None
    lines = []
    for path, text in answers.values.items():
        if words is None:
            lines.append(Line(path, path, text))
        elif words.kind(path) not in _FILES:
            lines.append(_line(words, path, text, known))
    return lines + [Line(path, path, text, "extra") for path, text in answers.extra.items()]


def picked(submission: Submission, values: Mapping[str, str], area: Area) -> dict[str, str]:
    """path -> what the row of the register is called that was picked there, where somebody with this area sees it."""
    shape = shape_for(submission)
    found = {}
    for path, text in values.items():
        kind = _KINDS.get(shape.lists.get(plain_path(path), "")) if shape is not None else None
        if kind:
            found[path] = (kind, text)
    called = called_in({f"{kind}:{text}" for kind, text in found.values()}, area)
    return {path: called[f"{kind}:{text}"] for path, (kind, text) in found.items() if f"{kind}:{text}" in called}


def _line(words: Words, path: str, text: str, known: dict[str, Known]) -> Line:
    node = words.nodes.get(plain_path(path), {})
    # What the form works out for itself is an answer where it becomes a fact, or is told to somebody.
    told = "calculate" in node and ("label" in node or path.rpartition("/")[2] in FACTS_BY_NAME)
    noted = "preload" in node or (node.get("kind") == "value" and not told)
    there = known.get(path.rpartition("/")[2]) if "[" not in path and not noted else None
    register = words.text(path, there.value) if there else ""
    if there and there.on:
        register = _("%(value)s（%(day)s）") % {"value": register, "day": there.on}
    return Line(path, words.label(path), words.text(path, text), "noted" if noted else "answer", register, bool(there) and not _alike(there.value if there else "", text))


def _alike(one: str, other: str) -> bool:
    """4 and 4.0 are one value here: nothing rests on it but a mark."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one.strip() == other.strip()


def known_of(subject: Household | Scheme | None, area: Area, on: date) -> dict[str, Known]:
    """What the register knows of a subject, by the names that questions have. Three queries."""
    if isinstance(subject, Household):
        return _of_household(subject, area, on)
    if isinstance(subject, Scheme):
        told = {"number": subject.number, "name": subject.name, "scheme_class": subject.scheme_class, "operator": subject.operator}
        return {**_facts(SubjectKind.SCHEME, subject.pk, on), **_given(told)}
    return {}


def _of_household(home: Household, area: Area, on: date) -> dict[str, Known]:
    supply = Supply.objects.filter(household=home, from_on__lte=on).select_related("scheme").order_by("-from_on", "-pk").first()
    people = str(home.people) if home.people is not None else ""
    told = {
        "number": home.number, "head": name_shown(home, area), "village": home.division.name, "group": home.group_name, "people": people, "persons": people,
        "scheme": supply.scheme.name if supply else "", "scheme_class": supply.scheme.scheme_class if supply else "",
    }
    return {**_facts(SubjectKind.HOUSEHOLD, home.pk, on), **_given(told)}


def _given(told: dict[str, str]) -> dict[str, Known]:
    return {name: Known(value) for name, value in told.items() if value}


def _facts(kind: int, pk: int, on: date) -> dict[str, Known]:
    return {name: Known(fact.value, fact.observed_on) for name, fact in known_facts([(kind, pk)], as_of=on)[(kind, pk)].items()}


def files_of(submission: Submission, plan: dict[str, Any] | None) -> list[Evidence]:
    """The files of a record for `survey/_photos.html`, each with the question that it answers."""
    words = Words(plan) if plan else None
    asked = {text: words.label(path) for path, text in answers_of(submission).values.items() if words and words.kind(path) in _FILES} if words else {}
    out = []
    for file in submission.attachments.select_related("evidence").order_by("name", "pk"):
        proof: Any = file.evidence
        proof.looked_at, proof.called, proof.caption = file.looked_at, file.name, asked.get(file.name, "")
        out.append(proof)
    _mark_reuse(out)
    return out


def _mark_reuse(files: list[Any]) -> None:
    """A photo shows one place at one moment: the same content handed in before for something else is to be looked into."""
    photos = [each for each in files if each.is_photo]
    before: dict[str, int] = {}
    for sha256, pk, subject in Evidence.objects.filter(sha256__in=[each.sha256 for each in photos]).values_list("sha256", "pk", "subject"):
        if subject != photos[0].subject:
            before[sha256] = min(pk, before.get(sha256, pk))
    for each in photos:
        each.used_before = before.get(each.sha256, each.pk) < each.pk


def delay_of(submission: Submission) -> int | None:
    """How many days lay between filling and receiving; None where the phone did not say."""
    filled: datetime | None = submission.filled_at
    return (submission.received_at - filled).days if filled is not None else None
