"""Writing down a report: what it is about, then what was said."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wenqu.kit import audit
from wenqu.kit.plain_words import without_number
from wenqu.kit.refusal import why_not
from wenqu.ledger.kinds import kinds
from wenqu.ledger.models import Report, Way
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.finding import alive_beside, find, subject_asked
from wenqu.ledger.reporting.permissions import check_can_report
from wenqu.ledger.reporting.subjects import Subject
from wenqu.ledger.seeing import sees
from wenqu.places import paths
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area


class ReportForm(forms.Form):
    """What was said, by whom and when; the key makes a form that is sent again the same report."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("问题类别"))
    way = forms.ChoiceField(label=gettext_lazy("来源途径"), choices=Way.choices)
    words = forms.CharField(
        label=gettext_lazy("反映内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("不要写证件号码、电话或账号。"),
    )
    happened_at = forms.DateTimeField(
        label=gettext_lazy("发生时间"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reporter = forms.CharField(label=gettext_lazy("反映人"), max_length=80, required=False)
    reporter_phone = forms.RegexField(
        r"^[0-9+\-\s]{5,20}$", label=gettext_lazy("反映人电话"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("请填写电话号码，只用数字、空格、加号和短横")}, help_text=gettext_lazy("加密保存，只用于回访。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "—"), *kinds().items()]  # type: ignore[attr-defined]

    def clean_words(self) -> str:
        return without_number(self.cleaned_data["words"])

    def clean_reporter(self) -> str:
        return without_number(self.cleaned_data["reporter"])


@needs(Right.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    subject = subject_asked(request.GET, area)
    if subject is None:
        return _choose(request, area)
    if request.method != "POST":
        form = ReportForm(initial={"key": uuid.uuid4().hex, "way": Way.HOUSEHOLD})
        return _form(request, subject, form)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, subject, form, status=400)
    made = report_problem(subject=subject, area=area, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
    return _told(request, made, area)


def _told(request: HttpRequest, made: Report, area: Area) -> HttpResponse:
    problem = made.problem
    text = _("已登记，并入已有问题 %(number)s") if made.joined else _("已登记，问题编号 %(number)s")
    messages.success(request, text % {"number": problem.number})
    # A report on a household may join the problem of a scheme that stands elsewhere.
    return redirect("ledger:problem", problem.pk) if sees(problem, area) else redirect("ledger:report")


def _choose(request: HttpRequest, area: Area) -> HttpResponse:
    """Looking for what a report is about. The text comes in the body, never in an address."""
    text = request.POST.get("q", "") if request.method == "POST" else ""
    found = find(text, area)
    for path in area.paths:
        here = [row.pk for row in found.households if paths.is_within(row.path, path)]
        if here:
            audit.record(by=request.user, verb="search", at=timezone.now(), path=path, detail={"kind": "report", "households": here})  # type: ignore[arg-type]
    names = names_of({row.path for rows in (found.households, found.schemes, found.villages) for row in rows})
    context = {
        "asked": text.strip()[:60], "found": found,
        "rows": [{"row": row, "place": names.get(row.path, "")} for row in found.households],
        "schemes": [{"row": row, "place": names.get(row.path, "")} for row in found.schemes],
        "villages": [{"row": row, "place": names.get(row.path, "")} for row in found.villages],
    }
    return render(request, "ledger/report_choose.html", context)


def _form(request: HttpRequest, subject: Subject, form: ReportForm, status: int = 200) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    alive = [{"problem": row, "seen": sees(row, area)} for row in alive_beside(subject)]
    context = {
        "subject": subject, "subject_kind": subject.kind, "place": names_of({subject.path}).get(subject.path, ""), "form": form, "alive": alive,
        "refusal": why_not(check_can_report, subject.path, area),
    }
    return render(request, "ledger/report.html", context, status=status)
