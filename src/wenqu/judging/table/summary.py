"""``summary.json``: everything that can be counted, and everything a reader must know before believing it."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from wenqu.importing.coercion import Coerced
from wenqu.importing.tables import Table
from wenqu.rulebook.model import INDICATORS, Pack
from wenqu.rulebook.rollup import GRADE_ORDER, OVERALL_ORDER, count_columns, rollup_sql

_LEVELS = {6: "county", 9: "town", 12: "village"}


def summarise(con: Any, table: Table, coerced: Coerced, verdicts: str, pack: Pack, as_of: date) -> dict[str, Any]:
    """The whole summary. ``verdicts`` is the SQL source of the written verdicts, in the order of the table."""
    # A cell in two contradictions has two reasons; it is one cell.
    wrong = f"(SELECT DISTINCT sheet_no, row, letter, column_name FROM {coerced.errors})"
    by_column = dict(con.execute(f"SELECT column_name, count(*) FROM {wrong} GROUP BY 1 ORDER BY 1").fetchall())
    skipped = _added(sheet.skipped for sheet in table.sheets)
    return {
        "table": {
            "file": table.path.name, "format": table.format,
            "sheets": [{"name": sheet.name, "rows": sheet.rows, "header_rows": list(sheet.header_rows),
                        "skipped": sheet.skipped} for sheet in table.sheets],
            "sheets_left_out": table.left_out,
        },
        "rows": {"read": coerced.rows + sum(skipped.values()), "judged": coerced.rows, "skipped": skipped},
        "refused": {"cells": sum(by_column.values()), "by_code": coerced.error_counts, "by_column": by_column,
                    "columns": table.unit_refusals},
        "columns": _columns(table),
        "pack": {"id": pack.id, "zh": pack.zh, "edition": pack.edition, "region": pack.region, "digest": pack.digest,
                 "in_force": pack.in_force, "until": pack.until, "in_force_on_as_of": in_force(pack, as_of),
                 "unverified_limits": sorted(unverified(pack.content))},
        "as_of": as_of.isoformat(),
        "counts": _counts(con, verdicts),
        "reasons": {name: dict(con.execute(f"SELECT {name}_reason, count(*) FROM {verdicts} GROUP BY 1 ORDER BY 2 DESC, 1")
                               .fetchall()) for name in INDICATORS},
        "divisions": _divisions(con, coerced, verdicts),
        "warnings": warnings(table, pack, as_of),
        "versions": _versions(),
    }


def _columns(table: Table) -> dict[str, Any]:
    matched = [{"sheet": sheet.name, "name": binding.column.name, "zh": binding.column.zh, "header": binding.header,
                "place": sheet.place(binding)}
               for sheet in table.sheets for binding in sheet.match.bindings if binding.index is not None]
    bindings = [binding for sheet in table.sheets for binding in sheet.match.bindings]
    constant = {b.column.name: b.rule.constant for b in bindings if b.index is None and b.present and b.rule}
    given = {b.column.name for b in bindings if b.present}
    return {
        "matched": matched, "constant": constant,
        "headers_not_used": list(dict.fromkeys(text for sheet in table.sheets for text in sheet.match.unmatched)),
        "absent": [b.column.name for b in table.sheets[0].match.bindings if b.column.name not in given],
    }


def _counts(con: Any, verdicts: str) -> dict[str, dict[str, int]]:
    counts = {}
    for name in (*INDICATORS, "overall"):
        found = dict(con.execute(f"SELECT {name}, count(*) FROM {verdicts} GROUP BY 1").fetchall())
        order = OVERALL_ORDER if name == "overall" else GRADE_ORDER
        counts[name] = {str(grade): found.get(str(grade), 0) for grade in order}
    return counts


def _divisions(con: Any, coerced: Coerced, verdicts: str) -> dict[str, list[dict[str, Any]]]:
    """Counts by county, town and village, worst first: the greatest share of unsafe, then of unknown households."""
    joined = f"(SELECT * FROM (SELECT division_code FROM {coerced.relation}) POSITIONAL JOIN (SELECT * FROM {verdicts}))"
    rows = con.execute(f"SELECT division, digits, households, {', '.join(count_columns())} "
                       f"FROM ({rollup_sql(joined, tuple(_LEVELS))})").fetchall()
    result: dict[str, list[dict[str, Any]]] = {name: [] for name in _LEVELS.values()}
    for code, digits, households, *numbers in rows:
        counts = dict(zip(count_columns(), map(int, numbers), strict=True))
        line = {"code": code, "households": int(households),
                "overall": {str(grade): counts[f"overall_{grade}"] for grade in OVERALL_ORDER}}
        line |= {name: {str(grade): counts[f"{name}_{grade}"] for grade in GRADE_ORDER} for name in INDICATORS}
        result[_LEVELS[digits]].append(line)
    for lines in result.values():
        lines.sort(key=lambda line: (-line["overall"]["unsafe"] / line["households"],
                                     -line["overall"]["unknown"] / line["households"], line["code"] or ""))
    return result


def in_force(pack: Pack, as_of: date) -> bool:
    """True when the date lies within the pack's dates, which may be years or months only."""
    day = as_of.isoformat()
    begun = not pack.in_force or day[:len(pack.in_force)] >= pack.in_force
    return begun and (not pack.until or day[:len(pack.until)] <= pack.until)


def unverified(content: object, at: str = "") -> Iterator[str]:
    """Dotted keys of the limits that rest on no document seen. Switches are not used in judging."""
    if not isinstance(content, Mapping):
        return
    if content.get("confidence") == "unverified":
        yield f"{at} = {content.get('value')} {content.get('unit', '')}".rstrip()
    for key, value in content.items():
        if at or key not in ("switches", "sentences"):
            yield from unverified(value, f"{at}.{key}" if at else str(key))


def warnings(table: Table, pack: Pack, as_of: date) -> list[str]:
    """Chinese sentences a reader should see first."""
    found = [f"没有读工作表“{name}”：{why}" for name, why in table.left_out.items() if name]
    found += table.notes + table.unit_refusals
    if not in_force(pack, as_of):
        found.append(f"规则包 {pack.id} 在 {as_of} 不在施行期内（{pack.in_force} 起{f'，{pack.until} 止' if pack.until else ''}）")
    doubtful = sum(1 for _ in unverified(pack.content))
    if doubtful:
        found.append(f"规则包 {pack.id} 有 {doubtful} 个限值未见原文，尚待核实")
    return found


def _added(counts: Iterator[dict[str, int]] | Any) -> dict[str, int]:
    total: dict[str, int] = {}
    for count in counts:
        for name, number in count.items():
            total[name] = total.get(name, 0) + number
    return total


def _versions() -> dict[str, str]:
    try:
        own = version("wenqu")
    except PackageNotFoundError:
        own = "unknown"
    return {"wenqu": own, "python": platform.python_version(), "duckdb": version("duckdb")}
