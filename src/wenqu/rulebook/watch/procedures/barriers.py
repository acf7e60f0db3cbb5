"""Why an act may not be done: every reason at once, each a code with a sentence and the clause that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from wenqu.rulebook.watch.procedures.clauses import ENTRY, REMOVAL, Outcome
from wenqu.rulebook.watch.procedures.course import RULINGS, Act, Course, Doing, Situation
from wenqu.rulebook.watch.procedures.leaving import leaving_barriers
from wenqu.rulebook.watch.procedures.model import ProcedurePack, Route, StepRule
from wenqu.rulebook.watch.procedures.notices import down_from
from wenqu.rulebook.watch.procedures.papers import paper_barriers, photo_barriers
from wenqu.rulebook.watch.procedures.standing import Standing
from wenqu.rulebook.watch.procedures.words import OUTCOMES, Said, joined, say


def barriers(course: Course, pack: ProcedurePack, here: Standing, act: Act, situation: Situation) -> Iterator[Said]:
    """Every reason against an act; none when it may be done."""
    if course.digest != pack.digest:
        yield say("edition_other", pack=course.pack)
        return
    if here.ended:
        yield say("course_over")
        return
    if act.day < here.last:
        yield say("day_before", last=here.last)
    if act.doing == Doing.URGENT:
        yield from _urgent(course, pack, here, act)
        return
    route = pack.route(course.route)
    if act.step not in route.steps:
        yield say("step_unknown", about=act.step)
        return
    if act.step != here.step:
        awaited = route.steps[here.step]
        yield say("step_order", route.order, about=here.step, awaited=(awaited.zh, awaited.en))
        return
    step = route.steps[here.step]
    if act.doing != Doing.OBJECT:  # anybody may object; what is said is kept as it was said
        yield from _who(pack, route, here, act, step)
    if act.doing == Doing.TAKE:
        yield from _take(course, pack, here, act, step, situation)
    elif pack.publicity.text == "none":
        yield say("notice_none", pack.publicity)
    elif step.notice is None:
        yield say("notice_not_asked")
    elif act.doing == Doing.POST:
        if here.taken is None or here.notice is not None:
            yield say("notice_not_due")
        yield from photo_barriers(pack, step, act)
    elif here.notice is None:
        yield say("notice_not_up")
    else:
        yield from _notice(course, pack, here, act, step, situation)


def _who(pack: ProcedurePack, route: Route, here: Standing, act: Act, step: StepRule) -> Iterator[Said]:
    party = pack.party(step)
    if act.by.role not in (pack.rulers(route, step) if act.doing == Doing.RULE else party.roles.words):
        yield say("role_wrong", step.actor, about=party.level, actor=(party.zh, party.en))
    for other in step.another.words if step.another and act.doing != Doing.RULE else ():
        if here.takers.get(other) == act.by.person:
            yield say("person_same", step.another, about=other, other=(route.steps[other].zh, route.steps[other].en))


def _take(course: Course, pack: ProcedurePack, here: Standing, act: Act, step: StepRule, situation: Situation) -> Iterator[Said]:
    if here.notice is not None or (here.taken is not None and not here.upheld):
        yield say("already_taken")
    if act.outcome not in step.outcomes:
        yield say("outcome_wrong", outcomes=joined([OUTCOMES[one] for one in step.outcomes]))
        return
    if act.outcome == Outcome.BACK:
        if act.to not in step.outcomes[Outcome.BACK].words:
            yield say("back_wrong", step.outcomes[Outcome.BACK], about=act.to)
        return
    if act.outcome == Outcome.GO_ON and step.at_least is not None:
        first = here.since + timedelta(days=step.at_least.number)
        if act.day < first:
            yield say("too_early", step.at_least, days=step.at_least.number, day=first)
    yield from paper_barriers(pack, step, act)
    if act.outcome == Outcome.GO_ON and course.route == REMOVAL:
        yield from leaving_barriers(pack, step, act, situation)


def _notice(course: Course, pack: ProcedurePack, here: Standing, act: Act, step: StepRule, situation: Situation) -> Iterator[Said]:
    notice, habits = here.notice, pack.notices
    assert notice is not None and habits is not None and step.notice is not None
    if act.doing == Doing.OBJECT:
        if not act.objection or act.objection in {one.act.objection for one in here.objections}:
            yield say("objection_unnamed")
    elif act.doing == Doing.RULE:
        if act.objection not in notice.open:
            yield say("objection_unknown")
        if act.outcome not in RULINGS:
            yield say("ruling_wrong")
        involved = {notice.posted.by.person, here.taken.by.person if here.taken else ""}
        if habits.ruling.text == "another" and act.by.person in involved:
            yield say("ruling_own", habits.ruling)
    elif act.doing == Doing.TAKE_DOWN:
        if notice.open:
            yield say("objection_open", objections="、".join(notice.open))
        first = down_from(notice.posted.day, step.notice, habits)
        if act.day < first:
            yield say("notice_short", step.notice.days, days=step.notice.days.number, day=first)
        yield from photo_barriers(pack, step, act)
        if course.route == REMOVAL:
            yield from leaving_barriers(pack, step, None, situation, day=act.day)


def _urgent(course: Course, pack: ProcedurePack, here: Standing, act: Act) -> Iterator[Said]:
    rule = pack.urgent
    if rule.help_first.text == "no":
        yield say("urgent_none", rule.help_first)
        return
    if course.route != ENTRY:
        yield say("urgent_entry")
    if here.urgent is not None:
        yield say("urgent_done")
    party = pack.actors[rule.confirmed_by.text]
    if act.by.role not in party.roles.words:
        yield say("role_wrong", rule.confirmed_by, about=party.level, actor=(party.zh, party.en))
    yield from paper_barriers(pack, None, act, {rule.paper.text: rule.paper})
