"""Sheets of any layout -> one long Parquet file of raw results: who, when, where, what, and the text as written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wenqu.importing.laboratory.layout import Layout, Stated
from wenqu.importing.laboratory.mapping import FACTS
from wenqu.importing.laboratory.words import NOTES, ROW_LABELS
from wenqu.importing.rows import data_rows
from wenqu.importing.staging import RawSheet, letters, parquet_source, text_literal

_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class LabSheet:
    """One sheet from which results are read. ``skipped`` counts rows that are no results, by kind."""

    raw: RawSheet
    layout: Layout
    rows: int
    skipped: dict[str, int]

    @property
    def name(self) -> str:
        """Name of the sheet, empty for text."""
        return self.raw.name


def data_of(con: Any, raw: RawSheet, layout: Layout, grid: Sequence[Sequence[str | None]], merged: frozenset[int] = frozenset()) -> LabSheet:
    """The sheet with only its rows of results: no totals, limits, averages, notes, nor repeated headers."""
    source, _rows, skipped = data_rows(con, raw, grid[:layout.last_header], layout.last_header)
    first = f"coalesce({', '.join(_tight(column.sql) for column in raw.columns)})"
    results = [f"c{each.index}" for each in layout.items] + [f"c{block.result}" for block in layout.blocks]
    nothing = _all_blank(results)
    number = [f"c{at}" for at in layout.sample.get("number", ())[:1]]
    # 标准限值 | ≤1000 is no sample. Only what stands in place of the number (or of the item) says so: a village may be named 标准村.
    if layout.kind == "wide":
        label = " OR ".join([f"{_is_label(first)} AND {_all_blank(number)}", *(_is_label(_tight(name)) for name in number)])
    else:
        label = " OR ".join(_is_label(_tight(f"c{block.item}")) for block in layout.blocks)
    is_note = f"regexp_full_match({first}, {text_literal(NOTES)}) AND {nothing}"
    kind = f"CASE WHEN {is_note} THEN 'note' WHEN {label} THEN 'limits' WHEN {nothing} AND {_all_blank(number)} THEN 'empty' END"
    counted = dict(con.execute(f"SELECT coalesce({kind}, ''), count(*) FROM {source} GROUP BY 1").fetchall())
    rows = counted.pop("", 0)
    for name in ("note", "limits"):
        if counted.get(name):
            skipped[name] = skipped.get(name, 0) + counted[name]
    return LabSheet(replace(raw, source=_spread(f"(SELECT * FROM {source} WHERE {kind} IS NULL)", raw.name, layout, merged)), layout, rows, skipped)


def _spread(source: str, sheet: str, layout: Layout, merged: frozenset[int]) -> str:
    """The facts of samples in cells that are merged downwards (columns ``merged``), in each of their rows."""
    told = {at for places in (*layout.sample.values(), layout.otherwise) for at in places} & merged
    joins, names = "", []
    for at in sorted(told):
        rows = (f"SELECT unnest(range(first + 1, least(last, (SELECT max(_row) FROM {source})) + 1)) AS row, first FROM merged_areas "
                f"WHERE sheet = {text_literal(sheet)} AND place = {at}")
        joins += (f" LEFT JOIN (SELECT a.row, any_value(whole.c{at}) AS text FROM ({rows}) AS a JOIN {source} AS whole ON whole._row = a.first GROUP BY 1) AS m{at} "
                  f"ON s._row = m{at}.row")
        names.append(f"coalesce(nullif(trim(s.c{at}), ''), m{at}.text) AS c{at}")
    return f"(SELECT s.* REPLACE ({', '.join(names)}) FROM {source} AS s{joins})" if names else source


def _tight(name: str) -> str:
    return f"nullif(regexp_replace({name}, '\\s+', '', 'g'), '')"


def _is_label(cell: str) -> str:
    return f"coalesce(regexp_full_match({cell}, {text_literal('(?i)(' + ROW_LABELS + ')')}), false)"


def _all_blank(names: Sequence[str]) -> str:
    return f"coalesce({', '.join(map(_tight, names))}) IS NULL" if names else "true"


def unfold(con: Any, sheets: Sequence[LabSheet], workdir: Path) -> None:
    """Write the raw results of all sheets, a few at a time: the engine plans one query over hundreds of sheets for minutes."""
    parts = [part for number, sheet in enumerate(sheets) for part in _parts(number, sheet)]
    files = []
    for start in range(0, len(parts), _TOGETHER):
        files.append(workdir / f"raw{start}.parquet")
        query = " UNION ALL ".join(f"({part})" for part in parts[start:start + _TOGETHER])
        con.execute(f"COPY ({query}) TO {text_literal(str(files[-1]))} (FORMAT parquet, COMPRESSION lz4)")
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw_results AS FROM read_parquet([{', '.join(map(_exactly, files))}])")


def _exactly(path: Path) -> str:
    return parquet_source(path).removeprefix("read_parquet(").removesuffix(")")


def _parts(number: int, sheet: LabSheet) -> Iterator[str]:
    layout = sheet.layout
    facts = _fact_sql(layout)
    head = f"SELECT {number} AS sheet_no, _row AS row"
    if layout.kind == "wide":
        # In `item`, columns go by their place; rows of the other layouts by what stands there.
        cells = ", ".join(f"{{'idx': {item.index}, 'raw': c{item.index}}}" for item in layout.items if item.code != "item_unknown")
        if cells:
            yield (f"SELECT sheet_no, row, cell.idx AS idx, {', '.join(_FACT_NAMES)}, '#' || cell.idx AS item, cell.idx AS item_at, '' AS unit, -1 AS unit_at, "
                   f"cell.raw AS raw FROM ({head}, {facts}, unnest([{cells}]) AS cell FROM {sheet.raw.source}) WHERE {_given('cell.raw')}")
        return
    for block in layout.blocks:
        unit = f"coalesce(trim(c{block.unit}), '')" if block.unit is not None else "''"
        source = sheet.raw.source if layout.kind == "report" else _filled_down(sheet)
        yield (f"{head}, {block.result} AS idx, {facts}, trim(c{block.item}) AS item, {block.item} AS item_at, {unit} AS unit, "
               f"{-1 if block.unit is None else block.unit} AS unit_at, c{block.result} AS raw FROM {source} "
               f"WHERE {_given(f'c{block.result}')} AND {_given(f'c{block.item}')}")


_FACT_NAMES = ("number", "number_at", "day", "day_at", "day_row", "place", "water", "scheme", "point")


def _given(cell: str) -> str:
    return f"nullif(trim({cell}), '') IS NOT NULL"


def _filled_down(sheet: LabSheet) -> str:
    """A long table whose sample stands only in the first of its rows: where all of a row's facts are blank they go on."""
    told = sorted({at for places in (*sheet.layout.sample.values(), sheet.layout.otherwise) for at in places})
    blank = " AND ".join(f"nullif(trim(c{at}), '') IS NULL" for at in told)
    over = f"last_value(CASE WHEN {blank} THEN NULL ELSE _row END IGNORE NULLS) OVER (ORDER BY _row)"
    grouped = f"(SELECT *, {over} AS _first FROM {sheet.raw.source})"
    names = ", ".join(f"max(CASE WHEN _row = _first THEN c{at} END) OVER (PARTITION BY _first) AS c{at}" for at in told)
    return f"(SELECT * REPLACE ({names}) FROM {grouped} ORDER BY _row)"


def _fact_sql(layout: Layout) -> str:
    """The facts of a sample as text, NULL where nothing is told, with the places of number and day."""
    stated = layout.facts or {}
    texts = {fact: _fact(layout.sample.get(fact, ()), stated.get(fact)) for fact in FACTS}
    if layout.otherwise:
        texts["number"] = f"coalesce({texts['number']}, {_joined(layout.otherwise)})"
    if layout.kind == "report" and "point" in stated:
        texts["number"] = f"coalesce({texts['number']}, concat_ws(' ', {texts['point']}, {texts['day']}))"
    day = stated.get("day")
    places = layout.sample.get("day", ())
    return ", ".join((
        f"{texts['number']} AS number", f"{_first(layout.sample.get('number', layout.otherwise), stated.get('number'))} AS number_at",
        f"{texts['day']} AS day", f"{_first(places, day)} AS day_at", f"{day.row if day is not None and not places else '_row'} AS day_row",
        f"{texts['place']} AS place", f"{texts['water']} AS water", f"{texts['scheme']} AS scheme", f"{texts['point']} AS point"))


def _first(places: Sequence[int], stated: Stated | None) -> int:
    return places[0] if places else stated.index if stated is not None else -1


def _fact(places: Sequence[int], stated: Stated | None) -> str:
    if places:
        return _joined(places)
    return text_literal(stated.text) if stated is not None else "CAST(NULL AS VARCHAR)"


def _joined(places: Sequence[int]) -> str:
    cells = ", ".join(f"nullif(trim(c{at}, ' \u3000\u200b\t\n'), '')" for at in places)
    return f"nullif(concat_ws(' ', {cells}), '')" if len(places) > 1 else cells


def letter_of(sheet: LabSheet, index: int) -> str:
    """The column letter of a place, empty for none."""
    return letters(index) if index >= 0 else ""
