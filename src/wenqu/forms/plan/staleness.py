"""What JavaRosa would show stale or stop at, depending on the order of typing: refused, so that both engines always say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wenqu.forms.plan.errors import PlanProblem
from wenqu.forms.plan.order import flat, paths_in
from wenqu.forms.plan.places import Form

# What is worked out anew when something that it reads changes; limits and texts are looked at when they are needed.
_KEPT = ("calculate", "relevant", "required", "readonly")


def stale(nodes: list[dict[str, Any]], sets: list[list[Any]], form: Form) -> list[PlanProblem]:
    """A trigger that sets questions in entries that it is not in, and rules inside a repeat on what rests on all of its entries."""
    return [*_triggers(sets, form), *_circles_through_entries({str(node["path"]): node for node in flat(nodes)}, form)]


def _triggers(sets: list[list[Any]], form: Form) -> Iterator[PlanProblem]:
    for event, target, _tree, *source in sets:
        if event == "changed" and not set(form.repeats_of(target)) <= set(form.repeats_of(source[0])):
            yield PlanProblem("trigger_outside", target, "trigger", source[0].rpartition("/")[2])


def _circles_through_entries(nodes: dict[str, dict[str, Any]], form: Form) -> Iterator[PlanProblem]:
    rests: dict[str, set[str]] = {}
    for path, node in nodes.items():
        for part in _KEPT:
            for read in dict.fromkeys(paths_in(node.get(part))):
                around = [repeat for repeat in form.repeats_of(path) if repeat != path and not _inside(read, repeat)]
                if any(_inside(other, repeat) for repeat in around for other in _all_below(read, nodes, rests)):
                    yield PlanProblem("rests_on_entries", path, part, read.rpartition("/")[2])


def _inside(path: str, repeat: str) -> bool:
    return path == repeat or path.startswith(repeat + "/")


def _all_below(path: str, nodes: dict[str, dict[str, Any]], known: dict[str, set[str]]) -> set[str]:
    """All paths that a value rests on, directly or by others: what works it out, and what says whether it is there."""
    if path not in known:
        found: set[str] = set()
        waiting = [path]
        while waiting:
            for read in _reads(waiting.pop(), nodes):
                if read not in found:
                    found.add(read)
                    waiting.append(read)
        known[path] = found
    return known[path]


def _reads(path: str, nodes: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield from paths_in(nodes.get(path, {}).get("calculate"))
    steps = path.split("/")
    for end in range(len(steps), 2, -1):
        yield from paths_in(nodes.get("/".join(steps[:end]), {}).get("relevant"))
