"""What an act asks for: its papers, boards, votes and answers, read out of the procedure. A form is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenqu.rulebook.watch.procedures import ENTRY, REMOVAL, Clause, Doing, Outcome, ProcedurePack
from wenqu.rulebook.watch.procedures.model import PaperKind
from wenqu.rulebook.watch.procedures.papers import asked, photographed
from wenqu.watch.courses.replay import Replayed


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that may be asked to be done, as a form names it."""

    doing: str
    step: str = ""
    outcome: str = ""
    to: str = ""
    objection: str = ""

    @property
    def name(self) -> str:
        """One word for it: tells the forms of a page apart."""
        return "-".join(part for part in (self.doing, self.outcome, self.to, self.objection) if part)


@dataclass(frozen=True, slots=True)
class Asked:
    """`papers` must be handed in, `maybe` are asked for in some cases; photos of `boards`; `leaving`: the household's
    situation is told; `last`: the household comes onto the list by it."""

    papers: tuple[PaperKind, ...] = ()
    maybe: tuple[PaperKind, ...] = ()
    boards: tuple[str, ...] = ()
    leaving: bool = False
    last: bool = False


def asked_for(here: Replayed, wanted: Wanted) -> Asked:
    """What this asks for, whether or not it is its turn. Nothing where the procedure knows no such step or outcome."""
    pack, route = here.pack, here.pack.route(here.pure.route)
    if wanted.doing == Doing.URGENT:
        return Asked(papers=(pack.papers[pack.urgent.paper.text],)) if pack.urgent.help_first.text == "yes" else Asked()
    step = route.steps.get(wanted.step)
    if step is None:
        return Asked()
    final = step.id == route.names[-1] and route.id == ENTRY
    off = route.id == REMOVAL
    if wanted.doing == Doing.TAKE and wanted.outcome in set(Outcome):
        on = wanted.outcome == Outcome.GO_ON
        confirmed = pack.leaving.no_worker
        maybe = (pack.papers[confirmed.paper.text],) if off and on and confirmed.confirmed_at.text == step.id else ()
        return Asked(_kinds(pack, asked(step, wanted.outcome)), maybe, leaving=off and on, last=final and on and step.notice is None)
    if wanted.doing in (Doing.POST, Doing.TAKE_DOWN) and step.notice is not None:
        boards = step.notice.boards.words if photographed(pack, wanted.doing) else ()
        down = wanted.doing == Doing.TAKE_DOWN
        return Asked(boards=boards, leaving=off and down, last=final and down)
    return Asked()


def _kinds(pack: ProcedurePack, clauses: Mapping[str, Clause]) -> tuple[PaperKind, ...]:
    return tuple(pack.papers[name] for name in clauses)
