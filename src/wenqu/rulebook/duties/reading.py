"""Reads the tables of a duty pack strictly: unknown keys, bad words and numbers without a source are problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wenqu.rulebook.duties.model import (
    COUNTS,
    LEVELS,
    SEVERITIES,
    STEPS,
    UNITS,
    WAYS,
    AlarmRule,
    Category,
    Escalation,
    Kind,
    Limit,
    Named,
    RecurringDuty,
    SeverityOf,
)
from wenqu.rulebook.model import Number
from wenqu.rulebook.schema import Table, number, rule

MOST = 9999  # of any unit: an hour limit of over a year, or a working-day limit of decades, is a slip of the pen
# As in places/rights.py, which the rulebook may not import; a test compares them.
ROLES = ("village_manager", "village_desk", "town_station", "town_office", "county_dispatcher", "county_reviewer",
         "county_admin", "department", "laboratory", "reader", "supervisor", "auditor")
_NOTHING = Number(1, "rule", "", "", "", "unverified")  # stands in where a problem was found: the pack is refused anyway


def whole(parent: Table, name: str, unit: str, most: int = MOST, required: bool = True) -> Number | None:
    """A cited whole number from 1 on in one unit."""
    return _whole(parent, name, number(parent, name, unit, required), most)


def limit(parent: Table, name: str) -> Limit:
    """A cited limit in hours or working days."""
    found = _whole(parent, name, number(parent, name), MOST) or _NOTHING
    if found.unit not in UNITS and found is not _NOTHING and found.unit:
        parent.problems.add(f"{parent.path(name)}.unit", "unit_wrong", f"单位应当是 {' 或 '.join(UNITS)}，不是 {found.unit}")
    return Limit(parent.path(name), int(found.value), found.unit, found)


def _whole(parent: Table, name: str, found: Number | None, most: int) -> Number | None:
    if found is not None and not (isinstance(found.value, int) and 1 <= found.value <= most):
        if any(problem.key == f"{parent.path(name)}.value" for problem in parent.problems.found):
            return None
        parent.problems.add(f"{parent.path(name)}.value", "value_range", f"{found.value} 不合理，应是 1 到 {most} 的整数")
        return None
    return found


def _entries(root: Table, name: str, ids: Sequence[str], all_of: bool = True) -> Iterator[tuple[str, Table]]:
    """The named tables of a table whose names form a closed list; ``all_of`` asks for every one of them."""
    given = set()
    for key, table in root.tables(name, required=all_of):
        if key not in ids:
            root.problems.add(table.key, "key_unknown", f"不认识的键“{key}”，可用：{'、'.join(ids)}")
            continue
        given.add(key)
        yield key, table
    for key in ids if all_of and root.has(name) else ():
        if key not in given:
            root.problems.add(f"{name}.{key}", "key_missing", "缺少必填项")


def _done(table: Table, value: Named) -> Named:
    table.done()
    return value


def read_names(root: Table, name: str) -> dict[str, Named]:
    """Ways in, or levels: every id of the closed list with its names."""
    ids = WAYS if name == "ways" else LEVELS
    return {key: _done(table, Named(key, table.text("zh"), table.text("en"))) for key, table in _entries(root, name, ids)}


def read_severities(root: Table) -> dict[str, SeverityOf]:
    """The three severities with the level that answers for each at first."""
    found = {}
    for key, table in _entries(root, "severities", SEVERITIES):
        level = rule(table, "level", LEVELS) or _NOTHING
        found[key] = SeverityOf(key, table.text("zh"), table.text("en"), str(level.value), level)
        table.done()
    return found


def read_categories(root: Table) -> dict[str, Category]:
    """The rows of the found/fixed tables."""
    found = {}
    for key, table in root.tables("categories", required=True):
        counts = rule(table, "counts", COUNTS) or _NOTHING
        found[key] = Category(key, table.text("zh"), table.text("en"), str(counts.value), counts)
        table.done()
    return found


def read_kinds(root: Table, categories: Mapping[str, Category]) -> dict[str, Kind]:
    """The kinds of problems; each belongs to a category."""
    found = {}
    for key, table in root.tables("kinds", required=True):
        category = table.text("category")
        if category and category not in categories:
            table.problems.add(table.path("category"), "reference_unknown", f"没有“{category}”这个类别")
        severity = rule(table, "severity", SEVERITIES) or _NOTHING
        alarm = rule(table, "alarm", ("yes", "no")) or _NOTHING
        counts = categories[category].counts if category in categories else ""
        found[key] = Kind(key, table.text("zh"), table.text("en"), category, counts, str(severity.value),
                          alarm.value == "yes", {"severity": severity, "alarm": alarm})
        table.done()
    return found


def read_escalation(root: Table) -> dict[str, Escalation]:
    """Where an overdue problem goes up to, and after how long."""
    found = {}
    for key, table in _entries(root, "escalation", LEVELS, all_of=False):
        to = table.choice("to", LEVELS)
        if LEVELS.index(to) <= LEVELS.index(key):
            table.problems.add(table.path("to"), "levels_order", "只能逐级向上")
        found[key] = Escalation(key, to, limit(table, "after"))
        table.done()
    return found


def read_alarm(root: Table) -> AlarmRule:
    """How many reports within how many hours raise an area alarm."""
    table = root.table("alarm")
    if table is None:
        return AlarmRule(1, 1, {})
    reports, window = whole(table, "reports", "reports") or _NOTHING, whole(table, "window", "hours") or _NOTHING
    table.done()
    return AlarmRule(int(reports.value), int(window.value), {"reports": reports, "window": window})


def read_reopen(root: Table) -> Number:
    """Within how many days a failing subject opens its problem again."""
    table = root.table("reopen")
    if table is None:
        return _NOTHING
    found = whole(table, "days", "d") or _NOTHING
    table.done()
    return found


def read_limits(root: Table, kinds: Mapping[str, Kind]) -> dict[tuple[str, str, str], Limit]:
    """Limits by (step, severity, kind); the kind is "" where they hold for all."""
    found = dict(_steps(root, "limits", ""))
    group = root.table("kind_limits", required=False)
    for kind in group.data if group else ():
        assert group is not None
        if kind not in kinds:
            group.problems.add(group.path(kind), "reference_unknown", f"没有“{kind}”这种问题")
        found |= _steps(group, kind, kind)
    return found


def _steps(parent: Table, name: str, kind: str) -> Iterator[tuple[tuple[str, str, str], Limit]]:
    group = parent.table(name, required=False)
    if group is None:
        return
    for step, table in _keys(group, STEPS):
        for severity in table.data:
            if severity in SEVERITIES:
                yield (step, severity, kind), limit(table, severity)
        table.done()
    group.done()


def _keys(group: Table, ids: Sequence[str]) -> Iterator[tuple[str, Table]]:
    for key in group.data:
        if key in ids:
            table = group.table(key)
            if table is not None:
                yield key, table


def read_cadence(root: Table) -> dict[str, RecurringDuty]:
    """What is due again and again, each in one of four shapes."""
    return {key: _duty(key, table) for key, table in root.tables("cadence")}


def _duty(key: str, table: Table) -> RecurringDuty:
    role = table.choice("role", ROLES)
    who = Named(role, table.text("who_zh"), table.text("who_en"))
    months = table.get("months", list, required=False) or []
    assert isinstance(months, list)
    if any(not isinstance(m, int) or isinstance(m, bool) or not 1 <= m <= 12 for m in months) or months != sorted(set(months)):
        table.problems.add(table.path("months"), "value_range", "应当是从小到大的月份，1 到 12")
        months = []
    day = whole(table, "day", "day_of_month", 31, required=False)
    times = whole(table, "times", "times_a_year", required=False)
    weeks = whole(table, "weeks", "weeks", required=False)
    within = limit(table, "within") if table.has("within") else None
    monthly = rule(table, "monthly", ("whole_month",), required=False)
    shapes = [bool(months), times is not None, weeks is not None, within is not None]
    source = day or times or weeks or (within.source if within else None) or monthly
    if sum(shapes) != 1 or source is None or bool(months) != (day is not None or monthly is not None):
        table.problems.add(table.key, "shape_wrong", "只能写一种：months 加 day 或 monthly、times、weeks、within")
    duty = RecurringDuty(key, table.text("zh"), table.text("en"), role, who, tuple(months), _value(day), _value(times), _value(weeks), within,
                source or _NOTHING)
    table.done()
    return duty


def _value(found: Number | None) -> int | None:
    return None if found is None else int(found.value)
