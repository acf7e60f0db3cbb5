"""One whole number, on request: a piece of the household's page, or a page of its own without script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wenqu.households.models import Household
from wenqu.households.permissions import check_can_reveal
from wenqu.households.queries import household_in
from wenqu.households.reveal.actions import reveal_number
from wenqu.households.reveal.forms import RevealForm
from wenqu.households.reveal.wanted import Hidden, Reason
from wenqu.kit.refusal import Refused
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.HOUSEHOLDS)
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    household = household_in(area, pk)
    check_can_reveal(household, area)
    form = RevealForm(request.POST, household=household)
    if not form.is_valid():
        data = form.cleaned_data
        return _answer(request, household, 400, form=form, field=data.get("field", ""), member=data.get("person"))
    now = timezone.now()
    try:
        number = reveal_number(
            wanted=form.wanted, reason=form.cleaned_data["reason"], text=form.cleaned_data["text"],
            area=area, on=timezone.localdate(now), by=request.user, at=now,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        return _answer(request, household, 409, refusal=refusal)
    return _answer(request, household, 200, number=number, label=Hidden(form.cleaned_data["field"]).label, person=form.cleaned_data.get("person"))


def _answer(request: HttpRequest, household: Household, status: int, **context: Any) -> HttpResponse:
    """Kept by no browser and no proxy. A piece of a page is swapped in only with status 200."""
    area: Area = request.area  # type: ignore[attr-defined]
    context |= {"household": household, "may_reveal": True, "reveal_reasons": Reason.choices}
    if request.headers.get("HX-Request"):
        response = render(request, "households/_revealed.html", context)
    else:
        context["crumbs"] = crumbs_of(household.path, area)
        response = render(request, "households/revealed.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
