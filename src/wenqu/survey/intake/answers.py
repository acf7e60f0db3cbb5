"""The answers of a record by the path of their question: what merging, the desk and everything after acceptance reads. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from wenqu.survey.intake.reading import local

_FILES = frozenset({"photo", "signature"})


@dataclass(frozen=True)
class Answers:
    """`values`: path -> text as the phone wrote it, "" left out. Entries of a repeat are numbered: ``/data/problem[2]/kind``.
    `extra`: what no question of the version asks for. It is kept and shown, and nothing rests on it."""

    values: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """What a plan says of paths: which are repeats, which questions there are and of what kind."""

    repeats: frozenset[str]
    kinds: Mapping[str, str]
    # path of a choice out of a CSV file -> name of the file
    lists: Mapping[str, str]

    @cached_property
    def files(self) -> frozenset[str]:
        """The questions whose answers name files."""
        return frozenset(path for path, kind in self.kinds.items() if kind in _FILES)

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Shape:
        files = {name: str(told["file"]) for name, told in plan["files"].items()}
        every = list(_nodes(plan["nodes"]))
        return cls(
            frozenset(node["path"] for node in every if node["kind"] == "repeat"),
            {node["path"]: node["kind"] for node in every if node["kind"] not in {"repeat", "group"}},
            {node["path"]: files[node["list"]] for node in every if node.get("list") in files},
        )


def read_answers(root: Element, shape: Shape | None) -> Answers:
    """Every answer of a record. Without a shape (an unknown version) all of them, names that stand twice numbered."""
    answers = Answers({})
    for path, plain, text in _leaves(root, shape):
        if not text:
            continue
        known = shape is None or plain in shape.kinds
        (answers.values if known else answers.extra)[path] = text
    return answers


def files_of(answers: Answers, shape: Shape) -> list[str]:
    """The names of the files that belong to a record, each once, in their order."""
    return list(dict.fromkeys(text for path, text in answers.values.items() if plain_path(path) in shape.files))


def plain_path(path: str) -> str:
    """The path without the numbers of entries."""
    return path if "[" not in path else "/".join(step.partition("[")[0] for step in path.split("/"))


def _nodes(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("children", []))


def _leaves(root: Element, shape: Shape | None) -> Iterator[tuple[str, str, str]]:
    """(path with numbers, path without, text) in document order, meta left out. Depth was bounded when it was read."""
    repeats = shape.repeats if shape is not None else frozenset()
    start = f"/{local(root)}"
    stack = [(root, start, start)]
    while stack:
        element, path, plain = stack.pop()
        if len(element) == 0:
            yield path, plain, (element.text or "").strip()
            continue
        names = [local(each) for each in element]
        # A question that stands twice without being a repeat: nothing of it may be lost.
        twice = {name for name, count in Counter(names).items() if count > 1} if len(set(names)) < len(names) else ()
        seen: Counter[str] = Counter()
        below = []
        for name, each in zip(names, element, strict=True):
            if name == "meta" and element is root:
                continue
            inner = f"{plain}/{name}"
            if inner in repeats or name in twice:
                seen[name] += 1
                below.append((each, f"{path}/{name}[{seen[name]}]", inner))
            else:
                below.append((each, f"{path}/{name}", inner))
        below.reverse()
        stack += below


def by_name(answers: Answers) -> dict[str, str]:
    """Questions outside repeats."""
    return {path.rpartition("/")[2]: text for path, text in answers.values.items() if "[" not in path}
