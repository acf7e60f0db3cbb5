"""Looks outside one's area: asking for one, the own open ones, and all looks into one's area."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.glass.actions import open_glass
from wenqu.households.glass.forms import GlassForm
from wenqu.households.glass.queries import looks_into, open_glasses
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.GLASS)
def break_glass(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    now = timezone.now()
    form = GlassForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, None, 400 if form.is_bound else 200)
    try:
        household = open_glass(
            asked=form.asked, reason=form.cleaned_data["reason"], area=area, on=timezone.localdate(now), by=request.user, at=now,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        return _page(request, form, refusal, refusal.status)
    if area.whole.may(Right.HOUSEHOLDS).covers(household.path):
        messages.info(request, _("该户在您的区域内，不需要紧急查看"))
    return redirect("households:household", household.pk)


def _page(request: HttpRequest, form: GlassForm, refusal: Refused | None, status: int) -> HttpResponse:
    context = {"form": form, "refusal": refusal, "open": open_glasses(request.user, timezone.now())}  # type: ignore[arg-type]
    return render(request, "households/glass.html", context, status=status)


@needs(Right.AUDIT)
def looks(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    before = request.GET.get("before", "")
    rows, following = looks_into(area, number_in(before))
    note_look(request, "view_looks", paths=area.paths, page=number_in(before))
    return render(request, "households/looks.html", {"rows": rows, "pager": pager(request.GET, "before", following)})
