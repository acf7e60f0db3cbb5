"""The signed result: have it written, fetch it, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.books import actions, issuing
from wenqu.books.forms import ReturnForm
from wenqu.books.models import Issue
from wenqu.books.permissions import check_can_fetch
from wenqu.books.views.comparison import comparison_of
from wenqu.importing.receiving import on_disk, takes_table
from wenqu.kit.downloads import XLSX, download
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right


@needs(Right.COMPARE)
@require_POST
def issue(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    actions.submit_issue(comparison=comparison, every_row=request.POST.get("every_row") == "yes", by=request.user, at=timezone.now())
    messages.success(request, _("正在写出结果，可以离开本页。"))
    return redirect("books:comparison", comparison.pk)


@needs(Right.COMPARE)
def fetch(request: Any, pk: int) -> StreamingHttpResponse:
    issue = row_in(Issue.objects.select_related("comparison__division"), request.area, pk, "issue", "comparison__path")
    check_can_fetch(issue, request.area)
    path = issuing.workbook_file(issue)
    if issue.done_at is None or not path.is_file():
        raise Http404
    actions.note_issue_taken(issue=issue, by=request.user, at=timezone.now())
    name = _("双台账比对结果-%(place)s-%(code)s-第%(number)d份.xlsx") % {
        "place": issue.comparison.division.name, "code": issuing.code_of(issue.comparison), "number": issue.number}
    return download(path, name, XLSX)


@needs(Right.COMPARE)
@takes_table
@require_POST
def take_back(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("no_file", _("请选择要回导的结果工作簿。"))
    with on_disk(form.cleaned_data["file"]) as file:
        _returned, fresh = actions.receive_return(comparison=comparison, file=file, file_name=form.cleaned_data["file"].name, by=request.user, at=timezone.now())
    if fresh:
        messages.success(request, _("已开始回导，可以离开本页。"))
    else:
        messages.info(request, _("这份文件已经回导过，没有改变任何数据。"))
    return redirect("books:comparison", comparison.pk)
