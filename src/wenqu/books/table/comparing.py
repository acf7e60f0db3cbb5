"""The comparison itself: every row of either book comes into exactly one class.

matched, differs: the key stands once in each book; only_ours, only_theirs: once in one and not in the other;
duplicate: more than once in a book (never joined, each row for itself); keyless: a row whose key is blank or wrecked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.books.table.reading import Side, place_sql, written_sql
from wenqu.importing.staging import parquet_source, text_literal

CLASSES = ("differs", "only_ours", "only_theirs", "duplicate", "keyless", "matched")
OPEN = CLASSES[:-1]
CLASS_NAMES = {
    "differs": "不一致", "only_ours": "仅我方有", "only_theirs": "仅对方有", "duplicate": "关键列重复", "keyless": "缺少关键列", "matched": "一致",
}
# Rows of one book that are joined at once: what does not fit into memory is not even tried.
PORTION = 400_000
# No county has more towns: a column with more values tells something else.
MOST_TOWNS = 300


@dataclass(frozen=True)
class Counts:
    """Rows by class (a pair counts once), the rows of each book, and the differing cells by column."""

    rows: dict[str, int]
    ours: int
    theirs: int
    towns: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    cells: int

    @property
    def open(self) -> int:
        return sum(self.rows[name] for name in OPEN)


def compare(con: Any, ours: str, theirs: str, width: int, *, blanks: bool = True) -> None:
    """Create `pairs`: class, key, town, os, orow, own (our id), ts, trow, diff (places of the differing columns, from 0).

    `ours` and `theirs` are sources of settled books with `width` values. Without `blanks` a blank cell differs from nothing.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE pairs (class VARCHAR, key VARCHAR, town VARCHAR, os INT, orow BIGINT, own BIGINT, "
                "ts INT, trow BIGINT, diff UTINYINT[])")
    counts = con.execute(f"SELECT (SELECT count(*) FROM {ours}), (SELECT count(*) FROM {theirs})").fetchone()
    portions = max(1, -(-max(counts) // PORTION))
    for number in range(portions):
        part = "" if portions == 1 else f" AND hash(key) % {portions} = {number}"
        _compare_part(con, ours, theirs, width, blanks, part)
    for name, source in (("ours", ours), ("theirs", theirs)):
        con.execute(f"INSERT INTO pairs SELECT 'keyless', NULL, town, {_one_side(name)}, NULL FROM {source} WHERE key IS NULL")
    if con.execute("SELECT count(DISTINCT town) FROM pairs").fetchone()[0] > MOST_TOWNS:
        con.execute("UPDATE pairs SET town = ''")


def _compare_part(con: Any, ours: str, theirs: str, width: int, blanks: bool, part: str) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE twice AS
        SELECT key FROM {ours} WHERE key IS NOT NULL{part} GROUP BY key HAVING count(*) > 1
        UNION SELECT key FROM {theirs} WHERE key IS NOT NULL{part} GROUP BY key HAVING count(*) > 1""")
    differs = "o.v[i] <> t.v[i]" if blanks else "o.v[i] <> t.v[i] AND o.v[i] <> '' AND t.v[i] <> ''"
    places = f"list_filter(range(1, {width + 1}), lambda i: {differs})" if width else "[]"
    con.execute(f"""
        INSERT INTO pairs
        SELECT CASE WHEN okey IS NULL THEN 'only_theirs' WHEN tkey IS NULL THEN 'only_ours' WHEN len(diff) = 0 THEN 'matched' ELSE 'differs' END,
            coalesce(okey, tkey), town, os, orow, own, ts, trow, CASE WHEN len(diff) > 0 THEN diff END
        FROM (
            SELECT o.key AS okey, t.key AS tkey, coalesce(nullif(o.town, ''), t.town, '') AS town, o.s AS os, o.r AS orow, o.id AS own,
                t.s AS ts, t.r AS trow,
                CASE WHEN o.key IS NULL OR t.key IS NULL OR o.v = t.v THEN [] ELSE list_transform({places}, lambda i: i - 1) END AS diff
            FROM (SELECT * FROM {ours} ANTI JOIN twice USING (key) WHERE key IS NOT NULL{part}) AS o
            FULL OUTER JOIN (SELECT * FROM {theirs} ANTI JOIN twice USING (key) WHERE key IS NOT NULL{part}) AS t ON o.key = t.key
        )""")
    for name, source in (("ours", ours), ("theirs", theirs)):
        con.execute(f"INSERT INTO pairs SELECT 'duplicate', key, town, {_one_side(name)}, NULL FROM {source} SEMI JOIN twice USING (key)")


def _one_side(name: str) -> str:
    return "s, r, id, NULL, NULL" if name == "ours" else "NULL, NULL, NULL, s, r"


def count(con: Any, titles: Sequence[str]) -> Counts:
    """What the pairs add up to."""
    rows = dict.fromkeys(CLASSES, 0) | dict(con.execute("SELECT class, count(*) FROM pairs GROUP BY 1").fetchall())
    ours, theirs = con.execute("SELECT count(orow), count(trow) FROM pairs").fetchone()
    towns = con.execute(
        f"SELECT town, {', '.join(f'count(*) FILTER (WHERE class = {text_literal(name)})' for name in CLASSES)} FROM pairs "
        "GROUP BY 1 ORDER BY count(*) FILTER (WHERE class <> 'matched') DESC, 1").fetchall()
    cells = dict(con.execute("SELECT place, count(*) FROM (SELECT unnest(diff) AS place FROM pairs WHERE class = 'differs') GROUP BY 1").fetchall())
    columns = [{"title": title, "count": cells.get(place, 0)} for place, title in enumerate(titles)]
    return Counts(rows, ours, theirs, [{"town": town, **dict(zip(CLASSES, numbers, strict=True))} for town, *numbers in towns], columns,
                  sum(cells.values()))


def write_rows(ours: Side, theirs: Side, compared: Sequence[str], target: Path, *, classes: Sequence[str] = OPEN) -> str:
    """Write the rows of some classes in their order: n, class, key, town, places, both sides normal (o, t) and as written (ow, tw).

    `n` numbers all rows of the result, the matched ones last. Gives the SQL source.
    """
    con = ours.con
    order = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(CLASSES))
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT * FROM (SELECT row_number() OVER (ORDER BY CASE class {order} END, town, key, "
                f"os IS NULL, os, orow, ts, trow) AS n, * FROM pairs) WHERE class IN ({', '.join(map(text_literal, classes))})")
    for side, s, r in ((ours, "os", "orow"), (theirs, "ts", "trow")):
        # Of a matched row one normal form tells all.
        told = "true" if side is ours else "class <> 'matched'"
        con.execute(f"CREATE OR REPLACE TEMP TABLE want_{side.name} AS SELECT {s} AS s, {r} AS r, class <> 'matched' AS whole FROM wanted "
                    f"WHERE {r} IS NOT NULL AND {told}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE cells_{side.name} AS SELECT b.s, b.r, b.v, w.w FROM {side.source} AS b "
                    f"SEMI JOIN want_{side.name} AS n ON n.s = b.s AND n.r = b.r "
                    f"LEFT JOIN ({written_sql(side, compared, f'want_{side.name}')}) AS w ON w.s = b.s AND w.r = b.r")
    con.execute(f"""
        COPY (SELECT n, class, coalesce(replace(key, chr(31), ' · '), '') AS key, town, own, {place_sql(ours, 'os', 'orow')} AS o_at,
            {place_sql(theirs, 'ts', 'trow')} AS t_at, coalesce(diff, [])::UTINYINT[] AS diff, o.v AS o, t.v AS t, o.w AS ow, t.w AS tw
        FROM wanted LEFT JOIN cells_ours AS o ON o.s = os AND o.r = orow LEFT JOIN cells_theirs AS t ON t.s = ts AND t.r = trow ORDER BY n)
        TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 10000)""")
    for name in ("wanted", "want_ours", "want_theirs", "cells_ours", "cells_theirs"):
        con.execute(f"DROP TABLE {name}")
    return parquet_source(target)
