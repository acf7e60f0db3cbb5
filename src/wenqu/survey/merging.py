"""Two phones on one household: their answers put together by field. Pure.

Fields that only one of them has, or both have alike, are taken. A field that both have and not alike is asked of a
person: both values are kept and shown with who gave them. Entries of a repeat are no fields that can be matched by
their number (the second problem of one phone is not the second of the other): alike they are taken once, and otherwise
the repeat as a whole is asked. Nothing is ever chosen by who was later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Given:
    """The answers of one record: path -> text, "" left out, as `intake.answers` reads them."""

    record: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """One value of a field, or all entries of a repeat, with the records that gave it."""

    values: Mapping[str, str]
    records: tuple[int, ...]


@dataclass(frozen=True)
class Merged:
    """`values`: what stands. `sources`: path -> the records that say so. `open`: field or repeat -> its choices, two or more,
    in the order of the records; nothing of them is in `values` until somebody has chosen."""

    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, tuple[int, ...]] = field(default_factory=dict)
    open: dict[str, tuple[Choice, ...]] = field(default_factory=dict)


class NotAChoice(Exception):
    """A ruling on a field that is not open, or for a record that gave nothing there."""


def merge_answers(given: Sequence[Given], rulings: Mapping[str, int] | None = None) -> Merged:
    """The answers of several records of one subject as one; `rulings`: open field or repeat -> the record that was chosen."""
    rulings = dict(rulings or {})
    merged = Merged()
    for unit in dict.fromkeys(unit_of(path) for each in given for path in each.values):
        choices = _choices(unit, given)
        ruled = rulings.pop(unit, None)
        if len(choices) > 1:
            if ruled is None:
                merged.open[unit] = choices
                continue
            chosen = next((each for each in choices if ruled in each.records), None)
            if chosen is None:
                raise NotAChoice(unit)
        elif ruled is not None and ruled not in choices[0].records:
            raise NotAChoice(unit)
        else:
            chosen = choices[0]
        merged.values.update(chosen.values)
        merged.sources.update(dict.fromkeys(chosen.values, chosen.records))
    if rulings:
        raise NotAChoice(", ".join(rulings))
    return merged


def unit_of(path: str) -> str:
    """What is matched: the field, or the outermost repeat that it is an entry of."""
    head, bracket, _rest = path.partition("[")
    return f"{head}[]" if bracket else path


def _choices(unit: str, given: Sequence[Given]) -> tuple[Choice, ...]:
    """The different values of a field, each with the records that gave it, in the order of the records."""
    found: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for each in given:
        own = {path: value for path, value in each.values.items() if unit_of(path) == unit}
        if own:
            found.setdefault(tuple(sorted(own.items())), []).append(each.record)
    return tuple(Choice(dict(values), tuple(records)) for values, records in found.items())
