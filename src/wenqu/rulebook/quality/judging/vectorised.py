"""The column engine: editions of the standard become SQL over a table of samples and a long table of their results (DuckDB).

``judge_sql`` gives three statements, to be run in turn: ``judged`` is to be kept as a (temporary) table, ``results`` and
``samples`` read it. Samples have the columns of ``SAMPLE_COLUMNS`` and a key, results that key and ``RESULT_COLUMNS``; each
may be NULL. Values have at most nine decimals; an item has at most one result a sample. Pure text: nothing is executed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import regimes
from wenqu.rulebook.quality.judging.due import asked_of, keys_of
from wenqu.rulebook.quality.judging.editions import first_day, water_of
from wenqu.rulebook.quality.judging.model import PLACES
from wenqu.rulebook.quality.judging.reasons import BY_CODE, REASONS, Verdict
from wenqu.rulebook.quality.judging.regimes import Layout, layout_of, literal
from wenqu.rulebook.quality.judging.sums_sql import sum_branches
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
    verdicts = [(reason.number, reason.verdict) for reason in REASONS]
    found = f"{_word('reason', verdicts, [str(one) for one in Verdict])} AS verdict, {_word('reason', [(r.number, r.code) for r in REASONS], [r.code for r in REASONS])} AS reason"
    return Queries(
        _judged(layout, samples, results, quoted(key), keep),
        f'SELECT {quoted(key)}, {kept}item, {found}, "limit" FROM {judged}',
        _samples(layout, samples, judged, quoted(key), sets or {}),
    )


def _word(number: str, pairs: Iterable[tuple[int, str]], words: Sequence[str]) -> str:
    """A word by a number, as an ENUM, which reads as a string and costs a byte."""
    kind = f"ENUM({', '.join(repr(word) for word in words)})"
    by_word: dict[str, list[int]] = {}
    for one, word in pairs:
        by_word.setdefault(str(word), []).append(one)
    whens = " ".join(f"WHEN {number} IN ({', '.join(map(str, ones))}) THEN {word!r}::{kind}" for word, ones in by_word.items())
    return f"CASE {whens} END"


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
        "place": f"CASE point {places} ELSE 0 END", "disinfectant": f"CASE disinfectant {agents} ELSE 0 END",
    }
    bits = " | ".join(f"(({sql}) << {regimes.FIELDS[name][0]})" for name, sql in fields.items())
    return (f"SELECT {key}, CAST(edition AS INTEGER) | {bits} AS regime, due_set FROM (SELECT *, CASE {' '.join(spans)} ELSE 0 END AS edition FROM {samples})")


def _texts(words: Iterable[str]) -> str:
    return ", ".join(map(_text, words)) or "NULL"


def _limits(layout: Layout) -> str:
    """All limits as rows."""
    rows = ", ".join(
        f"({row.code}, {row.kind}, {row.bit}, {row.need}, {literal(row.bounds.low, '-9e99')}, {literal(row.bounds.high, '9e99')}, "
        f"{literal(row.bounds.lenient_low, '-9e99')}, {literal(row.bounds.lenient_high, '9e99')})" for row in regimes.limit_rows(layout))
    names = ("low", "high", "lenient_low", "lenient_high")
    return (f"SELECT CAST(code AS INTEGER) AS code, CAST(kind AS TINYINT) AS kind, CAST(bit AS TINYINT) AS bit, CAST(need AS TINYINT) AS need, "
            f"{', '.join(f'CAST({name} AS DOUBLE) AS {name}' for name in names)} FROM (VALUES {rows}) AS t(code, kind, bit, need, {', '.join(names)})")


def _items(layout: Layout) -> str:
    """Every item with its number and what it looks at in each edition."""
    rows = []
    for number, name in enumerate(layout.keys):
        masks = [str(regimes.item_mask(name, water)) if name in keys_of(water) else "0" for water in layout.waters]
        rows.append(f"('{name}', {number << regimes.ITEM_BIT}, {', '.join(masks)})")
    masks = [f"mask{number}" for number in range(1, len(layout.packs) + 1)]
    return f"SELECT item, CAST(base AS INTEGER) AS base, {', '.join(f'CAST({m} AS INTEGER) AS {m}' for m in masks)} FROM (VALUES {', '.join(rows)}) AS t(item, base, {', '.join(masks)})"


_PLACE, _PLACE_MASK = regimes.FIELDS["place"][0], regimes.mask_of("place")
_TOLD = ("CASE WHEN sign IS NULL THEN 0 WHEN sign = 'value' THEN CASE WHEN value IS NULL THEN 0 ELSE 1 END "
         "WHEN sign IN ('below', 'not_detected') THEN CASE WHEN value IS NULL THEN 4 ELSE 2 END WHEN sign = 'above' AND value IS NOT NULL THEN 3 ELSE 5 END")


def _judged(layout: Layout, samples: str, results: str, key: str, keep: Sequence[str]) -> str:
    """One pass over the results: joined to their regime and limits, compared, and what a sample adds to them."""
    masks = " ".join(f"WHEN {number} THEN mask{number}" for number in range(1, len(layout.packs) + 1))
    edition = f"regime & {regimes.mask_of('edition')}"
    kept = "".join(f", {quoted(name)}" for name in keep)
    long = (
        f"SELECT {key}, item, regime, base, told, kind, bit, need, low, high, lenient_low, lenient_high{kept}, "
        "CASE WHEN told = 2 THEN 0.0::DOUBLE ELSE value END AS least, CASE WHEN told = 3 THEN 9e98::DOUBLE ELSE value END AS most "
        f"FROM (SELECT {key}, item, value, regime, base, {_TOLD} AS told, base | (regime & CASE {edition} {masks} ELSE 0 END) AS code{kept} "
        f"FROM (SELECT {key}, item, sign, value{kept} FROM {results}) JOIN regimes USING ({key}) LEFT JOIN items USING (item)) LEFT JOIN limits USING (code)")
    columns = f'{key}, item, CAST({_reason()} AS UTINYINT) AS reason, bit{kept}, high, lenient_low, lenient_high'
    direct = f"SELECT {columns} FROM long LEFT JOIN anys USING ({key})"
    limit = (f'CASE WHEN reason IN ({NUMBER["over"]}, {NUMBER["guide_over"]}, {NUMBER["sum_over"]}) THEN lenient_high WHEN reason = {NUMBER["under"]} THEN lenient_low '
             f'WHEN reason NOT IN ({", ".join(str(NUMBER[code]) for code in _LIMITLESS)}) THEN high END')
    return (f"WITH regimes AS MATERIALIZED ({_regimes(layout, samples, key)}), items AS MATERIALIZED ({_items(layout)}), limits AS MATERIALIZED ({_limits(layout)}), "
            f"long AS MATERIALIZED ({long}), anys AS MATERIALIZED ({_anys(key)}), "
            f"all_rows AS ({direct}{''.join(f' UNION ALL {branch}' for branch in sum_branches(layout, key, keep))}) "
            f'SELECT {key}, item, reason, bit{kept}, {limit} AS "limit" FROM all_rows')


_LIMITLESS = ("absent", "present", "blank", "disinfectant_unknown", "other_disinfectant", "item_unknown", "source_water", "no_edition")
_OVER = "(least > lenient_high OR (told = 3 AND least >= lenient_high))"
_UNDER = "(most < lenient_low OR (told = 2 AND most <= lenient_low))"
_FIT = "(most <= high AND least >= low)"
_HELPS = ("(least > high OR (told = 3 AND least >= high) OR most < low OR (told = 2 AND most <= low) OR (most <= lenient_high AND least >= lenient_low))")


def _reason() -> str:
    """The number of a result's reason."""
    n = NUMBER
    open_ = f"CASE told WHEN 2 THEN {n['detection_limit_too_high']} ELSE {n['range_too_low']} END"
    any_ = (f"CASE WHEN {_OVER} THEN {n['over']} WHEN unreached = need THEN {n['under']} WHEN NOT most <= high THEN {open_} "
            f"WHEN least >= low THEN {n['within']} WHEN reached THEN {n['other_residual']} ELSE {n['residual_open']} END")
    return (
        f"CASE WHEN regime & {regimes.mask_of('edition')} = 0 THEN {n['no_edition']} "
        f"WHEN regime & {_PLACE_MASK} = {regimes.SOURCE_PLACE << _PLACE} THEN {n['source_water']} WHEN kind IS NULL THEN {n['item_unknown']} "
        f"WHEN kind = {regimes.OTHER} THEN {n['other_disinfectant']} WHEN told = 0 THEN {n['blank']} WHEN kind = {regimes.UNKNOWN} THEN {n['disinfectant_unknown']} "
        f"WHEN kind = {regimes.ABSENT} THEN CASE WHEN told IN (3, 5) OR (told = 1 AND least > 0) THEN {n['present']} ELSE {n['absent']} END "
        f"WHEN told = 4 THEN {n['no_detection_limit']} WHEN told = 5 THEN {n['no_number']} "
        f"WHEN kind = {regimes.ANY} THEN {any_} "
        f"WHEN {_FIT} THEN CASE told WHEN 2 THEN {n['below_detection']} ELSE {n['within']} END "
        f"WHEN {_OVER} THEN CASE kind WHEN {regimes.GUIDE} THEN {n['guide_over']} ELSE {n['over']} END WHEN {_UNDER} THEN {n['under']} "
        f"WHEN {_HELPS} THEN {n['conditions_unknown']} ELSE {open_} END")


def _anys(key: str) -> str:
    """Of samples where any one of some residuals is enough: whether one reaches what must be left, and how many do not."""
    return (f"SELECT {key}, bool_or(least >= low) AS reached, count(*) FILTER ({_UNDER}) AS unreached FROM long "
            f"WHERE kind = {regimes.ANY} AND told IN (1, 2, 3) AND regime & {_PLACE_MASK} <> {regimes.SOURCE_PLACE << _PLACE} GROUP BY {key}")


def _samples(layout: Layout, samples: str, judged: str, key: str, sets: Mapping[str, Sequence[str]]) -> str:
    """Verdict, reasons and what is missing of each sample, those without results included."""
    def bits(*verdicts: Verdict) -> int:
        return sum(1 << reason.number for reason in REASONS if reason.verdict in verdicts)

    unfit = [str(reason.number) for reason in REASONS if reason.verdict is Verdict.UNFIT]
    grouped = (f"SELECT {key}, bit_or(1::BIGINT << reason) AS mask, bit_or(CASE WHEN reason <> {NUMBER['blank']} THEN 1::BIGINT << bit ELSE 0 END) AS given, "
               f"bit_or(CASE WHEN reason IN ({', '.join(unfit)}) THEN 1::BIGINT << bit ELSE 0 END) AS found FROM {judged} GROUP BY {key}")
    asked, codes = _asked(layout, sets)
    words = [str(one) for one in Verdict]
    kind = f"ENUM({', '.join(map(repr, words))})"
    verdict = (f"CASE WHEN mask & {bits(Verdict.UNFIT)} <> 0 THEN 'unfit'::{kind} WHEN mask & {bits(Verdict.UNDETERMINED)} <> 0 THEN 'undetermined'::{kind} "
               f"WHEN mask & {bits(Verdict.FIT, Verdict.FOLLOW_UP)} <> 0 THEN 'fit'::{kind} ELSE 'not_judged'::{kind} END")
    edition = f"regime & {regimes.mask_of('edition')}"
    ids = f"ENUM({', '.join(repr(pack.id) for pack in layout.packs)})"
    named = " ".join(f"WHEN {number} THEN {pack.id!r}::{ids}" for number, pack in enumerate(layout.packs, start=1))
    joined = (f"SELECT {key}, regime, COALESCE(mask, 0) AS mask, COALESCE(given, 0) AS given, COALESCE(found, 0) AS found, COALESCE(asked, 0) AS asked "
              f"FROM regimes LEFT JOIN ({grouped}) USING ({key}) LEFT JOIN asked ON asked.code = regime & {codes} AND asked.due_set IS NOT DISTINCT FROM "
              f"CASE WHEN regimes.due_set IN ({_texts(sets)}) THEN regimes.due_set END")
    missing = f"CASE WHEN {edition} = 0 OR regime & {_PLACE_MASK} = {regimes.SOURCE_PLACE << _PLACE} THEN 0 ELSE ({_after_findings(layout, edition)}) & ~given END"
    return (f"WITH regimes AS ({_regimes(layout, samples, key)}), asked AS ({asked}) "
            f"SELECT {key}, CASE {edition} {named} END AS edition, {verdict} AS verdict, mask AS reasons, CAST({missing} AS BIGINT) AS missing FROM ({joined})")


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


def _after_findings(layout: Layout, edition: str) -> str:
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
    return f"CASE {edition} {' '.join(parts)} END"


def missing_keys(pack: Pack, missing: int) -> tuple[str, ...]:
    """The items of an edition that a mask of the column engine names."""
    return tuple(name for bit, name in enumerate(keys_of(water_of(pack))) if missing >> bit & 1)
