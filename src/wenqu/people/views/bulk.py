"""Invite many people by one sheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenqu.kit.refusal import Refused
from wenqu.people.bulk.actions import add_people
from wenqu.people.bulk.checking import Checker
from wenqu.people.bulk.reading import MOST_BYTES, MOST_ROWS, read_lines
from wenqu.people.views.invitations import show_links
from wenqu.places.permissions import needs
from wenqu.places.rights import GUARDED, Right, Role

MOST_SHOWN = 200


class BulkForm(forms.Form):
    file = forms.FileField(label=_("人员表"), help_text=_("Excel 或 CSV，表头含 姓名、角色、区划；可选 用户名、单位、起始日期、截止日期。"))


@needs(Right.PEOPLE)
def upload(request: HttpRequest) -> HttpResponse:
    """Checked first; with any fault nobody is added. «check» only checks."""
    form = BulkForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "most": MOST_ROWS, "roles": [label for code, label in Role.choices if code not in GUARDED]}
    if request.method == "POST" and form.is_valid():
        checker = Checker(request.area, timezone.localdate())  # type: ignore[attr-defined]
        try:
            checker.check(read_lines(form.cleaned_data["file"].read(MOST_BYTES + 1)))
            if not checker.faults and request.POST.get("act") == "add":
                return show_links(request, add_people(people=checker.people, by=request.user, at=timezone.now()))  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            context |= {"checked": True, "people": len(checker.people), "faults": checker.faults[:MOST_SHOWN], "more": len(checker.faults) - MOST_SHOWN}
    return render(request, "people/bulk.html", context, status=400 if form.errors or context.get("faults") else 200)


@needs(Right.PEOPLE)
def template(request: HttpRequest) -> HttpResponse:
    """An empty sheet with one example."""
    text = io.StringIO()
    csv.writer(text).writerows([
        ["姓名", "用户名", "角色", "区划", "单位", "起始日期", "截止日期"],
        ["张三（示例，请删除）", "", str(Role.VILLAGE_MANAGER.label), "某镇某村", "", str(timezone.localdate()), ""],
    ])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename*=UTF-8''%E4%BA%BA%E5%91%98%E8%A1%A8%E6%A8%A1%E6%9D%BF.csv"
    return answer
