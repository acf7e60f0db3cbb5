"""The people of one's area: the list, one person, a new person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.people.finding import Finder
from wenqu.people.four_eyes import queries as requests
from wenqu.people.invitations.queries import invitations_of, state_of
from wenqu.people.leaving.permissions import check_can_reactivate
from wenqu.people.leaving.queries import hand_overs_of, held_by
from wenqu.people.persons import actions, queries
from wenqu.people.persons.forms import PersonForm
from wenqu.people.persons.permissions import check_active, check_whole
from wenqu.people.views.invitations import show_links
from wenqu.places.duty_rules import check_can_end, holds_guarded
from wenqu.places.models import Account, Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right, Role
from wenqu.places.scope import Area

# So many divisions still make a list that a browser searches at once.
MOST_OFFERED = 2000


@needs(Right.PEOPLE)
def person_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    me: Account = request.user  # type: ignore[assignment]
    filters = queries.Filters.read(request.GET.dict())
    division, problem = _division(area, filters.division)
    rows, following = queries.list_of(area, me, filters, division, request.GET.get("before", ""), timezone.localdate())
    context = {
        "rows": [{"person": row, "state": queries.state_of(row), "duties": _now_first(row)} for row in rows],
        "filters": filters, "problem": problem, "roles": Role.choices, "waiting": requests.waiting_count(area),
        "pager": pager(request.GET, "before", following or None),
    }
    return render(request, "people/list.html", context)


def _division(area: Area, text: str) -> tuple[Division | None, str]:
    if not text:
        return None, ""
    try:
        return Finder(area).find(text), ""
    except Refused as refused:
        return None, refused.message


def _now_first(person: Any) -> list[Any]:
    """The duties that a row shows: those not over, or the last one of somebody who left."""
    today = timezone.localdate()
    return [duty for duty in person.shown_duties if not duty.is_over(today)] or person.shown_duties[:1]


@needs(Right.PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    me: Account = request.user  # type: ignore[assignment]
    shown = queries.person_in(area, me, pk)
    now, today = timezone.now(), timezone.localdate()
    whole = why_not(check_whole, shown, me, today)
    context = {
        "person": shown, "state": queries.state_of(shown), "guarded": shown.pk == me.pk or holds_guarded(shown, today),
        "duties": [{"duty": each, "over": each.is_over(today), "later": each.from_on > today, "no_end": why_not(check_can_end, each, today, area)}
                   for each in queries.duties_of(shown, area)],
        "requests": requests.requests_in(area).filter(account=shown).order_by("-pk")[:20],
        "whole": whole, "inactive": why_not(check_active, shown),
        "no_reactivate": why_not(check_can_reactivate, shown, me, today, asking=True),
    }
    if whole is None:
        # What belongs to the account as a whole is for those who manage all of it.
        context |= {
            "invitations": [{"row": each, "state": state_of(each, now)} for each in invitations_of(shown)],
            "sessions": shown.sessions.count(), "hand_overs": hand_overs_of(shown), "work": held_by(shown),
        }
    return render(request, "people/person.html", context)


@needs(Right.PEOPLE)
def add(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    finder = Finder(area)
    form = PersonForm(request.POST or None, finder=finder, initial={"from_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            added = actions.add_person(
                name=data["name"], username=data["username"], duty=form.duty(), reason=data["reason"], by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            if added.link is not None:
                return show_links(request, [added.link])
            assert added.request is not None
            return redirect("people:request", added.request.pk)
    context = {"form": form, "title": _("添加人员"), "offered": offered(finder), "button": _("添加并生成邀请")}
    return render(request, "people/form.html", context, status=400 if form.errors else 200)


def offered(finder: Finder) -> list[str]:
    return finder.titles() if len(finder.by_path) <= MOST_OFFERED else []
