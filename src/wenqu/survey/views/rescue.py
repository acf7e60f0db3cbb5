"""Rescue files: one or several taken in, and what became of every record in them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from wenqu.evidence.taking import takes_files
from wenqu.kit.limited import limited
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.survey.desk.queries import subject_names
from wenqu.survey.forms import RescueForm
from wenqu.survey.rescue.actions import STATES, Imported, import_rescue
from wenqu.survey.rescue.reading import MOST_BYTES


@takes_files
@needs(Right.INTAKE)
@limited("export", ("POST",))
@sensitive_variables()
def rescue(request: Any) -> HttpResponse:
    """One file after the other: what is wrong with one keeps no other back."""
    form = RescueForm(request.POST or None, request.FILES or None)
    done: list[Imported] = []
    if request.method == "POST" and form.is_valid():
        for upload in form.cleaned_data["rescue"]:
            try:
                done.append(import_rescue(file=upload, size=int(upload.size or 0), name=str(upload.name or ""), by=request.user, at=timezone.now()))
            except Refused as refused:
                done.append(Imported.of_refusal(str(upload.name or ""), refused))
    names = subject_names([each.row for one in done for each in one.outcomes if each.row is not None], request.area)
    return render(request, "survey/rescue.html", {
        "form": form, "most": MOST_BYTES // 1024**2,
        "done": [
            {
                "file": one, "counts": [(STATES[state], count) for state, count in one.counts.items()],
                "rows": [{"outcome": each, "state": STATES[each.state], "seen": each.row is not None and request.area.covers(each.row.path),
                          "subject": names.get(each.row.pk, "") if each.row is not None else ""} for each in one.outcomes],
            }
            for one in done
        ],
    }, status=422 if form.is_bound and not form.is_valid() else 200)
