"""Limits of drinking water (packs of the kind "water-limits"): items, disinfectants, and which limits a class meets.

GB 5749-2022 tables 1 and 2 with note b; GB 5749-2006 for samples taken before 2023-04-01. ``quality.judging`` judges by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenqu.rulebook.indicators import CLASSES
from wenqu.rulebook.model import Number, SchemeClass
from wenqu.rulebook.schema import RULE_UNIT, Table, number, rule

GROUPS = ("microbial", "toxic", "sensory", "radioactive")
CONDITIONS = ("relaxed", "limited", "groundwater")
LIMIT_KINDS = ("max", "range", "absent", "sum-ratio", "guide")


@dataclass(frozen=True, slots=True)
class LimitException:
    """A limit that holds instead of the ordinary one where all of ``when`` is so and raw water is over ``raw_over``."""

    zh: str
    en: str
    limit: Number
    when: tuple[str, ...]
    raw_over: Number | None


@dataclass(frozen=True, slots=True)
class WaterItem:
    """One item. ``kind`` says how a value is held against ``limit`` (or ``low`` and ``high`` for a range);
    the fields beginning with ``small`` hold for classes with relaxed limits, ``parts`` for a sum of ratios. ``units`` are
    those a laboratory may give it in, ``only_if`` is the item that must have been found for this one to be due."""

    key: str
    position: int | None
    zh: str
    en: str
    aliases: tuple[str, ...]
    group: str
    kind: str
    limit: Number | None
    low: Number | None
    high: Number | None
    small: Number | None
    small_low: Number | None
    small_high: Number | None
    parts: tuple[str, ...]
    exceptions: tuple[LimitException, ...]
    units: tuple[str, ...]
    only_if: str


@dataclass(frozen=True, slots=True)
class Residual:
    """A disinfectant in water: contact time (min), upper limit, and what must be left at the plant and at the tap."""

    key: str
    position: int | None
    zh: str
    en: str
    aliases: tuple[str, ...]
    contact: Number | None
    upper: Number
    outlet: Number | None
    tap: Number | None


@dataclass(frozen=True, slots=True)
class Due:
    """Items that a disinfectant makes due, with the citation of that rule."""

    items: tuple[str, ...]
    source: Number


@dataclass(frozen=True, slots=True)
class Disinfectant:
    """A way of disinfecting: its residuals (``need`` all of them or any one) and the by-products to test."""

    key: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    residuals: tuple[str, ...]
    need: str
    source: Number
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An item known to exist whose limit was not found: shown as missing, never invented."""

    key: str
    zh: str
    en: str
    note: str


@dataclass(frozen=True, slots=True)
class WaterLimits:
    """Body of a pack of the kind "water-limits". ``small_needs`` says whether the limits of small supplies hold by class or only where source or treatment limits."""

    full: tuple[SchemeClass, ...]
    relaxed: tuple[SchemeClass, ...]
    class_source: Number
    small_needs: Number
    items: Mapping[str, WaterItem]
    residuals: Mapping[str, Residual]
    disinfectants: Mapping[str, Disinfectant]
    missing: tuple[Missing, ...]


def read_water(root: Table) -> WaterLimits | None:
    """The body of a water pack, or ``None`` when it cannot be read (problems say why)."""
    group = root.table("classes")
    source = needs = None
    full: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    if group is not None:
        full, relaxed = group.texts("full", CLASSES, required=True), group.texts("relaxed", CLASSES, required=True)
        source, needs = rule(group, "source", ("by-class",)), rule(group, "small_needs", ("class", "limited"))
        if sorted(full + relaxed) != sorted(CLASSES):
            group.problems.add(group.key, "shape_wrong", "五类工程每类要在 full 或 relaxed 里出现一次")
        group.done()
    items = {key: item for key, item in ((k, _item(k, t)) for k, t in root.tables("items", required=True)) if item}
    residuals = {key: r for key, r in ((k, _residual(k, t)) for k, t in root.tables("residuals", True)) if r}
    agents = {k: a for k, a in ((k, _disinfectant(k, t)) for k, t in root.tables("disinfectants", True)) if a}
    missing = []
    for key, table in root.tables("missing"):
        missing.append(Missing(key, table.text("zh"), table.text("en"), table.text("note")))
        table.done()
    _check_references(root, items, residuals, agents)
    if source is None or needs is None:
        return None
    return WaterLimits(tuple(map(SchemeClass, full)), tuple(map(SchemeClass, relaxed)), source, needs,
                       items, residuals, agents, tuple(missing))


def _position(table: Table) -> int | None:
    value = table.get("number", int, required=False)
    return value if isinstance(value, int) else None


def _item(key: str, table: Table) -> WaterItem | None:
    kind = table.choice("kind", LIMIT_KINDS)
    if kind == "absent":
        limit = rule(table, "limit", ("not detected", "none"))
    else:
        limit = number(table, "limit", required=kind != "range")
    low, high = (number(table, name, required=kind == "range") for name in ("low", "high"))
    small, small_low, small_high = (number(table, n, required=False) for n in ("small", "small_low", "small_high"))
    exceptions = []
    for row in table.rows("exceptions"):
        other, raw = number(row, "limit"), number(row, "raw_over", "mg/L", required=False)
        when = row.texts("when", CONDITIONS, required=raw is None)
        if other is not None:
            exceptions.append(LimitException(row.text("zh"), row.text("en"), other, when, raw))
        row.done()
    item = WaterItem(key, _position(table), table.text("zh"), table.text("en"), table.texts("aliases"),
                     table.choice("group", GROUPS), kind, limit, low, high, small, small_low, small_high,
                     table.texts("parts", required=kind == "sum-ratio"), tuple(exceptions),
                     table.texts("units") or tuple(n.unit for n in (limit, high) if n and n.unit not in (RULE_UNIT, "ratio"))[:1],
                     table.text("only_if", required=False))
    table.done()
    return item


def _residual(key: str, table: Table) -> Residual | None:
    contact = number(table, "contact", "min", required=False)
    upper = number(table, "upper", "mg/L")
    outlet, tap = (number(table, name, "mg/L", required=False) for name in ("outlet", "tap"))
    position, zh, en, aliases = _position(table), table.text("zh"), table.text("en"), table.texts("aliases")
    table.done()
    return Residual(key, position, zh, en, aliases, contact, upper, outlet, tap) if upper else None


def _disinfectant(key: str, table: Table) -> Disinfectant | None:
    due = []
    for row in table.rows("due"):
        items, source = row.texts("items", required=True), rule(row, "source", ("due",))
        row.done()
        if source is not None:
            due.append(Due(items, source))
    names, residuals = (table.text("zh"), table.text("en"), table.texts("aliases")), table.texts("residuals", required=True)
    need, judged = table.choice("need", ("all", "any")), rule(table, "source", ("judged",))
    table.done()
    return Disinfectant(key, *names, residuals, need, judged, tuple(due)) if judged else None


def _check_references(root: Table, items: Mapping[str, WaterItem], residuals: Mapping[str, Residual],
                      agents: Mapping[str, Disinfectant]) -> None:
    """Every item or residual that is spoken of must exist in the same pack."""
    spoken = [(f"items.{i.key}.parts", part, items) for i in items.values() for part in i.parts]
    spoken += [(f"disinfectants.{a.key}.residuals", name, residuals)  # type: ignore[misc]
               for a in agents.values() for name in a.residuals]
    spoken += [(f"items.{i.key}.only_if", i.only_if, items) for i in items.values() if i.only_if]
    spoken += [(f"disinfectants.{a.key}.due", name, items) for a in agents.values() for d in a.due for name in d.items]
    for key, name, known in spoken:
        if name not in known:
            root.problems.add(key, "reference_unknown", f"本包里没有“{name}”")
