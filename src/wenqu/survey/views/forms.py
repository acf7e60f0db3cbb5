"""The forms of a county: the list, one form with its versions, their workbooks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.downloads import XLSX
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import division_in, row_in
from wenqu.places.rights import Right
from wenqu.survey.designing import actions, queries
from wenqu.survey.designing.checking import SHIPPED, shipped_workbook
from wenqu.survey.models import Form, FormVersion
from wenqu.survey.permissions import check_can_publish, check_can_withdraw_form

_WORDS = {
    "household-check": _("农户饮水安全四项指标核查"), "scheme-check": _("供水工程现场核查"), "problem-report": _("上报供水问题"), "problem-rectify": _("问题整改"),
    "problem-check": _("问题复核"), "household-new": _("台账外农户登记"), "contact-visit": _("联系人走访"),
    "water-sample": _("水样采集"),
}


@needs(Right.FORMS)
def form_list(request: Any) -> HttpResponse:
    counties = [
        {"county": county, "ready": [(name, _WORDS[name]) for name in queries.shipped_not_published(county)]}
        for county in queries.counties_of(request.area) if why_not(check_can_publish, county.path, request.area) is None
    ]
    return render(request, "survey/forms.html", {"forms": queries.forms_in(request.area), "counties": counties, "shipped": [(name, _WORDS[name]) for name in SHIPPED]})


@needs(Right.FORMS)
def show(request: Any, pk: int) -> HttpResponse:
    form = row_in(Form.objects.select_related("division"), request.area, pk, "form")
    return render(request, "survey/form.html", {
        "form": form, "versions": queries.versions_of(form), "compared": queries.newest_compared(form), "may_withdraw": why_not(check_can_withdraw_form, form, request.area) is None})


@needs(Right.FORMS)
@require_POST
def withdraw(request: Any, pk: int) -> HttpResponse:
    form = row_in(Form.objects.all(), request.area, pk, "form")
    actions.withdraw_form(form=form, by=request.user, at=timezone.now())
    messages.success(request, _("已停用。手机不再收到这个表单，已填的记录照常接收。"))
    return redirect("survey:form", form.pk)


@needs(Right.FORMS)
@require_POST
def publish_ready(request: Any) -> HttpResponse:
    county = division_in(request.area, request.POST.get("county", ""))
    name = request.POST.get("name", "")
    if name not in SHIPPED:
        raise Http404
    version = actions.publish_shipped(county=county, shipped=name, by=request.user, at=timezone.now())
    messages.success(request, _("已发布“%(form)s”") % {"form": version.title})
    return redirect("survey:form", version.form_id)


@needs(Right.FORMS)
def shipped(request: Any, name: str) -> HttpResponse:
    if name not in SHIPPED:
        raise Http404
    return _workbook(shipped_workbook(name), f"{name}.xlsx")


@needs(Right.FORMS)
def workbook(request: Any, pk: int) -> HttpResponse:
    version = row_in(FormVersion.objects.select_related("form"), request.area, pk, "form", "form__path")
    return _workbook(bytes(version.workbook), version.workbook_name)


@needs(Right.FORMS)
def table(request: Any, pk: int, name: str) -> HttpResponse:
    """A file that came along with a version, as phones are given it. It may list people: written down."""
    version = row_in(FormVersion.objects.select_related("form"), request.area, pk, "form", "form__path")
    found = version.tables.filter(name=name).first()
    if found is None:
        raise Http404
    note_look(request, "download_list", subject=f"form:{version.form_id}", path=version.form.path, file=found.name, rows=found.rows)
    # The mark tells spreadsheet programs that it is UTF-8; it is taken off again when the file comes back.
    answer = HttpResponse("\ufeff" + found.content.open(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return answer


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
