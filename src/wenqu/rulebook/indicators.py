"""Reads the body of a pack of the kind "four-indicators"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wenqu.rulebook.model import (
    Convenience,
    Distance,
    Grade,
    Indicators,
    Levels,
    Quality,
    Quantity,
    Reliability,
    SchemeClass,
    Sentence,
    Supply,
    Switch,
)
from wenqu.rulebook.reasons import REASONS
from wenqu.rulebook.schema import Table, levels, number, rule

UNITS = {
    "rain": "mm",
    "water": "m³/(人·a)",
    "litres": "L/(人·d)",
    "time": "min",
    "distance": "m",
    "ratio": "%",
    "days": "d",
    "spell": "d",
}
CLASSES = tuple(str(c) for c in SchemeClass)
MEASURES = ("ratio", "days", "spell")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def read_indicators(root: Table) -> Indicators | None:
    """All four indicators, or ``None`` when any of them cannot be read (problems say why)."""
    readers = {"quantity": _quantity, "quality": _quality, "convenience": _convenience, "reliability": _reliability}
    parts: dict[str, object] = {}
    for name, reader in readers.items():
        table = root.table(name)
        part = reader(table) if table else None
        if table:
            table.done()
        if part is not None:
            parts[name] = part
    if len(parts) < len(readers):
        return None
    return Indicators(**parts)  # type: ignore[arg-type]


def _levels_in(parent: Table, name: str, unit: str, rising: bool, ceiling: int | None = None) -> Levels | None:
    table = parent.table(name, required=False)
    if table is None:
        return None
    result = levels(table, unit, rising, ceiling)
    table.done()
    return result


def _quantity(table: Table) -> Quantity | None:
    zoned = any(table.has(name) for name in ("rain", "water", "humid", "arid"))
    if zoned == table.has("flat"):
        table.problems.add(table.key, "shape_wrong", "水量要么分区（rain、water、humid、arid），要么不分区（flat），二选一")
        table.asked.update(table.data)
        return None
    flat = _levels_in(table, "flat", UNITS["litres"], rising=True)
    if not zoned:
        return None if flat is None else Quantity(None, None, None, None, flat)
    rain = number(table, "rain", UNITS["rain"])
    water = number(table, "water", UNITS["water"])
    for name in ("humid", "arid"):
        if not table.has(name):
            table.problems.add(table.path(name), "key_missing")
    humid = _levels_in(table, "humid", UNITS["litres"], rising=True)
    arid = _levels_in(table, "arid", UNITS["litres"], rising=True)
    if humid and arid and (humid.basic is None) != (arid.basic is None):
        table.problems.add(table.key, "shape_wrong", "两个区要么都有基本达标限值，要么都没有")
    return Quantity(rain, water, humid, arid, None) if rain and water and humid and arid else None


def _quality(table: Table) -> Quality | None:
    classes = table.texts("classes", CLASSES, required=True)
    without_plant = table.texts("without_plant", CLASSES)
    both = sorted(set(classes) & set(without_plant))
    if both:
        table.problems.add(table.path("without_plant"), "shape_wrong", f"{'、'.join(both)} 已在 classes 里")
    good = table.choice("good", ("met", "basic"))
    lab, senses = rule(table, "lab", ("pass",)), rule(table, "senses", ("good",))
    if lab is None or senses is None:
        return None
    return Quality(tuple(map(SchemeClass, classes)), tuple(map(SchemeClass, without_plant)), Grade(good), lab, senses)


def _convenience(table: Table) -> Convenience | None:
    piped = rule(table, "piped", ("yes",))
    time = _levels_in(table, "time", UNITS["time"], rising=False)
    group = table.table("distance", required=False)
    distance = None
    if group is not None:
        for name in ("horizontal", "vertical"):
            if not group.has(name):
                group.problems.add(group.path(name), "key_missing")
        across = _levels_in(group, "horizontal", UNITS["distance"], rising=False)
        up = _levels_in(group, "vertical", UNITS["distance"], rising=False)
        join = rule(group, "join", ("all", "any"))
        group.done()
        if across and up and join:
            distance = Distance(across, up, join)
            if (across.basic is None) != (up.basic is None):
                group.problems.add(group.key, "shape_wrong", "水平和垂直要么都有基本达标限值，要么都没有")
    if not table.has("time") and group is None:
        table.problems.add(table.key, "shape_wrong", "时间（time）和距离（distance）至少要有一种")
    return Convenience(piped, time, distance) if piped else None


def _supply(parent: Table, name: str) -> Supply | None:
    table = parent.table(name, required=False)
    if table is None:
        return None
    measure = table.choice("measure", MEASURES)
    ratio = measure == "ratio"
    result = levels(table, UNITS[measure], rising=ratio, ceiling=100 if ratio else 366)
    table.done()
    return Supply(measure, result) if result else None


def _reliability(table: Table) -> Reliability | None:
    every = _supply(table, "all")
    split = [name for name in ("centralised", "decentralised") if table.has(name)]
    central, single = _supply(table, "centralised"), _supply(table, "decentralised")
    if table.has("all") == bool(split) or len(split) == 1:
        message = "要么所有工程一条（all），要么集中、分散各一条（centralised、decentralised）"
        table.problems.add(table.key, "shape_wrong", message)
        return None
    if every is None and (central is None or single is None):
        return None
    return Reliability(every, central, single)


def read_sentences(root: Table) -> Mapping[str, Sentence]:
    """The sentence of every reason in both languages; a missing or superfluous one is a problem."""
    result = {}
    given = dict(root.tables("sentences", required=True))
    for reason in REASONS:
        if reason.code not in given:
            root.problems.add(f"sentences.{reason.code}", "sentence_missing")
            continue
        table = given.pop(reason.code)
        sentence = Sentence(table.text("zh"), table.text("en"))
        for lang, text in (("zh", sentence.zh), ("en", sentence.en)):
            for name in _PLACEHOLDER.findall(text):
                if name not in reason.fields:
                    known = "、".join(reason.fields) or "无"
                    message = f"占位符 {{{name}}} 不可用，可用：{known}"
                    root.problems.add(f"sentences.{reason.code}.{lang}", "placeholder_unknown", message)
        table.done()
        result[reason.code] = sentence
    for code in given:
        root.problems.add(f"sentences.{code}", "key_unknown", f"没有“{code}”这个原因")
    return result


def read_switches(root: Table) -> tuple[Switch, ...]:
    """Allowances with their citation; shown in the manual, not used by the engines."""
    switches = []
    for key, table in root.tables("switches"):
        zh, en, default = table.text("zh"), table.text("en"), table.flag("default")
        source = rule(table, "source", ("allowed",))
        table.done()
        if source is not None:
            switches.append(Switch(key, zh, en, default, source))
    return tuple(switches)
