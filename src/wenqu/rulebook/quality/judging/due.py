"""What is due of a sample: what its plan asks for, the residuals of its disinfectant and the by-products of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wenqu.rulebook.quality.judging.model import NO_DISINFECTANT, ItemVerdict, Result, Sample
from wenqu.rulebook.quality.judging.reasons import Verdict
from wenqu.rulebook.water import Disinfectant, WaterLimits


def keys_of(water: WaterLimits) -> tuple[str, ...]:
    """Items and residuals of an edition in its order; the place of a key is its bit in columns."""
    return *water.items, *water.residuals


def asked_by(agent: Disinfectant) -> set[str]:
    """What a disinfectant makes due."""
    return {*agent.residuals, *(item for due in agent.due for item in due.items)}


def asked_of(water: WaterLimits, planned: Iterable[str], disinfectant: str | None) -> set[str]:
    """What is due before any result is known. A residual that the plan names is due only where its disinfectant is used."""
    agent = water.disinfectants.get(disinfectant or "")
    asked = {key for key in planned if key in water.items or key in water.residuals}
    if agent or disinfectant == NO_DISINFECTANT:
        asked -= set(water.residuals)
    return asked | (asked_by(agent) if agent else set())


def missing_of(water: WaterLimits, sample: Sample, by_item: Mapping[str, Result], items: Sequence[ItemVerdict]) -> tuple[str, ...]:
    """What is due and was not given, in the order of the edition. A sum counts as given where any part of it was; what is only
    tested after a finding is due exactly then."""
    asked = asked_of(water, sample.due, sample.disinfectant)
    found = {one.item for one in items if one.verdict is Verdict.UNFIT}
    for item in water.items.values():
        if item.only_if:
            asked = asked | {item.key} if item.only_if in found else asked - {item.key}
    given = {result.item for result in by_item.values() if not result.blank}
    given |= {one.item for one in items if one.result is None}
    return tuple(key for key in keys_of(water) if key in asked and key not in given)
