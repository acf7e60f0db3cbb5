"""From the rows of a course to the pure course of the rulebook, and back to the columns that repeat where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch

from wenqu.rulebook.watch import procedures
from wenqu.rulebook.watch.procedures import ProcedurePack, Situation, Standing, stand
from wenqu.watch.courses.situation import last_told
from wenqu.watch.models import Act, ActPaper, Course
from wenqu.watch.rules.queries import procedure_of


@dataclass(frozen=True, slots=True)
class Replayed:
    """A course as its acts tell it."""

    row: Course
    acts: tuple[Act, ...]
    pure: procedures.Course
    pack: ProcedurePack
    standing: Standing

    @property
    def situation(self) -> Situation:
        """What was told last of the household."""
        return last_told(self.acts)

    def with_act(self, act: procedures.Act) -> procedures.Course:
        """The pure course with one more act, unchecked."""
        return replace(self.pure, acts=(*self.pure.acts, act))


WITH_ACTS = Prefetch("acts", queryset=Act.objects.order_by("number").prefetch_related(
    Prefetch("papers", queryset=ActPaper.objects.select_related("evidence").order_by("pk"))))


def replayed(row: Course) -> Replayed:
    """A course replayed from its acts; lists prefetch them (`WITH_ACTS`)."""
    kept = getattr(row, "_prefetched_objects_cache", {})
    acts = tuple(row.acts.all() if "acts" in kept else Course.objects.prefetch_related(WITH_ACTS).get(pk=row.pk).acts.all())
    pack = procedure_of(row.edition)
    pure = procedures.Course(pack.id, row.edition.digest, row.route, row.begun_on, tuple(_act(each) for each in acts))
    return Replayed(row, acts, pure, pack, stand(pure, pack))


def _act(row: Act) -> procedures.Act:
    papers = tuple(_paper(each) for each in row.papers.all())
    by = procedures.Actor(str(row.by_id or ""), row.role)
    return procedures.Act(row.doing, row.step, row.on, by, row.outcome, papers, row.to, row.objection)


def _paper(row: ActPaper) -> procedures.Paper:
    votes = procedures.Votes(**row.votes) if row.votes else None
    return procedures.Paper(row.kind, row.evidence.sha256, row.board, tuple(row.signers), votes)


def columns(pure: procedures.Course, pack: ProcedurePack) -> dict[str, Any]:
    """The columns of a course that repeat where it stands."""
    here = stand(pure, pack)
    return {
        "position": here.position, "awaits": "" if here.ended else here.step, "since": here.since, "due_on": due_on(pure, pack, here),
        "ended": here.ended, "ended_on": here.ended_on, "objections_open": len(open_objections(here)),
        "urgent_on": here.urgent.day if here.urgent else None,
    }


def open_objections(here: Standing) -> tuple[str, ...]:
    """Numbers of the objections that wait for a ruling, those that wait for the next posting included."""
    return () if here.ended else tuple(one.act.objection for one in here.objections if one.ruling is None)


def due_on(pure: procedures.Course, pack: ProcedurePack, here: Standing) -> date | None:
    """The first day by which something is to be done; None where the pack gives none, or nothing is awaited."""
    if here.ended:
        return None
    route, step = pack.route(pure.route), pack.route(pure.route).steps[here.step]
    found = []
    if step.at_most is not None:
        found.append(here.since + timedelta(days=step.at_most.number))
    if route.within is not None:
        found.append(pure.begun + timedelta(days=route.within.number))
    if here.urgent is not None:
        found.append(here.urgent.day + timedelta(days=pack.urgent.within.number))
    return min(found, default=None)


def numbers_of(acts: Sequence[Act]) -> int:
    """The number of the next act."""
    return max((each.number for each in acts), default=0) + 1
