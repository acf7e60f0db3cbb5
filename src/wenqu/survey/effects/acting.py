"""A record that acts in the ledger: who, where, with which key, and what it says by the names of its questions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wenqu.places.scope import Area, area_of
from wenqu.survey.desk.queries import answers_of
from wenqu.survey.effects.settling import observed_on
from wenqu.survey.intake.answers import Answers, by_name
from wenqu.survey.models import Submission


@dataclass(frozen=True)
class Act:
    """A record that acts: its answers by the name of the question, and its person as of the day on which it was filled."""

    row: Submission
    said: Mapping[str, str]
    area: Area
    day: date
    at: datetime

    @property
    def key(self) -> str:
        return key_of(self.row.instance_id)


def act_of(row: Submission, at: datetime) -> tuple[Act, Answers]:
    answers = answers_of(row)
    day, _clock = observed_on(row)
    return Act(row, by_name(answers), area_of(row.account, day), day, at), answers


def key_of(instance_id: str, number: int | None = None) -> str:
    """The key of a record's request, and of the n-th problem that it tells of; as long as the ledger keeps keys."""
    key = instance_id.removeprefix("uuid:") + (f"#{number}" if number is not None else "")
    return key if len(key) <= 40 else hashlib.sha256(key.encode()).hexdigest()[:40]


def earlier_keys(row: Submission, number: int | None = None) -> list[str]:
    """The keys of the records that this one corrects, and of their n-th problems."""
    keys, seen = [], row.replaces
    while seen is not None:
        keys.append(key_of(seen.instance_id, number))
        seen = seen.replaces
    return keys


def photos_in(said: Mapping[str, str]) -> list[str]:
    """The files that show something; a signature shows nothing."""
    return [text for name, text in said.items() if "photo" in name]


def entries_of(answers: Answers, repeat: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The entries of a repeat by its name: (number, answers by name)."""
    found: dict[int, dict[str, str]] = {}
    for path, text in answers.values.items():
        head, bracket, rest = path.partition("[")
        number, _close, inner = rest.partition("]")
        if bracket and head.rpartition("/")[2] == repeat and "[" not in inner:
            found.setdefault(int(number), {})[inner.rpartition("/")[2]] = text
    yield from sorted(found.items())
