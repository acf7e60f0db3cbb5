"""A course as its page shows it: every step with who, what and when; what may be done now by whoever looks, or why not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.refusal import why_not as refusal_of
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.rulebook.watch import procedures
from wenqu.rulebook.watch.procedures import Choice, Doing, choices
from wenqu.rulebook.watch.procedures.clauses import VOTES as SHARES_ASKED
from wenqu.rulebook.watch.procedures.model import Route, StepRule
from wenqu.rulebook.watch.procedures.notices import down_from, full_days
from wenqu.rulebook.watch.procedures.words import LEVEL_NAMES, OUTCOMES, SHARES, SIGNERS
from wenqu.watch.courses.asked import Wanted
from wenqu.watch.courses.checking import said
from wenqu.watch.courses.forms import ActForm, called, role_names
from wenqu.watch.courses.permissions import check_can_act, role_for, roles_at
from wenqu.watch.courses.replay import Replayed
from wenqu.watch.courses.situation import from_text
from wenqu.watch.models import Act

# What an act lacks before its form is filled in: papers, votes, and what is found at the household.
_FORM_SAYS = frozenset({
    "paper_missing", "paper_unsigned", "votes_missing", "votes_wrong", "votes_short", "votes_enough", "photo_missing", "condition_unknown",
    "condition_unmet", "workers_unknown", "no_worker_unprotected", "no_worker_fresh", "objection_unnamed",
})
_SITUATION_SAYS = frozenset({"condition_unmet", "no_worker_unprotected", "no_worker_fresh"})
_WORDS = {
    Doing.POST: ("张贴公示", "post the notice"), Doing.TAKE_DOWN: ("公示期满，撤下公示", "take the notice down"), Doing.OBJECT: ("登记异议", "note an objection"),
    Doing.URGENT: ("确认先行帮扶", "let help come first"),
}
_RULINGS = {"upheld": ("成立", "upheld"), "rejected": ("不成立", "rejected")}


@dataclass
class Offer:
    """Something that may be done next: with its form, or with every reason why whoever looks may not do it now."""

    wanted: Wanted
    label: str
    who: str
    form: ActForm | None = None
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    tried: Any = None

    @property
    def main(self) -> bool:
        """Whether the course goes on by it."""
        return self.wanted.outcome == "go_on" or self.wanted.doing in (Doing.POST, Doing.TAKE_DOWN, Doing.RULE)


@dataclass(frozen=True)
class StepShown:
    """One step of the way: `state` is done, now or later; `lines` are what it asks for, label and words."""

    name: str
    number: int
    state: str
    words: str
    lines: list[tuple[str, str]]
    acts: list[Any]
    ended: date | None
    source: str
    unverified: bool


def act_words(here: Replayed, act: Act | Wanted) -> str:
    """An act in words: «入户核实：通过，进入下一环节»."""
    step = here.pack.route(here.pure.route).steps.get(act.step)
    name = called(step.zh, step.en) if step else ""
    if act.doing == Doing.TAKE:
        outcome = called(*OUTCOMES[act.outcome]) if act.outcome in OUTCOMES else act.outcome
        if act.outcome == "go_on" and act.step == here.pack.route(here.pure.route).names[-1]:
            outcome = _("通过")
        back = here.pack.route(here.pure.route).steps.get(act.to)
        return _("%(step)s：%(outcome)s") % {"step": name, "outcome": f"{outcome}（{called(back.zh, back.en)}）" if back else outcome}
    if act.doing == Doing.RULE:
        return _("异议 %(number)s：%(outcome)s") % {"number": act.objection, "outcome": called(*_RULINGS.get(act.outcome, (act.outcome, act.outcome)))}
    words = called(*_WORDS[Doing(act.doing)])
    return _("%(step)s：%(words)s") % {"step": name, "words": words} if name else words


def offers_of(here: Replayed, area: Area, account: Account, today: date, tried: Any = None, *, bare: bool = False) -> list[Offer]:
    """Everything that the procedure lets be done next, for whoever looks; `bare` without forms."""
    return [_offer(here, choice, area, account, today, tried, bare) for choice in choices(here.pure, here.pack)]


def _offer(here: Replayed, choice: Choice, area: Area, account: Account, today: date, tried: Any, bare: bool) -> Offer:
    wanted = Wanted(choice.doing, choice.step, choice.outcome, choice.to, choice.objection)
    offer = Offer(wanted, act_words(here, wanted), _party(here, choice), papers=_papers(here, choice))
    refusal = refusal_of(check_can_act, here.row, choice.doing, area)
    if refusal is not None:
        offer.reasons = [refusal.message]
        return offer
    role = role_for(here.pack, here.standing, here.row.route, choice.doing, roles_at(here.row.path, area))
    act = procedures.Act(choice.doing, choice.step, today, procedures.Actor(str(account.pk), role), choice.outcome, to=choice.to,
                         objection=choice.objection or "?")
    against = procedures.why_not(here.pure, here.pack, act, here.situation)
    offer.reasons = [said(each) for each in against if each.code not in _FORM_SAYS]
    if not offer.reasons and not bare:
        offer.warnings = [said(each) for each in against if each.code in _SITUATION_SAYS]
        mine = tried is not None and tried.wanted.name == wanted.name
        offer.form = tried.again(here.row) if mine else _fresh(here, wanted, area, today)
        offer.tried = tried if mine else None
    return offer


def _fresh(here: Replayed, wanted: Wanted, area: Area, today: date) -> ActForm:
    return ActForm(here=here, wanted=wanted, area=area, today=today, auto_id=f"{wanted.name}-%s",
                   initial={"version": here.row.version, "key": uuid.uuid4().hex})


def _party(here: Replayed, choice: Choice) -> str:
    return role_names(choice.roles) if choice.roles else _("任何人提出，由受理人登记")


def _papers(here: Replayed, choice: Choice) -> list[str]:
    names = [called(here.pack.papers[name].zh, here.pack.papers[name].en) for name in choice.papers if not (choice.boards and here.pack.papers[name].shape == "photo")]
    return names + [_("%(board)s公示栏照片") % {"board": called(*LEVEL_NAMES[board])} for board in choice.boards]


def steps_of(here: Replayed) -> list[StepShown]:
    """Every step of the way in order, with what was done in it since it was last begun."""
    route = here.pack.route(here.pure.route)
    passed = {one.step: one for one in here.standing.passed}
    current = "" if here.standing.ended else here.standing.step
    last = here.standing.step if here.standing.ended else ""
    return [
        StepShown(
            called(step.zh, step.en), number, "done" if step.id in passed else "now" if step.id in (current, last) else "later", step.words,
            _lines(here, route, step), [each for each in here.acts if each.step == step.id], passed[step.id].ended if step.id in passed else None,
            f"{step.actor.document} {step.actor.clause}" if step.actor.verified else "", not step.actor.verified,
        )
        for number, step in enumerate(route.steps.values(), 1)
    ]


def _lines(here: Replayed, route: Route, step: StepRule) -> list[tuple[str, str]]:
    pack, party = here.pack, here.pack.party(step)
    found = [(_("由谁办理"), _("%(party)s（%(roles)s）") % {"party": called(party.zh, party.en), "roles": role_names(party.roles.words)})]
    if step.another is not None:
        names = _("、").join(called(route.steps[one].zh, route.steps[one].en) for one in step.another.words)
        found.append((_("换人"), _("须由办理“%(steps)s”以外的另一人办理") % {"steps": names}))
    if step.papers:
        found.append((_("需要材料"), _("、").join(called(pack.papers[one].zh, pack.papers[one].en) for one in step.papers)))
    if step.vote is not None and step.vote.text in SHARES_ASKED:
        found.append((_("表决"), _("到会人数的%(share)s同意才能通过") % {"share": called(*SHARES[step.vote.text])}))
    if step.notice is not None:
        boards = _("、").join(called(*LEVEL_NAMES[one]) for one in step.notice.boards.words)
        found.append((_("公示"), _("不少于 %(days)s 个足日，张贴在：%(boards)s") % {"days": step.notice.days.number, "boards": boards}))
    if step.at_least is not None:
        found.append((_("最早"), _("上一环节后满 %(days)s 天") % {"days": step.at_least.number}))
    if step.at_most is not None:
        found.append((_("时限"), _("上一环节后 %(days)s 天内") % {"days": step.at_most.number}))
    if step.monthly is not None:
        found.append((_("按月"), _("每月 %(day)s 日前办理一次") % {"day": step.monthly.number}))
    return found


@dataclass(frozen=True)
class NoticeShown:
    """A notice that is on the boards: its full days, how many are over, from when it may come down."""

    posted: date
    days: tuple[date, ...]
    over: int
    down: date

    @property
    def full(self) -> bool:
        """Whether all its days are over."""
        return self.over == len(self.days)


def notice_of(here: Replayed, today: date) -> NoticeShown | None:
    """The notice that is on the boards now."""
    step = here.pack.route(here.pure.route).steps[here.standing.step]
    if here.standing.notice is None or step.notice is None or here.pack.notices is None:
        return None
    posted = here.standing.notice.posted.day
    days = full_days(posted, step.notice, here.pack.notices)
    return NoticeShown(posted, days, sum(day < today for day in days), down_from(posted, step.notice, here.pack.notices))


def papers_of(act: Act, here: Replayed) -> list[dict[str, Any]]:
    """The papers of an act: name, signatures, votes, and the file."""
    from_pack = here.pack.papers
    return [
        {"name": called(from_pack[each.kind].zh, from_pack[each.kind].en) if each.kind in from_pack else each.kind, "paper": each, "evidence": each.evidence,
         "signers": _("、").join(called(*SIGNERS.get(one, (one, one))) for one in each.signers),
         "board": called(*LEVEL_NAMES[each.board]) if each.board in LEVEL_NAMES else ""}
        for each in act.papers.all()
    ]


def situation_words(act: Act, here: Replayed) -> list[tuple[str, str]]:
    """What an act told of the household, in words; nothing where it told nothing."""
    text = act.situation.open()
    if not text:
        return []
    told, unknown = from_text(text), _("尚未核实")
    found = [(_("有劳动能力"), unknown if told.workers is None else _("%(number)s 人") % {"number": told.workers})]
    if told.protected_since:
        found.append((_("兜底保障"), _("自 %(day)s 起") % {"day": told.protected_since.isoformat()}))
    for one in here.pack.leaving.conditions.values():
        met = told.met.get(one.id)
        found.append((called(one.zh, one.en), unknown if met is None else _("已达到") if met else _("没有达到")))
    if told.natural:
        found.append((_("消除方式"), _("风险自然消除")))
    return found
