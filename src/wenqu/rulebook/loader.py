"""Finds, resolves and checks packs: TOML text in, frozen ``Pack`` out, or ``PackError`` with everything that is wrong.

A pack may extend another of the same kind. A table of the top level that it gives replaces the base's table of that
name entirely; tables it does not give are inherited. Only collections of named entries (sentences, items, residuals,
disinfectants) are replaced entry by entry. The head (id, names, edition, region, dates, notes) is never inherited.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from wenqu.rulebook.canonical import digest, dump_toml
from wenqu.rulebook.income import read_income
from wenqu.rulebook.indicators import read_indicators, read_sentences, read_switches
from wenqu.rulebook.model import Pack
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.schema import Table, iso_date
from wenqu.rulebook.water import read_water

__all__ = ["PackError", "load_pack", "pack_ids", "parse_pack"]

KINDS = ("four-indicators", "water-limits", "income-lines")
PACKS = Path(__file__).parent / "packs"
_HEAD = ("id", "kind", "zh", "en", "edition", "region", "in_force", "until", "notes", "lineage")
_ENTRIES = ("sentences", "items", "residuals", "disinfectants")

Resolve = Callable[[str], Pack]


def pack_ids(kind: str | None = None) -> tuple[str, ...]:
    """Ids of the packs that come with Wenqu, sorted; only of one kind when asked."""
    ids = tuple(sorted(path.stem for path in PACKS.rglob("*.toml")))
    return ids if kind is None else tuple(i for i in ids if load_pack(i).kind == kind)


def load_pack(id_or_path: str | Path, kind: str | None = None) -> Pack:
    """A pack by its id or from a ``.toml`` file; ``PackError`` when it is not there, bad, or of another kind."""
    name = str(id_or_path)
    pack = _load_file(Path(name), ()) if name.endswith(".toml") else _load_own(name)
    if kind is not None and pack.kind != kind:
        raise PackError([PackProblem(name, "kind", "kind_wrong", f"规则包类型是 {pack.kind}，这里要用 {kind}")])
    return pack


@cache
def _load_own(name: str) -> Pack:
    return _load_id(name, ())


def _load_id(name: str, chain: tuple[str, ...]) -> Pack:
    found = [path for path in PACKS.rglob("*.toml") if path.stem == name]
    if not found:
        known = "、".join(pack_ids())
        raise PackError([PackProblem(name, "", "pack_not_found", f"没有这个规则包；自带的有：{known}")])
    return _load_file(found[0], chain)


def _load_file(path: Path, chain: tuple[str, ...]) -> Pack:
    mark = str(path.resolve())
    origin = path.name if path.is_relative_to(PACKS) else str(path)
    if mark in chain:
        raise PackError([PackProblem(origin, "extends", "extends_cycle", "规则包互相继承")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PackError([PackProblem(str(path), "", "pack_not_found", "没有这个文件")]) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = "不是 UTF-8 编码" if isinstance(error, UnicodeDecodeError) else (error.strerror or "读不了")
        raise PackError([PackProblem(str(path), "", "file_unreadable", f"文件无法读取：{reason}")]) from None

    def resolve(base: str) -> Pack:
        links = (*chain, mark)
        return _load_file(path.parent / base, links) if base.endswith(".toml") else _load_id(base, links)

    return parse_pack(text, origin=origin, resolve=resolve)


def parse_pack(text: str, *, origin: str, resolve: Resolve | None = None) -> Pack:
    """A pack from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"
        problems.add("", "toml_syntax", f"{where} TOML 语法错误：{error}")
        raise PackError(problems.found) from None
    content = _resolved(data, problems, resolve)
    root = Table(content, "", problems)
    pack = _read(root, origin, content)
    root.done()
    problems.refuse()
    return pack


def _base(name: str, problems: Problems, resolve: Resolve) -> Pack:
    """The pack extended. That it is missing is a fault of the file that names it; what is wrong inside it is its own."""
    try:
        return resolve(name)
    except PackError as error:
        first = error.problems[0]
        if first.key or first.code not in ("pack_not_found", "file_unreadable"):
            raise
        problems.add("extends", first.code, f"“{name}”：{first.message}")
        raise PackError(problems.found) from None


def _resolved(data: Mapping[str, object], problems: Problems, resolve: Resolve | None) -> dict[str, object]:
    """The content with the base's tables filled in; ``lineage`` names the packs it came from."""
    content = dict(data)
    name = content.pop("extends", None)
    if name is None:
        return content
    if not isinstance(name, str) or resolve is None:
        problems.add("extends", "type_wrong", "应当是规则包的编号或 .toml 文件名")
        raise PackError(problems.found)
    base = _base(name, problems, resolve)
    if base.kind != content.get("kind"):
        problems.add("extends", "kind_wrong", f"只能继承同类规则包，{base.id} 的类型是 {base.kind}")
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


def _read(root: Table, origin: str, content: Mapping[str, object]) -> Pack:
    kind = root.choice("kind", KINDS)
    four = kind == "four-indicators"
    return Pack(
        id=root.text("id"),
        kind=kind,
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
        content=content,
        indicators=read_indicators(root) if four else None,
        water=read_water(root) if kind == "water-limits" else None,
        income=read_income(root) if kind == "income-lines" else None,
        sentences=read_sentences(root) if four else {},
        switches=read_switches(root) if four else (),
    )
