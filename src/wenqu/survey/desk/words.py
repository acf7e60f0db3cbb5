"""Questions, choices and points in words, out of a plan. Pure but for its messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.languages import language
from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.survey.intake.answers import plain_path

# What forms work out for themselves speaks the language of the facts.
_CALCULATED = {"yes": gettext_lazy("是"), "no": gettext_lazy("否")}


class Words:
    """Labels of questions and choices out of a plan, in its first language."""

    def __init__(self, plan: dict[str, Any], picked: Mapping[str, str] | None = None) -> None:
        """`picked`: path of a choice out of the register -> what was picked is called."""
        self.plan, self.picked = plan, picked or {}
        self.nodes: dict[str, dict[str, Any]] = {}
        stack = list(plan["nodes"])
        while stack:
            node = stack.pop()
            self.nodes[node["path"]] = node
            stack.extend(node.get("children", []))

    def label(self, path: str) -> str:
        node = self.nodes.get(plain_path(path), {})
        text = self._text(node.get("label"))
        return text or name_in_words(path.rpartition("/")[2])

    def text(self, path: str, value: str) -> str:
        if path in self.picked:
            return self.picked[path]
        node = self.nodes.get(plain_path(path), {})
        if node.get("kind") == "geopoint":
            return point_in_words(value)
        labels = self.choices(node)
        if not labels:
            return str(_CALCULATED.get(value, value)) if node.get("kind") == "value" else value
        parts = value.split() if node.get("kind") == "select_multiple" else [value]
        return "、".join(labels.get(part) or part for part in parts)

    def choices(self, node: Mapping[str, Any]) -> dict[str, str]:
        """value -> label of the choices of a question; none where they come out of a file."""
        items = self.plan["lists"].get(node.get("list", ""), {}).get("items", [])
        return {str(item[0]): self._text(item[1]) for item in items if len(item) > 1}

    def _text(self, number: Any) -> str:
        if not isinstance(number, int):
            return ""
        first = self.plan["texts"][number][0]
        if isinstance(first, str):
            return first
        # A label that shows answers: its fixed words are enough to know the question by.
        return "".join(part for part in first[1:] if isinstance(part, str))

    def kind(self, path: str) -> str:
        """What kind of question it is, "" for none of the plan."""
        return str(self.nodes.get(plain_path(path), {}).get("kind", ""))

    def unit_label(self, unit: str) -> str:
        """The label of a question or of a repeat («/data/problem[]»)."""
        return self.label(unit.removesuffix("[]"))

    def lines(self, values: Mapping[str, str]) -> list[str]:
        """One answer as its text, entries of a repeat as a line each: «1. 种类：爆管；严重程度：一般»."""
        if all("[" not in path for path in values):
            return [self.text(path, text) for path, text in values.items()]
        entries: dict[str, list[str]] = {}
        for path, text in values.items():
            number = path.partition("[")[2].partition("]")[0]
            entries.setdefault(number, []).append(f"{self.label(path)}：{self.text(path, text)}")
        return [f"{number}. {'；'.join(told)}" for number, told in entries.items()]


# Values that no question asks for: what phones note and what forms are given, by the names that forms use.
_NAMES: dict[str, Any] = {
    "start": gettext_lazy("开始填写"), "end": gettext_lazy("填写完成"), "today": gettext_lazy("填表日期"), "deviceid": gettext_lazy("手机编号"), "username": gettext_lazy("填表人"),
    "household": gettext_lazy("农户"), "number": gettext_lazy("编号"), "village": gettext_lazy("村"), "head": gettext_lazy("户主"), "group": gettext_lazy("自然村（组）"), "scheme": gettext_lazy("供水工程"),
    "scheme_number": gettext_lazy("工程编号"), "name": gettext_lazy("名称"), "operator": gettext_lazy("运行管理单位"), "decentralised": gettext_lazy("是否分散供水"), "fee_rate": gettext_lazy("水费收缴率（%）"),
    "problem": gettext_lazy("问题"), "problem_number": gettext_lazy("问题编号"), "step": gettext_lazy("办理"),
}


def name_in_words(name: str) -> str:
    """What a value without words of its own is: a fact by its column, what phones and forms note by its usual name."""
    fact = FACTS_BY_NAME.get(name)
    if fact is not None:
        return fact.zh if language() == "zh" else fact.en
    return str(_NAMES.get(name, name))


def point_in_words(value: str) -> str:
    """«34.1 109.2 0 8» as phones write a point (WGS 84; the last is the accuracy in metres); what is none stays as it is."""
    try:
        latitude, longitude, *rest = (float(part) for part in value.split())
    except ValueError:
        return value
    told = {
        "north": _("北纬") if latitude >= 0 else _("南纬"), "latitude": abs(latitude), "east": _("东经") if longitude >= 0 else _("西经"),
        "longitude": abs(longitude), "metres": rest[1] if len(rest) > 1 else 0,
    }
    place = _("%(north)s %(latitude).5f°，%(east)s %(longitude).5f°（WGS 84）") % told
    return place + (_("，精度 %(metres).0f 米") % told if told["metres"] else "")
