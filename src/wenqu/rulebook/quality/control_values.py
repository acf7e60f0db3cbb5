"""Limits of quality control as a county sets or confirms them: a pack with the county's document as the source of these numbers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.loader import parse_pack
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.model import Pack
from wenqu.rulebook.problems import PackError, PackProblem
from wenqu.rulebook.schema import NOT_FOUND, RULE_UNIT


@dataclass(frozen=True, slots=True)
class Cited:
    """One number or rule of a pack with its place ("parallels.levels.1.limit") and its source."""

    key: str
    value: Decimal | int | str
    unit: str
    date: str
    clause: str
    document: str
    confidence: str
    note: str

    @property
    def is_rule(self) -> bool:
        """A word out of a closed list: it is confirmed as it stands and not edited."""
        return self.unit == RULE_UNIT

    @property
    def verified(self) -> bool:
        """True when it rests on a document that was seen."""
        return self.confidence == "sourced"


def cited_numbers(pack: Pack) -> list[Cited]:
    """Every number and rule of a pack, in its order."""
    return [Cited(".".join(path), **{"note": "", **one}) for path, one in numbers_of(pack.content)]  # type: ignore[arg-type]


def with_numbers(pack: Pack, values: Mapping[str, Decimal | int | str], *, document: str, date: str, clause: str = NOT_FOUND) -> Pack:
    """The pack with these numbers, by their place, sourced by a document of the county; one that is given as it stands is confirmed.
    ``PackError`` names every place that is unknown and every number that makes no sense."""
    if not document.strip() or document == NOT_FOUND:
        raise PackError([PackProblem(pack.id, "document", "citation_missing", "请写明本县的文件名称")])
    content: Any = copy.deepcopy(dict(pack.content))
    known, problems = {one.key: one for one in cited_numbers(pack)}, []
    for key, value in values.items():
        if key not in known or (known[key].is_rule and value != known[key].value):
            problems.append(PackProblem(pack.id, key, "key_unknown", f"没有“{key}”这一项，或者它不能改"))
            continue
        place = content
        for part in key.split("."):
            place = place[int(part) - 1] if isinstance(place, list) else place[part]
        place.update(value=value, date=date, clause=clause, document=document, confidence="sourced")
    if problems:
        raise PackError(problems)
    return parse_pack(dump_toml(content), pack.id)
