"""What the records of a form are about and which step of a problem they take, read from its plan. Pure.

A form says the step by a hidden or calculated question named «step» with a fixed word: report, rectify, check,
new_household, visit or sample. A form without it is a check of households or schemes: what it finds becomes facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STEPS = ("report", "rectify", "check", "new_household", "visit", "sample")
_ABOUT = {"rectify": "problem", "check": "problem", "visit": "household"}
_LISTS = {"household": "households.csv", "scheme": "schemes.csv"}


@dataclass(frozen=True)
class Purpose:
    """`step`: "" for a check. `about`: household, scheme, problem, or "" (a report is of a household or of a scheme)."""

    step: str = ""
    about: str = ""


def purpose_of(plan: Mapping[str, Any]) -> Purpose:
    """The purpose of a form."""
    root = f"/{plan['form']['root']}"
    top = {str(node["path"]): node for node in plan["nodes"]}
    step = _fixed(top.get(f"{root}/step", {}))
    if step:
        return Purpose(step, _ABOUT.get(step, ""))
    files = {str(told["file"]) for told in plan["files"].values()}
    # A household check is given its scheme too: only a form that picks schemes is about one.
    about = next((kind for kind, file in _LISTS.items() if file in files), "")
    about = about or next((kind for kind in _LISTS if f"{root}/{kind}" in top), "")
    return Purpose("", about)


def _fixed(node: Mapping[str, Any]) -> str:
    """The word of the list that a question always says."""
    said = node.get("calculate", node.get("default", "")) if node.get("kind") == "value" else ""
    return said if isinstance(said, str) and said in STEPS else ""
