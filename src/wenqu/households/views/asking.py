"""The page on which a department asks the register."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenqu.households.asking.actions import ask_register
from wenqu.households.asking.forms import AskForm
from wenqu.households.asking.purposes import areas_by_purpose
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.QUERY)
def ask(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    now = timezone.now()
    today = timezone.localdate(now)
    form = AskForm(request.POST or None, purposes=areas_by_purpose(request.user, area, today))  # type: ignore[arg-type]
    if request.method != "POST" or not form.is_valid():
        return render(request, "households/ask.html", {"form": form}, status=400 if form.is_bound else 200)
    try:
        answers = ask_register(**form.cleaned_data, area=area, on=today, by=request.user, at=now)  # type: ignore[arg-type]
    except Refused as refusal:
        return render(request, "households/ask.html", {"form": form, "refusal": refusal}, status=409)
    return render(request, "households/ask.html", {"form": form, "answers": answers})
