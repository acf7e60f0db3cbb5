"""What a new version of a form asks otherwise than the one before, in words for whoever publishes it. Pure but for its messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.facts.models import Key
from wenqu.survey.desk.words import Words

_FACTS = frozenset(str(key.label) for key in Key)
_NO_QUESTION = frozenset({"group", "note"})
# What a question rests on beside its words, and how each is called.
_RULES: dict[str, Any] = {
    "relevant": gettext_lazy("显示条件"), "constraint": gettext_lazy("约束"), "required": gettext_lazy("是否必填"), "calculate": gettext_lazy("计算公式"), "readonly": gettext_lazy("是否只读"),
    "default": gettext_lazy("默认值"), "where": gettext_lazy("选项筛选"), "count": gettext_lazy("重复次数"),
}
_KINDS: dict[str, Any] = {
    "text": gettext_lazy("文字"), "integer": gettext_lazy("整数"), "decimal": gettext_lazy("小数"), "date": gettext_lazy("日期"), "time": gettext_lazy("时间"), "datetime": gettext_lazy("日期时间"),
    "select_one": gettext_lazy("单选"), "select_multiple": gettext_lazy("多选"), "photo": gettext_lazy("照片"), "signature": gettext_lazy("签名"), "geopoint": gettext_lazy("定位"),
    "barcode": gettext_lazy("扫码"), "acknowledge": gettext_lazy("确认"), "value": gettext_lazy("计算或给出的值"), "repeat": gettext_lazy("重复组"),
}


@dataclass(frozen=True)
class Change:
    """One question that is not as it was. `fact`: its answers go into the register, by its name."""

    what: str
    label: str
    name: str
    told: str
    fact: bool


@dataclass(frozen=True)
class Compared:
    """`first`: there is no version before it. `facts`: all questions of the new version whose answers go into the register."""

    changes: list[Change]
    facts: list[tuple[str, str]]
    first: bool


def compared(new: Mapping[str, Any], old: Mapping[str, Any] | None) -> Compared:
    """What is different in `new`; questions are the same where they have the same name, wherever they stand."""
    now, words = _questions(new), Words(dict(new))
    facts = [(words.label(node["path"]), name) for name, node in now.items() if _is_fact(name, node)]
    if old is None:
        return Compared([], facts, True)
    before, old_words = _questions(old), Words(dict(old))
    changes = [_change(_("新增"), words, name, node, _kind(node)) for name, node in now.items() if name not in before]
    changes += [_change(_("删去"), old_words, name, node, _kind(node)) for name, node in before.items() if name not in now]
    for name, node in now.items():
        if name in before:
            changes += _between(name, node, words, before[name], old_words)
    return Compared(sorted(changes, key=lambda each: not each.fact), facts, False)


def compared_versions(new: str, old: str | None) -> Compared:
    """The same of two plans as they are kept."""
    return compared(json.loads(new), json.loads(old) if old is not None else None)


def _questions(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """name -> question; of two with one name the later is told apart by its path."""
    found: dict[str, dict[str, Any]] = {}
    stack = list(reversed(plan["nodes"]))
    while stack:
        node = stack.pop()
        path, kind = str(node["path"]), node["kind"]
        if path.split("/")[2:3] == ["meta"]:
            continue
        if kind not in _NO_QUESTION and "preload" not in node:
            name = path.rpartition("/")[2]
            found[path if name in found else name] = node
        stack.extend(reversed(node.get("children", [])))
    return found


def _between(name: str, node: dict[str, Any], words: Words, before: dict[str, Any], old_words: Words) -> list[Change]:
    out = []
    if node["kind"] != before["kind"]:
        out.append(_change(_("改了题型"), words, name, node, _("%(before)s → %(now)s") % {"before": _kind(before), "now": _kind(node)}))
    told = _choices(node, words, before, old_words)
    if told:
        out.append(_change(_("改了选项"), words, name, node, told))
    rules = [str(label) for key, label in _RULES.items() if node.get(key) != before.get(key)]
    if rules:
        out.append(_change(_("改了规则"), words, name, node, "、".join(rules)))
    if words.label(node["path"]) != old_words.label(before["path"]):
        out.append(_change(_("改了题目文字"), words, name, node, _("原为：%(label)s") % {"label": old_words.label(before["path"])}))
    return out


def _choices(node: dict[str, Any], words: Words, before: dict[str, Any], old_words: Words) -> str:
    """Choices that came and that went, by their words."""
    now, then = words.choices(node), old_words.choices(before)
    # The same words under another value: only the value tells what happened.
    same = set(now.values()) & set(then.values())
    came = [f"{label}（{value}）" if label in same else label for value, label in now.items() if value not in then]
    gone = [f"{label}（{value}）" if label in same else label for value, label in then.items() if value not in now]
    parts = []
    if came:
        parts.append(_("新增 %(labels)s") % {"labels": "、".join(came)})
    if gone:
        parts.append(_("删去 %(labels)s") % {"labels": "、".join(gone)})
    return "；".join(parts) if then and now else ""


def _change(what: str, words: Words, name: str, node: dict[str, Any], told: str) -> Change:
    return Change(what, words.label(node["path"]), name.rpartition("/")[2], told, _is_fact(name, node))


def _kind(node: dict[str, Any]) -> str:
    return str(_KINDS.get(node["kind"], node["kind"]))


def _is_fact(name: str, node: dict[str, Any]) -> bool:
    """A question, or a value that the form works out, that has the name of a column of the register's facts."""
    return name.rpartition("/")[2] in _FACTS and (node["kind"] != "value" or "calculate" in node)
