"""What of courses waits for somebody: the steps that their roles take, where they hold them, by the procedures in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from wenqu.places.models import Account
from wenqu.places.queries import names_of
from wenqu.places.rights import RIGHTS, Right
from wenqu.places.scope import Area, below, within
from wenqu.rulebook.watch.procedures import late, owed
from wenqu.rulebook.watch.procedures.model import Route
from wenqu.watch.courses.checking import said
from wenqu.watch.courses.forms import called
from wenqu.watch.courses.replay import WITH_ACTS, Replayed, replayed
from wenqu.watch.courses.showing import NoticeShown, notice_of, offers_of
from wenqu.watch.models import Course, Edition
from wenqu.watch.rules.queries import procedure_of

MOST = 60
MINE, LATE, DEBT, OPEN = "mine", "late", "debt", "open"
TABS = (MINE, LATE, DEBT, OPEN)


@dataclass(frozen=True)
class DeskRow:
    """A course on the desk. `can` says that whoever looks may go on with it now; else `why`."""

    course: Course
    place: str
    step: str
    notice: NoticeShown | None
    can: bool
    why: str
    late: list[str]
    owed: list[str]


def open_courses(area: Area) -> QuerySet[Course]:
    """Courses that are under way in an area."""
    return within(Course.objects.filter(ended=""), area)


def rows_for(tab: str, area: Area, today: date) -> QuerySet[Course]:
    """The courses of a tab, what is due first in front."""
    rows = open_courses(area)
    if tab == MINE:
        rows = rows.filter(_mine(area))
    elif tab == LATE:
        rows = rows.filter(due_on__lt=today)
    elif tab == DEBT:
        rows = rows.filter(urgent_on__isnull=False)
    return rows.order_by(F("due_on").asc(nulls_last=True), "since", "pk")


def waiting_count(area: Area) -> int:
    """How many courses wait for somebody's roles. Two queries."""
    return open_courses(area).filter(_mine(area)).count()


def tab_counts(area: Area, today: date) -> dict[str, int]:
    """How many there are under each tab."""
    return {tab: rows_for(tab, area, today).count() for tab in TABS}


def _mine(area: Area) -> Q:
    """The steps, by edition and way, that somebody's roles take at the places where they are held."""
    editions = Edition.objects.filter(pk__in=open_courses(area.whole.may(Right.WATCH)).order_by().values("edition_id").distinct())
    held = [(path, role) for path, role in sorted(area.duties) if Right.WATCH_ACT in RIGHTS[role]]
    wanted = Q(pk__in=())
    for edition in editions:
        pack = procedure_of(edition)
        for route in (pack.entry, pack.removal):
            for path, role in held:
                takes, rules = _steps_of(pack, route, role)
                here = Q(edition=edition.pk, route=route.id) & below(path)
                if takes:
                    wanted |= here & Q(awaits__in=takes, objections_open=0)
                if rules:
                    wanted |= here & Q(awaits__in=rules, objections_open__gt=0)
    return wanted


def _steps_of(pack: Any, route: Route, role: str) -> tuple[list[str], list[str]]:
    """The steps that a role takes, and those whose objections it may rule on (or take on, where none is on the boards)."""
    takes = [step.id for step in route.steps.values() if role in pack.party(step).roles.words]
    rules = [step.id for step in route.steps.values() if step.notice is not None and role in pack.rulers(route, step)]
    return takes, sorted({*rules, *takes})


def shown(rows: QuerySet[Course], area: Area, account: Account, today: date) -> list[DeskRow]:
    """One page of a desk. As many queries for one course as for all of them."""
    found = list(rows.select_related("household", "edition").prefetch_related(WITH_ACTS)[:MOST])
    names = names_of({each.path for each in found})
    return [_row(replayed(each), names.get(each.path, ""), area, account, today) for each in found]


def _row(here: Replayed, place: str, area: Area, account: Account, today: date) -> DeskRow:
    step = here.pack.route(here.pure.route).steps[here.standing.step]
    offers = [each for each in offers_of(here, area, account, today, bare=True) if each.main]
    can = any(not each.reasons for each in offers)
    why = "" if can else next((each.reasons[0] for each in offers if each.reasons), "")
    return DeskRow(
        here.row, place, called(step.zh, step.en), notice_of(here, today), can, why,
        [said(each.said) for each in late(here.pure, here.pack, today) if each.done is None], _owed(here, today),
    )


def _owed(here: Replayed, today: date) -> list[str]:
    """What is owed, the steps missing after urgent help in one line: the page of the course names each."""
    debts = owed(here.pure, here.pack, today)
    steps = [each for each in debts if each.said.code == "step_owed"]
    told = [said(each.said) for each in debts if each.said.code != "step_owed"]
    if steps and steps[0].due is not None:
        told.append(_("先行帮扶，欠补 %(number)s 个环节，%(day)s 前补齐") % {"number": len(steps), "day": steps[0].due.isoformat()})
    return told
