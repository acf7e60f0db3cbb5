"""What is found of a household where it is to leave the list: told with an act, kept with it, carried on to the acts after it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from wenqu.rulebook.watch.procedures import UNKNOWN, Situation
from wenqu.watch.models import Act


def as_text(situation: Situation) -> str:
    """As it is kept (sealed); "" where nothing was told."""
    if situation == UNKNOWN:
        return ""
    since = situation.protected_since
    return json.dumps({
        "workers": situation.workers, "protected_since": since.isoformat() if since else None, "met": dict(situation.met), "natural": situation.natural,
    }, ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Situation:
    """The situation that was kept so."""
    if not text:
        return UNKNOWN
    told = json.loads(text)
    since = told["protected_since"]
    return Situation(told["workers"], date.fromisoformat(since) if since else None, told["met"], told["natural"])


def last_told(acts: Iterable[Act]) -> Situation:
    """What was told last, in an act of the course."""
    found = UNKNOWN
    for act in acts:
        text = act.situation.open()
        found = from_text(text) if text else found
    return found
