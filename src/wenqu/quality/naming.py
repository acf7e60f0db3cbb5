"""What an item is called, wherever it is shown."""

from __future__ import annotations

from wenqu.kit.languages import in_english, language
from wenqu.quality.samples.measuring import MEASURES
from wenqu.rulebook.quality.plans import PlanPack
from wenqu.rulebook.quality.results.naming import item_names


def name_of(item: str, plan: PlanPack | None = None) -> str:
    """In the language of the page: as the standards call it, else as what is measured beside the water, else as the plan; else its key."""
    names = item_names().get(item)
    if names is not None:
        return names[in_english()]
    if item in MEASURES:
        return str(MEASURES[item].label)
    try:
        return plan.item_name(item, language()) if plan is not None else item
    except KeyError:
        return item
