"""Which rows below the header are data: totals, notes, repeated headers and blank rows are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wenqu.importing.staging import RawSheet, text_literal

# How these rows begin once all blanks are dropped; the first filled cells decide.
_TOTAL = r"(本页|本村|本乡|本镇|全村|全乡|全镇|全县|累计)?(合计|小计|总计|共计|汇总)(数|[（(].*[)）])?[:：]?|(?i:total|grandtotal|subtotal):?"
_NAMED_TOTAL = r".{1,20}(村|组|镇|乡|街道|县|区|市)(合计|小计|总计)[:：]?"
_NOTE = (r"(备注|注|说明|填表人|填报人|填表说明|审核人|审核|复核人|制表人|制表|单位负责人|负责人|填报单位|填表单位|填报日期|"
         r"填表日期|制表日期|联系人|联系电话|盖章)[一二三四五六七八九十\d]?[:：].*")
_BARE_NOTE = r"(备注|注|说明|填表说明)"
_MOST_BEYOND = 50
KINDS = ("total", "note", "header", "blank")


def data_rows(
    con: Any, raw: RawSheet, top: Sequence[Sequence[str | None]], header_until: int
) -> tuple[str, int, dict[str, int]]:
    """(SQL source of data rows only, their number, skipped rows by kind). ``top`` are the rows up to the header's end."""
    kind = _kind_sql(raw, top)
    below = f"FROM {raw.source} WHERE _row > {header_until}"
    counted = dict(con.execute(f"SELECT {kind}, count(*) {below} GROUP BY 1").fetchall())
    rows = counted.pop(None, 0)
    source = f"(SELECT * {below}" + (f" AND {kind} IS NULL)" if counted else ")")
    # Blank rows are no news to anybody; the others are told.
    return source, rows, {name: counted[name] for name in KINDS if name in counted and name != "blank"}


def _kind_sql(raw: RawSheet, top: Sequence[Sequence[str | None]]) -> str:
    cells = [_squeezed(column.sql) for column in raw.columns]
    first = f"coalesce({', '.join(cells)})"
    filled = f"len(list_filter([{', '.join(cells)}], lambda cell: cell IS NOT NULL))"
    # 乡镇 in the first cell, 小计 in the second: look at the first four places.
    early = " OR ".join(f"regexp_full_match({cell}, '{_TOTAL}')" for cell in cells[:4])
    cases = [
        f"WHEN {first} IS NULL THEN 'blank'",
        f"WHEN {early} OR regexp_full_match({first}, '{_TOTAL}|{_NAMED_TOTAL}') THEN 'total'",
        f"WHEN regexp_full_match({first}, '{_NOTE}') THEN 'note'",
        f"WHEN regexp_full_match({first}, '{_BARE_NOTE}') AND {filled} <= 2 THEN 'note'",
    ]
    cases += [f"WHEN {same} THEN 'header'" for row in top if (same := _same_row(raw, row))]
    return f"CASE {' '.join(cases)} END"


def _squeezed(name: str) -> str:
    return f"nullif(regexp_replace({name}, '[\\s　]+', '', 'g'), '')"


def _same_row(raw: RawSheet, row: Sequence[str | None]) -> str:
    """Condition for a row that repeats a title or header row (printed tables repeat them on every page)."""
    filled = [(column.sql, row[column.index]) for column in raw.columns if (row[column.index] or "").strip()]
    if not filled:
        return ""
    named = {name for name, _ in filled}
    same = [f"{name} = {text_literal(text or '')}" for name, text in filled]
    blank = [f"coalesce({column.sql}, '') = ''" for column in raw.columns if column.sql not in named]
    return "(" + " AND ".join(same + blank) + ")"


def shifted_rows(raw: RawSheet, top: Sequence[Sequence[str | None]], header: Sequence[int]) -> str:
    """Condition for a text record with more filled cells than the header has places; empty when none can exist.

    An unquoted "1,200" moves every later cell one place to the right: nothing in such a row can be believed.
    """
    places = max((i + 1 for row in header for i, cell in enumerate(top[row]) if cell is not None), default=0)
    beyond = [f"nullif(trim({column.sql}), '')" for column in raw.columns if column.index >= places][:_MOST_BEYOND]
    return f"coalesce({', '.join(beyond)}) IS NOT NULL" if places and beyond else ""


def without_shifted(raw: RawSheet, source: str, shifted: str) -> str:
    """The source with every cell of the shifted rows blank but the first one, which stands before any shift."""
    blanked = ", ".join(f"CASE WHEN NOT ({shifted}) THEN {column.sql} END AS {column.sql}"
                        for column in raw.columns if column.index > 0)
    return f"(SELECT * REPLACE ({blanked}) FROM {source})"


def row_as_written(raw: RawSheet) -> str:
    """SQL of a whole row, for showing it."""
    return f"concat_ws(',', {', '.join(column.sql for column in raw.columns)})"
