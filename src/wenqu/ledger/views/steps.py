"""Taking a step of a problem."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.evidence.taking import takes_files
from wenqu.kit.refusal import Refused
from wenqu.ledger import queries
from wenqu.ledger.doing import do
from wenqu.ledger.forms import FORMS, LABELS
from wenqu.ledger.loop.permissions import check_right
from wenqu.ledger.loop.showing import auto_id
from wenqu.ledger.loop.tried import Tried
from wenqu.ledger.models import Problem
from wenqu.ledger.seeing import sees
from wenqu.ledger.views.problems import show
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.PROBLEMS, Right.UNIT_WORK)
@takes_files
@require_POST
def take_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    problem = queries.problem_in(request.area, pk)  # type: ignore[attr-defined]
    if name not in FORMS:
        raise Http404(name)
    now = timezone.now()
    given = {"problem": problem, "area": request.area, "on": timezone.localdate(now), "auto_id": auto_id(name)}  # type: ignore[attr-defined]
    form = FORMS[name](request.POST, request.FILES, **given)
    valid = form.is_valid()
    try:
        # Before the form: who may not take the step need not be told what it takes.
        check_right(name, problem, request.area)  # type: ignore[attr-defined]
        if not valid:
            return show(request, problem, bound=Tried(name, form), status=400)
        do(name, problem, form.cleaned_data, area=request.area, by=request.user, at=now)  # type: ignore[attr-defined,arg-type]
    except Refused as refusal:
        return _told(request, pk, Tried(name, form, refusal))
    messages.success(request, _("问题 %(number)s：%(step)s已办理") % {"number": problem.number, "step": LABELS[name]})
    return redirect("ledger:problem", problem.pk)


def _told(request: HttpRequest, pk: int, tried: Tried) -> HttpResponse:
    """The page as the problem stands now, with what was filled in and why it was not taken."""
    assert tried.refusal is not None
    area = request.area  # type: ignore[attr-defined]
    if not sees(Problem.objects.get(pk=pk), area):
        # It went to somebody else meanwhile: there is no page any more on which to say so.
        raise tried.refusal
    return show(request, queries.problem_in(area, pk), bound=tried, status=tried.refusal.status)
