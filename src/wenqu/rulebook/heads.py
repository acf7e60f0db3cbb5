"""What packs of every kind have: a file of TOML, a pack that they may extend, and a head.

A pack may extend another of the same kind. A table of the top level that it gives replaces the base's table of that
name entirely; tables it does not give are inherited. Only collections of named entries are replaced entry by entry.
The head (id, names, edition, region, dates, notes) is never inherited.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from wenqu.rulebook.canonical import digest, dump_toml
from wenqu.rulebook.model import Head
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.schema import Table, iso_date

P = TypeVar("P", bound=Head)
Resolve = Callable[[str], Head]

_HEAD = ("id", "kind", "zh", "en", "edition", "region", "in_force", "until", "notes", "lineage")


@dataclass(frozen=True)
class Shelf(Generic[P]):
    """Where packs lie: a folder of those that come with Wenqu, and any file. ``parse`` takes text, origin and ``resolve``."""

    folder: Path
    name: str
    parse: Callable[[str, str, Resolve], P]

    def ids(self) -> tuple[str, ...]:
        """Ids of the packs that come with Wenqu, sorted."""
        return tuple(sorted(path.stem for path in self.folder.rglob("*.toml")))

    def by_id(self, name: str, chain: tuple[str, ...] = ()) -> P:
        """A pack by its id; ``PackError`` when it is not there or bad."""
        found = [path for path in self.folder.rglob("*.toml") if path.stem == name]
        if not found:
            raise PackError([PackProblem(name, "", "pack_not_found", f"没有这个{self.name}；自带的有：{'、'.join(self.ids())}")])
        return self.from_file(found[0], chain)

    @cache  # noqa: B019  a handful of shelves live as long as the process
    def pack(self, name: str) -> P:
        """The same, read once."""
        return self.by_id(name)

    def read(self, text: str, origin: str) -> P:
        """A pack from its text, which may extend those that come with Wenqu. ``origin`` names it in problems."""
        return self.parse(text, origin, self.pack)

    def from_file(self, path: Path, chain: tuple[str, ...] = ()) -> P:
        """A pack from a ``.toml`` file. ``chain`` is the files that led to it, each by extending the next."""
        mark = str(path.resolve())
        origin = path.name if path.is_relative_to(self.folder) else str(path)
        if mark in chain:
            raise PackError([PackProblem(origin, "extends", "extends_cycle", "规则包互相继承")])
        links = (*chain, mark)

        def resolve(base: str) -> P:
            return self.from_file(path.parent / base, links) if base.endswith(".toml") else self.by_id(base, links)

        return self.parse(read_text(path), origin, resolve)


def read_text(path: Path) -> str:
    """The text of a pack's file; ``PackError`` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PackError([PackProblem(str(path), "", "pack_not_found", "没有这个文件")]) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = "不是 UTF-8 编码" if isinstance(error, UnicodeDecodeError) else (error.strerror or "读不了")
        raise PackError([PackProblem(str(path), "", "file_unreadable", f"文件无法读取：{reason}")]) from None


def read_toml(text: str, problems: Problems) -> dict[str, Any]:
    """The content of a pack as it is written; ``PackError`` names line and column of what is no TOML."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"
        problems.add("", "toml_syntax", f"{where} TOML 语法错误：{error}")
        raise PackError(problems.found) from None


def inherit(
    data: Mapping[str, object], kinds: Sequence[str], entries: Sequence[str], resolve: Resolve | None, problems: Problems,
) -> dict[str, object]:
    """The content with the base's tables filled in, ``entries`` one by one; ``lineage`` names the packs it came from."""
    content = dict(data)
    name = content.pop("extends", None)
    if name is None:
        return content
    if not isinstance(name, str) or resolve is None:
        problems.add("extends", "type_wrong", "应当是规则包的编号或 .toml 文件名")
        raise PackError(problems.found)
    base = _base(name, problems, resolve)
    # A kind that is none of them is a problem of its own (``read_head``).
    if content.get("kind") in kinds and content["kind"] != base.kind:
        problems.add("extends", "kind_wrong", f"只能继承同类规则包，{base.id} 的类型是 {base.kind}")
    for key, value in base.content.items():
        if key in _HEAD:
            continue
        given = content.get(key)
        if given is None:
            content[key] = value
        elif key in entries and isinstance(given, dict) and isinstance(value, dict):
            content[key] = {**value, **given}
    content["lineage"] = [base.id, *base.lineage]
    return content


def _base(name: str, problems: Problems, resolve: Resolve) -> Head:
    """The pack extended. That it is missing is a fault of the file that names it; what is wrong inside it is its own."""
    try:
        return resolve(name)
    except PackError as error:
        first = error.problems[0]
        if first.key or first.code not in ("pack_not_found", "file_unreadable"):
            raise
        problems.add("extends", first.code, f"“{name}”：{first.message}")
        raise PackError(problems.found) from None


def read_head(root: Table, kinds: Sequence[str], content: Mapping[str, object], origin: str) -> Head:
    """The head of a resolved content; ``kinds`` are those that whoever asks can read."""
    return Head(
        id=root.text("id"), kind=root.choice("kind", kinds), zh=root.text("zh"), en=root.text("en"), edition=root.text("edition"),
        region=root.text("region"), in_force=iso_date(root, "in_force"), until=iso_date(root, "until", required=False),
        lineage=root.texts("lineage"), notes=root.texts("notes"), origin=origin, text=dump_toml(content), digest=digest(content), content=content,
    )
