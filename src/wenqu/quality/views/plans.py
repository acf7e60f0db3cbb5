"""Plans of a county: the shelf, adopting one, its manual, and the points that it asks for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.judging.manual_page import blocks_of
from wenqu.kit.languages import in_english, language
from wenqu.kit.refusal import Missing, Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.plans.actions import adopt_plan, drop_plan
from wenqu.quality.plans.forms import AdoptPlanForm, DocumentForm, PickForm
from wenqu.quality.plans.permissions import check_can_adopt_plan, check_can_keep_points
from wenqu.quality.plans.queries import adopted, adoption_in, adoptions_of, edition_in, pack_of
from wenqu.quality.points.actions import take_proposals
from wenqu.quality.points.proposals import coverage, proposals
from wenqu.quality.points.queries import counts_by_kind
from wenqu.quality.views.common import county_asked, shell, year_asked
from wenqu.rulebook.quality.plans import plan_pack, plan_pack_ids

SHOWN = 500


@needs(Right.QUALITY)
def shelf(request: Any) -> HttpResponse:
    """What a county goes by in a year, and every plan that it may adopt."""
    area, year = request.area, year_asked(request)
    county = county_asked(request, area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/plans.html", context)
    rows = adopted(county.path, year)
    whole = area.covers(county.path)
    told = []
    for row in rows:
        pack = pack_of(row.edition)
        kinds = coverage(pack, counts_by_kind(county.path, pack.id), proposals(pack, county.path)) if whole else []
        told.append({"row": row, "pack": pack, "kinds": kinds, "proposed": sum(one.proposed for one in kinds)})
    packs = [plan_pack(name) for name in plan_pack_ids()]
    return render(request, "quality/plans.html", context | {
        "adopted": told, "packs": packs, "refusal": why_not(check_can_adopt_plan, county, area), "keeps": why_not(check_can_keep_points, county.path, area) is None,
        "adoptions": adoptions_of(county.path), "english": in_english(), "drop": DocumentForm(auto_id=False)})


@needs(Right.QUALITY_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: Any) -> HttpResponse:
    """A plan with the numbers that a county sets itself."""
    area, year, name = request.area, year_asked(request), request.GET.get("pack", "")
    county = county_asked(request, area)
    if county is None or name not in plan_pack_ids():
        raise Missing("no_such_row", "plan:?")
    check_can_adopt_plan(county, area)
    now = next((pack_of(row.edition) for row in adopted(county.path, year) if row.pack_id == name), None)
    pack = plan_pack(name)
    form, status = AdoptPlanForm(request.POST or None, pack=pack), 200
    if now is not None and not form.is_bound:
        form.initial.update(AdoptPlanForm(pack=now).initial)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                adopt_plan(division=county, year=year, pack_id=name, values=form.values, document=form.cleaned_data["document"],
                           document_on=form.cleaned_data["document_on"], area=area, by=request.user, at=timezone.now())
                messages.success(request, _("已采用；可以从登记簿生成监测点"))
                return redirect(f"{reverse('quality:plans')}?county={county.pk}&year={year}")
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    return render(request, "quality/adopt.html", shell(request, area, county, year) | {
        "form": form, "pack": pack, "again": now is not None, "english": in_english(), "blocks": blocks_of(pack, language())}, status=status)


@needs(Right.QUALITY_PLANS)
@require_POST
def drop(request: Any, pk: int) -> HttpResponse:
    """Go by a plan no more in its year."""
    adoption = adoption_in(request.area, pk)
    form = DocumentForm(request.POST)
    back = redirect(f"{reverse('quality:plans')}?county={adoption.division_id}&year={adoption.year}")
    if not form.is_valid():
        check_can_adopt_plan(adoption.division, request.area)
        messages.error(request, _("请写明依据的本县文件名称"))
        return back
    drop_plan(adoption=adoption, document=form.cleaned_data["document"], area=request.area, by=request.user, at=timezone.now())
    messages.success(request, _("已停用；监测点和完成登记都保留"))
    return back


@needs(Right.QUALITY_POINTS)
@require_http_methods(["GET", "HEAD", "POST"])
def proposed(request: Any, pk: int) -> HttpResponse:
    """Points that a plan asks for and the register can name; whoever looks picks those to keep."""
    adoption = adoption_in(request.area, pk)
    check_can_keep_points(adoption.path, request.area)
    pack = pack_of(adoption.edition)
    form, status = PickForm(request.POST or None, initial={"from_on": f"{adoption.year}-01-01"}), 200
    found = proposals(pack, adoption.path)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            keys = [one.key for one in found] if request.POST.get("all") else request.POST.getlist("pick")
            try:
                uses = take_proposals(adoption=adoption, keys=keys, from_on=form.cleaned_data["from_on"], area=request.area, by=request.user, at=timezone.now())
                messages.success(request, _("已登记 %(count)s 个监测点") % {"count": len(uses)})
                return redirect(f"{reverse('quality:plans')}?county={adoption.division_id}&year={adoption.year}")
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    return render(request, "quality/proposals.html", shell(request, request.area, adoption.division, adoption.year) | {
        "adoption": adoption, "pack": pack, "form": form, "rows": found[:SHOWN], "total": len(found), "english": in_english(),
        "kinds": coverage(pack, counts_by_kind(adoption.path, pack.id), found)}, status=status)


@needs(Right.QUALITY)
def edition_page(request: Any, pk: int) -> HttpResponse:
    """An edition as its manual. Towns and villages read those of their county."""
    edition = edition_in(request.area, pk)
    pack = pack_of(edition)
    return render(request, "quality/edition.html", {"edition": edition, "pack": pack, "english": in_english(), "blocks": blocks_of(pack, language())})
