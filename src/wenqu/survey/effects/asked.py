"""What a record says about the facts: its answers by fact column. Pure but for the shape of its form, which never changes.

A question or a worked-out value named as a fact column is that fact. What the form was given from the register is none.
A question that was not to be answered (it is missing from the record, as the protocol wants it) says that the value does
not apply any more: who has water in the house walks no way. Only a laboratory's word is ended by nobody but a laboratory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from wenqu.facts.models import Key
from wenqu.facts.values import YES_NO, typed
from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.survey.intake.answers import Answers
from wenqu.survey.intake.reading import child
from wenqu.survey.models import FormVersion

_KEYS = {str(key.label) for key in Key}
_NO_ANSWERS = frozenset({"note", "photo", "signature", "geopoint", "group", "repeat"})
_NEVER_ENDED = frozenset({"lab_result"})
_LONGEST = 40


@dataclass
class Said:
    """`facts`: path -> (column, canonical value). `ended`: columns that do not apply any more. `wrong`: path -> a text that
    is no value of its column."""

    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    wrong: dict[str, str] = field(default_factory=dict)


def said_by(root: Element, answers: Answers, columns: Mapping[str, str]) -> Said:
    """What a record says of the columns that its form asks for (`columns_of`)."""
    said = Said()
    for path, name in columns.items():
        text = answers.values.get(path, "")
        if text:
            value = canonical(name, text)
            if value is None:
                said.wrong[path] = text
            else:
                said.facts[path] = (name, value)
        elif name not in _NEVER_ENDED and not _is_there(root, path):
            said.ended.add(name)
    said.ended -= {name for name, _value in said.facts.values()}
    return said


def canonical(name: str, text: str) -> str | None:
    """The text of an answer as the facts keep it; None where it is no value of the column."""
    column = FACTS_BY_NAME[name]
    if column.kind in {"number", "days"}:
        try:
            plain = f"{Decimal(text):f}"
        except InvalidOperation:
            return None
        return plain if len(plain) <= _LONGEST and typed(name, plain) is not None else None
    if typed(name, text) is not None:
        return text
    chosen = column.choose(text)
    return next((word for word, value in YES_NO.items() if value is chosen), None) if isinstance(chosen, bool) else chosen


def columns_of(version: FormVersion) -> Mapping[str, str]:
    """path of a question -> the fact column that it asks for."""
    return _columns(version.pk, version.xform_hash)


@lru_cache(maxsize=64)
def _columns(pk: int, _hash: str) -> Mapping[str, str]:
    plan = json.loads(FormVersion.objects.values_list("plan", flat=True).get(pk=pk))
    return dict(_asked(plan["nodes"]))


def _asked(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Entries of repeats are many: none of them is the value of its subject."""
    for node in nodes:
        name = str(node["path"]).rpartition("/")[2]
        given = node["kind"] == "value" and "calculate" not in node
        if name in _KEYS and node["kind"] not in _NO_ANSWERS and not given:
            yield node["path"], name
        if node["kind"] != "repeat":
            yield from _asked(node.get("children", []))


def _is_there(root: Element, path: str) -> bool:
    element: Element | None = root
    for step in path.split("/")[2:]:
        element = child(element, step) if element is not None else None
    return element is not None
