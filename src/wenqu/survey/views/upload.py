"""Upload a workbook: checked and shown beside the version before, then published; or every reason why not by sheet, row and column."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.evidence.taking import takes_files
from wenqu.forms.problems import FormRefused, Problem
from wenqu.kit.refusal import Refused
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.survey.designing.actions import publish_version
from wenqu.survey.designing.checking import read_workbook
from wenqu.survey.designing.queries import Checked, checked, counties_of
from wenqu.survey.forms import UploadForm

# What is larger is chosen again to be published: a form of a page holds so much.
_KEPT = 1_200_000


@takes_files
@needs(Right.FORMS)
def upload(request: Any) -> HttpResponse:
    """`step` check: nothing is written. Confirmed, the workbook comes back with the page that showed it."""
    held = _held(request)
    form = UploadForm(request.POST or None, request.FILES or None, counties=counties_of(request.area), held=held is not None)
    problems: list[Problem] = []
    found: Checked | None = None
    workbook = b""
    if request.method == "POST" and form.is_valid():
        county: Division = form.cleaned_data["county"]
        file = form.cleaned_data["file"]
        workbook, name = held or (file.read(), file.name)
        try:
            if request.POST.get("step") == "check":
                found = checked(county, read_workbook(workbook), name)
            else:
                version = publish_version(county=county, workbook=workbook, name=name, by=request.user, at=timezone.now())
                messages.success(request, _("已发布“%(form)s”版本 %(version)s") % {"form": version.title, "version": version.version})
                return redirect("survey:form", version.form_id)
        except FormRefused as refused:
            problems = sorted(refused.problems)
        except Refused as refused:
            form.add_error("file", refused.message)
    bad = bool(problems) or (form.is_bound and not form.is_valid())
    return render(request, "survey/upload.html", {
        "form": form, "problems": problems, "found": found,
        "held": base64.b64encode(workbook).decode() if found and len(workbook) <= _KEPT else "",
    }, status=422 if bad else 200)


def _held(request: Any) -> tuple[bytes, str] | None:
    """The workbook that was checked a moment ago, as the page gives it back; it is read and checked anew."""
    text = request.POST.get("workbook", "")
    try:
        return (base64.b64decode(text, validate=True), request.POST.get("name", "")) if text else None
    except binascii.Error:
        return None
