"""What the source says of the audit: which verbs it writes, and which functions come to write an entry."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "wenqu"
# Where the entries end: both are given their verb by whoever calls.
RECORDERS = {"record", "refused", "note_look"}


@cache
def trees() -> dict[str, ast.Module]:
    """module name -> syntax tree, of the whole product."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def imports(module: str) -> dict[str, str]:
    """What a name means in a module: «audit» -> «wenqu.kit.audit», «judge_division» -> «wenqu.judging.actions.judge_division»."""
    names = {}
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("wenqu"):
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return names


def dotted(node: ast.expr, module: str) -> str:
    """The full name of what is called, as far as the imports tell: «» for methods of things."""
    if isinstance(node, ast.Name):
        known = imports(module).get(node.id)
        return known or f"{module}.{node.id}"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        known = imports(module).get(node.value.id)
        return f"{known}.{node.attr}" if known else ""
    return ""


@cache
def functions() -> dict[str, tuple[str, ast.FunctionDef]]:
    """Full name -> (module, function), of the functions at the top of every module."""
    return {
        f"{module}.{node.name}": (module, node)
        for module, tree in trees().items() for node in tree.body if isinstance(node, ast.FunctionDef)
    }


def reaches_record(name: str, seen: set[str] | None = None) -> bool:
    """Whether a function records an entry, itself or through functions that it calls by name."""
    seen = set() if seen is None else seen
    if name in {f"wenqu.kit.audit.{each}" for each in RECORDERS} | {"wenqu.kit.looks.note_look"}:
        return True
    if name in seen or name not in functions():
        return False
    seen.add(name)
    module, function = functions()[name]
    calls = [dotted(node.func, module) for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(reaches_record(call, seen) for call in calls if call)


def verbs() -> dict[str, str]:
    """verb -> a module that writes it. A verb handed on by a helper is looked for where the helper is called."""
    found: dict[str, str] = {}
    for module, tree in trees().items():
        for owner, call in _calls(tree):
            if _ends_with(call.func, "record") and (value := _keyword(call, "verb")) is not None:
                found |= dict.fromkeys(_values(value, module, owner), module)
            if _ends_with(call.func, "note_look") and len(call.args) > 1:
                found |= dict.fromkeys(_values(call.args[1], module, owner), module)
    return found


def guesses() -> set[str]:
    """What somebody guesses at: the third argument of every `Guess`."""
    found: set[str] = set()
    for module, tree in trees().items():
        for owner, call in _calls(tree):
            if _ends_with(call.func, "Guess") and len(call.args) > 2:
                found |= _values(call.args[2], module, owner)
    return found


def _calls(tree: ast.Module) -> list[tuple[ast.FunctionDef | None, ast.Call]]:
    found = []
    for owner in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        found += [(owner, node) for node in ast.walk(owner) if isinstance(node, ast.Call)]
    return found


def _ends_with(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == name) or (isinstance(node, ast.Name) and node.id == name)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _values(node: ast.expr, module: str, owner: ast.FunctionDef | None) -> set[str]:
    """The texts that an expression may be."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return _values(node.body, module, owner) | _values(node.orelse, module, owner)
    if isinstance(node, ast.JoinedStr):
        return _joined(node, module, owner)
    if isinstance(node, ast.Name):
        return _constant(node.id, module) or _handed(node.id, module, owner)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _constant(node.attr, imports(module).get(node.value.id, ""))
    return set()


def _joined(node: ast.JoinedStr, module: str, owner: ast.FunctionDef | None) -> set[str]:
    """What a text put together may be: every part with every value that is handed for it."""
    texts = {""}
    for part in node.values:
        ends = _values(part.value if isinstance(part, ast.FormattedValue) else part, module, owner)
        texts = {text + end for text in texts for end in ends}
    return texts


def _constant(name: str, module: str) -> set[str]:
    origin, _dot, there = imports(module).get(name, f"{module}.{name}").rpartition(".") if module in trees() else ("", "", "")
    if origin not in trees():
        return set()
    found = set()
    for node in trees()[origin].body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = zip(target.elts, node.value.elts, strict=True) if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) else [(target, node.value)]
            found |= {
                value.value for named, value in pairs
                if isinstance(named, ast.Name) and named.id == there and isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    return found


def _handed(name: str, module: str, owner: ast.FunctionDef | None) -> set[str]:
    """What the callers of `owner` give for its parameter `name`."""
    if owner is None or module in {"wenqu.kit.audit", "wenqu.kit.looks"}:
        return set()
    positional = [each.arg for each in owner.args.args]
    found: set[str] = set()
    for caller, tree in trees().items():
        if owner.name.startswith("_") and caller != module:
            continue
        for inside, call in _calls(tree):
            if not _ends_with(call.func, owner.name) or inside is owner:
                continue
            given = _keyword(call, name)
            if given is None and name in positional and positional.index(name) < len(call.args):
                given = call.args[positional.index(name)]
            if given is not None:
                found |= _values(given, caller, inside)
    return found
