"""Raw results -> typed ones. SQL settles the plainly written numbers, the core reads each other distinct text once.

A wrong cell never becomes a value: what cannot be told is listed in ``wrong`` and is not among the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context as DecimalContext
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pyarrow as pa

from wenqu.importing.cells import plain
from wenqu.importing.laboratory.dates import read_day
from wenqu.importing.laboratory.mapping import looked_up
from wenqu.importing.laboratory.recognising import Knowing
from wenqu.importing.laboratory.unfolding import LabSheet
from wenqu.importing.staging import parquet_source, text_literal
from wenqu.rulebook.quality.results.items import Item, reading_of
from wenqu.rulebook.quality.results.units import times, unit_of
from wenqu.rulebook.quality.results.values import Result, fold, read_result
from wenqu.rulebook.quality.results.wrongs import sentence

# Few enough digits to be no leftover of a computation, and a factor of six decimals: exact in the 38 digits of 25 and 13 together
# (the engine multiplies in the wider of the two types, so a DECIMAL(18) would overflow).
PLAIN = "(0|[1-9][0-9]{0,5})([.][0-9]{1,9})?"
VALUE_TYPE, _PLACES, _MOST = "DECIMAL(38,15)", 15, Decimal(10) ** 22
# What says nothing in a unit needs none.
_UNITLESS = ("not_detected", "word", "blank")
_FLOAT_DIGITS = 15
_READ = pa.schema([("ctx", pa.int32()), ("raw", pa.string()), ("kind", pa.string()), ("value", pa.decimal128(38, 15)), ("word", pa.string()),
                   ("unit_written", pa.string()), ("unit", pa.string()), ("code", pa.string())])
_CONTEXT = pa.schema([("ctx", pa.int32()), ("sheet_no", pa.int32()), ("item", pa.string()), ("unit", pa.string()), ("key", pa.string()), ("named", pa.string()),
                      ("unit_written", pa.string()), ("unit_used", pa.string()), ("factor", pa.decimal128(13, 6)), ("code", pa.string())])


@dataclass(frozen=True, slots=True)
class Context:
    """One item with its unit as one place of a workbook writes them. ``code`` says why its numbers cannot be used."""

    number: int
    item: Item | None
    name: str
    unit_written: str
    unit_used: str
    factor: Decimal
    code: str


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
    columns = ("sheet_no, row, idx, item_at, unit_at, number, number_at, sampled_on, day, day_at, day_row, day_code, place, water, scheme, key, named, kind, value, word, "
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
        context = _context(number, sheets[sheet_no], item, unit, knowing)
        contexts.append(context)
        rows.append({"ctx": number, "sheet_no": sheet_no, "item": item, "unit": unit, "key": context.item.key if context.item else None, "named": context.name,
                     "unit_written": context.unit_written, "unit_used": context.unit_used, "factor": context.factor, "code": context.code})
    _make(con, "contexts", rows, _CONTEXT)
    return contexts


def _context(number: int, sheet: LabSheet, item: str, unit: str, knowing: Knowing) -> Context:
    nothing = Decimal(1)
    if sheet.layout.kind == "wide":
        column = next(each for each in sheet.layout.items if f"#{each.index}" == item)
        known, name, written, code = column.item, column.header, column.unit, column.code
    else:
        named = knowing.named(item)
        if named is None:  # the mapping leaves it out
            return Context(number, None, item, unit, "", nothing, "left_out")
        known, name, code = named.item, item, named.code or ("" if named.item else "item_unknown")
        said = knowing.unit(item, known)
        written = said or (unit if unit_of(unit) is not None else named.unit or unit)
        if not said and named.unit and unit_of(unit) is not None and unit_of(unit) != unit_of(named.unit):
            code = code or "units_conflict"
    if known is None or code:
        return Context(number, known, name, written, "", nothing, code)
    written = written or _unit_of_all(sheet, known, knowing)
    used, factor, code = reading_of(known, written)
    return Context(number, known, name, written, used, factor, code)


def _unit_of_all(sheet: LabSheet, item: Item, knowing: Knowing) -> str:
    """The unit of a title, where it can be the item's; else the standard's, where a person said so."""
    title = sheet.layout.title_unit
    if title and not reading_of(item, title)[2]:
        return title
    return item.units[0] if knowing.mapping.standard_units and item.needs_unit and item.units else ""


def _read_odd(con: Any, contexts: Sequence[Context], knowing: Knowing, raised: frozenset[str], from_excel: bool) -> None:
    """Every distinct text that is not plainly a number of a column without faults, as the core reads it."""
    con.execute("CREATE OR REPLACE TEMP TABLE odd_results (ctx INT, raw VARCHAR, kind VARCHAR, value DECIMAL(38,15), word VARCHAR, unit_written VARCHAR, unit VARCHAR, code VARCHAR)")
    odd = con.execute(f"""SELECT DISTINCT c.ctx, r.raw FROM raw_results r JOIN contexts c ON c.sheet_no = r.sheet_no AND c.item = r.item AND c.unit = r.unit
        WHERE c.code <> '' OR NOT regexp_full_match(r.raw, '{PLAIN}') OR r.raw IN (SELECT raw FROM raised)""")
    tables = []
    while batch := odd.fetchmany(50_000):
        rows = [{"ctx": ctx, "raw": raw, **_read(contexts[ctx], _Text(raw, raw in raised, from_excel), knowing)} for ctx, raw in batch]
        tables.append(pa.Table.from_pylist(rows, schema=_READ))
    for table in tables:
        con.register("_batch", table)
        con.execute("INSERT INTO odd_results SELECT * FROM _batch")
        con.unregister("_batch")


@dataclass(frozen=True, slots=True)
class _Text:
    """A cell as it came: its text, whether digits of it were raised, and whether a spreadsheet wrote it."""

    raw: str
    raised: bool
    from_excel: bool

    def read(self, words: Mapping[str, str]) -> Result:
        """What it says, by the words of the mapping first."""
        said = looked_up(words, self.raw) if words else None
        result = read_result(said if said is not None else _shown(self.raw) if self.from_excel else self.raw)
        return Result("wrong", code="raised_digit") if self.raised and said is None and result.value is not None else result


def _read(context: Context, text: _Text, knowing: Knowing) -> dict[str, Any]:
    """One text in its context, as a row of ``odd_results``."""
    result = text.read(knowing.mapping.words)
    code, value = result.code, result.value
    written, used = context.unit_written, context.unit_used
    if result.kind in _UNITLESS and context.code in ("", "unit_missing"):
        return {"kind": result.kind, "value": None, "word": result.word, "unit_written": written, "unit": used, "code": ""}
    if result.kind == "blank":
        return {"kind": "blank", "value": None, "word": "", "unit_written": written, "unit": used, "code": ""}
    factor, faulty = context.factor, context.code
    if result.unit and context.item is not None and faulty in ("", "unit_missing"):
        factor, used, faulty, written = _unit_in_cell(context, result, faulty)
    code = faulty or code
    if value is not None and not code:
        value = times(value, factor)
        code = "" if _fits(value) else "too_fine"
    return {"kind": "wrong" if code else result.kind, "value": None if code else value, "word": result.word, "unit_written": written, "unit": used, "code": code}


def _unit_in_cell(context: Context, result: Result, faulty: str) -> tuple[Decimal, str, str, str]:
    """A unit in the cell itself stands for a missing one; beside another one it is a contradiction."""
    assert context.item is not None
    if not faulty and context.unit_written and unit_of(context.unit_written) != unit_of(result.unit):
        return context.factor, context.unit_used, "units_conflict", context.unit_written
    used, factor, code = reading_of(context.item, result.unit)
    return factor, used, code, result.unit


def _fits(value: Decimal) -> bool:
    with localcontext() as exact:
        exact.prec = 60
        return abs(value) < _MOST and value == value.quantize(Decimal(1).scaleb(-_PLACES))


def _shown(raw: str) -> str:
    """A number with more digits than a spreadsheet shows, as it shows it: 0.1 + 0.2 is 0.3 and not 0.30000000000000004. Digits
    that somebody typed as text are not those of a float and stay."""
    text = plain(fold(raw))
    digits = text.replace(".", "").lower().partition("e")[0].lstrip("0")
    if len(digits) <= _FLOAT_DIGITS or not digits.isdigit() or read_result(text).value is None:
        return raw
    number, binary = Decimal(text), float(text)
    # The reader of workbooks prints a float with nine decimals, or whole.
    if number not in (Decimal(repr(binary)), Decimal(f"{binary:.9f}")):
        return raw
    return format(DecimalContext(prec=_FLOAT_DIGITS).create_decimal(number).normalize(), "f")


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
