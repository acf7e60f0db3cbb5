"""Finds, resolves and checks duty packs: TOML in, frozen ``DutyPack`` out, or ``PackError`` with everything wrong.

A pack may extend another. Collections of named entries are replaced entry by entry (a step's limits as one entry);
any other table replaces the base's. The head (id, names, edition, region, dates, notes) is never inherited.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from wenqu.rulebook.canonical import digest, dump_toml
from wenqu.rulebook.duties.model import DutyPack
from wenqu.rulebook.duties.reading import (
    read_alarm,
    read_cadence,
    read_categories,
    read_escalation,
    read_kinds,
    read_limits,
    read_names,
    read_reopen,
    read_severities,
)
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.schema import Table, iso_date

PACKS = Path(__file__).parent / "packs"
KIND = "duties"
_HEAD = ("id", "kind", "zh", "en", "edition", "region", "in_force", "until", "notes", "lineage")
_ENTRIES = ("kinds", "categories", "severities", "ways", "levels", "escalation", "limits", "kind_limits", "cadence")


def duty_pack_ids() -> tuple[str, ...]:
    """Ids of the duty packs that come with Wenqu, sorted."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.toml")))


@cache
def duty_pack(pack_id: str) -> DutyPack:
    """A duty pack by its id; ``PackError`` when it is not there or bad."""
    return _load(pack_id, ())


def duty_file(path: Path) -> DutyPack | None:
    """The duty pack of a file; ``None`` when the file cannot be read or holds another kind, which its own loader says."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        mine = tomllib.loads(text).get("kind") == KIND
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return parse_duties(text, origin=str(path)) if mine else None


def _load(pack_id: str, chain: tuple[str, ...]) -> DutyPack:
    if pack_id not in duty_pack_ids():
        known = "、".join(duty_pack_ids())
        raise PackError([PackProblem(pack_id, "", "pack_not_found", f"没有这个职责时限包；自带的有：{known}")])
    if pack_id in chain:
        raise PackError([PackProblem(f"{pack_id}.toml", "extends", "extends_cycle", "规则包互相继承")])
    text = (PACKS / f"{pack_id}.toml").read_text(encoding="utf-8")
    return parse_duties(text, origin=f"{pack_id}.toml", chain=(*chain, pack_id))


def parse_duties(text: str, *, origin: str, chain: tuple[str, ...] = ()) -> DutyPack:
    """A duty pack from its TOML text. ``origin`` names it in problems; it may extend the packs that come with Wenqu."""
    problems = Problems(origin)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"
        problems.add("", "toml_syntax", f"{where} TOML 语法错误：{error}")
        raise PackError(problems.found) from None
    return read_pack(_resolved(data, problems, chain), origin)


def _resolved(data: Mapping[str, object], problems: Problems, chain: tuple[str, ...]) -> dict[str, object]:
    """The content with the base's tables filled in; ``lineage`` names the packs it came from."""
    content = dict(data)
    name = content.pop("extends", None)
    if name is None:
        return content
    if not isinstance(name, str):
        problems.add("extends", "type_wrong", "应当是职责时限包的编号")
        raise PackError(problems.found)
    if name not in duty_pack_ids():
        problems.add("extends", "pack_not_found", f"“{name}”：没有这个职责时限包")
        raise PackError(problems.found)
    base = _load(name, chain)
    for key, value in base.content.items():
        if key in _HEAD:
            continue
        given = content.get(key)
        if given is None:
            content[key] = value
        elif key in _ENTRIES and isinstance(given, dict) and isinstance(value, dict):
            content[key] = {**value, **given}
    content["lineage"] = [base.id, *base.lineage]
    return content


def read_pack(content: Mapping[str, object], origin: str) -> DutyPack:
    """A duty pack from resolved content; ``PackError`` with all that is wrong."""
    problems = Problems(origin)
    root = Table(content, "", problems)
    root.choice("kind", (KIND,))
    categories = read_categories(root)
    kinds = read_kinds(root, categories)
    reopen = read_reopen(root)
    pack = DutyPack(
        id=root.text("id"),
        zh=root.text("zh"),
        en=root.text("en"),
        edition=root.text("edition"),
        region=root.text("region"),
        in_force=iso_date(root, "in_force"),
        until=iso_date(root, "until", required=False),
        lineage=root.texts("lineage"),
        notes=root.texts("notes"),
        origin=origin,
        text=dump_toml(content),
        digest=digest(content),
        kinds=kinds,
        categories=categories,
        severities=read_severities(root),
        ways=read_names(root, "ways"),
        levels=read_names(root, "levels"),
        escalation=read_escalation(root),
        reopen_days=int(reopen.value),
        reopen=reopen,
        alarm=read_alarm(root),
        cadence=read_cadence(root),
        content=content,
        limits=read_limits(root, kinds),
    )
    root.done()
    problems.refuse()
    return pack
