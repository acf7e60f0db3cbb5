"""What this room shows on the pages of others: current facts with their origin, and their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from wenqu.facts.models import SubjectKind
from wenqu.facts.queries import Known, Subject, history_of, known_facts, subjects_of
from wenqu.households.models import Household
from wenqu.kit.languages import language
from wenqu.kit.moments import Moment, moment_of
from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.rulebook.names import measured
from wenqu.schemes.models import Scheme

MOST_HISTORY = 100


@dataclass(frozen=True)
class Row:
    """One fact ready to be read: its name, its value with the unit, and whose it is."""

    label: str
    value: str
    known: Known
    whose: str


def _row(known: Known, lang: str) -> Row:
    key = FACTS_BY_NAME[known.name]
    return Row(key.zh if lang == "zh" else key.en, in_words(known.name, known.value, lang), known, str(SubjectKind(known.subject[0]).label))


def in_words(name: str, value: str, lang: str) -> str:
    """A stored value as people read it: the word of a choice, a number with its unit."""
    unit = FACTS_BY_NAME[name].unit
    if unit and value:
        return measured(plain_number(value), unit, lang)
    stored = {"yes": True, "no": False}.get(value, value)
    for choice in FACTS_BY_NAME[name].choices:
        if choice.value == stored:
            return choice.zh if lang == "zh" else choice.en
    return value


def plain_number(value: str) -> Decimal | str:
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def _current(subjects: list[Subject], moment: Moment | None) -> list[Row]:
    """The nearest known value of every key, in the order of the catalogue; as it was known at an instant where one is asked for."""
    known = known_facts(subjects, as_of=_day(moment), until=moment.at if moment else None)
    lang = language()
    rows = []
    for name in FACTS_BY_NAME:
        for subject in subjects:
            if name in known[subject]:
                rows.append(_row(known[subject][name], lang))
                break
    return rows


def _day(moment: Moment | None) -> date:
    return moment.day if moment else timezone.localdate()


def current_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    moment = moment_of(request)
    return {"rows": _current(subjects_of(household, _day(moment)), moment), "moment": moment}


def current_of_scheme(scheme: Scheme, request: HttpRequest) -> dict[str, Any]:
    return {"rows": _current([(SubjectKind.SCHEME, scheme.pk)], None)}


def _history(subject: Subject, moment: Moment | None = None) -> dict[str, Any] | None:
    lang = language()
    rows = [_row(known, lang) for known in history_of(subject, MOST_HISTORY, as_of=moment.day if moment else None, until=moment.at if moment else None)]
    return {"rows": rows, "most": MOST_HISTORY, "full": len(rows) == MOST_HISTORY} if rows else None


def history_of_household(household: Household, request: HttpRequest) -> dict[str, Any] | None:
    return _history((SubjectKind.HOUSEHOLD, household.pk), moment_of(request))


def history_of_scheme(scheme: Scheme, request: HttpRequest) -> dict[str, Any] | None:
    return _history((SubjectKind.SCHEME, scheme.pk))
