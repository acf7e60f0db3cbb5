"""Taking a step of a problem."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.ledger import queries
from wenqu.ledger.doing import do
from wenqu.ledger.forms import FORMS, LABELS
from wenqu.ledger.views.problems import show
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.PROBLEMS, Right.UNIT_WORK)
@require_POST
def take_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    problem = queries.problem_in(request.area, pk)  # type: ignore[attr-defined]
    if name not in FORMS:
        raise Http404(name)
    now = timezone.now()
    form = FORMS[name](request.POST, request.FILES, problem=problem, on=timezone.localdate(now))
    if not form.is_valid():
        return show(request, problem, bound=(name, form), status=400)
    do(name, problem, form.cleaned_data, area=request.area, by=request.user, at=now)  # type: ignore[attr-defined,arg-type]
    messages.success(request, _("问题 %(number)s：%(step)s已办理") % {"number": problem.number, "step": LABELS[name]})
    return redirect("ledger:problem", problem.pk)
