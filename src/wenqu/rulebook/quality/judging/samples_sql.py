"""What the judged results of a sample add up to, in columns: its verdict, its reasons as bits, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import regimes
from wenqu.rulebook.quality.judging.due import asked_of, keys_of
from wenqu.rulebook.quality.judging.editions import water_of
from wenqu.rulebook.quality.judging.reasons import REASONS, Verdict
from wenqu.rulebook.quality.judging.regimes import Layout
from wenqu.rulebook.quality.judging.regimes_sql import (
    AT_SOURCE,
    EDITION,
    NUMBER,
    enum,
    regimes_sql,
    text,
    texts,
)


def samples_sql(layout: Layout, samples: str, judged: str, key: str, sets: Mapping[str, Sequence[str]]) -> str:
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
    named = " ".join(f"WHEN {number} THEN {text(pack.id)}::{ids}" for number, pack in enumerate(layout.packs, start=1))
    joined = (f"SELECT {key}, regime, COALESCE(mask, 0) AS mask, COALESCE(given, 0) AS given, COALESCE(found, 0) AS found, COALESCE(asked, 0) AS asked "
              f"FROM regimes LEFT JOIN ({grouped}) USING ({key}) LEFT JOIN asked ON asked.code = regime & {codes} AND asked.due_set IS NOT DISTINCT FROM "
              f"CASE WHEN regimes.due_set IN ({texts(sets)}) THEN regimes.due_set END")
    missing = f"CASE WHEN {EDITION} = 0 OR {AT_SOURCE} THEN 0 ELSE ({_after_findings(layout)}) & ~given END"
    return (f"WITH regimes AS ({regimes_sql(layout, samples, key)}), asked AS ({asked}) "
            f"SELECT {key}, CASE {EDITION} {named} END AS edition, {verdict} AS verdict, mask AS reasons, CAST({missing} AS BIGINT) AS missing FROM ({joined})")


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
                rows.append(f"({code}, {text(name)}, {mask}::BIGINT)")
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS t(code, due_set, asked)", regimes.mask_of("edition", "disinfectant")


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
    return f"CASE {EDITION} {' '.join(parts)} END"


def missing_keys(pack: Pack, missing: int) -> tuple[str, ...]:
    """The items of an edition that a mask of the column engine names."""
    return tuple(name for bit, name in enumerate(keys_of(water_of(pack))) if missing >> bit & 1)
