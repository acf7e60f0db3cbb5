"""Open a course, and act in it: the only two ways in which anything of a course is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.households.holding import hold
from wenqu.households.models import Household
from wenqu.households.permissions import check_stands
from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.rulebook.watch import procedures as pure
from wenqu.rulebook.watch.procedures import REMOVAL, Doing, NotAllowed, Outcome
from wenqu.rulebook.watch.procedures.standing import THROUGH
from wenqu.watch.courses import checking
from wenqu.watch.courses.done import done_before
from wenqu.watch.courses.entering import enter, leave
from wenqu.watch.courses.given import Given, Handed
from wenqu.watch.courses.permissions import check_can_act, check_can_open, role_for, roles_at
from wenqu.watch.courses.replay import Replayed, columns, numbers_of, replayed
from wenqu.watch.courses.situation import as_text
from wenqu.watch.models import Act, ActPaper, Course, PackKind, Watched
from wenqu.watch.rules.queries import edition_at, procedure_of


@transaction.atomic
def open_course(
    *, household: Household, route: str, begun_on: date, clue: str, way: str, key: str | None, area: Area, by: Account, at: datetime,
    papers: Sequence[Handed] = (),
) -> Course:
    """Begin a household's way onto the list, or off it, by the procedure that its county goes by on that day.

    A household has one course at a time. With `papers` the first step is taken at once. The same `key` gives the same course.
    """
    locked = hold(household.pk)
    check_can_open(locked.path, route, area)
    done = Course.objects.filter(key=key).first() if key else None
    if done is not None:
        check_same_request((done.household_id, done.route, done.opened_by_id) == (locked.pk, route, by.pk))
        return done
    checking.check_day(begun_on, day_of(at))
    check_no_number(clue)
    if not clue.strip():
        raise Refused("words_missing", _("请写明线索内容：这户遇到了什么情况"))
    if route != REMOVAL:
        check_stands(locked)
    watched = Watched.objects.filter(household=locked, left_on=None).first()
    if Course.objects.filter(household=locked, ended="").exists():
        raise Refused("course_open", _("这户正在办理中，一户同一时间只能有一个办理过程"))
    if watched is not None and route != REMOVAL:
        raise Refused("already_watched", _("这户已在监测名单上"))
    edition = edition_at(locked.path, PackKind.PROCEDURES, begun_on)
    if edition is None:
        raise Refused("procedure_not_adopted", _("本县在这一天还没有采用识别和退出程序。请县里先在“监测规则”中采用一个"))
    pack = procedure_of(edition)
    try:
        began = pure.begin(pack, route, begun_on, entered=watched.entered_on if watched else None)
    except NotAllowed as error:
        raise checking.not_allowed(error) from None
    course = Course.objects.create(
        division_id=locked.division_id, path=locked.path, household=locked, edition=edition, route=route, begun_on=begun_on, way=way,
        clue=clue.strip(), opened_by=by, opened_at=at, key=key, **columns(began, pack),
    )
    audit.record(by=by, verb="open_course", at=at, subject=f"course:{course.pk}", path=course.path, detail={
        "route": route, "household": locked.pk, "pack": edition.pack_id, "begun": begun_on.isoformat(),
    })
    if papers:
        first = Given(Doing.TAKE, begun_on, pack.route(route).names[0], Outcome.GO_ON, papers=tuple(papers))
        _do(course, first, area, by, at, None)
    return course


@transaction.atomic
def act(*, course: Course, given: Given, version: int | None, key: str | None, area: Area, by: Account, at: datetime) -> Act:
    """Do one thing in a course: take a step, post a notice or take it down, note an objection, rule on it, let help come first.

    The course is locked and replayed, and the procedure with which it began is asked: out of order, too early, without
    its papers, by another role or another person than it asks for, nothing is done, and every reason is told. `version` is
    what the page showed (`changed_meanwhile` where somebody was faster); the same `key` gives the act that it made.
    """
    hold(course.household_id)
    locked = Course.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=course.pk)
    done = done_before(locked, given.doing, key, by)
    if done is not None:
        return done
    check_can_act(locked, given.doing, area)
    if version is not None and version != locked.version:
        raise _changed(locked)
    return _do(locked, given, area, by, at, key)


def _do(course: Course, given: Given, area: Area, by: Account, at: datetime, key: str | None) -> Act:
    here = replayed(course)
    checking.check_given(given, day_of(at))
    checking.check_papers(given, here)
    number = numbers_of(here.acts)
    given = _only_its_own(given)
    objection = str(len(here.standing.objections) + 1) if given.doing == Doing.OBJECT else given.objection
    role = role_for(here.pack, here.standing, course.route, given.doing, roles_at(course.path, area))
    told = given.situation if given.situation is not None else here.situation
    papers = tuple(pure.Paper(each.kind, each.file.sha256, each.board, each.signers, each.votes) for each in given.papers)
    wanted = pure.Act(given.doing, given.step, given.on, pure.Actor(str(by.pk), role), given.outcome, papers, given.to, objection)
    try:
        after = pure.perform(here.pure, here.pack, wanted, told)
    except NotAllowed as error:
        raise checking.not_allowed(error) from None
    row = Act.objects.create(
        course=course, number=number, doing=given.doing, step=given.step, outcome=given.outcome, to=given.to, objection=objection, on=given.on,
        by=by, by_name=by.name[:80], role=role, words=given.words.strip(), who=given.who.strip()[:80], at=at, key=key,
        situation=as_text(given.situation) if given.situation is not None else "",
    )
    _hand_in(row, given.papers, course, by, at)
    _settle(course, after, here, given, by, at, natural=told.natural)
    audit.record(by=by, verb="act_in_course", at=at, subject=f"course:{course.pk}", path=course.path, detail={
        "number": number, "doing": given.doing, "step": given.step, "outcome": given.outcome, "on": given.on.isoformat(),
    })
    return row


def _only_its_own(given: Given) -> Given:
    """Nothing is kept of an act that it does not say: an outcome is a step's or a ruling's, a step gone back to that of a return."""
    doing, outcome = given.doing, given.outcome if given.doing in (Doing.TAKE, Doing.RULE) else ""
    return replace(
        given, outcome=outcome, step="" if doing == Doing.URGENT else given.step, to=given.to if outcome == Outcome.BACK else "",
        objection=given.objection if doing == Doing.RULE else "",
    )


def _hand_in(row: Act, papers: Sequence[Handed], course: Course, by: Account, at: datetime) -> None:
    for each in papers:
        proof = attach(
            received=each.file, subject=f"course:{course.pk}", path=course.path, division_id=course.division_id, about=f"act:{row.number}", by=by, at=at,
        )
        votes = each.votes
        ActPaper.objects.create(act=row, kind=each.kind, evidence=proof, board=each.board, signers=list(each.signers), votes=None if votes is None else {
            "present": votes.present, "agree": votes.agree, "against": votes.against, "abstain": votes.abstain,
        })


def _settle(course: Course, after: pure.Course, here: Replayed, given: Given, by: Account, at: datetime, *, natural: bool) -> None:
    """The columns that repeat where the course stands, and the list where it is through."""
    for name, value in columns(after, here.pack).items():
        setattr(course, name, value)
    course.natural = natural
    course.version += 1
    course.save()
    if course.ended != THROUGH or course.ended_on is None:
        return
    if course.route == REMOVAL:
        leave(course, course.ended_on, by, at)
    else:
        enter(course, given.entering, course.ended_on, by, at)


def _changed(course: Course) -> Refused:
    last = course.acts.order_by("-number").first()
    if last is None:
        return Refused("changed_meanwhile", _("您打开页面后已有变化，请刷新页面后再办理"))
    return Refused("changed_meanwhile", _("您打开页面后，%(who)s已在%(when)s办理了一步，请看清现状后再办理") % {
        "who": last.by_name, "when": f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}",
    })
