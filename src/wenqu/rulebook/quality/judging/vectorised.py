"""The column engine: editions of the standard become SQL over a table of samples and a long table of their results (DuckDB).

``judge_sql`` gives three statements, to be run in turn: ``judged`` is to be kept as a (temporary) table, ``results`` and
``samples`` read it. Samples have the columns of ``SAMPLE_COLUMNS`` and a key, results that key and ``RESULT_COLUMNS``; each
may be NULL. Values have at most nine decimals; an item has at most one result a sample. Pure text: nothing is executed here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import regimes
from wenqu.rulebook.quality.judging.due import keys_of
from wenqu.rulebook.quality.judging.reasons import REASONS, Verdict
from wenqu.rulebook.quality.judging.regimes import Layout, layout_of, literal
from wenqu.rulebook.quality.judging.regimes_sql import AT_SOURCE, EDITION, NUMBER, enum, regimes_sql, text
from wenqu.rulebook.quality.judging.samples_sql import samples_sql
from wenqu.rulebook.quality.judging.sums_sql import sum_branch, sum_items, sum_names
from wenqu.rulebook.vectorised import quoted

SAMPLE_COLUMNS: Mapping[str, str] = {
    "taken_on": "DATE", "scheme_class": "VARCHAR", "limited": "BOOLEAN", "groundwater": "BOOLEAN", "raw_permanganate": "DOUBLE", "point": "VARCHAR",
    "disinfectant": "VARCHAR", "due_set": "VARCHAR",
}
RESULT_COLUMNS: Mapping[str, str] = {"item": "VARCHAR", "sign": "VARCHAR", "value": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Queries:
    """``judged``: what to keep as the table of that name; ``results``: a row for each result and each sum worked out;
    ``samples``: a row for each sample."""

    judged: str
    results: str
    samples: str


def judge_sql(packs: Sequence[Pack], samples: str, results: str, *, judged: str = "judged", key: str = "sample_id", keep: Sequence[str] = (),
              sets: Mapping[str, Sequence[str]] | None = None) -> Queries:
    """The statements for relations of samples and results. ``keep`` are columns of the results to pass on; ``sets`` are the
    items that plans ask for, by the name that ``due_set`` of a sample gives."""
    layout = layout_of(packs)
    kept = "".join(f"{quoted(name)}, " for name in keep)
    found = f"{_verdict_word()} AS verdict, {_reason_word()} AS reason"
    return Queries(
        _judged(layout, samples, results, quoted(key), keep),
        f'SELECT {quoted(key)}, {kept}item, {found}, "limit" FROM {judged}',
        samples_sql(layout, samples, judged, quoted(key), sets or {}),
    )


def _verdict_word() -> str:
    """The verdict of a reason's number; numbers are grouped by verdict."""
    kind, last = enum(map(str, Verdict)), {str(reason.verdict): reason.number for reason in REASONS}
    return "CASE " + " ".join(f"WHEN reason <= {number} THEN {text(word)}::{kind}" for word, number in last.items()) + " END"


def _reason_word() -> str:
    kind = enum(reason.code for reason in REASONS)
    return "CASE reason " + " ".join(f"WHEN {reason.number} THEN {text(reason.code)}::{kind}" for reason in REASONS) + " END"


def _limits(layout: Layout) -> str:
    """All limits as rows, out of one text: hundreds of literals would take longer to plan than a million results to judge."""
    rows = "], [".join(
        f"{row.code}, {row.kind}, {row.bit}, {row.need}, {literal(row.bounds.low, '-9e99')}, {literal(row.bounds.high, '9e99')}, "
        f"{literal(row.bounds.lenient_low, '-9e99')}, {literal(row.bounds.lenient_high, '9e99')}" for row in regimes.limit_rows(layout))
    columns = {"code": "INTEGER", "kind": "TINYINT", "bit": "TINYINT", "need": "TINYINT", "low": "DOUBLE", "high": "DOUBLE", "lenient_low": "DOUBLE", "lenient_high": "DOUBLE"}
    cells = ", ".join(f"CAST(cells[{place}] AS {kind}) AS {name}" for place, (name, kind) in enumerate(columns.items(), start=1))
    return f"SELECT {cells} FROM (SELECT unnest(CAST('[[{rows}]]' AS DOUBLE[][])) AS cells)"


def _items(layout: Layout, related: Collection[str]) -> str:
    """Every item with its number, what it looks at in each edition, and whether it looks at other results."""
    rows = []
    for number, name in enumerate(layout.keys):
        masks = [f"mask{edition}: {regimes.item_mask(name, water) if name in keys_of(water) else 0}" for edition, water in enumerate(layout.waters, start=1)]
        rows.append(f"{{item: {name}, base: {number << regimes.ITEM_BIT}, related: {str(name in related).lower()}, {', '.join(masks)}}}")
    kinds = ", ".join(f"mask{edition} INTEGER" for edition in range(1, len(layout.packs) + 1))
    return f"SELECT unnest(CAST('[{', '.join(rows)}]' AS STRUCT(item VARCHAR, base INTEGER, related BOOLEAN, {kinds})[]), recursive := true)"


_TOLD = ("CASE WHEN sign IS NULL THEN 0 WHEN sign = 'value' THEN CASE WHEN value IS NULL THEN 0 ELSE 1 END "
         "WHEN sign IN ('below', 'not_detected') THEN CASE WHEN value IS NULL THEN 4 ELSE 2 END WHEN sign = 'above' AND value IS NOT NULL THEN 3 ELSE 5 END")


def _judged(layout: Layout, samples: str, results: str, key: str, keep: Sequence[str]) -> str:
    """The results joined to their regime and limits and compared, in one pass; those items apart that look at other results of
    their sample (residuals of which any is enough, sums of ratios)."""
    kept = "".join(f", {quoted(name)}" for name in keep)
    anys = {name for water in layout.waters for agent in water.disinfectants.values() if agent.need == "any" for name in agent.residuals}
    sums = sum_names(layout)
    related = anys.union(*(sum_items(layout, name) for name in sums))
    columns = f"{key}, item, CAST({{reason}} AS UTINYINT) AS reason, bit{kept}, high, lenient_low, lenient_high"
    ctes = {
        "regimes": regimes_sql(layout, samples, key), "items": _items(layout, related), "limits": _limits(layout),
        "related": _long(results, layout, key, keep, "related"), "reaching": _reaching(key),
    }
    branches = [
        f"SELECT {columns.format(reason=_reason())} FROM ({_long(results, layout, key, keep, 'related IS NOT TRUE')})",
        f"SELECT {columns.format(reason=_reason(_any()))} FROM related LEFT JOIN reaching USING ({key})",
        *(sum_branch(layout, "related", name, key, keep) for name in sums),
    ]
    limit = (f'CASE WHEN reason IN ({NUMBER["over"]}, {NUMBER["guide_over"]}, {NUMBER["sum_over"]}) THEN lenient_high WHEN reason = {NUMBER["under"]} THEN lenient_low '
             f'WHEN ({sum(1 << NUMBER[code] for code in _LIMITLESS)}::BIGINT >> reason) & 1 = 0 THEN high END')
    return (f"WITH {', '.join(f'{name} AS MATERIALIZED ({sql})' for name, sql in ctes.items())} "
            f'SELECT {key}, item, reason, bit{kept}, {limit} AS "limit" FROM ({" UNION ALL ".join(branches)})')


def _long(results: str, layout: Layout, key: str, keep: Sequence[str], where: str) -> str:
    """Results with the regime of their sample, how they are told, and the limits under it; water of a source has none."""
    masks = " ".join(f"WHEN {number} THEN mask{number}" for number in range(1, len(layout.packs) + 1))
    kept = "".join(f", {quoted(name)}" for name in keep)
    return (
        f"SELECT {key}, item, value, regime, base, told, kind, bit, need, low, high, lenient_low, lenient_high{kept} "
        f"FROM (SELECT {key}, item, value, regime, base, {_TOLD} AS told, CASE WHEN NOT ({AT_SOURCE}) THEN base | (regime & CASE {EDITION} {masks} END) END AS code{kept} "
        f"FROM (SELECT {key}, item, sign, value{kept} FROM {results}) JOIN regimes USING ({key}) LEFT JOIN items USING (item) WHERE {where}) "
        "LEFT JOIN limits USING (code)")


_LIMITLESS = ("absent", "present", "blank", "disinfectant_unknown", "other_disinfectant", "item_unknown", "source_water", "no_edition")
# A value lies at itself (told 1), from 0 up to a detection limit (2), or beyond the end of a range (3).
_REACHES = "CASE told WHEN 2 THEN low <= 0 ELSE value >= low END"
_FALLS_SHORT = "CASE told WHEN 1 THEN value < lenient_low WHEN 2 THEN value <= lenient_low ELSE false END"


def _any() -> str:
    """The reason of a residual where any one of some is enough."""
    n = NUMBER
    return (f"CASE WHEN value > lenient_high AND told = 1 OR value >= lenient_high AND told = 3 THEN {n['over']} WHEN unreached = need THEN {n['under']} "
            f"WHEN told = 3 THEN {n['range_too_low']} WHEN value > high THEN {n['detection_limit_too_high']} "
            f"WHEN {_REACHES} THEN {n['within']} WHEN reached THEN {n['other_residual']} ELSE {n['residual_open']} END")


def _reason(any_: str = "") -> str:
    """The number of a result's reason: a ladder, the most frequent rows first."""
    n, open_ = NUMBER, NUMBER["conditions_unknown"]
    over = f"CASE kind WHEN {regimes.GUIDE} THEN {n['guide_over']} ELSE {n['over']} END"
    return (
        f"CASE WHEN kind BETWEEN {regimes.PLAIN} AND {regimes.GUIDE} AND told BETWEEN 1 AND 3 THEN CASE told "
        f"WHEN 1 THEN CASE WHEN value <= high AND value >= low THEN {n['within']} WHEN value > lenient_high THEN {over} WHEN value < lenient_low THEN {n['under']} ELSE {open_} END "
        f"WHEN 2 THEN CASE WHEN value <= lenient_low THEN {n['under']} WHEN value <= high AND low <= 0 THEN {n['below_detection']} "
        f"WHEN value <= low OR value <= lenient_high AND lenient_low <= 0 THEN {open_} ELSE {n['detection_limit_too_high']} END "
        f"ELSE CASE WHEN value >= lenient_high THEN {over} WHEN value >= high THEN {open_} ELSE {n['range_too_low']} END END "
        f"WHEN {AT_SOURCE} THEN {n['source_water']} WHEN regime & {regimes.mask_of('edition')} = 0 THEN {n['no_edition']} "
        f"WHEN kind IS NULL THEN {n['item_unknown']} WHEN kind = {regimes.OTHER} THEN {n['other_disinfectant']} WHEN told = 0 THEN {n['blank']} "
        f"WHEN kind = {regimes.UNKNOWN} THEN {n['disinfectant_unknown']} "
        f"WHEN kind = {regimes.ABSENT} THEN CASE WHEN told IN (3, 5) OR told = 1 AND value > 0 THEN {n['present']} ELSE {n['absent']} END "
        f"WHEN told = 4 THEN {n['no_detection_limit']} WHEN told = 5 THEN {n['no_number']}{f' ELSE {any_}' if any_ else ''} END")


def _reaching(key: str) -> str:
    """Of samples where any one of some residuals is enough: whether one reaches what must be left, and how many do not."""
    return (f"SELECT {key}, bool_or({_REACHES}) AS reached, count(*) FILTER ({_FALLS_SHORT}) AS unreached FROM related "
            f"WHERE kind = {regimes.ANY} AND told BETWEEN 1 AND 3 GROUP BY {key}")
