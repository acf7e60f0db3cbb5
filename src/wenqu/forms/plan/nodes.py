"""Questions, groups and repeats of the plan."""

from __future__ import annotations

from typing import Any

from wenqu.forms.plan.errors import PlanProblem
from wenqu.forms.plan.lists import choices_of
from wenqu.forms.plan.places import Form, Place
from wenqu.forms.plan.resolving import Resolver
from wenqu.forms.plan.texts import Texts
from wenqu.forms.plan.xform import XF, Control, Node, XForm
from wenqu.forms.xpath import XPathError, parse

_INPUTS = {"string": "text", "int": "integer", "decimal": "decimal", "date": "date", "time": "time", "dateTime": "datetime",
           "geopoint": "geopoint", "barcode": "barcode"}
_BIND = frozenset({"nodeset", "type", "relevant", "constraint", "required", "readonly", "calculate", "jr:constraintMsg", "jr:requiredMsg",
                   "jr:preload", "jr:preloadParams", "orx:max-pixels", "entities:saveto"})
_CONTROL = frozenset({"ref", "appearance", "mediatype", "accuracyThreshold", "unacceptableAccuracyThreshold"})
_REPEAT = frozenset({"nodeset", "jr:count", "appearance", "jr:noAddRemove"})
_NUMBERS = {"orx:max-pixels": "pixels", "accuracyThreshold": "accuracy", "unacceptableAccuracyThreshold": "accuracy_limit"}
_PRELOADS = frozenset({("timestamp", "start"), ("timestamp", "end"), ("date", "today"), ("property", "deviceid"), ("property", "username"),
                       ("uid", "")})


class Nodes:
    """Makes the nodes of one form and collects what is wrong with them."""

    def __init__(self, xform: XForm, form: Form, texts: Texts) -> None:
        self._xform = xform
        self._form = form
        self._texts = texts
        self._resolver = Resolver(form)
        self.problems: list[PlanProblem] = []

    def tree(self, path: str, part: str, text: str, many: bool = False) -> Any:
        """The resolved tree of one expression, ``None`` where it is refused."""
        try:
            return self._resolver.resolve(parse(text), Place(path), many)
        except XPathError as error:
            self.problems.append(PlanProblem(error.code, path, part, error.what))
            return None

    def refuse(self, path: str, what: str, part: str = "") -> None:
        """Note something that the phone cannot do."""
        self.problems.append(PlanProblem("plan_unsupported", path, part, what))

    def node(self, node: Node) -> dict[str, Any]:
        """One node with all nodes inside."""
        path, control = node.path, self._xform.controls.get(node.path)
        bind = self._xform.binds.get(path, {})
        kind = self._kind(node, control, bind)
        found: dict[str, Any] = {"path": path, "kind": kind}
        for name in bind.keys() - _BIND:
            self.refuse(path, name)
        if control is not None:
            self._look(found, control)
        self._rules(found, bind)
        if kind == "value" and bind.get("type", "string") != "string":
            found["type"] = bind["type"]
        if node.text:
            found["default"] = node.text
        if kind == "repeat":
            self._repeat(found)
        if kind in {"group", "repeat"}:
            found["children"] = [self.node(child) for child in node.children]
        return found

    def _kind(self, node: Node, control: Control | None, bind: dict[str, str]) -> str:
        if node.path in self._form.repeats:
            return "repeat"
        if not self._form.paths[node.path]:
            return "group"
        if control is None:
            return "value"
        type_ = bind.get("type", "string")
        if control.tag == "input" and type_ in _INPUTS:
            shown = {"calculate", "jr:preload"} & bind.keys() or node.text or any(target == node.path for _e, _s, target, _v in self._xform.sets)
            return "note" if type_ == "string" and bind.get("readonly") == "true()" and not shown else _INPUTS[type_]
        if control.tag == "upload" and control.attributes.get("mediatype") == "image/*":
            return "signature" if "signature" in control.attributes.get("appearance", "").split() else "photo"
        simple = {"select1": "select_one", "select": "select_multiple", "trigger": "acknowledge"}
        if control.tag not in simple:
            self.refuse(node.path, f"{control.tag} {type_}", "type")
        return simple.get(control.tag, "text")

    def _look(self, found: dict[str, Any], control: Control) -> None:
        path = str(found["path"])
        for name in control.attributes.keys() - _CONTROL:
            self.refuse(path, name)
        for name in ("label", "hint"):
            self._text(found, name, control.element.find(f"{XF}{name}"), "")
        self._text(found, "guidance", control.element.find(f"{XF}hint"), "guidance")
        words = [word for word in control.attributes.get("appearance", "").split() if word != "signature"]
        if words:
            found["appearance"] = words
        for name in ("accuracyThreshold", "unacceptableAccuracyThreshold"):
            if name in control.attributes:
                found[_NUMBERS[name]] = float(control.attributes[name])
        if found["kind"] in {"select_one", "select_multiple"}:
            self._choices(found, control)

    def _text(self, found: dict[str, Any], name: str, element: Any, form: str) -> None:
        path = str(found["path"])
        try:
            number = self._texts.of_element(element, form, lambda text: self.tree(path, name, text))
        except XPathError as error:
            self.problems.append(PlanProblem(error.code, path, name, error.what))
            return
        if number is not None:
            found[name] = number

    def _choices(self, found: dict[str, Any], control: Control) -> None:
        path, itemset = str(found["path"]), control.element.find(f"{XF}itemset")
        if itemset is None:
            self.refuse(path, "item", "type")
            return
        nodeset, value, label = choices_of(itemset)
        rows = self.tree(path, "choice_filter", nodeset, many=True)
        if rows is None:
            return
        if rows[0] != "rows" or len(rows) > 3:
            self.refuse(path, nodeset, "type")
            return
        found["list"] = rows[1]
        if rows[2]:
            found["where"] = rows[2]
        if self._form.lists.is_file(rows[1]):
            found["columns"] = [value, label]
            for column in (value, label):
                self._form.lists.use(rows[1], column)

    def _rules(self, found: dict[str, Any], bind: dict[str, str]) -> None:
        path = str(found["path"])
        for part in ("relevant", "constraint", "required", "readonly", "calculate"):
            if part not in bind or (found["kind"] == "note" and part == "readonly"):
                continue
            tree = self.tree(path, part, bind[part])
            if part in {"required", "readonly"} and tree in (["true"], ["false"]):
                tree = True if tree == ["true"] else None
            if tree is not None:
                found[part] = tree
        for attribute, name in (("jr:constraintMsg", "constraint_message"), ("jr:requiredMsg", "required_message")):
            if attribute in bind:
                found[name] = self._texts.of_attribute(bind[attribute], "", lambda text: self.tree(path, "label", text))
        if "jr:preload" in bind:
            preload = (bind["jr:preload"], bind.get("jr:preloadParams", ""))
            if preload not in _PRELOADS:
                self.refuse(path, " ".join(preload), "type")
            found["preload"] = preload[1] or preload[0]
        if "orx:max-pixels" in bind:
            found["pixels"] = int(bind["orx:max-pixels"])

    def _repeat(self, found: dict[str, Any]) -> None:
        path = str(found["path"])
        attributes = self._xform.repeats[path]
        for name in attributes.keys() - _REPEAT:
            self.refuse(path, name)
        if "jr:count" in attributes:
            found["count"] = self.tree(path, "repeat_count", attributes["jr:count"])
        words = attributes.get("appearance", "").split()
        if words:
            found["appearance"] = words
