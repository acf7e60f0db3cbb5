"""One household judged from what is known of it now, by the reference; and its grade put down, with what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from wenqu.households.models import Household
from wenqu.kit.audit import Actor
from wenqu.places.models import Account
from wenqu.rulebook.watch.judging import Judgement, judge
from wenqu.watch.judging.known import Known, facts_told, items_told, known_of
from wenqu.watch.judging.rules import Rules
from wenqu.watch.models import WatchGrade, WatchMove


@dataclass(frozen=True)
class Decided:
    """A judging of one household with all that it rests on."""

    rules: Rules
    known: Known
    judgement: Judgement


def decide(household: Household, rules: Rules, *, as_of: date, until: datetime) -> Decided:
    """Judge a household from what was told by an instant."""
    known = known_of(household, rules.pack, facts_told(household, as_of, until), items_told(household, as_of, until))
    return Decided(rules, known, judge(known.house, known.items, rules.pack, window=rules.window, line=rules.line))


def store(decided: Decided, *, reason: str, by: Actor, at: datetime) -> bool:
    """Put down the conclusion; True where it is another than before. In a transaction that holds the household."""
    known, found, edition = decided.known, decided.judgement, decided.rules.edition
    household = known.household
    before = WatchGrade.objects.filter(household=household).first()
    told = {"object": found.outcome, "way": found.way, "grade": found.grade, "stands": found.stands, "cause": known.house.cause or ""}
    seen = {"path": household.path, "water": known.water, "marked": known.marked, "people": known.people, "edition_id": edition.pk, "judged_at": at, "run_id": None}
    if before is None:
        WatchGrade.objects.create(household=household, **told, **seen)
    else:
        WatchGrade.objects.filter(pk=before.pk).update(**told, **seen)
    moved = before is None or (before.object, before.stands) != (found.outcome, found.stands)
    if moved:
        WatchMove.objects.create(
            household=household, path=household.path, edition=edition, before=before.object if before else "", after=found.outcome,
            stood=before.stands if before else "", stands=found.stands, reason=reason, by=by if isinstance(by, Account) else None, at=at)
    return moved
