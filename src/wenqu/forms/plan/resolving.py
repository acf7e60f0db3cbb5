"""Trees of the parser -> trees of the plan: every reference an absolute path that says to which entries of repeats it is bound.

As JavaRosa does it: a path is bound to the entry of every repeat that it shares with the question it is asked from. What
looks from inside a repeat at its other entries is refused: JavaRosa works it out when its own entry changes and not when
the others do, so the value would depend on the order of typing. ``["ref", path]`` is one value; ``["refs", path, bound]`` are the values of all entries below the first
``bound`` repeats; ``["rows", list, conditions, column]`` are rows of a list or CSV, in whose conditions ``["col", name]``
is a cell. ``["outer", tree]`` is asked from the question, not from the entry that a condition looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wenqu.forms.plan.lists import Lists
from wenqu.forms.xpath.errors import XPathError
from wenqu.forms.xpath.literals import portable_pattern
from wenqu.forms.xpath.trees import OPERATORS, Tree

# Which arguments may be many values; for those that must be a path, see _MUST.
_MANY = {"count": (0,), "count-non-empty": (0,), "sum": (0,), "min": (0,), "max": (0,), "concat": (0,), "join": (1,)}
_MUST = frozenset({"count", "count-non-empty", "sum"})
# Kinds of trees that give a number: as a condition they mean a position in XPath, and something else in JavaRosa.
_NUMBERS = frozenset({"+", "-", "*", "div", "mod", "neg", "position", "count", "count-selected", "count-non-empty", "sum", "round", "int",
                      "number", "abs", "sqrt", "pi", "string-length", "min", "max"})


@dataclass(frozen=True, slots=True)
class Place:
    """From where an expression is asked: a path of the form, or (``rows``) a row of a list."""

    path: str
    outer: str = ""
    rows: str = ""
    condition: bool = False


@dataclass(slots=True)
class Form:
    """What paths there are: each with the repeats that it lies in, itself included."""

    paths: dict[str, bool]
    repeats: set[str]
    lists: Lists
    used: set[str] = field(default_factory=set)

    def repeats_of(self, path: str) -> list[str]:
        """The repeats of a path, from the outside in."""
        parts = path.split("/")
        return [each for n in range(2, len(parts) + 1) if (each := "/".join(parts[:n])) in self.repeats]


class Resolver:
    """Resolves the expressions of one form; ``XPathError`` says what cannot be."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def resolve(self, tree: Tree, place: Place, many: bool = False) -> Tree:
        """The tree of the plan. ``many``: whether many values are welcome."""
        if not isinstance(tree, list):
            return tree
        kind = tree[0]
        if kind == "path":
            return self._path(tree, place, many)
        if kind == "var":
            raise XPathError("unknown_reference", tree[1])
        special = getattr(self, "_" + kind.replace("-", "_").replace("jr:", ""), None) if kind in _SPECIAL else None
        if special is not None:
            return special(tree, place)
        welcome = _MANY.get(kind, ())
        if len(tree) > 2 and kind in {"min", "max", "concat"} or len(tree) != 3 and kind == "join":
            welcome = ()
        if kind in _MUST and not (isinstance(tree[1], list) and tree[1][0] == "path"):
            raise XPathError("not_many_values", kind)
        if kind == "count-non-empty" and isinstance(tree[1][1], list) and tree[1][1][0] == "instance":
            # JavaRosa breaks on it.
            raise XPathError("not_many_values", kind)
        return [kind, *(self.resolve(each, place, at in welcome) for at, each in enumerate(tree[1:]))]

    def conditions(self, found: Sequence[Tree], place: Place) -> list[Tree]:
        """Predicates, each a condition: a bare number is a position in XPath, and nothing in JavaRosa."""
        resolved = []
        for tree in found:
            if not isinstance(tree, list) or tree[0] in _NUMBERS or (tree[0] == "path"):
                raise XPathError("predicate_not_condition")
            resolved.append(self.resolve(tree, place))
        return resolved

    def _path(self, tree: list[Any], place: Place, many: bool) -> Tree:
        start, steps = tree[1], tree[2:]
        if isinstance(start, list) and start[0] == "instance":
            return self._rows(start[1], steps, place)
        if isinstance(start, list) and (place.condition or place.rows):
            # current() inside a condition: the question itself, whatever entry is looked at.
            outer = Place(place.outer)
            return ["outer", self._reference(place.outer, steps, outer, many)]
        if start == "." and place.rows:
            return self._cell(steps, place)
        if start == "/":
            return self._reference("", steps, Place("") if place.rows else place, many)
        return self._reference(place.path, steps, place, many)

    def _cell(self, steps: list[Any], place: Place) -> Tree:
        if len(steps) != 1 or not isinstance(steps[0], str) or steps[0] == "..":
            raise XPathError("unknown_list_column", place.rows)
        self._form.lists.use(place.rows, steps[0])
        return ["col", steps[0]]

    def _rows(self, name: str, steps: list[Any], place: Place) -> Tree:
        lists = self._form.lists
        if name not in lists.names:
            raise XPathError("unknown_instance", name)
        item, column = steps[1], steps[2:]
        inside = Place("", outer=place.outer or place.path, rows=name, condition=True)
        conditions = self.conditions(item[1:], inside) if isinstance(item, list) else []
        for each in column:
            lists.use(name, each)
        return ["rows", name, conditions, *column]

    def _reference(self, base: str, steps: list[Any], place: Place, many: bool) -> Tree:
        path, conditions, climbed = base, [], base
        for step in steps:
            if step == "..":
                path = climbed = path.rpartition("/")[0]
                continue
            name = step if isinstance(step, str) else step[0]
            path = f"{path}/{name}"
            if path not in self._form.paths:
                raise XPathError("unknown_reference", name)
            if isinstance(step, list):
                if path not in self._form.repeats:
                    raise XPathError("predicate_place", name)
                inside = replace(place, path=path, outer=place.outer or place.path, condition=True)
                conditions.append([path, *self.conditions(step[1:], inside)])
        if path not in self._form.paths:
            raise XPathError("unknown_reference", path.rpartition("/")[2] or "..")
        bound = self._bound(path, place, self._form.repeats_of(climbed) if base else None)
        name = path.rpartition("/")[2]
        if any(repeat in bound for repeat, *_conditions in conditions) or (many and path in bound):
            raise XPathError("own_repeat", name)
        if many:
            found = ["refs", path, len(bound)]
            return [*found, conditions] if conditions else found
        if not self._form.paths[path]:
            raise XPathError("group_has_no_value", name)
        if conditions:
            # One value is hoped for; more than one is an error there as here.
            return ["one", ["refs", path, len(bound), conditions]]
        if len(self._form.repeats_of(path)) > len(bound):
            raise XPathError("many_values", name)
        return ["ref", path]

    def _bound(self, path: str, place: Place, climbed: list[str] | None) -> list[str]:
        """The repeats that a path shares with where it is asked from. One that went up out of a repeat and into it again means all entries."""
        own, here = self._form.repeats_of(path), self._form.repeats_of(place.path)
        shared = [repeat for repeat, other in zip(own, here, strict=False) if repeat == other]
        if climbed is not None and any(repeat not in climbed for repeat in shared):
            raise XPathError("own_repeat", path.rpartition("/")[2])
        return shared

    def _position(self, tree: list[Any], place: Place) -> Tree:
        if len(tree) == 1:
            if not place.condition:
                raise XPathError("position_place")
            return tree
        path = self.plain(tree[1], place)
        if path not in self._form.repeats_of(place.path):
            raise XPathError("position_place")
        return ["position", path]

    def plain(self, tree: Tree, place: Place) -> str:
        """The absolute path that a path without conditions names, be it a question, a group or a repeat."""
        if not isinstance(tree, list) or tree[0] != "path" or (isinstance(tree[1], list) and tree[1][0] == "instance"):
            raise XPathError("unknown_reference", "")
        path = "" if tree[1] == "/" else place.path if tree[1] == "." else place.outer or place.path
        for step in tree[2:]:
            if not isinstance(step, str):
                raise XPathError("predicate_place", step[0])
            path = path.rpartition("/")[0] if step == ".." else f"{path}/{step}"
        if path not in self._form.paths:
            raise XPathError("unknown_reference", path.rpartition("/")[2] or "..")
        return path

    def _indexed_repeat(self, tree: list[Any], place: Place) -> Tree:
        path = self.plain(tree[1], place)
        pairs = [[self.plain(tree[n], place), self.resolve(tree[n + 1], place)] for n in range(2, len(tree), 2)]
        if [repeat for repeat, _index in pairs] != self._form.repeats_of(path) or not self._form.paths[path]:
            raise XPathError("indexed_repeat")
        if pairs[0][0] in self._form.repeats_of(place.path):
            raise XPathError("own_repeat", path.rpartition("/")[2])
        return ["indexed", path, *pairs]

    def _choice_name(self, tree: list[Any], place: Place) -> Tree:
        path = str(tree[2]).strip()
        if path not in self._form.paths or path not in self._form.used:
            raise XPathError("choice_name")
        return ["choice-name", self.resolve(tree[1], place), path]

    def _pulldata(self, tree: list[Any], place: Place) -> Tree:
        name, column, key = tree[1].removesuffix(".csv"), tree[2], tree[3]
        if name not in self._form.lists.names:
            raise XPathError("unknown_instance", name)
        for each in (column, key):
            self._form.lists.use(name, each)
        return ["pulldata", name, column, key, self.resolve(tree[4], place)]

    def _regex(self, tree: list[Any], place: Place) -> Tree:
        return ["regex", self.resolve(tree[1], place), portable_pattern(tree[2])]


_SPECIAL = frozenset({"position", "indexed-repeat", "jr:choice-name", "pulldata", "regex"}) - OPERATORS.keys()
