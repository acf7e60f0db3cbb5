"""Canonical text of typed values in DuckDB: how facts and kept columns are stored."""

from __future__ import annotations

from wenqu.importing.columns import Column


def canonical(column: Column, sql: str) -> str:
    """SQL that writes a coerced value as the one text by which it is stored and compared.

    60.0 and 60 are the same value, and so are 18.30 and 18.3; yes and no are words.
    """
    if column.kind == "yesno":
        return f"CASE WHEN {sql} THEN 'yes' WHEN NOT {sql} THEN 'no' END"
    if column.kind == "days":
        text = f"CAST({sql} AS VARCHAR)"
        return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
    if column.kind == "number":
        return f"CASE WHEN {sql} = trunc({sql}) AND abs({sql}) < 1e15 THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) ELSE CAST({sql} AS VARCHAR) END"
    return f"CAST({sql} AS VARCHAR)"
