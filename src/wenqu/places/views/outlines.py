"""Upload outlines of towns and villages as GeoJSON; see what matched; forget them again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.refusal import Refused
from wenqu.places.actions import remove_outlines_below, set_outlines
from wenqu.places.forms import OutlineForm
from wenqu.places.geojson import MOST_BYTES, read_shapes
from wenqu.places.models import Level
from wenqu.places.outline_matching import match_shapes
from wenqu.places.permissions import check_can_draw, needs
from wenqu.places.queries import division_in, divisions_by_level, outlines_below
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division


@needs(Right.FIGURES)
def upload(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    asked = request.GET.get("area", "")
    division = division_in(area, asked) if asked else home_division(area)
    if division is None:
        return render(request, "places/outlines.html", {"refusal": _("您的账号还没有负责的区域")}, status=403)
    try:
        check_can_draw(division, area)
    except Refused as refused:
        return render(request, "places/outlines.html", {"refusal": refused.message}, status=403)
    divisions = divisions_by_level(area.may(Right.DRAW), Level.PROVINCE, Level.TOWN)
    form = OutlineForm(request.POST or None, request.FILES or None, divisions=divisions, initial={"division": division})
    context: dict[str, Any] = {"form": form, "division": division}
    status = 200
    if request.method == "POST":
        status = _take(request, form, area, context)
    context["outlines"] = outlines_below(division)
    return render(request, "places/outlines.html", context, status=status)


def _take(request: HttpRequest, form: OutlineForm, area: Area, context: dict[str, Any]) -> int:
    """Read, match and set; what came out goes into the context. Returns the status of the answer."""
    if not form.is_valid():
        return 400
    try:
        shapes = read_shapes(form.cleaned_data["file"].read(MOST_BYTES + 1))
    except Refused as refused:
        form.add_error("file", refused.message)
        return 400
    context["division"] = parent = form.cleaned_data["division"]
    context["matched"], context["unmatched"] = match_shapes(shapes, parent, form.cleaned_data["code_system"])
    set_outlines(
        outlines=[(each.division, each.shape.geometry) for each in context["matched"]], crs=form.cleaned_data["crs"],
        source=form.cleaned_data["source"], area=area, by=request.user, at=timezone.now(),  # type: ignore[arg-type]
    )
    return 200


@needs(Right.FIGURES)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    division = division_in(area, request.POST.get("area", ""))
    count = remove_outlines_below(division=division, area=area, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("已移除 %(n)s 条下级边界") % {"n": count})
    return redirect(f"{request.path.removesuffix('remove/')}?area={division.pk}")
