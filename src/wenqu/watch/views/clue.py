"""A clue is taken in, and a removal is begun."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenqu.households.models import Household
from wenqu.households.queries import household_in
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.rulebook.watch.procedures import ENTRY, REMOVAL
from wenqu.watch.courses.actions import open_course
from wenqu.watch.courses.forms import ClueForm, LeaveForm
from wenqu.watch.courses.permissions import check_can_open
from wenqu.watch.courses.queries import open_course_of
from wenqu.watch.models import Course, Watched
from wenqu.watch.models.courses import Way


@needs(Right.WATCH_CLUE)
@require_http_methods(["GET", "HEAD", "POST"])
def clue(request: HttpRequest) -> HttpResponse:
    """Take in a clue of one household, named in the address by its key; without one it is looked for by its number."""
    area: Area = request.area  # type: ignore[attr-defined]
    asked = number_in(request.GET.get("household", ""))
    if asked is None:
        return _find(request, area)
    household = household_in(area, asked)
    check_can_open(household.path, ENTRY, area)
    note_look(request, "view_household", subject=f"household:{household.pk}", path=household.path, page="clue")
    now = timezone.now()
    form = ClueForm(request.POST or None, initial={"key": uuid.uuid4().hex, "begun_on": timezone.localdate(now)})
    if request.method != "POST" or not form.is_valid():
        return _page(request, household, form, ENTRY, None, 400 if form.is_bound else 200)
    try:
        course = open_course(household=household, route=ENTRY, area=area, by=request.user, at=now, **form.cleaned_data)  # type: ignore[arg-type]
    except Refused as refusal:
        return _page(request, household, form, ENTRY, refusal, refusal.status)
    return _begun(request, course, _("线索已登记，已按本县程序开始办理"))


@needs(Right.WATCH_ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the removal of somebody who is on the list."""
    area: Area = request.area  # type: ignore[attr-defined]
    watched = row_in(Watched.objects.select_related("household__division"), area, pk, "watched")
    household = watched.household
    check_can_open(household.path, REMOVAL, area)
    note_look(request, "view_household", subject=f"household:{household.pk}", path=household.path, page="leave")
    now = timezone.now()
    form = LeaveForm(request.POST or None, initial={"key": uuid.uuid4().hex, "begun_on": timezone.localdate(now)})
    if request.method != "POST" or not form.is_valid():
        return _page(request, household, form, REMOVAL, None, 400 if form.is_bound else 200)
    try:
        course = open_course(household=household, route=REMOVAL, way="", area=area, by=request.user, at=now, **form.cleaned_data)  # type: ignore[arg-type]
    except Refused as refusal:
        return _page(request, household, form, REMOVAL, refusal, refusal.status)
    return _begun(request, course, _("风险消除程序已启动"))


def _begun(request: Any, course: Course, words: str) -> HttpResponse:
    messages.success(request, words)
    if request.area.whole.may(Right.WATCH).covers(course.path):
        return redirect("watch:course", course.pk)
    return redirect("households:household", course.household_id)


def _page(request: Any, household: Household, form: Any, route: str, refusal: Refused | None, status: int) -> HttpResponse:
    open_now = open_course_of(household) if request.area.whole.may(Right.WATCH).covers(household.path) else None
    return render(request, "watch/begin.html", {
        "household": household, "form": form, "entry": route == ENTRY, "refusal": refusal, "crumbs": crumbs_of(household.path, request.area), "open": open_now,
        "ways": Way.choices,
    }, status=status)


def _find(request: Any, area: Area) -> HttpResponse:
    """Look a household up by its whole number: what is near is found by the search of the register."""
    number = request.POST.get("number", "").strip()[:64] if request.method == "POST" else ""
    found = within(Household.objects.filter(number=number), area).first() if number else None
    if found is not None:
        return redirect(f"{request.path}?household={found.pk}")
    return render(request, "watch/find.html", {"number": number}, status=404 if number else 200)
