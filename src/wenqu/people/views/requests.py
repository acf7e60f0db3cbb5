"""Requests for rights: those that wait, one of them, the decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.refusal import Refused, why_not
from wenqu.people.four_eyes import actions, queries
from wenqu.people.four_eyes.permissions import check_can_decide, check_can_withdraw, check_fresh
from wenqu.people.models import Decision
from wenqu.people.persons.queries import people_in
from wenqu.people.views.invitations import show_links
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.PEOPLE)
def request_list(request: HttpRequest) -> HttpResponse:
    area = request.area  # type: ignore[attr-defined]
    return render(request, "people/requests.html", {"waiting": queries.waiting(area), "decided": queries.decided(area)})


@needs(Right.PEOPLE)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.request_in(request.area, pk)  # type: ignore[attr-defined]
    now, me = timezone.now(), request.user
    waits = row.decision == Decision.WAITING
    context = {
        "row": row, "waits": waits, "refusal": why_not(check_can_decide, row, me, now), "stale": why_not(check_fresh, row, now) if waits else None,
        "may_withdraw": why_not(check_can_withdraw, row, me) is None, "origin": queries.origin_of(row.account),
        "seen": people_in(request.area, me).filter(pk=row.account_id).exists(),  # type: ignore[attr-defined,arg-type]
        "deciders": queries.deciders(row, now, timezone.localdate()) if waits else [],
    }
    return render(request, "people/request.html", context)


@needs(Right.PEOPLE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.request_in(request.area, pk)  # type: ignore[attr-defined]
    decision = request.POST.get("decision", "")
    if decision == "withdraw":
        actions.withdraw(request=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("申请已撤回"))
        return redirect("people:requests")
    if decision not in {"approve", "refuse"}:
        raise Refused("no_decision", _("请选择同意或拒绝"))
    link = actions.decide(request=row, approve=decision == "approve", by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("申请已同意并生效") if decision == "approve" else _("申请已拒绝"))
    return show_links(request, [link]) if link is not None else redirect("people:request", row.pk)
