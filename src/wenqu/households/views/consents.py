"""Consents of a household: recording one, withdrawing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.households.consent.actions import record_consent, withdraw_consent
from wenqu.households.consent.forms import ConsentForm
from wenqu.households.consent.queries import consent_of
from wenqu.households.permissions import check_can_record_consent
from wenqu.households.queries import household_in
from wenqu.kit.looks import note_look
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.HOUSEHOLDS)
def new_consent(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    household = household_in(area, pk)
    check_can_record_consent(household, area)
    note_look(request, "view_household", subject=f"household:{household.pk}", path=household.path, page="consent")
    now = timezone.now()
    today = timezone.localdate(now)
    form = ConsentForm(request.POST or None, today=today, initial={"given_by": household.head_name, "given_on": today})
    if request.method != "POST" or not form.is_valid():
        context = {"household": household, "form": form, "crumbs": crumbs_of(household.path, area)}
        return render(request, "households/new_consent.html", context, status=400 if form.is_bound else 200)
    record_consent(household=household, **form.cleaned_data, area=area, on=today, by=request.user, at=now)  # type: ignore[arg-type]
    messages.success(request, _("授权已登记"))
    return redirect("households:household", household.pk)


@needs(Right.HOUSEHOLDS)
@require_POST
def withdraw(request: HttpRequest, pk: int, consent: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    household = household_in(area, pk)
    found = consent_of(household, consent)
    now = timezone.now()
    withdraw_consent(consent=found, area=area, on=timezone.localdate(now), by=request.user, at=now)  # type: ignore[arg-type]
    messages.success(request, _("授权已撤回，从今天起不再答复这项用途的核查"))
    return redirect("households:household", household.pk)
