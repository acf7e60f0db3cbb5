"""A county's own numbers in place of a pack's, with the county's document named as their source."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from wenqu.rulebook.duties.loader import read_pack
from wenqu.rulebook.duties.model import SEVERITIES, STEPS, DutyPack
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.schema import NOT_FOUND

Given = int | str | Sequence[int | str] | None


def with_numbers(pack: DutyPack, numbers: Mapping[str, Given], *, document: str, date: str = "", clause: str = NOT_FOUND) -> DutyPack:
    """The pack with numbers set by the key of their place; they are sourced by ``document`` from then on.

    A limit takes ``(12, "hours")`` or ``(3, "working_days")``; a number that has its unit already takes the bare number
    (``{"reopen.days": 60}``); a word takes a word (``{"kinds.other.severity": "major"}``); ``None`` takes a limit away, so
    that the step has none. ``PackError`` names every key that is unknown or whose value is not fit. ``date`` is that of
    the document; the pack's own when it is not known. ``places`` lists the keys.
    """
    if not document.strip() or document == NOT_FOUND:
        raise PackError([PackProblem(pack.origin, "document", "citation_missing", "请写明本县的文件名称")])
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    problems = Problems(pack.origin)
    for key, given in numbers.items():
        if given is None and _is_limit(key.split("."), pack):
            _remove(content, key.split("."))
            continue
        place = _place(content, pack, key)
        if place is None:
            problems.add(key, "key_unknown", f"没有“{key}”这一项")
            continue
        value, unit = _value(given, place.get("unit"))
        if value is None:
            problems.add(f"{key}.value", "key_missing", "只有时限可以不设")
        if unit is None:
            problems.add(f"{key}.unit", "key_missing", "请写明单位：hours 或 working_days")
        note = "" if date else "文件日期未填，按规则包施行日期"
        place.clear()
        place.update(value=value, unit=unit, date=date or pack.in_force, clause=clause, document=document, confidence="sourced")
        if note:
            place["note"] = note
    problems.refuse()
    return read_pack(content, pack.origin)


def _remove(content: dict[str, Any], parts: list[str]) -> None:
    place: Any = content
    for part in parts[:-1]:
        place = place.get(part, {})
    place.pop(parts[-1], None)


def _value(given: Given, unit: str | None) -> tuple[object, str | None]:
    if isinstance(given, list | tuple) and len(given) == 2:
        return given[0], str(given[1])
    return given, unit


def _place(content: dict[str, Any], pack: DutyPack, key: str) -> dict[str, Any] | None:
    """The citation at a key; an empty one is made for a limit that is not set yet."""
    parts = key.split(".")
    if _is_limit(parts, pack):
        place = content
        for part in parts:
            place = place.setdefault(part, {})
        return place
    found: Any = content
    for part in parts:
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) and "value" in found else None


def _is_limit(parts: list[str], pack: DutyPack) -> bool:
    if parts[0] == "kind_limits" and len(parts) == 4:
        return parts[1] in pack.kinds and parts[2] in STEPS and parts[3] in SEVERITIES
    return parts[0] == "limits" and len(parts) == 3 and parts[1] in STEPS and parts[2] in SEVERITIES
