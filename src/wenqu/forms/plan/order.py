"""In which order what is worked out by itself is to be worked out; a circle is refused."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from wenqu.forms.plan.errors import PlanProblem

Step = tuple[str, str]


def order_of(nodes: list[dict[str, Any]]) -> tuple[list[list[str]], list[PlanProblem]]:
    """[what, path] of every relevant, calculate and count, each after all that it rests on."""
    every = list(flat(nodes))
    kinds = {str(node["path"]): str(node["kind"]) for node in every}
    counted = {path for path in kinds if any(node["path"] == path and "count" in node for node in every)}
    sorter: TopologicalSorter[Step] = TopologicalSorter()
    has: set[Step] = set()
    for node in every:
        path = str(node["path"])
        above = path.rpartition("/")[0]
        for part in ("count", "relevant", "calculate"):
            if node.get(part) is not None:
                has.add((part, path))
        relevance = [("relevant", above)] if above in kinds else []
        sorter.add(("relevant", path), *relevance, *_needs(node.get("relevant"), kinds))
        sorter.add(("count", path), *_needs(node.get("count"), kinds))
        around = [("count", repeat) for repeat in counted if path.startswith(repeat + "/")]
        # Nothing rests on what is required or read-only, but JavaRosa asks of questions, not of rules: two that require each other are a circle.
        rules = [need for part in ("calculate", "required", "readonly") for need in _needs(node.get(part), kinds)]
        sorter.add(("calculate", path), ("relevant", path), *around, *rules)
    try:
        return [list(step) for step in sorter.static_order() if step in has], []
    except CycleError as error:
        circle = [step for step in error.args[1] if step in has] or list(error.args[1])
        names = " → ".join(step[1].rpartition("/")[2] for step in [*circle, circle[0]] if step[1])
        part, path = circle[0]
        node = next(each for each in every if each["path"] == path)
        told = next((each for each in (part, "required", "readonly") if node.get(each) is not None), part)
        return [], [PlanProblem("cycle", path, told, names)]


def flat(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All nodes with those inside, in the order of the form."""
    for node in nodes:
        yield node
        yield from flat(node.get("children", []))


def _needs(tree: Any, kinds: dict[str, str]) -> list[Step]:
    found: list[Step] = []
    for path in paths_in(tree):
        if kinds.get(path) in {"group", "repeat"}:
            found += [("relevant", path), ("count", path)]
        elif path in kinds:
            found.append(("calculate", path))
    return found


def paths_in(tree: Any) -> Iterator[str]:
    """All paths that a tree of the plan reads."""
    if not isinstance(tree, list) or not tree:
        return
    if isinstance(tree[0], str) and tree[0] in {"ref", "refs", "indexed"}:
        yield tree[1]
    for child in tree:
        yield from paths_in(child)
