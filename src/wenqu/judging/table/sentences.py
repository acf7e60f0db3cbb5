"""Chinese sentences of the verdicts of many rows: the row-by-row engine explains, equal rows share one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wenqu.rulebook import reference
from wenqu.rulebook.explain import explain
from wenqu.rulebook.model import Facts, Pack, Verdict

# What each indicator looks at, so that a household's number or village never splits equal sentences.
INPUTS: Mapping[str, tuple[str, ...]] = {
    "quantity": ("litres_per_person_day", "rain_mm", "water_m3_per_head"),
    "quality": ("scheme_class", "lab_result", "sensory_ok", "has_plant"),
    "convenience": ("piped", "round_trip_min", "horizontal_m", "vertical_m"),
    "reliability": ("scheme_class", "short_days", "year_days", "longest_short_spell_days"),
}
_KEPT = 100_000


class Explainer:
    """Sentences by indicator and input values, remembered."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        rules = pack.rules
        self._judges: dict[str, Callable[[Facts], Verdict]] = {
            "quantity": lambda facts: reference.judge_quantity(facts, rules.quantity),
            "quality": lambda facts: reference.judge_quality(facts, rules.quality),
            "convenience": lambda facts: reference.judge_convenience(facts, rules.convenience),
            "reliability": lambda facts: reference.judge_reliability(facts, rules.reliability),
        }
        self._known: dict[tuple[str, tuple[Any, ...]], str] = {}

    def sentence(self, indicator: str, values: tuple[Any, ...]) -> str:
        """Sentence for the values of ``INPUTS[indicator]``, in that order."""
        key = (indicator, values)
        sentence = self._known.get(key)
        if sentence is None:
            facts = Facts(**dict(zip(INPUTS[indicator], values, strict=True)))
            sentence = explain(self._judges[indicator](facts), self.pack)
            if len(self._known) < _KEPT:
                self._known[key] = sentence
        return sentence
