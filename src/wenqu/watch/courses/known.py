"""What other rooms know of a household that is to leave the list: offered to whoever acts, who confirms it or says otherwise.

Nothing of it is taken over by itself: an act keeps only what its person told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit.languages import language
from wenqu.rulebook.watch.judging.explain import sentence
from wenqu.watch.judging.queries import explained
from wenqu.watch.listing.alarms import CARRIED_OUT
from wenqu.watch.models import Measure, MeasureState

# Kinds of measures by which a household is protected whatever it earns.
PROTECTION = frozenset({"dibao"})
# Condition of removal -> the answer of judging that must be «no» for it, and the finding that says why.
_JUDGED = {"income": ("below", "line"), "guarantees": ("gap", "guarantees"), "spending": ("heavy", "heavy"), "risk": ("risk", "causes")}


@dataclass(frozen=True)
class Known:
    """A value that is offered, if there is one, and where it comes from in words."""

    value: Any
    source: str


def known_for(household: Household, today: date, until: datetime) -> Mapping[str, Known]:
    """By the name of the field: `workers`, `protected_since`, and conditions of removal. What nobody recorded is left out."""
    found = {"workers": Known(None, _("台账家庭人口 %(number)s 人，劳动能力须入户核实") % {"number": household.people})} if household.people is not None else {}
    measures = list(Measure.objects.filter(household=household, watched__left_on=None, watched__isnull=False).exclude(state=MeasureState.DROPPED).order_by("done_on", "pk"))
    done = [row for row in measures if row.state in CARRIED_OUT]
    protected = next((row for row in done if row.kind in PROTECTION), None)
    if protected is not None:
        found["protected_since"] = Known(protected.done_on, _("帮扶措施“%(name)s”，%(day)s 落实") % {"name": protected.kind_name, "day": protected.done_on})
    if measures:
        told = _("帮扶措施 %(all)s 条，已落实 %(done)s 条") % {"all": len(measures), "done": len(done)}
        found["measures"] = Known(len(done) == len(measures), told)
    return found | _judged(household, today, until)


def _judged(household: Household, today: date, until: datetime) -> dict[str, Known]:
    """What judging by the rules in use says of the same; nothing where nobody may be judged or nothing was told."""
    decided, _refusal = explained(household, today, until)
    if decided is None or not decided.known.told:
        return {}
    judgement, found = decided.judgement, {}
    for name, (answer, finding) in _JUDGED.items():
        holds, why = judgement.answers.get(answer), judgement.findings.get(finding)
        if holds is not None and why is not None:
            found[name] = Known(not holds, _("研判：%(words)s") % {"words": sentence(why, decided.rules.pack, language())})
    return found
