"""Reads the tables of a judging pack strictly: unknown keys, bad words and numbers without a source are problems."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from wenqu.rulebook.model import Number, Sentence
from wenqu.rulebook.schema import Table, number
from wenqu.rulebook.watch.judging.cells import (
    ID,
    MOST_MONTHS,
    NOTHING,
    PER_HEAD,
    PLACEHOLDER,
    YES_NO,
    YUAN,
    money,
    named_tables,
    word,
)
from wenqu.rulebook.watch.judging.model import (
    ASKED,
    BASES,
    COUNTS,
    EDGES,
    MEASURES,
    MOVES,
    OVERS,
    UNKNOWN,
    Burden,
    Grading,
    ItemKind,
    Line,
    Named,
    Screen,
    SpendingTest,
)
from wenqu.rulebook.watch.judging.reasons import FIELDS


def read_line(root: Table) -> Line | None:
    """The line of the plan; a plan without one takes it from the pack of income lines."""
    table = root.table("line", required=False)
    if table is None:
        return None
    year = table.get("year", int, required=True)
    line = Line(table.text("region"), table.texts("names"), year if isinstance(year, int) else 0,
                word(table, "use", ("line", "reference")) if table.has("limit") else None, word(table, "edge", EDGES), money(table, "limit", PER_HEAD, required=False))
    table.done()
    return line


def read_window(root: Table) -> Number:
    """How many whole months before the procedure count."""
    table = root.table("window")
    found = number(table, "months", "月") if table else None
    if table is not None:
        table.done()
    if found is None:
        return NOTHING
    if not isinstance(found.value, int) or not 1 <= found.value <= MOST_MONTHS:
        root.problems.add("window.months.value", "value_range", f"{found.value} 不合理，应是 1 到 {MOST_MONTHS} 的整数")
    return found


def read_members(root: Table) -> tuple[Number, Number]:
    """By whom income is divided, and what stands in where nobody looked who really lives together."""
    table = root.table("members")
    if table is None:
        return NOTHING, NOTHING
    found = word(table, "counted", ("living", "registered")), word(table, "unchecked", ("registered", UNKNOWN))
    table.done()
    return found


def read_items(root: Table) -> dict[str, ItemKind]:
    """Kinds of items; those that count say what a complete answer is."""
    found = {}
    for key, table in named_tables(root, "items"):
        counts = word(table, "counts", COUNTS)
        asked = word(table, "asked", ASKED) if counts.value != "leave_out" or table.has("asked") else None
        found[key] = ItemKind(key, table.text("zh"), table.text("en"), counts, asked)
        table.done()
    return found


def read_named(root: Table, name: str) -> tuple[Named, ...]:
    """Guarantees, causes or exclusions: names with a cited yes or no."""
    found = []
    for key, table in named_tables(root, name):
        found.append(Named(key, table.text("zh"), table.text("en"), table.key, word(table, "applies", YES_NO)))
        table.done()
    return tuple(found)


def read_exception(root: Table) -> Number:
    """Whether the village meeting may let an excluded household in, giving reasons."""
    table = root.table("exception")
    if table is None:
        return NOTHING
    found = word(table, "meeting", ("with_reasons", "never"))
    table.done()
    return found


def _spent(table: Table, items: Mapping[str, ItemKind]) -> tuple[str, ...]:
    kinds = table.texts("kinds", required=True)
    for kind in kinds:
        if kind not in items or items[kind].counts.value != "spend":
            table.problems.add(table.path("kinds"), "reference_unknown", f"没有“{kind}”这种支出")
    return tuple(kind for kind in kinds if kind in items)


def read_spending(root: Table, items: Mapping[str, ItemKind]) -> tuple[SpendingTest, ...]:
    """Limits of rigid spending."""
    found = []
    for key, table in named_tables(root, "spending"):
        found.append(SpendingTest(
            key, table.text("zh"), table.text("en"), table.key, table.text("department"), _spent(table, items), word(table, "measure", MEASURES),
            word(table, "edge", OVERS), money(table, "was_poor", YUAN) or NOTHING, money(table, "others", YUAN) or NOTHING,
            word(table, "heavy", YES_NO), word(table, "screens", YES_NO)))
        table.done()
    return tuple(found)


def read_burden(root: Table, items: Mapping[str, ItemKind]) -> Burden | None:
    """Spending held against income."""
    table = root.table("burden", required=False)
    if table is None:
        return None
    found = Burden(_spent(table, items), word(table, "of", ("income", "income_before")), number(table, "percent", "%") or NOTHING)
    table.done()
    return found


def read_share(root: Table, name: str) -> Number | None:
    """A share in percent in a table of its own (``[collapse]``); not every plan gives one."""
    table = root.table(name, required=False)
    if table is None:
        return None
    found = number(table, "percent", "%")
    if found is not None and Decimal(found.value) > 100:
        table.problems.add(f"{table.path('percent')}.value", "value_range", f"{found.value} 超过 100")
    table.done()
    return found


def read_average(root: Table) -> Number | None:
    """全省农村居民人均可支配收入, where the plan gives it."""
    table = root.table("average", required=False)
    if table is None:
        return None
    found = money(table, "limit", PER_HEAD)
    table.done()
    return found


def read_screens(root: Table) -> tuple[Screen, ...]:
    """Clues of the departments that are no spending."""
    found = []
    for key, table in named_tables(root, "screens"):
        fact, when = table.text("fact"), table.choice("when", ("yes", "no", "at_least", "at_most"))
        if fact and not ID.fullmatch(fact):
            table.problems.add(table.path("fact"), "choice_wrong", f"“{fact}”不能作列名")
        limit = word(table, "applies", YES_NO) if when in YES_NO else number(table, "limit") or NOTHING
        found.append(Screen(key, table.text("zh"), table.text("en"), table.key, table.text("department"), fact, when, limit))
        table.done()
    return tuple(found)


def read_grading(root: Table) -> Grading | None:
    """What colours rest on and how they move."""
    table = root.table("grading", required=False)
    if table is None:
        return None
    found = Grading(word(table, "income", BASES), word(table, "worse", MOVES), word(table, "better", MOVES))
    table.done()
    return found


def read_sentences(root: Table) -> dict[str, Sentence]:
    """The sentence of every reason in both languages, with the placeholders that it may use."""
    found = {}
    given = dict(root.tables("sentences", required=True))
    for code, fields in FIELDS.items():
        table = given.pop(code, None)
        if table is None:
            root.problems.add(f"sentences.{code}", "sentence_missing")
            continue
        found[code] = Sentence(table.text("zh"), table.text("en"))
        for lang, text in (("zh", found[code].zh), ("en", found[code].en)):
            for name in set(PLACEHOLDER.findall(text)) - set(fields):
                root.problems.add(f"sentences.{code}.{lang}", "placeholder_unknown", f"占位符 {{{name}}} 不可用，可用：{'、'.join(fields) or '无'}")
        table.done()
    for code in given:
        root.problems.add(f"sentences.{code}", "key_unknown", f"没有“{code}”这个原因")
    return found
