"""The pure runner: a course and its pack in; what may be done next, by whom, and why not, out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from wenqu.rulebook.watch.procedures.barriers import barriers
from wenqu.rulebook.watch.procedures.clauses import ENTRY, PHOTO, REMOVAL, ROUTES, Outcome
from wenqu.rulebook.watch.procedures.course import RULINGS, UNKNOWN, Act, Course, Doing, Situation
from wenqu.rulebook.watch.procedures.model import ProcedurePack, Route, StepRule
from wenqu.rulebook.watch.procedures.notices import down_from
from wenqu.rulebook.watch.procedures.papers import asked, photographed
from wenqu.rulebook.watch.procedures.standing import THROUGH, TURNED_DOWN, Standing, after, stand
from wenqu.rulebook.watch.procedures.words import Said, say


class NotAllowed(ValueError):
    """An act that may not be done, with every reason."""

    def __init__(self, reasons: tuple[Said, ...]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reason.zh for reason in reasons))


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be done next: by a person in one of ``roles`` who is none of ``not_by``, from ``day`` on, with
    ``papers`` and photos of ``boards``. ``to`` is the step gone back to."""

    doing: str
    step: str
    roles: tuple[str, ...]
    level: str
    day: date
    outcome: str = ""
    to: str = ""
    objection: str = ""
    papers: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    not_by: frozenset[str] = frozenset()


def begin(pack: ProcedurePack, route: str, day: date, *, entered: date | None = None) -> Course:
    """A course that begins on a day (onto the list: the day on which the clue was found) and stays with this edition.

    A removal names the day on which the household came onto the list. ``NotAllowed`` where it is not on it, or where the
    pack is not in force on the day; a course that has begun goes on when its edition is no longer in force.
    """
    if route not in ROUTES:
        raise ValueError(route)
    text = day.isoformat()
    if text[: len(pack.in_force)] < pack.in_force or (pack.until and text[: len(pack.until)] > pack.until):
        raise NotAllowed((say("not_in_force", day=day, pack=pack.id, span=f"{pack.in_force} – {pack.until}".rstrip(" –")),))
    if route == REMOVAL and (entered is None or entered > day):
        raise NotAllowed((say("not_entered"),))
    return Course(pack.id, pack.digest, route, day)


def edition_of(course: Course, packs: Iterable[ProcedurePack]) -> ProcedurePack:
    """The edition among ``packs`` that the course began with; ``LookupError`` when it is not kept any more."""
    for pack in packs:
        if pack.digest == course.digest:
            return pack
    raise LookupError(f"{course.pack} {course.digest}")


def why_not(course: Course, pack: ProcedurePack, act: Act, situation: Situation = UNKNOWN) -> tuple[Said, ...]:
    """Every reason against an act; empty when it may be done."""
    if course.digest != pack.digest:
        return (say("edition_other", pack=course.pack),)
    return tuple(barriers(course, pack, stand(course, pack), act, situation))


def perform(course: Course, pack: ProcedurePack, act: Act, situation: Situation = UNKNOWN) -> Course:
    """The course with one more act; ``NotAllowed`` with every reason against it."""
    reasons = why_not(course, pack, act, situation)
    if reasons:
        raise NotAllowed(reasons)
    after(stand(course, pack), act, pack.route(course.route), pack)  # the order holds twice, by two ways
    return replace(course, acts=(*course.acts, act))


def may_help(course: Course, pack: ProcedurePack, day: date) -> tuple[Said, ...]:
    """Reasons against a measure on a day: it needs the household on the list, or help confirmed as urgent."""
    here = stand(course, pack)
    if course.route != ENTRY or (here.ended == THROUGH and here.ended_on is not None and here.ended_on <= day):
        return ()
    if here.ended == TURNED_DOWN and here.ended_on is not None and here.ended_on <= day:
        return (say("help_turned_down"),)
    if here.urgent is not None and here.urgent.day <= day:
        return ()
    return (say("help_not_yet", pack.urgent.help_first),)


def choices(course: Course, pack: ProcedurePack) -> tuple[Choice, ...]:
    """Everything that may be done next, each by whom, from which day and with which papers; nothing else may be done.

    What the household's situation adds to a removal is not in it: ``why_not`` asks for that.
    """
    here = stand(course, pack)
    if here.ended:
        return ()
    route = pack.route(course.route)
    step = route.steps[here.step]
    found = [*_takes(pack, here, step), *_notices(pack, route, here, step)]
    if course.route == ENTRY and here.urgent is None and pack.urgent.help_first.text == "yes":
        party = pack.actors[pack.urgent.confirmed_by.text]
        found.append(Choice(Doing.URGENT, "", party.roles.words, party.level, here.last, papers=(pack.urgent.paper.text,)))
    return tuple(found)


def _takes(pack: ProcedurePack, here: Standing, step: StepRule) -> list[Choice]:
    if here.notice is not None or (here.taken is not None and not here.upheld):
        return []
    party = pack.party(step)

    def first(outcome: str) -> date:
        wait = step.at_least.number if step.at_least and outcome == Outcome.GO_ON else 0
        return max(here.last, here.since + timedelta(days=wait))

    return [
        Choice(Doing.TAKE, step.id, party.roles.words, party.level, first(outcome), outcome, to, papers=tuple(asked(step, outcome)),
               not_by=_others(here, step))
        for outcome in step.outcomes for to in (step.outcomes[outcome].words if outcome == Outcome.BACK else ("",))
    ]


def _notices(pack: ProcedurePack, route: Route, here: Standing, step: StepRule) -> list[Choice]:
    party, habits = pack.party(step), pack.notices
    if step.notice is None or habits is None or here.taken is None:
        return []

    def choice(doing: str, day: date, outcome: str = "", objection: str = "", not_by: frozenset[str] = _others(here, step)) -> Choice:
        photos = (PHOTO,) if doing in (Doing.POST, Doing.TAKE_DOWN) and photographed(pack, doing) else ()
        return Choice(doing, step.id, party.roles.words, party.level, day, outcome, "", objection, photos,
                      step.notice.boards.words if photos and step.notice else (), not_by)

    if here.notice is None:
        return [choice(Doing.POST, here.last)]
    involved = frozenset({here.taken.by.person, here.notice.posted.by.person}) if habits.ruling.text == "another" else frozenset[str]()
    found = [replace(choice(Doing.RULE, here.last, outcome, one, involved), roles=pack.rulers(route, step))
             for one in here.notice.open for outcome in RULINGS]
    if not here.notice.open:
        found.append(choice(Doing.TAKE_DOWN, max(here.last, down_from(here.notice.posted.day, step.notice, habits))))
    found.append(Choice(Doing.OBJECT, step.id, (), "", here.last))
    return found


def _others(here: Standing, step: StepRule) -> frozenset[str]:
    return frozenset(here.takers[one] for one in (step.another.words if step.another else ()) if one in here.takers)
