"""Ask and refuse with one function: what an action checks is what the page asks before it offers the act."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wenqu"
FILES = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]
# Where pages and the API come to know what to offer.
ASKING = {"views", "api"}
ASKING_FILES = {"panels.py", "queries.py", "forms.py", "showing.py"}
# Checks that depend wholly on what is typed into the form: nothing can be asked before, the form comes back with the sentence.
TYPED = {
    "check_can_make_token",  # one of one's own duties, offered by the form, and until when
}


@cache
def names(path: Path) -> frozenset[str]:
    """Every name that a file uses."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.id if isinstance(node, ast.Name) else node.attr for node in tree if isinstance(node, ast.Name | ast.Attribute))


def is_asking(path: Path) -> bool:
    return bool(ASKING & set(path.relative_to(SOURCE).parts)) or path.name in ASKING_FILES


def functions() -> dict[str, tuple[Path, ast.FunctionDef]]:
    """Every function whose name begins with check_, and where it is defined."""
    return {
        node.name: (path, node) for path in FILES for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
    }


FUNCTIONS = functions()
# `check_can` is that of the steps of a problem, which takes the name of the step.
CHECKS = [name for name in FUNCTIONS if name == "check_can" or name.startswith("check_can_")]
ASKED = frozenset().union(*(names(path) for path in FILES if is_asking(path)))


def asked(check: str) -> bool:
    """Whether a page asks the check itself, a check that it is made of, or the rights that it asks of an area (by `@needs` or `may`)."""
    if check in ASKED:
        return True
    body = [node for node in ast.walk(FUNCTIONS[check][1]) if isinstance(node, ast.Name | ast.Attribute)]
    parts = {node.id for node in body if isinstance(node, ast.Name) and node.id in FUNCTIONS} - {"check_may", check}
    rights = {node.attr for node in body if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Right"}
    return any(asked(part) for part in parts) or (bool(rights) and rights <= ASKED)


def test_there_are_checks() -> None:
    assert {"check_can", "check_can_report", "check_can_judge", "check_can_import", "check_can_export", "check_can_reveal"} <= set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_used_by_an_act_and_asked_by_a_page(check: str) -> None:
    used = [path for path in FILES if check in names(path) and not is_asking(path)]
    assert used or check in ASKED, "nobody uses it"
    assert asked(check) is not (check in TYPED), [str(path.relative_to(SOURCE)) for path in used]


@pytest.mark.parametrize("path", [path for path in FILES if "views" in path.parts], ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_view_does_not_look_at_roles(path: Path) -> None:
    """Rights are asked of the area; a view that compares roles would decide by itself."""
    compared = [
        ast.unparse(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and any(isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "Role" for each in ast.walk(node))
    ]
    assert compared == []


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_a_template_does_not_look_at_roles_or_levels(path: Path) -> None:
    found = re.findall(r"\b(?:duty|user|me|area)\.(?:role|is_(?!authenticated)|level)\w*", path.read_text(encoding="utf-8"))
    assert found == []
