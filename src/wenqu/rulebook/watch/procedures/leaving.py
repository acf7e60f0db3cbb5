"""What keeps a household on the list whatever steps are taken: conditions not met, and no working member freshly protected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from wenqu.rulebook.watch.procedures.course import Act, Situation
from wenqu.rulebook.watch.procedures.model import ProcedurePack, StepRule
from wenqu.rulebook.watch.procedures.notices import months_after
from wenqu.rulebook.watch.procedures.papers import lacking
from wenqu.rulebook.watch.procedures.words import Said, say


def leaving_barriers(pack: ProcedurePack, step: StepRule, act: Act | None, situation: Situation, day: date | None = None) -> Iterator[Said]:
    """Reasons not to go on with a removal at a step. Before ``judged_from`` only what is known to fail stops it.

    ``act`` is the taking of the step; without it (its notice comes down) only the household itself is looked at.
    """
    names, rule = pack.removal.names, pack.leaving
    judged = names.index(step.id) >= names.index(rule.judged_from.text)
    waived = situation.natural and rule.natural.text == "waives"
    for condition in () if waived else rule.conditions.values():
        met = situation.met.get(condition.id)
        if condition.asked.text == "yes" and (met is False or (met is None and judged)):
            yield say("condition_unmet" if met is False else "condition_unknown", condition.asked, about=condition.id,
                      condition=(condition.zh, condition.en))
    if judged:
        yield from _no_worker(pack, step, act, situation, act.day if act else day)


def _no_worker(pack: ProcedurePack, step: StepRule, act: Act | None, situation: Situation, day: date | None) -> Iterator[Said]:
    rule, since = pack.leaving.no_worker, situation.protected_since
    if rule.refused.text == "no":
        return
    if situation.workers is None:
        yield say("workers_unknown", rule.refused)
        return
    if situation.workers > 0:
        return
    if since is None:
        if rule.protected.text == "yes":
            yield say("no_worker_unprotected", rule.protected)
    elif day is not None and day < months_after(since, rule.fresh.number):
        yield say("no_worker_fresh", rule.fresh, since=since, months=rule.fresh.number)
    if act is not None and step.id == rule.confirmed_at.text:
        yield from lacking(pack.papers[rule.paper.text], rule.paper, act)
