"""The XML of an XForm as Python: elements by path, binds, controls, lists. Nothing is understood here, nothing dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from wenqu.forms.plan.errors import PlanProblem, PlanRefused

Element = Any
XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
ORX = "{http://openrosa.org/xforms}"
ODK = "{http://www.opendatakit.org/xforms}"
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
_PREFIXES = {XF: "", H: "h:", JR: "jr:", ORX: "orx:", ODK: "odk:", ENTITIES: "entities:"}
_NAMESPACE = re.compile(r"^\{[^}]*\}")


@dataclass(slots=True)
class Node:
    """An element of the answer: a leaf has no children."""

    path: str
    text: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Control:
    """An element of the body that stands for an element of the answer."""

    tag: str
    attributes: dict[str, str]
    element: Element


@dataclass(slots=True)
class XForm:
    """All parts of one form."""

    title: str
    root: Node
    binds: dict[str, dict[str, str]]
    controls: dict[str, Control]
    repeats: dict[str, dict[str, str]]
    sets: list[tuple[str, str, str, str]]
    itext: dict[str, dict[str, Element]]
    instances: dict[str, Element]


def local(name: str) -> str:
    """The name of a tag or attribute with the prefix that XForms give it."""
    for namespace, prefix in _PREFIXES.items():
        if name.startswith(namespace):
            return prefix + name[len(namespace):]
    return _NAMESPACE.sub("?:", name)


def read_xform(xml: str) -> XForm:
    """The parts of an XForm; a broken one, or one with a DTD, is refused."""
    try:
        top = fromstring(xml.encode(), forbid_dtd=True)
        model, body = top.find(f"{H}head/{XF}model"), top.find(f"{H}body")
        instances = model.findall(f"{XF}instance")
        first = instances[0][0]
    except (ParseError, DefusedXmlException, AttributeError, IndexError, UnicodeError):
        raise PlanRefused([PlanProblem("xml_broken", "", "")]) from None
    form = XForm(
        title=(top.findtext(f"{H}head/{H}title") or "").strip(),
        root=_node(first, ""),
        binds={bind.get("nodeset", ""): _attributes(bind) for bind in model.findall(f"{XF}bind")},
        controls={}, repeats={},
        sets=[set_ for each in model.findall(f"{XF}setvalue") for set_ in _sets(each, "")],
        itext={t.get("lang", ""): {text.get("id", ""): text for text in t} for t in _translations(model)},
        instances={each.get("id", ""): each for each in instances[1:]},
    )
    for child in model:
        if local(child.tag) not in {"itext", "instance", "bind", "setvalue"}:
            raise PlanRefused([PlanProblem("plan_unsupported", "", "", local(child.tag))])
    for child in body:
        _read_control(form, child)
    if body.attrib:
        raise PlanRefused([PlanProblem("plan_unsupported", "", "", " ".join(body.attrib.values()))])
    return form


def _translations(model: Element) -> list[Element]:
    found = model.findall(f"{XF}itext/{XF}translation")
    return sorted(found, key=lambda each: each.get("default") is None)


def _attributes(element: Element) -> dict[str, str]:
    return {local(name): value for name, value in element.attrib.items()}


def _node(element: Element, above: str) -> Node:
    path = f"{above}/{local(element.tag).rpartition(':')[2]}"
    node = Node(path, (element.text or "").strip(), _attributes(element))
    seen = set()
    for child in element:
        # pyxform writes a repeat twice: as template and as first entry.
        if child.tag not in seen:
            node.children.append(_node(child, path))
        seen.add(child.tag)
    return node


def _sets(element: Element, source: str) -> Iterator[tuple[str, str, str, str]]:
    """(event, question whose change it is, target, expression) of a setvalue."""
    attributes = _attributes(element)
    value = attributes.pop("value", None)
    value = f"'{(element.text or '').strip()}'" if value is None else value
    target, events = attributes.pop("ref", ""), attributes.pop("event", "").split()
    if attributes:
        raise PlanRefused([PlanProblem("plan_unsupported", target, "default", " ".join(attributes))])
    for event in events:
        yield event, source, target, value


def _read_control(form: XForm, element: Element) -> None:
    tag, attributes = local(element.tag), _attributes(element)
    path = attributes.get("ref") or attributes.get("nodeset", "")
    if tag in {"label", "hint", "itemset", "item", "value"}:
        return
    if tag == "setvalue":
        return
    if tag == "repeat":
        form.repeats[path] = attributes
    elif path:
        form.controls[path] = Control(tag, attributes, element)
    else:
        raise PlanRefused([PlanProblem("plan_unsupported", "", "", tag)])
    for child in element:
        if local(child.tag) == "setvalue":
            form.sets += _sets(child, "" if tag == "repeat" else path)
        elif tag in {"group", "repeat"}:
            _read_control(form, child)


def leaves(node: Node) -> Iterator[Node]:
    """A node and all nodes inside, in the order of the form."""
    yield node
    for child in node.children:
        yield from leaves(child)
