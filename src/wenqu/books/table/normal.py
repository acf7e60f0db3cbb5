"""What two cells have to share to be the same: the one normal form of values, as SQL.

Full width is half width, blanks and case do not count, 是 / √ / yes are one, 3 / 3.0 / "3" are one, and so are all
ways to write a date. Nothing is guessed: 007 is not 7, and a blank is not a zero. A normal form is "" for a blank.
"""

from __future__ import annotations

from typing import Any

from wenqu.importing.columns import Column
from wenqu.importing.staging import text_literal

_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
_DASHES = "‐‑–—−─"
_BLANK = "\u3000\u00a0\u200b\u2002\u2003\u2009\ufeff"
_ODD = f"[\\s{_BLANK}{_WIDE[0]}-{_WIDE[-1]}{_DASHES}]"
_GAPS = f"[\\s{_BLANK}]+"
_YES = ("是", "√", "✓", "✔", "☑", "YES", "Y", "TRUE", "对")
_NO = ("否", "×", "✗", "✘", "☒", "NO", "N", "FALSE")
_NUMBER = r"[+-]?(0|[1-9]\d{0,17})(\.\d{1,18})?"
_GROUPED = r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d{1,18})?"
_DATE = r"(19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
# Midnight is how spreadsheets print a day; any other time of day is part of what was written.
_MIDNIGHT = r"^(\d{4}[-/.年].*\d日?)[ T]0{1,2}:00(:00(\.0+)?)?$"
_PARTS, _ISO = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2}).*$", r"\1-\2-\3"

_MACROS = (
    # Most texts need no look at every character: only those that the pattern finds are taken apart.
    ("book_plain(t)", f"CASE WHEN regexp_matches(t, {text_literal(_ODD)}) THEN upper(regexp_replace(translate(t, "
     f"{text_literal(_WIDE + _DASHES)}, {text_literal(_NARROW + '-' * len(_DASHES))}), {text_literal(_GAPS)}, '', 'g')) "
     "ELSE upper(t) END"),
    ("book_trim(t)", "CASE WHEN contains(t, '.') THEN rtrim(rtrim(t, '0'), '.') ELSE t END"),
    ("book_number(t)", "CASE WHEN book_trim(t) IN ('-0', '+0') THEN '0' ELSE ltrim(book_trim(t), '+') END"),
    # An impossible day (2026-02-30) stays as it is written.
    ("book_date(t)", f"coalesce(CAST(TRY_CAST(regexp_replace(t, {text_literal(_PARTS)}, {text_literal(_ISO)}) AS DATE) AS VARCHAR), t)"),
    ("book_value(s)", f"CASE WHEN s IN ({', '.join(map(text_literal, _YES))}) THEN '是' "
     f"WHEN s IN ({', '.join(map(text_literal, _NO))}) THEN '否' "
     f"WHEN regexp_full_match(s, {text_literal(_NUMBER)}) THEN book_number(s) "
     f"WHEN regexp_full_match(s, {text_literal(_GROUPED)}) THEN book_number(replace(s, ',', '')) "
     f"WHEN regexp_full_match(s, {text_literal(_DATE)}) THEN book_date(s) ELSE s END"),
    ("book_day(t)", f"CASE WHEN contains(t, ':00') THEN regexp_replace(trim(t), {text_literal(_MIDNIGHT)}, '\\1') ELSE t END"),
    ("book_text(t)", "coalesce(book_value(book_plain(book_day(t))), '')"),
    # A key is an opaque text: only a number that lost its form (1001.0, '1001) is put right.
    ("book_key(t)", "nullif(regexp_replace(ltrim(book_plain(t), ''''), '^(\\d+)\\.0+$', '\\1'), '')"),
)


def define(con: Any) -> None:
    """Make the macros of the normal form on a connection."""
    for head, body in _MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")


def normal_sql(column: Column, value: str) -> str:
    """SQL of the normal form of a typed value of a column; never NULL."""
    if column.kind in ("number", "days"):
        return f"coalesce(book_number(CAST({value} AS VARCHAR)), '')"
    if column.kind == "yesno":
        return f"CASE {value} WHEN true THEN '是' WHEN false THEN '否' ELSE '' END"
    if column.kind == "choice":
        cases = " ".join(f"WHEN {text_literal(str(choice.value))} THEN {text_literal(choice.zh)}" for choice in column.choices)
        return f"CASE {value} {cases} ELSE coalesce({value}, '') END"
    if column.kind == "date":
        return f"coalesce(CAST({value} AS VARCHAR), '')"
    if column.kind == "text":
        return f"book_text({value})"
    return f"coalesce(book_plain({value}), '')"
