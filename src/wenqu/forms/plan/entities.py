"""Entities that an answer makes or changes, as the entities sheet says."""

from __future__ import annotations

from typing import Any

from wenqu.forms.plan.nodes import Nodes
from wenqu.forms.plan.xform import Node, XForm, leaves

_ATTRIBUTES = frozenset({"dataset", "id", "create", "update", "baseVersion", "trunkVersion", "branchId"})


def entities_of(xform: XForm, nodes: Nodes) -> list[dict[str, Any]]:
    """For each entity where it stands, its attributes (texts or trees, and what is set at first) and what is saved to it."""
    found = [_entity(xform, node, nodes) for node in leaves(xform.root) if node.path.endswith("/meta/entity")]
    for path, bind in xform.binds.items():
        name = bind.get("entities:saveto")
        if name is None:
            continue
        around = [each for each in found if path.startswith(str(each["path"]).removesuffix("meta/entity"))]
        if around:
            max(around, key=lambda each: len(str(each["path"])))["saves"][name] = path
    return found


def _entity(xform: XForm, node: Node, nodes: Nodes) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for name, text in node.attributes.items():
        if name not in _ATTRIBUTES:
            nodes.refuse(node.path, name, "entity")
        bind = xform.binds.get(f"{node.path}/@{name}", {})
        attributes[name] = nodes.tree(f"{node.path}/@{name}", "entity", bind["calculate"]) if "calculate" in bind else text
    return {"path": node.path, "attributes": attributes, "saves": {}}
