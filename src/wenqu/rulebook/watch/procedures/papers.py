"""What papers an act lacks: each that the step asks for, its signatures, its votes, and the photos of the boards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.watch.procedures.clauses import PHOTO, Outcome
from wenqu.rulebook.watch.procedures.course import Act, Doing, Paper, Votes
from wenqu.rulebook.watch.procedures.model import PaperKind, ProcedurePack, StepRule
from wenqu.rulebook.watch.procedures.words import LEVEL_NAMES, SHARES, SIGNERS, Said, joined, say


def asked(step: StepRule, outcome: str) -> Mapping[str, Clause]:
    """The papers that a step asks for to end so."""
    return {Outcome.GO_ON: step.papers, Outcome.TURN_DOWN: step.refusal, Outcome.STAY: step.visit}.get(Outcome(outcome), {})


def photographed(pack: ProcedurePack, doing: str) -> bool:
    """True when the boards are photographed at this end of a notice."""
    return pack.notices is not None and pack.notices.photos.text in (("both_ends", "posting") if doing == Doing.POST else ("both_ends",))


def paper_barriers(pack: ProcedurePack, step: StepRule | None, act: Act, wanted: Mapping[str, Clause] | None = None) -> Iterator[Said]:
    """What the papers of an act lack. ``wanted`` are those asked for where no step says it."""
    if wanted is None:
        assert step is not None
        wanted = asked(step, act.outcome)
    for name, clause in wanted.items():
        yield from lacking(pack.papers[name], clause, act)
    minutes = [paper for paper in act.papers if paper.kind in pack.papers and pack.papers[paper.kind].shape == "minutes" and paper.votes]
    if step is not None and step.vote is not None and minutes and minutes[0].votes is not None:
        yield from _votes(step.vote, minutes[0].votes, act.outcome)


def lacking(kind: PaperKind, clause: Clause, act: Act) -> Iterator[Said]:
    """What one paper lacks."""
    given = [paper for paper in act.papers if paper.kind == kind.id and paper.reference.strip()]
    if not given:
        yield say("paper_missing", clause, about=kind.id, paper=(kind.zh, kind.en))
        return
    signed = {signer for paper in given for signer in paper.signers}
    unsigned = [signer for signer in kind.signers if signer not in signed]
    if unsigned:
        yield say("paper_unsigned", clause, about=kind.id, paper=(kind.zh, kind.en),
                  signers=joined([SIGNERS.get(signer, (signer, signer)) for signer in unsigned]))
    if kind.shape == "minutes":
        yield from _sound(given, clause, kind.id)


def _sound(given: list[Paper], clause: Clause, about: str) -> Iterator[Said]:
    votes = next((paper.votes for paper in given if paper.votes is not None), None)
    if votes is None:
        yield say("votes_missing", clause, about=about)
    elif not votes.sound:
        yield say("votes_wrong", clause, about=about)


def _votes(rule: Clause, votes: Votes, outcome: str) -> Iterator[Said]:
    if not votes.sound:
        return
    enough = votes.agree * 2 > votes.present if rule.text == "more_than_half" else votes.agree * 3 >= votes.present * 2
    share = SHARES[rule.text]
    if outcome == Outcome.GO_ON and not enough:
        yield say("votes_short", rule, agree=votes.agree, present=votes.present, share=share)
    if outcome == Outcome.TURN_DOWN and enough:
        yield say("votes_enough", rule, agree=votes.agree, present=votes.present, share=share)


def photo_barriers(pack: ProcedurePack, step: StepRule, act: Act) -> Iterator[Said]:
    """Boards of which there is no photo."""
    if step.notice is None or pack.notices is None or not photographed(pack, act.doing):
        return
    shown = {paper.board for paper in act.papers if paper.kind == PHOTO and paper.reference.strip()}
    for board in step.notice.boards.words:
        if board not in shown:
            yield say("photo_missing", pack.notices.photos, about=board, board=LEVEL_NAMES[board])
