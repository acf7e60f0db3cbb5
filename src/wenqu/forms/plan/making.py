"""The one function that makes a plan."""

from __future__ import annotations

from typing import Any

from wenqu.forms.plan.entities import entities_of
from wenqu.forms.plan.errors import PlanProblem, PlanRefused
from wenqu.forms.plan.lists import Lists
from wenqu.forms.plan.nodes import Nodes
from wenqu.forms.plan.order import order_of
from wenqu.forms.plan.places import Form
from wenqu.forms.plan.staleness import stale
from wenqu.forms.plan.texts import Texts
from wenqu.forms.plan.xform import XForm, leaves, read_xform

# The version of the shape of a plan: a page that knows another one asks for a new page, not for a new form.
PLAN = 1
_EVENTS = {"odk-instance-first-load": "first", "odk-new-repeat": "new", "xforms-value-changed": "changed"}


def plan_of(xml: str) -> dict[str, Any]:
    """The plan of an XForm; ``PlanRefused`` with everything that the phone could not do."""
    xform = read_xform(xml)
    texts = Texts(xform)
    form = _form(xform, texts)
    nodes = Nodes(xform, form, texts)
    made = [nodes.node(child) for child in xform.root.children]
    entities = entities_of(xform, nodes)
    sets = [_set(nodes, *each) for each in xform.sets]
    order, circle = order_of(made)
    problems = nodes.problems + _unbound(xform, form) + circle + stale(made, sets, form)
    if problems:
        raise PlanRefused(problems)
    root = xform.root
    plan = {
        "plan": PLAN,
        "form": {"id": root.attributes.get("id", ""), "version": root.attributes.get("version", ""), "title": xform.title,
                 "root": root.path[1:]},
        "languages": texts.languages,
        "nodes": made,
        "order": order,
        "lists": form.lists.inline(),
        "files": form.lists.files(),
        "sets": sets,
        "entities": entities,
    }
    # Last, for texts are numbered while the rest is made.
    return {**plan, "texts": texts.texts}


def _form(xform: XForm, texts: Texts) -> Form:
    groups = {path for path, control in xform.controls.items() if control.tag == "group"} | set(xform.repeats)
    paths = {node.path: not node.children and node.path not in groups for node in leaves(xform.root)}
    selects = {path for path, control in xform.controls.items() if control.tag in {"select", "select1"}}
    return Form(paths, set(xform.repeats), Lists(xform, texts), selects)


def _set(nodes: Nodes, event: str, source: str, target: str, text: str) -> list[Any]:
    if event not in _EVENTS:
        nodes.refuse(target, event, "default")
    tree = nodes.tree(target, "calculate" if source else "default", text)
    return [_EVENTS.get(event, event), target, tree, *([source] if source else [])]


def _unbound(xform: XForm, form: Form) -> list[PlanProblem]:
    """Binds and controls of elements that are not there."""
    known = {*form.paths, *(f"{node.path}/@{name}" for node in leaves(xform.root) for name in node.attributes)}
    return [PlanProblem("unknown_reference", path, "", path) for path in {**xform.binds, **xform.controls} if path not in known]
