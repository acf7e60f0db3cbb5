"""Upload a workbook: checked and shown beside the version before, then published; or every reason why not by sheet, row and column."""

from __future__ import annotations

import base64
from dataclasses import dataclass
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
from wenqu.survey.designing.tables import earlier_tables, tables_for
from wenqu.survey.forms import UploadForm

# What is larger is chosen again to be published: a form of a page holds so much.
_KEPT = 1_200_000


@dataclass(frozen=True)
class Given:
    """A workbook, and the files of the county that came along."""

    workbook: bytes
    name: str
    files: dict[str, bytes]

    @property
    def held(self) -> dict[str, Any] | None:
        """For the page that asks to confirm; None where it is too much."""
        if len(self.workbook) + sum(map(len, self.files.values())) > _KEPT:
            return None
        return {"workbook": _text(self.workbook), "files": [f"{name}:{_text(content)}" for name, content in self.files.items()]}


@takes_files
@needs(Right.FORMS)
def upload(request: Any) -> HttpResponse:
    """`step` check: nothing is written. Confirmed, the workbook comes back with the page that showed it."""
    held = _held(request)
    form = UploadForm(request.POST or None, request.FILES or None, counties=counties_of(request.area), held=held is not None)
    problems: list[Problem] = []
    found: Checked | None = None
    given = held
    if request.method == "POST" and form.is_valid():
        county: Division = form.cleaned_data["county"]
        given = held or _uploaded(form)
        try:
            if request.POST.get("step") == "check":
                compiled = read_workbook(given.workbook)
                tables_for(compiled, given.files, earlier_tables(county, compiled.form_id))
                found = checked(county, compiled, given.name)
            else:
                version = publish_version(
                    county=county, workbook=given.workbook, name=given.name, files=given.files, by=request.user, at=timezone.now())
                messages.success(request, _("已发布“%(form)s”版本 %(version)s") % {"form": version.title, "version": version.version})
                return redirect("survey:form", version.form_id)
        except FormRefused as refused:
            problems = sorted(refused.problems)
        except Refused as refused:
            form.add_error("file", refused.message)
    bad = bool(problems) or (form.is_bound and not form.is_valid())
    return render(request, "survey/upload.html", {
        "form": form, "problems": problems, "found": found,
        "held": given.held if found and given else None,
    }, status=422 if bad else 200)


def _uploaded(form: UploadForm) -> Given:
    file = form.cleaned_data["file"]
    return Given(file.read(), file.name, {each.name: each.read() for each in form.cleaned_data["tables"]})


def _held(request: Any) -> Given | None:
    """What was checked a moment ago, as the page gives it back; it is read and checked anew."""
    text = request.POST.get("workbook", "")
    if not text:
        return None
    try:
        files = dict(each.rpartition(":")[::2] for each in request.POST.getlist("held_table"))
        return Given(_bytes(text), request.POST.get("name", ""), {name: _bytes(content) for name, content in files.items()})
    except ValueError:
        # Not what the page gave: the file is asked for again.
        return None


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
