"""The column engine: editions of the standard become SQL over a table of samples and a long table of their results (DuckDB).

``judge_sql`` gives three statements, to be run in turn: ``judged`` is to be kept as a (temporary) table, ``results`` and
``samples`` read it. Samples have the columns of ``SAMPLE_COLUMNS`` and a key, results that key and ``RESULT_COLUMNS``; each
may be NULL. Values have at most nine decimals; an item has at most one result a sample. Pure text: nothing is executed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import regimes
from wenqu.rulebook.quality.judging.due import asked_of, keys_of
from wenqu.rulebook.quality.judging.editions import first_day, water_of
from wenqu.rulebook.quality.judging.model import PLACES
from wenqu.rulebook.quality.judging.reasons import BY_CODE, REASONS, Verdict
from wenqu.rulebook.quality.judging.regimes import Layout, layout_of, literal
from wenqu.rulebook.quality.judging.sums_sql import sum_branch, sum_items, sum_names
from wenqu.rulebook.vectorised import quoted

SAMPLE_COLUMNS: Mapping[str, str] = {
    "taken_on": "DATE", "scheme_class": "VARCHAR", "limited": "BOOLEAN", "groundwater": "BOOLEAN", "raw_permanganate": "DOUBLE", "point": "VARCHAR",
    "disinfectant": "VARCHAR", "due_set": "VARCHAR",
}
RESULT_COLUMNS: Mapping[str, str] = {"item": "VARCHAR", "sign": "VARCHAR", "value": "DOUBLE"}
NUMBER = {code: reason.number for code, reason in BY_CODE.items()}


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
        _samples(layout, samples, judged, quoted(key), sets or {}),
    )


def enum(words: Iterable[str]) -> str:
    """The type of words out of a list: it reads as a string and costs a byte."""
    return f"ENUM({', '.join(map(_text, words))})"


def _verdict_word() -> str:
    """The verdict of a reason's number; numbers are grouped by verdict."""
    kind, last = enum(map(str, Verdict)), {str(reason.verdict): reason.number for reason in REASONS}
    return "CASE " + " ".join(f"WHEN reason <= {number} THEN {_text(word)}::{kind}" for word, number in last.items()) + " END"


def _reason_word() -> str:
    kind = enum(reason.code for reason in REASONS)
    return "CASE reason " + " ".join(f"WHEN {reason.number} THEN {_text(reason.code)}::{kind}" for reason in REASONS) + " END"


def _regimes(layout: Layout, samples: str, key: str) -> str:
    """A row for each sample: its key, regime and set of items that are due."""
    spans = []
    for number, pack in enumerate(layout.packs, start=1):
        until = f" AND taken_on < DATE '{first_day(pack.until)}'" if pack.until else ""
        spans.append(f"WHEN taken_on >= DATE '{first_day(pack.in_force)}'{until} THEN {number}")
    relaxed = " ".join(f"WHEN {number} THEN CASE WHEN scheme_class IN ({_texts(water.relaxed)}) THEN 2 WHEN scheme_class IS NOT NULL THEN 1 ELSE 0 END"
                       for number, water in enumerate(layout.waters, start=1))
    answer = "CASE WHEN {0} THEN 2 WHEN NOT {0} THEN 1 ELSE 0 END"
    raw = f"CASE WHEN raw_permanganate IS NULL THEN 0 ELSE 1{''.join(f' + CAST(raw_permanganate > {one} AS INTEGER)' for one in layout.raw)} END"
    places = " ".join(f"WHEN '{point}' THEN {regimes.PLACE_NAMES.index(place)}" for point, place in PLACES.items())
    agents = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(layout.disinfectants) if name)
    fields = {
        "relaxed": f"CASE edition {relaxed} ELSE 0 END", "limited": answer.format("limited"), "groundwater": answer.format("groundwater"), "raw": raw,
        "place": f"CASE WHEN edition > 0 THEN CASE point {places} ELSE 0 END ELSE 0 END", "disinfectant": f"CASE disinfectant {agents} ELSE 0 END",
    }
    bits = " | ".join(f"(({sql}) << {regimes.FIELDS[name][0]})" for name, sql in fields.items())
    return (f"SELECT {key}, CAST(edition AS INTEGER) | {bits} AS regime, due_set FROM (SELECT *, CASE {' '.join(spans)} ELSE 0 END AS edition FROM {samples})")


def _texts(words: Iterable[str]) -> str:
    return ", ".join(map(_text, words)) or "NULL"


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


_EDITION = f"regime & {regimes.mask_of('edition')}"
_PLACE, _PLACE_MASK = regimes.FIELDS["place"][0], regimes.mask_of("place")
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
        "regimes": _regimes(layout, samples, key), "items": _items(layout, related), "limits": _limits(layout),
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
        f"FROM (SELECT {key}, item, value, regime, base, {_TOLD} AS told, CASE WHEN regime & {_PLACE_MASK} <> {regimes.SOURCE_PLACE << _PLACE} THEN base | (regime & CASE {_EDITION} {masks} END) END AS code{kept} "
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
        f"WHEN regime & {_PLACE_MASK} = {regimes.SOURCE_PLACE << _PLACE} THEN {n['source_water']} WHEN regime & {regimes.mask_of('edition')} = 0 THEN {n['no_edition']} "
        f"WHEN kind IS NULL THEN {n['item_unknown']} WHEN kind = {regimes.OTHER} THEN {n['other_disinfectant']} WHEN told = 0 THEN {n['blank']} "
        f"WHEN kind = {regimes.UNKNOWN} THEN {n['disinfectant_unknown']} "
        f"WHEN kind = {regimes.ABSENT} THEN CASE WHEN told IN (3, 5) OR told = 1 AND value > 0 THEN {n['present']} ELSE {n['absent']} END "
        f"WHEN told = 4 THEN {n['no_detection_limit']} WHEN told = 5 THEN {n['no_number']}{f' ELSE {any_}' if any_ else ''} END")


def _reaching(key: str) -> str:
    """Of samples where any one of some residuals is enough: whether one reaches what must be left, and how many do not."""
    return (f"SELECT {key}, bool_or({_REACHES}) AS reached, count(*) FILTER ({_FALLS_SHORT}) AS unreached FROM related "
            f"WHERE kind = {regimes.ANY} AND told BETWEEN 1 AND 3 GROUP BY {key}")


def _samples(layout: Layout, samples: str, judged: str, key: str, sets: Mapping[str, Sequence[str]]) -> str:
    """Verdict, reasons and what is missing of each sample, those without results included."""
    def bits(*verdicts: Verdict) -> int:
        return sum(1 << reason.number for reason in REASONS if reason.verdict in verdicts)

    unfit = [str(reason.number) for reason in REASONS if reason.verdict is Verdict.UNFIT]
    grouped = (f"SELECT {key}, bit_or(1::BIGINT << reason) AS mask, bit_or(CASE WHEN reason <> {NUMBER['blank']} THEN 1::BIGINT << bit ELSE 0 END) AS given, "
               f"bit_or(CASE WHEN reason IN ({', '.join(unfit)}) THEN 1::BIGINT << bit ELSE 0 END) AS found FROM {judged} GROUP BY {key}")
    asked, codes = _asked(layout, sets)
    kind = enum(map(str, Verdict))
    verdict = (f"CASE WHEN mask & {bits(Verdict.UNFIT)} <> 0 THEN 'unfit'::{kind} WHEN mask & {bits(Verdict.UNDETERMINED)} <> 0 THEN 'undetermined'::{kind} "
               f"WHEN mask & {bits(Verdict.FIT, Verdict.FOLLOW_UP)} <> 0 THEN 'fit'::{kind} ELSE 'not_judged'::{kind} END")
    ids = enum(pack.id for pack in layout.packs)
    named = " ".join(f"WHEN {number} THEN {_text(pack.id)}::{ids}" for number, pack in enumerate(layout.packs, start=1))
    joined = (f"SELECT {key}, regime, COALESCE(mask, 0) AS mask, COALESCE(given, 0) AS given, COALESCE(found, 0) AS found, COALESCE(asked, 0) AS asked "
              f"FROM regimes LEFT JOIN ({grouped}) USING ({key}) LEFT JOIN asked ON asked.code = regime & {codes} AND asked.due_set IS NOT DISTINCT FROM "
              f"CASE WHEN regimes.due_set IN ({_texts(sets)}) THEN regimes.due_set END")
    missing = f"CASE WHEN {_EDITION} = 0 OR regime & {_PLACE_MASK} = {regimes.SOURCE_PLACE << _PLACE} THEN 0 ELSE ({_after_findings(layout)}) & ~given END"
    return (f"WITH regimes AS ({_regimes(layout, samples, key)}), asked AS ({asked}) "
            f"SELECT {key}, CASE {_EDITION} {named} END AS edition, {verdict} AS verdict, mask AS reasons, CAST({missing} AS BIGINT) AS missing FROM ({joined})")


def _asked(layout: Layout, sets: Mapping[str, Sequence[str]]) -> tuple[str, int]:
    """What is due by edition, disinfectant and set, as bits; and the bits of the regime that it depends on."""
    rows = []
    named: list[tuple[str | None, Sequence[str]]] = [(None, ()), *sets.items()]
    for edition, water in enumerate(layout.waters, start=1):
        order = {name: bit for bit, name in enumerate(keys_of(water))}
        for number, agent in enumerate(layout.disinfectants):
            for name, planned in named:
                mask = sum(1 << order[one] for one in asked_of(water, planned, agent))
                code = regimes.field("edition", edition) | regimes.field("disinfectant", number)
                rows.append(f"({code}, {_text(name)}, {mask}::BIGINT)")
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS t(code, due_set, asked)", regimes.mask_of("edition", "disinfectant")


def _text(text: str | None) -> str:
    return "NULL::VARCHAR" if text is None else "'" + text.replace("'", "''") + "'"


def _after_findings(layout: Layout) -> str:
    """What is due once it is known what was found: some items are due exactly after a finding of another."""
    parts = []
    for number, water in enumerate(layout.waters, start=1):
        order = {name: bit for bit, name in enumerate(keys_of(water))}
        asked = "asked"
        for item in water.items.values():
            if item.only_if:
                own = 1 << order[item.key]
                asked = f"CASE WHEN found & {1 << order[item.only_if]} <> 0 THEN {asked} | {own} ELSE {asked} & ~{own}::BIGINT END"
        parts.append(f"WHEN {number} THEN {asked}")
    return f"CASE {_EDITION} {' '.join(parts)} END"


def missing_keys(pack: Pack, missing: int) -> tuple[str, ...]:
    """The items of an edition that a mask of the column engine names."""
    return tuple(name for bit, name in enumerate(keys_of(water_of(pack))) if missing >> bit & 1)
