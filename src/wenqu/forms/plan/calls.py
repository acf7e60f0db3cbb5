"""Functions whose arguments are names of questions, repeats or lists, or patterns: they are no values to resolve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from wenqu.forms.plan.places import Form, Place
from wenqu.forms.xpath.errors import XPathError
from wenqu.forms.xpath.literals import portable_pattern
from wenqu.forms.xpath.trees import Tree


class Resolves(Protocol):
    """What these functions need of the resolver."""

    form: Form

    def resolve(self, tree: Tree, place: Place, many: bool = False) -> Tree:
        """The tree of the plan."""


def _position(it: Resolves, tree: list[Any], place: Place) -> Tree:
    if len(tree) == 1:
        if not place.condition:
            raise XPathError("position_place")
        return tree
    path = plain(it.form, tree[1], place)
    if path not in it.form.repeats_of(place.path):
        raise XPathError("position_place")
    return ["position", path]


def plain(form: Form, tree: Tree, place: Place) -> str:
    """The absolute path that a path without conditions names, be it a question, a group or a repeat."""
    if not isinstance(tree, list) or tree[0] != "path" or (isinstance(tree[1], list) and tree[1][0] == "instance"):
        raise XPathError("unknown_reference", "")
    path = "" if tree[1] == "/" else place.path if tree[1] == "." else place.outer or place.path
    for step in tree[2:]:
        if not isinstance(step, str):
            raise XPathError("predicate_place", step[0])
        path = path.rpartition("/")[0] if step == ".." else f"{path}/{step}"
    if path not in form.paths:
        raise XPathError("unknown_reference", path.rpartition("/")[2] or "..")
    return path


def _indexed_repeat(it: Resolves, tree: list[Any], place: Place) -> Tree:
    path = plain(it.form, tree[1], place)
    pairs = [[plain(it.form, tree[n], place), it.resolve(tree[n + 1], place)] for n in range(2, len(tree), 2)]
    if [repeat for repeat, _index in pairs] != it.form.repeats_of(path) or not it.form.paths[path]:
        raise XPathError("indexed_repeat")
    if pairs[0][0] in it.form.repeats_of(place.path):
        raise XPathError("own_repeat", path.rpartition("/")[2])
    return ["indexed", path, *pairs]


def _choice_name(it: Resolves, tree: list[Any], place: Place) -> Tree:
    path = str(tree[2]).strip()
    if path not in it.form.paths or path not in it.form.used:
        raise XPathError("choice_name")
    return ["choice-name", it.resolve(tree[1], place), path]


def _pulldata(it: Resolves, tree: list[Any], place: Place) -> Tree:
    name, column, key = tree[1].removesuffix(".csv"), tree[2], tree[3]
    if name not in it.form.lists.names:
        raise XPathError("unknown_instance", name)
    for each in (column, key):
        it.form.lists.use(name, each)
    return ["pulldata", name, column, key, it.resolve(tree[4], place)]


def _regex(it: Resolves, tree: list[Any], place: Place) -> Tree:
    return ["regex", it.resolve(tree[1], place), portable_pattern(tree[2])]


CALLS: Mapping[str, Callable[[Resolves, list[Any], Place], Tree]] = {
    "position": _position, "indexed-repeat": _indexed_repeat, "jr:choice-name": _choice_name, "pulldata": _pulldata, "regex": _regex,
}
