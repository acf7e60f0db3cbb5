"""Raw results -> typed ones. SQL settles the plainly written numbers, the core reads each other distinct text once.

A wrong cell never becomes a value: what cannot be told is listed in ``wrong`` and is not among the results.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from wenqu.importing.laboratory.dates import read_day
from wenqu.importing.laboratory.recognising import Knowing
from wenqu.importing.laboratory.single import Context, Text, context_of, read_text
from wenqu.importing.laboratory.unfolding import LabSheet
from wenqu.importing.staging import parquet_source, text_literal
from wenqu.rulebook.quality.results.items import Item
from wenqu.rulebook.quality.results.wrongs import sentence

# Few enough digits to be no leftover of a computation, and a factor of six decimals: exact in the 38 digits of 25 and 13 together
# (the engine multiplies in the wider of the two types, so a DECIMAL(18) would overflow).
PLAIN = "(0|[1-9][0-9]{0,5})([.][0-9]{1,9})?"
VALUE_TYPE = "DECIMAL(38,15)"
_READ = pa.schema([("ctx", pa.int32()), ("raw", pa.string()), ("kind", pa.string()), ("value", pa.decimal128(38, 15)), ("word", pa.string()),
                   ("unit_written", pa.string()), ("unit", pa.string()), ("code", pa.string())])
_CONTEXT = pa.schema([("ctx", pa.int32()), ("sheet_no", pa.int32()), ("item", pa.string()), ("unit", pa.string()), ("key", pa.string()), ("named", pa.string()),
                      ("unit_written", pa.string()), ("unit_used", pa.string()), ("factor", pa.decimal128(13, 6)), ("code", pa.string())])


def settle(con: Any, sheets: Sequence[LabSheet], knowing: Knowing, target: Path, *, from_excel: bool, raised: frozenset[str] = frozenset()) -> None:
    """Write the typed results to ``target``; what is wrong with the others stands in the table ``settled`` by its code.
    ``raised`` are texts whose formatting says that they are no plain numbers."""
    contexts = _contexts(con, sheets, knowing)
    _make(con, "raised", [{"raw": text} for text in raised], pa.schema([("raw", pa.string())]))
    _read_odd(con, contexts, knowing, raised, from_excel)
    _read_days(con, knowing.mapping.dates)
    plain_value = f"CAST(TRY_CAST(r.raw AS DECIMAL(25,9)) * c.factor AS {VALUE_TYPE})"
    con.execute(f"""CREATE OR REPLACE TEMP VIEW read_results AS SELECT r.*, c.key, c.named, coalesce(o.kind, 'value') AS kind,
        CASE WHEN o.raw IS NULL THEN {plain_value} ELSE o.value END AS value, coalesce(o.word, '') AS word,
        coalesce(o.unit_written, c.unit_written) AS unit_written, coalesce(o.unit, c.unit_used) AS unit_used,
        coalesce(o.code, c.code) AS code, c.code AS faulty, d.day AS sampled_on, d.code AS day_code
        FROM raw_results r JOIN contexts c ON c.sheet_no = r.sheet_no AND c.item = r.item AND c.unit = r.unit
        LEFT JOIN odd_results o ON o.ctx = c.ctx AND o.raw = r.raw LEFT JOIN days d ON d.raw = r.day""")
    columns = ("sheet_no, row, idx, item_at, unit_at, number, number_at, sampled_on, day, day_at, day_row, day_code, place, water, scheme, point, key, named, kind, value, word, "
               "unit_written, unit_used, raw, code")
    con.execute(f"CREATE OR REPLACE TEMP TABLE settled AS SELECT {columns}, faulty FROM read_results WHERE kind <> 'blank' AND code <> 'left_out'")
    _refuse_doubles(con)
    rows = ", ".join(f"({number}, {text_literal(sheet.name)}, {sheet.layout.kind == 'wide'})" for number, sheet in enumerate(sheets))
    con.execute(f"CREATE OR REPLACE TEMP TABLE lab_sheets AS SELECT * FROM (VALUES {rows}) AS t(sheet_no, sheet, wide)")
    con.execute(f"""COPY (SELECT n.sheet, s.row, {letter_sql('s.idx')} AS "column", number AS sample, sampled_on, place, water, scheme, key AS item, named AS item_written,
        kind, value, word, CASE WHEN kind <> 'word' THEN kind WHEN word = 'none' THEN 'not_detected' WHEN word = 'some' THEN 'detected' END AS sign, unit_written, unit_used AS unit, raw AS written FROM settled s JOIN lab_sheets n USING (sheet_no)
        WHERE code = '' AND number IS NOT NULL ORDER BY s.sheet_no, s.row, s.idx)
        TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)""")
    con.execute(f"CREATE OR REPLACE TEMP VIEW results AS SELECT * FROM {parquet_source(target)}")


def letter_sql(index: str) -> str:
    """SQL of Excel's name of a 0-based column, up to ZZ."""
    return f"CASE WHEN {index} < 0 THEN '' WHEN {index} < 26 THEN chr(65 + {index}) ELSE chr(CAST(64 + {index} // 26 AS INT)) || chr(CAST(65 + {index} % 26 AS INT)) END"


def _contexts(con: Any, sheets: Sequence[LabSheet], knowing: Knowing) -> list[Context]:
    found = con.execute("SELECT DISTINCT sheet_no, item, unit FROM raw_results ORDER BY ALL").fetchall()
    contexts, rows = [], []
    for number, (sheet_no, item, unit) in enumerate(found):
        context = context_of(number, sheets[sheet_no], item, unit, knowing)
        contexts.append(context)
        rows.append({"ctx": number, "sheet_no": sheet_no, "item": item, "unit": unit, "key": context.item.key if context.item else None, "named": context.name,
                     "unit_written": context.unit_written, "unit_used": context.unit_used, "factor": context.factor, "code": context.code})
    _make(con, "contexts", rows, _CONTEXT)
    return contexts


def _read_odd(con: Any, contexts: Sequence[Context], knowing: Knowing, raised: frozenset[str], from_excel: bool) -> None:
    """Every distinct text that is not plainly a number of a column without faults, as the core reads it."""
    con.execute("CREATE OR REPLACE TEMP TABLE odd_results (ctx INT, raw VARCHAR, kind VARCHAR, value DECIMAL(38,15), word VARCHAR, unit_written VARCHAR, unit VARCHAR, code VARCHAR)")
    odd = con.execute(f"""SELECT DISTINCT c.ctx, r.raw FROM raw_results r JOIN contexts c ON c.sheet_no = r.sheet_no AND c.item = r.item AND c.unit = r.unit
        WHERE c.code <> '' OR NOT regexp_full_match(r.raw, '{PLAIN}') OR r.raw IN (SELECT raw FROM raised)""")
    tables = []
    while batch := odd.fetchmany(50_000):
        rows = [{"ctx": ctx, "raw": raw, **read_text(contexts[ctx], Text(raw, raw in raised, from_excel), knowing)} for ctx, raw in batch]
        tables.append(pa.Table.from_pylist(rows, schema=_READ))
    for table in tables:
        con.register("_batch", table)
        con.execute("INSERT INTO odd_results SELECT * FROM _batch")
        con.unregister("_batch")


def _read_days(con: Any, order: str) -> None:
    found = con.execute("SELECT DISTINCT day FROM raw_results WHERE day IS NOT NULL").fetchall()
    rows: list[dict[str, date | str | None]] = []
    for raw, in found:
        day = read_day(raw, order)
        rows.append({"raw": raw, "day": day, "code": "" if day else "bad_date"})
    _make(con, "days", rows, pa.schema([("raw", pa.string()), ("day", pa.date32()), ("code", pa.string())]))


def _make(con: Any, name: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    con.register("_made", pa.Table.from_pylist(rows, schema=schema))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _made")
    con.unregister("_made")


def _refuse_doubles(con: Any) -> None:
    """One sample and item: the same result twice counts once, different ones not at all. One number with two days is nobody."""
    con.execute("""CREATE OR REPLACE TEMP TABLE twice AS SELECT number, key, count(DISTINCT (kind, value, word, unit_used)) > 1 AS differ,
        min((sheet_no, row, idx)) AS first FROM settled WHERE code = '' AND number IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1""")
    con.execute("""UPDATE settled SET code = CASE WHEN t.differ THEN 'results_differ' ELSE 'duplicate' END FROM twice t
        WHERE settled.number = t.number AND settled.key = t.key AND settled.code = '' AND (t.differ OR (settled.sheet_no, settled.row, settled.idx) > t.first)""")
    con.execute("""UPDATE settled SET code = 'sample_differs' WHERE number IN (SELECT number FROM settled GROUP BY 1
        HAVING count(DISTINCT sampled_on) > 1) AND code IN ('', 'results_differ', 'duplicate')""")


def told(code: str, item: Item | None) -> str:
    """The Chinese sentence for a wrong cell of an item."""
    units = " 或 ".join(item.units) if item else ""
    basis = f"以 {item.basis[0].upper()} 计" if item and item.basis else ""
    return sentence(code, units=units, basis=basis)
