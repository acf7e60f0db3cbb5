"""Trees of expressions: what they are made of, and walks through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

# A number, a text, or a list: JSON has no type for recursion that is worth its noise.
Tree = Any

# The operators from the weakest up; those of one line bind alike, all from the left.
LEVELS: tuple[tuple[str, ...], ...] = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
OPERATORS: dict[str, int] = {name: level for level, names in enumerate(LEVELS) for name in names}
UNARY = len(LEVELS)


def predicates(path: list[Any]) -> Iterator[Tree]:
    """The predicates of all steps of a path."""
    for step in path[2:]:
        if isinstance(step, list):
            yield from step[1:]


def children(tree: Tree) -> Iterator[Tree]:
    """The trees right inside a tree."""
    if not isinstance(tree, list) or tree[0] == "var":
        return
    yield from predicates(tree) if tree[0] == "path" else tree[1:]


def walk(tree: Tree) -> Iterator[Tree]:
    """A tree and all trees inside."""
    yield tree
    for child in children(tree):
        yield from walk(child)


def changed(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with its children changed; a path is left to the caller."""
    if not isinstance(tree, list) or tree[0] in {"var", "path"}:
        return tree
    return [tree[0], *(change(child) for child in tree[1:])]
