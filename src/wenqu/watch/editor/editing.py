"""A pack with numbers, words and names of a county's own: each of them cites the county's document. Nothing is written here."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wenqu.kit.languages import language
from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.difference import differences
from wenqu.rulebook.model import Head
from wenqu.rulebook.naming import Named, named_clauses, value_words
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.schema import NOT_FOUND
from wenqu.rulebook.watch.judging.whatif import place_of
from wenqu.watch.rules.queries import SHELVES

# What a county may write of a pack's head, and of the line's.
HEAD = ("zh", "edition", "region", "in_force", "until")
LINE = ("line_region", "line_year")


@dataclass(frozen=True)
class Own:
    """What a county writes: the head, values by dotted key, and the document and clause that they stand in ("" for none)."""

    head: Mapping[str, str]
    values: Mapping[str, Any]
    document: str = ""
    clause: str = ""


def edited(pack: Head, own: Own, pack_id: str) -> Head:
    """The pack as the county writes it. `PackError` with everything that is not fit."""
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    content |= {name: own.head[name] for name in HEAD if own.head.get(name) or name in content and name in own.head}
    if not content.get("until"):
        content.pop("until", None)
    line = content.get("line")
    if isinstance(line, dict):
        if own.head.get("line_region") and own.head["line_region"] != line.get("region"):
            line["region"] = own.head["line_region"]
            line.pop("names", None)
        if own.head.get("line_year"):
            line["year"] = int(own.head["line_year"])
    cite = {"date": content["in_force"], "document": own.document or NOT_FOUND, "clause": own.clause or NOT_FOUND, "confidence": "sourced" if own.document else "unverified"}
    for key, value in own.values.items():
        place = place_of(content, pack, key)
        if place is None:
            continue
        place.pop("note", None)
        place.update(value=value, **cite)
        use = content.get("line", {}).get("use")
        if key == "line.limit" and use and use["document"] == "what-if":
            # A county that writes a line means to judge by it.
            use.update(cite)
    return named_so(content, pack, pack_id)


def named_so(content: dict[str, Any], pack: Head, pack_id: str) -> Head:
    """The content as a pack under the county's own id."""
    if pack_id != pack.id:
        content |= {"id": pack_id, "lineage": [pack.id, *pack.lineage]}
    found: Head = SHELVES[pack.kind].read(dump_toml(content), pack_id)
    return found


def read_text(text: str, kind: str, pack_id: str) -> Head:
    """A whole text as a pack of a kind. `PackError` with line, place and reason of everything that is not fit."""
    found: Head = SHELVES[kind].read(text, pack_id)
    return found


@dataclass(frozen=True)
class Changed:
    """One difference in words: where, what stood there, what stands there now, and whether only the source is another."""

    label: str
    before: str
    after: str
    what: str


def changes(before: Head, after: Head) -> list[Changed]:
    """What differs between two packs, under the names that people know."""
    lang = language()
    names = {one.key: one for pack in (after, before) for one in named_clauses(pack, lang)}
    out = []
    for one in differences(before, after):
        key = one.key.replace("[", ".").replace("]", "")
        named = names.get(key)
        label = named.title if named else one.key
        out.append(Changed(label, _words(named, one.before), _words(named, one.after), one.what))
    return out


def _words(named: Named | None, shown: str) -> str:
    """A word of a closed list by its name; numbers and citations as the difference gives them."""
    return value_words(shown, named.unit, language()) if named is not None and not named.is_number and "；" not in shown and shown else shown


def problems_of(wrong: PackError, pack: Head) -> list[tuple[str, str]]:
    """(where, sentence) of everything wrong with a pack, under the names that people know."""
    names = {one.key: one.title for one in named_clauses(pack, language())}
    return [(names.get(each.key.removesuffix(".value"), each.key), each.message) for each in wrong.problems]
