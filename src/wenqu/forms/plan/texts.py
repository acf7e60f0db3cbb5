"""All texts of a form, once each: a list per text, one entry per language, ``None`` where the first language stands in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from wenqu.forms.plan.xform import Element, XForm, local
from wenqu.forms.xpath.errors import XPathError

_ITEXT = re.compile(r"jr:itext\('(.+)'\)")
# What pyxform writes for a text that a language does not have.
_NONE = "-"
Resolve = Callable[[str], Any]


class Texts:
    """Collects texts and gives each a number. A text with values in it is ``["text", part, tree, …]``."""

    def __init__(self, form: XForm) -> None:
        self._itext = form.itext
        self.languages = list(form.itext) or ["default"]
        self.texts: list[list[Any]] = []
        self._numbers: dict[str, int] = {}

    def plain(self, text: str) -> int:
        """The number of a text that is alike in all languages."""
        return self._number([text])

    def of_attribute(self, value: str, form: str, resolve: Resolve | None) -> int | None:
        """The number of the text of an attribute: a reference to the translations, or the text itself."""
        match = _ITEXT.fullmatch(value.strip())
        return self.by_id(match[1], form, resolve) if match else self.plain(value.strip()) if value.strip() else None

    def of_element(self, element: Element | None, form: str, resolve: Resolve | None) -> int | None:
        """The number of the text of a label or hint."""
        if element is None:
            return None
        reference = element.get("ref")
        if reference is not None:
            return self.of_attribute(reference, form, resolve)
        content = _content(element, resolve)
        return self._number([content]) if content and not form else None

    def by_id(self, name: str, form: str, resolve: Resolve | None) -> int | None:
        """The number of a translated text, in one of its forms (``""``, ``guidance``)."""
        found: list[Any] = []
        for texts in self._itext.values():
            values = {value.get("form", ""): value for value in texts[name]} if name in texts else {}
            strange = set(values) - {"", "guidance"}
            if strange:
                raise XPathError("plan_unsupported", " ".join(sorted(strange)))
            found.append(_content(values[form], resolve) if form in values else None)
        if any(each not in (None, "", _NONE) for each in found):
            found = [None if each in ("", _NONE) else each for each in found]
        if all(each in (None, "") for each in found):
            return None
        while len(found) > 1 and found[-1] is None:
            found.pop()
        return self._number(found)

    def _number(self, found: list[Any]) -> int:
        key = json.dumps(found, ensure_ascii=False)
        if key not in self._numbers:
            self._numbers[key] = len(self.texts)
            self.texts.append(found)
        return self._numbers[key]


def _content(element: Element, resolve: Resolve | None) -> Any:
    parts: list[Any] = [element.text or ""]
    for child in element:
        if local(child.tag) != "output" or resolve is None:
            raise XPathError("plan_unsupported", local(child.tag))
        parts += [resolve(child.get("value", "")), child.tail or ""]
    parts[0] = parts[0].lstrip()
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    parts = [part for part in parts if part != ""]
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    return ["text", *parts] if parts else ""
