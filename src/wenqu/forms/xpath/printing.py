"""Tree -> text: ``parse(text_of(tree)) == tree``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wenqu.forms.xpath.trees import OPERATORS, UNARY, Tree


def text_of(tree: Tree) -> str:
    """An expression as people write it, with no more brackets than needed."""
    return _text(tree, 0)


def _text(tree: Tree, level: int) -> str:
    if isinstance(tree, str):
        quote = '"' if "'" in tree else "'"
        return f"{quote}{tree}{quote}"
    if isinstance(tree, int | float):
        return format(Decimal(repr(tree)), "f")
    kind = tree[0]
    if kind in OPERATORS:
        own = OPERATORS[kind]
        text = f"{_text(tree[1], own)} {kind} {_text(tree[2], own + 1)}"
        return f"({text})" if own < level else text
    if kind == "neg":
        return f"-{_text(tree[1], UNARY)}"
    if kind == "var":
        return f"${{{tree[1]}}}"
    if kind == "path":
        return _path(tree)
    return f"{kind}({', '.join(text_of(each) for each in tree[1:])})"


def _path(tree: list[Any]) -> str:
    start, steps = tree[1], [_step(step) for step in tree[2:]]
    if start == "/":
        return "/" + "/".join(steps)
    if start == ".":
        return "/".join(steps) or "."
    name = "current()" if start[0] == "current" else f"instance({_text(start[1], 0)})"
    return "/".join([name, *steps])


def _step(step: Any) -> str:
    if isinstance(step, str):
        return step
    return step[0] + "".join(f"[{text_of(each)}]" for each in step[1:])
