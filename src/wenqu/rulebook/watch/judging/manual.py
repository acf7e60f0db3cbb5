"""A judging pack as a readable manual: every number and word with its date, clause, document and confidence.

It walks the resolved content itself, so that no rule can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.manual import counted, head, tested, with_source
from wenqu.rulebook.names import measured
from wenqu.rulebook.watch.judging.cases import judging_cases_of
from wenqu.rulebook.watch.judging.model import JudgingPack

TITLES: Mapping[str, tuple[str, str]] = {
    "line": ("收入线", "Income line"), "window": ("收入周期", "Window of income"), "members": ("家庭人口", "Members"), "items": ("收支种类", "Kinds of items"),
    "guarantees": ("“两不愁三保障”和饮水", "Guarantees and drinking water"), "causes": ("风险类型", "Causes of risk"),
    "exclusions": ("原则上不纳入", "Exclusions in principle"), "exception": ("村民代表会议", "Village meeting"), "spending": ("刚性支出标准", "Rigid spending"),
    "burden": ("支出负担", "Burden of spending"), "collapse": ("收入大幅缩减", "Income collapse"), "screens": ("部门筛查", "Lists of departments"),
    "average": ("全省平均水平", "Provincial average"), "objects": ("监测对象", "Kinds of objects"), "grades": ("颜色等级", "Colours"),
    "grading": ("等级变动", "Moves of colours"), "classes": ("脱贫户分类", "Classes of households out of poverty"),
}


def manual(pack: JudgingPack, lang: str = "zh") -> str:
    """The whole manual of a pack in "zh" or "en", as lines of plain text."""
    zh = lang == "zh"
    lines = [*head(pack, counted(pack, lang), lang)]
    for key, title in TITLES.items():
        if isinstance(pack.content.get(key), Mapping):
            lines += ["", f"== {title[0 if zh else 1]}", *_rules(pack.content[key], key, "", lang)]
    lines += tested((case.sentence for case in judging_cases_of(pack)), lang)
    return "\n".join(lines) + "\n"


def _rules(value: object, key: str, name: str, lang: str) -> Iterator[str]:
    """Every citation under a place, by its dotted key and the name of the entry that it belongs to."""
    if isinstance(value, list):
        for index, row in enumerate(value, start=1):
            yield from _rules(row, f"{key}.{index}", name, lang)
    elif isinstance(value, Mapping) and "confidence" in value:
        shown = str(value["value"]) if value["unit"] == "rule" else measured(value["value"], str(value["unit"]), lang)
        yield f"  {f'{name} ' if name else ''}{key} = {with_source(shown, value, lang)}"
    elif isinstance(value, Mapping):
        named = str(value.get(lang) or name)
        conditions = ", ".join(f"{word}={inner}" for word, inner in value.items() if word not in ("zh", "en", "names") and not isinstance(inner, Mapping | list))
        if conditions:
            yield f"  {f'{named} ' if named else ''}{key}: {conditions}"
        for word, inner in value.items():
            if isinstance(inner, Mapping | list):
                yield from _rules(inner, f"{key}.{word}", named, lang)
