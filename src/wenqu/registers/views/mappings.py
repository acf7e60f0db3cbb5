"""The mapping editor of a batch, and the saved mappings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.refusal import why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.registers import actions, queries
from wenqu.registers.catalogues import CATALOGUES
from wenqu.registers.permissions import check_can_import
from wenqu.registers.views.batch import batch_of


@needs(Right.JOBS)
def edit(request: Any, pk: int) -> HttpResponse:
    """Choose for each of our columns the header of the file that feeds it; checks the batch again."""
    batch = batch_of(request, pk)
    check_can_import(batch.division, request.area)
    if request.method != "POST":
        return render(request, "registers/mapping.html", {"batch": batch, **queries.columns_with_headers(batch)})
    sources = {column.name: request.POST.get(f"c_{column.name}", "")[:200] for column in CATALOGUES[batch.kind].all_columns}
    actions.set_mapping(batch=batch, sources=sources, save_as=request.POST.get("save_as", "")[:80], by=request.user, at=timezone.now())
    actions.submit_check(batch=batch, by=request.user, at=timezone.now())
    return redirect("registers:batch", batch.pk)


@needs(Right.JOBS)
def mapping_list(request: Any) -> HttpResponse:
    rows = [{"mapping": m, "kind": CATALOGUES[m.kind].title, "may_delete": why_not(check_can_import, m.division, request.area) is None} for m in queries.mappings(request.area)]
    return render(request, "registers/mappings.html", {"rows": rows})


@needs(Right.JOBS)
@require_POST
def delete(request: Any, pk: int) -> HttpResponse:
    mapping = row_in(queries.mappings(request.area), request.area, pk, "mapping")
    actions.delete_mapping(mapping=mapping, by=request.user, at=timezone.now())
    messages.success(request, _("已删除列对应关系「%(name)s」。") % {"name": mapping.name})
    return redirect("registers:mappings")
