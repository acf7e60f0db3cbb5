"""Plays rows of cases: brings a course to a place by the pack's own steps, does what the row says, tells the answer."""

from __future__ import annotations

from datetime import date, timedelta

from wenqu.rulebook.watch.procedures import (
    ENTRY,
    REMOVAL,
    Act,
    Actor,
    Course,
    Doing,
    NotAllowed,
    Outcome,
    Paper,
    ProcedurePack,
    Said,
    Situation,
    Votes,
    alarms,
    begin,
    choices,
    late,
    may_help,
    owed,
    perform,
    stand,
)
from wenqu.rulebook.watch.procedures.cases import Case
from wenqu.rulebook.watch.procedures.clauses import PHOTO
from wenqu.rulebook.watch.procedures.notices import down_from, months_after
from wenqu.rulebook.watch.procedures.papers import asked

BEGUN = {ENTRY: date(2021, 3, 1), REMOVAL: date(2021, 6, 1)}
VOTES = Votes(30, 20, 5, 5)
BOARDS = ("village", "town", "county")


def paper(pack: ProcedurePack, kind: str, votes: Votes | None = VOTES) -> Paper:
    known = pack.papers.get(kind)
    minutes = known is not None and known.shape == "minutes"
    return Paper(kind, f"E-{kind}", signers=known.signers if known else (), votes=votes if minutes else None)


def photos(boards: tuple[str, ...] = BOARDS) -> tuple[Paper, ...]:
    return tuple(Paper(PHOTO, f"E-{board}", board) for board in boards)


def in_order(pack: ProcedurePack) -> Situation:
    """A household that nothing keeps on the list."""
    return Situation(workers=2, met=dict.fromkeys(pack.leaving.conditions, True))


def good(course: Course, pack: ProcedurePack, doing: str = Doing.TAKE, *, step: str = "", outcome: str = Outcome.GO_ON, day: date | None = None) -> Act:
    """An act that lacks nothing, by somebody new, on the first day on which it may be done (or on ``day``)."""
    here, route = stand(course, pack), pack.route(course.route)
    name = step or here.step
    rule = route.steps[name]
    role = pack.party(rule).roles.words[0]
    if doing == Doing.TAKE:
        wait = rule.at_least.number if rule.at_least and outcome == Outcome.GO_ON else 0
        return Act(doing, name, day or max(here.last, here.since + timedelta(days=wait)), Actor(name, role), outcome,
                   tuple(paper(pack, kind) for kind in asked(rule, outcome)))
    first = here.last
    if doing == Doing.TAKE_DOWN and here.notice and rule.notice and pack.notices:
        first = max(first, down_from(here.notice.posted.day, rule.notice, pack.notices))
    return Act(doing, name, day or first, Actor(f"{name}.{doing}", role), papers=photos())


def pass_step(course: Course, pack: ProcedurePack, step: str = "", situation: Situation | None = None) -> Course:
    """A step from first to last: taken, and where it has a notice posted and taken down."""
    situation = situation or in_order(pack)
    name = step or stand(course, pack).step
    course = perform(course, pack, good(course, pack, step=name), situation)
    if pack.route(course.route).steps[name].notice is not None:
        course = perform(course, pack, good(course, pack, Doing.POST, step=name), situation)
        course = perform(course, pack, good(course, pack, Doing.TAKE_DOWN, step=name), situation)
    return course


def start(pack: ProcedurePack, route: str) -> Course:
    """A course on its first day."""
    day = BEGUN[route].replace(year=max(BEGUN[route].year, int(pack.in_force[:4])))
    return begin(pack, route, day, entered=day if route == REMOVAL else None)


def bring(pack: ProcedurePack, route: str, at: str) -> Course:
    """A course that stands at a place."""
    course = start(pack, route)
    while stand(course, pack).position != at:
        here = stand(course, pack)
        if here.ended:
            raise LookupError(at)
        if at.startswith(f"{here.step}+"):
            course = perform(course, pack, good(course, pack, Doing.TAKE if here.taken is None else Doing.POST), in_order(pack))
        else:
            course = pass_step(course, pack)
    return course


def _codes(said: tuple[Said, ...]) -> str:
    return " ".join(f"!{one.code} {one.about}".strip() for one in said)


def play(case: Case, pack: ProcedurePack) -> str:
    """The answer of a row."""
    if case.acts[0].startswith("alarms"):
        return _alarms(case.acts[0].split()[1:], pack)
    course, answer = bring(pack, case.route, case.at), ""
    for text in case.acts:
        head, *words = text.split()
        try:
            course, answer = _one(course, pack, head, words)
        except NotAllowed as refused:
            if text != case.acts[-1]:
                raise
            return _codes(refused.reasons)
    return answer


def _one(course: Course, pack: ProcedurePack, head: str, words: list[str]) -> tuple[Course, str]:
    here = stand(course, pack)
    day = here.last
    for word in words:
        if word.startswith("on="):
            day = date.fromisoformat(word[3:])
        elif word[0] == "+" and word[1:].isdigit():
            day += timedelta(days=int(word[1:]))
    if head in ("late", "debts", "owed"):
        found = owed(course, pack, day) if head == "owed" else late(course, pack, day)
        told = []
        for one in found:
            mark = "" if one.due is None else f"@{one.due if one.said.code.startswith('month') else (one.due - course.begun).days}"
            told.append(f"{one.said.code} {one.step}".strip() + mark)
        return course, " ".join(told if head != "debts" else [t for t in told if t.startswith("debt")]) or "none"
    if head == "help":
        return course, _codes(may_help(course, pack, day)) or "ok"
    if head.startswith("who"):
        doing = Doing.URGENT if head == "who-urgent" else Doing.TAKE
        (one,) = [one for one in choices(course, pack) if one.doing == doing and one.outcome in ("", Outcome.GO_ON)]
        return course, f"{one.level}: {' '.join(one.roles)}"
    if head == "walk":
        walked = []
        while not stand(course, pack).ended:
            walked.append(stand(course, pack).step)
            course = pass_step(course, pack)
        return course, " ".join([*walked, stand(course, pack).ended])
    act, situation = _act(course, pack, head, words, day)
    course = perform(course, pack, act, situation)
    return course, stand(course, pack).position


def _act(course: Course, pack: ProcedurePack, head: str, words: list[str], day: date) -> tuple[Act, Situation]:
    doing, _, step = head.partition("@")
    doing, _, outcome = doing.partition(":")
    outcome, _, to = outcome.partition(":")
    here, situation = stand(course, pack), in_order(pack)
    name = step or here.step
    values = dict(word.split("=", 1) for word in words if "=" in word)
    person, role = f"{name}.{doing}" if doing != Doing.TAKE else name, pack.party(pack.route(course.route).steps[name]).roles.words[0]
    papers = list(_papers(course, pack, doing, name, outcome or Outcome.GO_ON, values))
    for position, word in enumerate(words):
        if word == "by":
            role = words[position + 1]
        elif word == "as":
            person = words[position + 1]
        elif word[0] == "-":
            papers = [one for one in papers if one.kind != word[1:]]
        elif word[0] == "+" and not word[1:].isdigit():
            papers.append(paper(pack, word[1:]))
    if doing == Doing.URGENT and "by" not in words:
        role = pack.actors[pack.urgent.confirmed_by.text].roles.words[0]
    act = Act(doing, "" if doing == Doing.URGENT else name, day, Actor(person, role), outcome or (Outcome.GO_ON if doing == Doing.TAKE else ""),
              tuple(papers), to, values.get("no", ""))
    return act, _situation(situation, values, "natural" in words, day)


def _papers(course: Course, pack: ProcedurePack, doing: str, name: str, outcome: str, values: dict[str, str]) -> tuple[Paper, ...]:
    rule = pack.route(course.route).steps[name]
    if doing in (Doing.POST, Doing.TAKE_DOWN):
        return photos(tuple(filter(None, values["photos"].split(","))) if "photos" in values else BOARDS)
    if doing == Doing.URGENT:
        return (paper(pack, "urgency"),)
    if doing != Doing.TAKE:
        return ()
    kinds = [*asked(rule, outcome), *(["minutes"] if "votes" in values and "minutes" not in asked(rule, outcome) else [])]
    votes: Votes | None = VOTES
    if "votes" in values:
        votes = None if values["votes"] == "none" else Votes(*map(int, values["votes"].split("/")))
    found = [paper(pack, kind, votes) for kind in kinds]
    signer, _, of = values.get("unsigned", "").partition(":")
    return tuple(Paper(one.kind, one.reference, signers=tuple(s for s in one.signers if s != signer), votes=one.votes) if one.kind == of else one
                 for one in found)


def _situation(base: Situation, values: dict[str, str], natural: bool, day: date) -> Situation:
    met = {key: {"yes": True, "no": False, "?": None}.get(values.get(key, "yes")) for key in base.met}
    workers = values.get("workers", "2")
    since = values.get("protected", "none")
    months, _, more = since.partition("m")
    return Situation(
        workers=None if workers == "?" else int(workers), met=met, natural=natural,
        protected_since=None if since == "none" else months_after(day, int(months)) + timedelta(days=int(more or 0)),
    )


def _alarms(words: list[str], pack: ProcedurePack) -> str:
    days = {key: date.fromisoformat(value) for key, _, value in (word.partition("=") for word in words) if value}
    found = alarms(pack, entered=days["entered"], on=days["on"], first_measure=days.get("measure"), removed=days.get("removed"),
                   natural="natural" in words)
    return " ".join(one.code for one in found) or "none"
