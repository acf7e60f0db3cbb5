"""The columns of an exported round: the questions of all versions that were filled, under their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wenqu.survey.desk.words import Words

_LEFT_OUT = frozenset({"note", "group"})
_NOTED = frozenset({"start", "today", "deviceid", "username", "phonenumber", "email"})


@dataclass(frozen=True)
class Column:
    """A question: its path without numbers of entries, its header, its kind."""

    path: str
    head: str
    kind: str


@dataclass
class Table:
    """One sheet: the records themselves (`repeat` is ""), or the entries of one repeat."""

    repeat: str
    title: str
    columns: list[Column] = field(default_factory=list)

    def numbers(self) -> dict[str, int]:
        return {column.path: number for number, column in enumerate(self.columns)}


def tables_of(plans: Sequence[Mapping[str, Any]], title: str) -> list[Table]:
    """The sheets of a form: the newest version first decides the order, older ones add what it no longer asks."""
    tables: dict[str, Table] = {"": Table("", title)}
    known: set[str] = set()
    for plan in plans:
        words = Words(dict(plan))
        _collect(plan["nodes"], "", "", words, tables, known)
    for table in tables.values():
        table.columns = _told_apart(table.columns)
    return list(tables.values())


def _collect(nodes: Sequence[Mapping[str, Any]], repeat: str, group: str, words: Words, tables: dict[str, Table], known: set[str]) -> None:
    for node in nodes:
        path, kind = str(node["path"]), str(node["kind"])
        name = path.rpartition("/")[2]
        if kind == "repeat":
            if path not in tables:
                tables[path] = Table(path, words.label(path))
            _collect(node.get("children", []), path, words.label(path), words, tables, known)
        elif kind == "group":
            if not (name == "meta" and path.count("/") == 2):
                _collect(node.get("children", []), repeat, words.label(path), words, tables, known)
        elif kind not in _LEFT_OUT and name not in _NOTED and path not in known:
            known.add(path)
            tables[repeat].columns.append(Column(path, words.label(path), kind))


def _told_apart(columns: list[Column]) -> list[Column]:
    """Two questions in the same words are told apart by their names."""
    heads = [column.head for column in columns]
    return [
        Column(column.path, f"{column.head}（{column.path.rpartition('/')[2]}）" if heads.count(column.head) > 1 else column.head, column.kind)
        for column in columns
    ]


def cells_of(values: Mapping[str, str], table: Table) -> dict[str, dict[str, str]]:
    """entry -> path without numbers -> answer, of one table. Of the records themselves the one entry is ""; an inner entry is
    numbered by all that hold it: «2.1»."""
    numbers = table.numbers()
    out: dict[str, dict[str, str]] = {}
    for path, text in values.items():
        steps = [step.partition("[") for step in path.split("/")]
        plain = "/".join(name for name, _bracket, _rest in steps)
        if plain in numbers:
            entry = ".".join(rest.partition("]")[0] for _name, bracket, rest in steps if bracket)
            out.setdefault(entry, {})[plain] = text
    return out
