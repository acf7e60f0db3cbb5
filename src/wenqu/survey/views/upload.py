"""Upload a workbook: published, or every reason why not by sheet, row and column."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.evidence.taking import takes_files
from wenqu.forms.problems import FormRefused, Problem
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.survey.designing.actions import publish_version
from wenqu.survey.designing.queries import counties_of
from wenqu.survey.forms import UploadForm


@takes_files
@needs(Right.FORMS)
def upload(request: Any) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, counties=counties_of(request.area))
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            version = publish_version(county=form.cleaned_data["county"], workbook=file.read(), name=file.name, by=request.user, at=timezone.now())
            messages.success(request, _("已发布“%(form)s”版本 %(version)s") % {"form": version.title, "version": version.version})
            return redirect("survey:form", version.form_id)
        except FormRefused as refused:
            problems = sorted(refused.problems)
        except Refused as refused:
            form.add_error("file", refused.message)
    bad = bool(problems) or (form.is_bound and not form.is_valid())
    return render(request, "survey/upload.html", {"form": form, "problems": problems}, status=422 if bad else 200)
