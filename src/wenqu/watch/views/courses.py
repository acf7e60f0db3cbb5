"""The page of a course, and acting in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.evidence.queries import evidence_of
from wenqu.evidence.taking import takes_files
from wenqu.kit.languages import in_english
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures import late, owed
from wenqu.watch.courses.actions import act
from wenqu.watch.courses.asked import Wanted
from wenqu.watch.courses.checking import said
from wenqu.watch.courses.done import done_before
from wenqu.watch.courses.forms import ActForm, role_names, wanted_of
from wenqu.watch.courses.permissions import check_can_act
from wenqu.watch.courses.queries import course_in
from wenqu.watch.courses.replay import Replayed, open_objections, replayed
from wenqu.watch.courses.showing import act_words, notice_of, offers_of, papers_of, situation_words, steps_of
from wenqu.watch.courses.tried import Tried
from wenqu.watch.models import Course


@needs(Right.WATCH)
def course_page(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, course_in(request.area, pk))  # type: ignore[attr-defined]


def show(request: HttpRequest, course: Course, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    """The page of a course; `tried` is an act that was not accepted."""
    area: Area = request.area  # type: ignore[attr-defined]
    note_look(request, "view_course", subject=f"course:{course.pk}", path=course.path)
    here, today = replayed(course), timezone.localdate()
    offers = offers_of(here, area, request.user, today, tried)  # type: ignore[arg-type]
    context: dict[str, Any] = {
        "course": course, "household": course.household, "pack": here.pack, "english": in_english(), "steps": steps_of(here), "standing": here.standing,
        "offers": [each for each in offers if each.form is not None], "closed": [each for each in offers if each.form is None],
        "tried": tried, "notice": notice_of(here, today), "objections": _objections(here), "history": _history(here),
        "late": [(said(each.said), each) for each in late(here.pure, here.pack, today)], "owed": [(said(each.said), each) for each in owed(here.pure, here.pack, today)],
        "crumbs": crumbs_of(course.path, area), "today": today, "clue": course.clue.open(),
    }
    return render(request, "watch/course.html", context, status=status)


def _objections(here: Replayed) -> list[dict[str, Any]]:
    """Objections with their words and outcome, from the acts."""
    waiting = open_objections(here.standing)
    found = {each.objection: {"number": each.objection, "act": each, "ruling": None, "who": each.who.open(), "words": each.words.open(), "answer": ""} for each in here.acts if each.doing == "object"}
    for each in here.acts:
        if each.doing == "rule" and each.objection in found:
            found[each.objection] |= {"ruling": each, "answer": each.words.open()}
    return [{**one, "waits": number in waiting} for number, one in found.items()]


def _history(here: Replayed) -> list[dict[str, Any]]:
    proofs = {row.pk: row for row in evidence_of(f"course:{here.row.pk}")}
    rows = []
    for each in reversed(here.acts):
        papers = papers_of(each, here)
        evidence = [proofs[paper["evidence"].pk] for paper in papers if paper["evidence"].pk in proofs]
        rows.append({"act": each, "label": act_words(here, each), "papers": papers, "evidence": list(dict.fromkeys(evidence)),
                     "words": each.words.open(), "who": each.who.open(), "role": role_names((each.role,)), "situation": situation_words(each, here)})
    return rows


@needs(Right.WATCH)
@takes_files
@require_POST
def take_act(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    course, now = course_in(area, pk), timezone.now()
    here, wanted = replayed(course), wanted_of(request.POST)
    # Before the form: who may not act need not be told what it takes.
    form = ActForm(request.POST, request.FILES, here=here, wanted=wanted, area=area, today=timezone.localdate(now), auto_id=f"{wanted.name}-%s")
    valid = form.is_valid()
    try:
        # What was done by this very request is answered as it was, also where it ended the course.
        if not valid or done_before(course, wanted.doing, form.cleaned_data["key"], request.user) is None:  # type: ignore[arg-type]
            check_can_act(course, wanted.doing, area)
        if not valid:
            return show(request, course, Tried(wanted, form), 400)
        done = act(course=course, given=form.given(), version=form.cleaned_data["version"], key=form.cleaned_data["key"], area=area, by=request.user, at=now)  # type: ignore[arg-type]
    except Refused as refusal:
        return show(request, course_in(area, pk), Tried(wanted, form, refusal), refusal.status)
    messages.success(request, _("已办理：%(act)s") % {"act": act_words(here, Wanted(done.doing, done.step, done.outcome, done.to, done.objection))})
    return redirect("watch:course", course.pk)
