"""The numbers of a duty pack as a page shows and takes them: what stands there, where from, how sure, and what a county wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.languages import in_english, language
from wenqu.kit.refusal import Refused
from wenqu.rulebook.duties import DutyPack, places
from wenqu.rulebook.duties.fillable import Place
from wenqu.rulebook.duties.numbers import Given
from wenqu.rulebook.duties.words import UNIT_NAMES


@dataclass(frozen=True)
class Line:
    """One number or word of a pack. `value` is what stands there, None for a limit that is not set."""

    key: str
    name: str
    group: str
    value: Any
    unit: str
    unit_label: str
    units: list[tuple[str, str]]
    words: list[tuple[str, str]]
    source: Any

    @property
    def field(self) -> str:
        return f"v.{self.key}"

    @property
    def unit_field(self) -> str:
        return f"u.{self.key}"


def lines_of(pack: DutyPack) -> list[Line]:
    """Every number and word that a county may set, in the order of the pack."""
    english = in_english()
    labels = UNIT_NAMES[language()]
    return [_line(place, pack, english, labels) for place in places(pack)]


def _line(place: Place, pack: DutyPack, english: bool, labels: Mapping[str, str]) -> Line:
    source = place.source
    unit = source.unit if source is not None else ""
    return Line(
        place.key, place.en if english else place.zh, place.key.partition(".")[0], source.value if source is not None else None, unit, labels.get(unit, unit),
        [(each, labels.get(each, each)) for each in place.units] if len(place.units) > 1 else [], [(word, _word(word, pack, english)) for word in place.words], source,
    )


def _word(word: str, pack: DutyPack, english: bool) -> str:
    named = pack.levels.get(word) or pack.severities.get(word)
    if named is not None:
        return named.en if english else named.zh
    return {"yes": _("是"), "no": _("否")}.get(word, word)


def word_shown(line: Line) -> str:
    """A word as its choice reads; a number as it is."""
    return dict(line.words).get(str(line.value), "" if line.value is None else str(line.value))


def read_numbers(pack: DutyPack, given: Mapping[str, str]) -> dict[str, Given]:
    """What a form says beside what the pack says: only what differs, for `with_numbers`. Empty takes a limit away."""
    found: dict[str, Given] = {}
    for line in lines_of(pack):
        if line.field not in given:
            continue
        text, unit = given[line.field].strip(), given.get(line.unit_field, line.unit) or line.unit
        if line.words:
            if text and text != str(line.value):
                found[line.key] = text
        elif not text:
            if line.value is not None:
                _only_limits(line)
                found[line.key] = None
        else:
            value = _whole(line, text)
            if (value, unit) != (line.value, line.unit):
                found[line.key] = (value, unit) if line.units else value
    return found


def _only_limits(line: Line) -> None:
    if line.group not in {"limits", "kind_limits"}:
        raise Refused("numbers_unfit", _("%(name)s：不能留空") % {"name": line.name})


def _whole(line: Line, text: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise Refused("numbers_unfit", _("%(name)s：请填写整数，现在填的是“%(text)s”") % {"name": line.name, "text": text[:20]})
    return int(text)
