"""Trees of the parser -> trees of the plan: every reference an absolute path that says to which entries of repeats it is bound.

As JavaRosa does it: a path is bound to the entry of every repeat that it shares with the question it is asked from. What
looks from inside a repeat at its other entries is refused: JavaRosa works it out when its own entry changes and not when
the others do, so the value would depend on the order of typing.

``["ref", path]`` is one value; ``["refs", path, bound]`` are the values of all entries below the first ``bound`` repeats;
``["rows", list, conditions, column]`` are rows of a list or CSV, in whose conditions ``["col", name]`` is a cell.
``["outer", tree]`` is asked from the question, not from the entry that a condition looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wenqu.forms.plan.calls import CALLS
from wenqu.forms.plan.places import Form, Place
from wenqu.forms.xpath.errors import XPathError
from wenqu.forms.xpath.trees import Tree

# Which arguments may be many values; for those that must be a path, see _MUST.
_MANY = {"count": (0,), "count-non-empty": (0,), "sum": (0,), "min": (0,), "max": (0,), "concat": (0,), "join": (1,)}
_MUST = frozenset({"count", "count-non-empty", "sum"})
# Kinds of trees that give a number: as a condition they mean a position in XPath, and something else in JavaRosa.
_NUMBERS = frozenset({"+", "-", "*", "div", "mod", "neg", "position", "count", "count-selected", "count-non-empty", "sum", "round", "int",
                      "number", "abs", "sqrt", "pi", "string-length", "min", "max"})


class Resolver:
    """Resolves the expressions of one form; ``XPathError`` says what cannot be."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def resolve(self, tree: Tree, place: Place, many: bool = False) -> Tree:
        """The tree of the plan. ``many``: whether many values are welcome."""
        if not isinstance(tree, list):
            return tree
        kind = tree[0]
        if kind == "path":
            return self._path(tree, place, many)
        if kind == "var":
            raise XPathError("unknown_reference", tree[1])
        if kind in CALLS:
            return CALLS[kind](self, tree, place)
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
            return self._rows(start[1], steps, place, many)
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
        self.form.lists.use(place.rows, steps[0])
        return ["col", steps[0]]

    def _rows(self, name: str, steps: list[Any], place: Place, many: bool) -> Tree:
        lists = self.form.lists
        if name not in lists.names:
            raise XPathError("unknown_instance", name)
        item, column = steps[1], steps[2:]
        if not many and not column:
            raise XPathError("group_has_no_value", name)
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
            if path not in self.form.paths:
                raise XPathError("unknown_reference", name)
            if isinstance(step, list):
                if path not in self.form.repeats:
                    raise XPathError("predicate_place", name)
                inside = replace(place, path=path, outer=place.outer or place.path, condition=True)
                conditions.append([path, *self.conditions(step[1:], inside)])
        if path not in self.form.paths:
            raise XPathError("unknown_reference", path.rpartition("/")[2] or "..")
        bound = self._bound(path, place, self.form.repeats_of(climbed) if base else None)
        name = path.rpartition("/")[2]
        if any(repeat in bound for repeat, *_conditions in conditions) or (many and path in bound):
            raise XPathError("own_repeat", name)
        if many:
            found = ["refs", path, len(bound)]
            return [*found, conditions] if conditions else found
        if not self.form.paths[path]:
            raise XPathError("group_has_no_value", name)
        if conditions:
            # One value is hoped for; more than one is an error there as here.
            return ["one", ["refs", path, len(bound), conditions]]
        if len(self.form.repeats_of(path)) > len(bound):
            raise XPathError("many_values", name)
        return ["ref", path]

    def _bound(self, path: str, place: Place, climbed: list[str] | None) -> list[str]:
        """The repeats that a path shares with where it is asked from. One that went up out of a repeat and into it again means all entries."""
        own, here = self.form.repeats_of(path), self.form.repeats_of(place.path)
        shared = [repeat for repeat, other in zip(own, here, strict=False) if repeat == other]
        if climbed is not None and any(repeat not in climbed for repeat in shared):
            raise XPathError("own_repeat", path.rpartition("/")[2])
        return shared
