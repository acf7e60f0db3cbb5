"""A sample's regime as SQL, and the small words that the statements of the column engine share."""

from __future__ import annotations

from collections.abc import Iterable

from wenqu.rulebook.quality.judging import regimes
from wenqu.rulebook.quality.judging.editions import first_day
from wenqu.rulebook.quality.judging.model import PLACES
from wenqu.rulebook.quality.judging.reasons import BY_CODE
from wenqu.rulebook.quality.judging.regimes import Layout

NUMBER = {code: reason.number for code, reason in BY_CODE.items()}
EDITION = f"regime & {regimes.mask_of('edition')}"
AT_SOURCE = f"regime & {regimes.mask_of('place')} = {regimes.field('place', regimes.SOURCE_PLACE)}"


def text(word: str | None) -> str:
    """A word as SQL."""
    return "NULL::VARCHAR" if word is None else "'" + word.replace("'", "''") + "'"


def texts(words: Iterable[str]) -> str:
    """Words as the inside of an IN; none is never in it."""
    return ", ".join(map(text, words)) or "NULL"


def enum(words: Iterable[str]) -> str:
    """The type of words out of a list: it reads as a string and costs a byte."""
    return f"ENUM({', '.join(map(text, words))})"


def regimes_sql(layout: Layout, samples: str, key: str) -> str:
    """A row for each sample: its key, regime and set of items that are due."""
    spans = []
    for number, pack in enumerate(layout.packs, start=1):
        until = f" AND taken_on < DATE '{first_day(pack.until)}'" if pack.until else ""
        spans.append(f"WHEN taken_on >= DATE '{first_day(pack.in_force)}'{until} THEN {number}")
    relaxed = " ".join(f"WHEN {number} THEN CASE WHEN scheme_class IN ({texts(water.relaxed)}) THEN 2 WHEN scheme_class IS NOT NULL THEN 1 ELSE 0 END"
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
