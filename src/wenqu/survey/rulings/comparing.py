"""Which answers of several records are compared, and which of them follow from others. Pure.

What a phone notes by itself (when, on which phone), what it was given from the register, and what is a file or a point is no
contradiction where it differs: each record keeps its own. An answer that the form works out is no question either: it
follows from what it was worked out of, once that stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wenqu.survey.intake.answers import plain_path
from wenqu.survey.merging import Given, Merged, NotAChoice, merge_answers, unit_of

# Kinds of which every record keeps its own.
_OWN = frozenset({"photo", "signature", "geopoint", "note"})
# Notes of the phone, known by name where a record's version is not one of ours.
_NOTED = frozenset({"start", "end", "today", "deviceid", "username", "phonenumber", "email", "instanceName"})


@dataclass(frozen=True)
class Compared:
    """What a form says of its answers: which are left out of the comparison, and what a calculated one rests on."""

    left_out: frozenset[str] = frozenset()
    inputs: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Compared:
        left_out, inputs = set(), {}
        for node, repeated in _nodes(plan["nodes"], False):
            path, kind = str(node["path"]), node["kind"]
            if kind in {"group", "repeat"}:
                continue
            if kind in _OWN or "preload" in node or (kind == "value" and "calculate" not in node):
                left_out.add(path)
            elif "calculate" in node and not repeated:
                inputs[path] = frozenset(_refs(node["calculate"]))
        return cls(frozenset(left_out), inputs)

    def takes(self, path: str) -> bool:
        """Whether an answer is compared."""
        plain = plain_path(path)
        return plain not in self.left_out and plain.rpartition("/")[2] not in _NOTED


NO_FORM = Compared()


def _nodes(nodes: Sequence[dict[str, Any]], repeated: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    for node in nodes:
        yield node, repeated
        yield from _nodes(node.get("children", []), repeated or node["kind"] == "repeat")


def _refs(tree: Any) -> Iterator[str]:
    """The paths that an expression names."""
    if not isinstance(tree, list) or not tree:
        return
    if tree[0] in {"ref", "refs", "indexed"} and len(tree) > 1:
        yield str(tree[1])
    for each in tree[1:]:
        yield from _refs(each)


def merge_ruled(given: Sequence[Given], ruled: Mapping[str, int], forms: Sequence[Compared]) -> tuple[Merged, dict[str, int]]:
    """The records as one under the rulings of people, and all rulings that hold: theirs, and those of calculated answers
    that follow from them."""
    rulings = dict(ruled)
    merged = merge_answers(given, rulings)
    inputs = {path: each for form in forms for path, each in form.inputs.items()}
    going = True
    while going:
        found = {unit: record for unit in merged.open if unit in inputs and (record := _following(unit, inputs[unit], merged, given)) is not None}
        going = bool(found)
        if going:
            rulings |= found
            merged = merge_answers(given, rulings)
    return merged, rulings


def waiting_in(merged: Merged, forms: Sequence[Compared]) -> frozenset[str]:
    """The open fields that are worked out of others which are open too."""
    inputs = {path: each for form in forms for path, each in form.inputs.items()}
    return frozenset(unit for unit in merged.open if any(_asked(path, merged) for path in inputs.get(unit, ())))


def _following(unit: str, needed: frozenset[str], merged: Merged, given: Sequence[Given]) -> int | None:
    """The record whose calculated value follows from what stands: all that it was worked out of is as it has it."""
    if any(_asked(path, merged) for path in needed):
        return None
    by_record = {each.record: each.values for each in given}
    for choice in merged.open[unit]:
        for record in choice.records:
            if all(_below(path, merged.values) == _below(path, by_record[record]) for path in needed):
                return record
    return None


def _asked(path: str, merged: Merged) -> bool:
    """Whether something that an expression names still waits for somebody: a question, or a repeat that holds it."""
    return any(unit == path or (unit.endswith("[]") and f"{path}/".startswith(f"{unit[:-2]}/")) for unit in merged.open)


def _below(path: str, values: Mapping[str, str]) -> dict[str, str]:
    """The answers that an expression reads there, one or, in a repeat, many."""
    return {each: text for each, text in values.items() if plain_path(each) == path}


def still_holds(given: Sequence[Given], unit: str, record: int, seen: frozenset[int]) -> bool:
    """Whether a ruling is to be obeyed: the record still stands and says something there, and nothing is said there that
    whoever ruled was not shown."""
    own = {each.record: tuple(sorted((path, value) for path, value in each.values.items() if unit_of(path) == unit)) for each in given}
    said = {number: values for number, values in own.items() if values}
    shown = {values for number, values in said.items() if number in seen}
    return record in said and set(said.values()) <= shown


def check_choice(given: Sequence[Given], unit: str, record: int) -> None:
    """`NotAChoice` unless the records differ there and this one says something."""
    merged = merge_answers(given)
    if not any(record in choice.records for choice in merged.open.get(unit, ())):
        raise NotAChoice(unit)
