"""What if a number were another one: the same pack with values changed, saying so wherever they are shown.

Any cited number or word of a pack can be changed, of judging packs and of the four indicators alike. ``adopted`` is the
other way to change a line: a county makes a reference its own, by a document.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, overload

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.loader import parse_pack
from wenqu.rulebook.model import Head, Pack
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.schema import NOT_FOUND
from wenqu.rulebook.watch.judging.cells import PER_HEAD
from wenqu.rulebook.watch.judging.loader import read_pack
from wenqu.rulebook.watch.judging.model import JudgingPack

WHAT_IF = "what-if"
# Numbers that a pack may lack, with their unit: a what-if may give them.
_LACKING = {"line.limit": PER_HEAD, "average.limit": PER_HEAD, "collapse.percent": "%"}
Value = int | str | Decimal


@overload
def changed(pack: JudgingPack, values: Mapping[str, Value]) -> JudgingPack: ...


@overload
def changed(pack: Pack, values: Mapping[str, Value]) -> Pack: ...


def changed(pack: JudgingPack | Pack, values: Mapping[str, Value]) -> JudgingPack | Pack:
    """The pack with other values at these places (``{"line.limit": 7500, "objects.edge.ways.1.applies": "no"}``).

    Each of them says that it is a what-if and what stood there; the pack is named so too and names what it came from.
    ``PackError`` tells every place that is none and every value that is not fit.
    """
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    problems = Problems(pack.origin)
    for key, value in values.items():
        place = place_of(content, pack, key)
        if place is None:
            problems.add(key, "key_unknown", f"没有“{key}”这一项")
            continue
        before = f"原为 {place['value']}（{place['document']}，{place['clause']}）" if "value" in place else "原来没有"
        place.update(value=value, document=WHAT_IF, clause=WHAT_IF, confidence="unverified", note=f"假设，{before}")
    problems.refuse()
    content |= {"id": f"{pack.id}-{WHAT_IF}", "zh": f"{pack.zh}（假设）", "en": f"{pack.en} ({WHAT_IF})", "lineage": [pack.id, *pack.lineage]}
    return read_pack(content, pack.origin) if isinstance(pack, JudgingPack) else parse_pack(dump_toml(content), pack.origin)


def adopted(pack: JudgingPack, *, region: str, document: str, names: Sequence[str] = (), date: str = "", clause: str = NOT_FOUND) -> JudgingPack:
    """The pack with its line made that of a region by a document of the region, so that it may be judged by."""
    if not document.strip() or document in (NOT_FOUND, WHAT_IF):
        raise PackError([PackProblem(pack.origin, "document", "citation_missing", "请写明本县的文件名称")])
    if pack.line is None or pack.line.limit is None:
        raise PackError([PackProblem(pack.origin, "line.limit", "key_missing", "规则包没有可以采用的收入线")])
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    line = content["line"]
    cited = {"date": date or pack.in_force, "clause": clause, "document": document, "confidence": "sourced"}
    line.update(region=region, names=list(names), use={"value": "line", "unit": "rule", **cited}, limit={**line["limit"], **cited})
    return read_pack({**content, "region": region}, pack.origin)


def place_of(content: dict[str, Any], pack: Head, key: str) -> dict[str, Any] | None:
    """The citation at a dotted key, to be filled anew; rows of a list are counted from 1. A number that a judging pack lacks is made room for."""
    found: Any = content
    for part in key.split("."):
        if isinstance(found, list):
            found = found[int(part) - 1] if part.isdecimal() and 1 <= int(part) <= len(found) else None
        else:
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, dict) and "value" in found and "confidence" in found:
        return found
    if found is None and key in _LACKING and isinstance(pack, JudgingPack) and (key != "line.limit" or pack.line is not None):
        table, name = key.split(".")
        made: dict[str, Any] = {"unit": _LACKING[key], "date": pack.in_force}
        content.setdefault(table, {})[name] = made
        if key == "line.limit":
            # A line that is only supposed is still one to judge by.
            content[table].setdefault("use", {"value": "line", "unit": "rule", "date": pack.in_force, "document": WHAT_IF, "clause": WHAT_IF, "confidence": "unverified"})
        return made
    return None
