"""Points: the list, one by hand, one with its tasks of the year and what was done there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.languages import language
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.models import Division
from wenqu.places.paths import county_of
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.quality.calendar.queries import entries_of
from wenqu.quality.models import Point, PointUse, Shape
from wenqu.quality.plans.permissions import check_can_keep_points
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.points.actions import add_point, edit_point, end_point, tell_done, withdraw_tally
from wenqu.quality.points.forms import EditPointForm, EndForm, PointForm, TellForm, WhyForm
from wenqu.quality.points.queries import point_in, points_below, tally_in
from wenqu.quality.views.common import county_asked, place_asked, shell, towns_of, year_asked
from wenqu.rulebook.quality.plans.model import PlanPack

PAGE = 50


@needs(Right.QUALITY)
def point_list(request: Any) -> HttpResponse:
    """Points of a county, by town and shape."""
    area, county = request.area, county_asked(request, request.area)
    context = shell(request, area, county, year_asked(request))
    if county is None:
        return render(request, "quality/points.html", context)
    place = place_asked(request, area, county)
    shape, start = request.GET.get("shape", ""), number_in(request.GET.get("from", "")) or 0
    ended = request.GET.get("ended") == "1"
    rows = list(points_below(area, place.path, shape, ended)[start:start + PAGE + 1])
    following = start + PAGE if len(rows) > PAGE else None
    kinds = {row.pack_id: pack_of(row.edition).kinds for row in adopted(county.path, context["year"])}
    names = names_of({row.path for row in rows})
    told = [{"point": row, "place": names.get(row.path, ""), "uses": [kinds[use.pack_id][use.kind].name(language()) for use in row.uses.all() if use.kind in kinds.get(use.pack_id, {})]}
            for row in rows[:PAGE]]
    return render(request, "quality/points.html", context | {
        "rows": told, "place": place, "towns": towns_of(area, county), "shape": shape, "shapes": Shape.choices, "ended": ended, "total": points_below(area, place.path, shape, ended).count(),
        "keeps": why_not(check_can_keep_points, county.path, area) is None, "pager": pager(request.GET, "from", following, _("每页 %(size)s 个") % {"size": PAGE})})


@needs(Right.QUALITY_POINTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_point(request: Any) -> HttpResponse:
    """One point by hand: a school, a household, a unit, or one more at a scheme."""
    area, year, county = request.area, year_asked(request), county_asked(request, request.area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/new_point.html", context)
    check_can_keep_points(county.path, area)
    form = PointForm(request.POST or None, county=county, adoptions=adopted(county.path, year), area=area, initial={"from_on": timezone.localdate()})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in (
                "adoption", "kind", "name", "division", "scheme", "household", "place", "source_limited", "treatment_limited", "from_on")}
            try:
                point = add_point(**given, area=area, by=request.user, at=timezone.now())
                messages.success(request, _("已登记监测点 %(number)s") % {"number": point.number})
                return redirect("quality:point", point.pk)
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    return render(request, "quality/new_point.html", context | {"form": form}, status=status)


@needs(Right.QUALITY)
def point_page(request: Any, pk: int) -> HttpResponse:
    """One point with its tasks of the year."""
    return _page(request, point_in(request.area, pk))


def _page(request: Any, point: Point, status: int = 200, **tried: Any) -> HttpResponse:
    year, today = year_asked(request), timezone.localdate()
    uses = _uses(point, year)
    tasks = entries_of(point, uses, year, today)
    refusal = why_not(check_can_keep_points, point.path, request.area)
    forms: dict[str, Any] = {}
    if refusal is None:
        forms = {"edit": EditPointForm(point=point, uses=uses, auto_id="edit-%s"), "end": EndForm(initial={"to_on": today}, auto_id="end-%s"),
                 "tell": TellForm(uses=uses), "why": WhyForm(auto_id=False)} | tried
    lang = language()
    return render(request, "quality/point.html", shell(request, request.area, Division.objects.filter(path=county_of(point.path)).first(), year) | {
        "point": point, "place": names_of({point.path}).get(point.path, ""), "tasks": tasks, "forms": forms, "refusal": refusal,
        "uses": [(pack.zh if lang == "zh" else pack.en, pack.kinds[use.kind].name(lang)) for use, pack in uses if use.kind in pack.kinds],
        "tallies": point.tallies.filter(on__year=year).select_related("by", "withdrawn_by").order_by("-on", "-pk")[:200],
        "rules": {rule.id: rule.name(lang) for _use, pack in uses for rule in pack.tasks.values()}, "tried": set(tried),
        "sees_households": point.household is not None and request.area.whole.may(Right.HOUSEHOLDS).covers(point.path)}, status=status)


@needs(Right.QUALITY)
@require_POST
def edit(request: Any, pk: int) -> HttpResponse:
    """Change what is told of a point."""
    point = point_in(request.area, pk)
    uses = _uses(point, year_asked(request))
    form = EditPointForm(request.POST, point=point, uses=uses, auto_id="edit-%s")
    if not form.is_valid():
        check_can_keep_points(point.path, request.area)
        return _page(request, point, 400, edit=form)
    given = {name: form.cleaned_data[name] for name in ("name", "place", "source_limited", "treatment_limited")}
    edit_point(point=point, **given, quotas=form.quotas, area=request.area, by=request.user, at=timezone.now())
    messages.success(request, _("已保存；供水人口按现在的供水关系重新统计"))
    return redirect(_back(request, point))


@needs(Right.QUALITY)
@require_POST
def end(request: Any, pk: int) -> HttpResponse:
    """Watch a point no more."""
    point, form = point_in(request.area, pk), EndForm(request.POST, auto_id="end-%s")
    if form.is_valid():
        try:
            end_point(point=point, to_on=form.cleaned_data["to_on"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已停用这个监测点"))
            return redirect(_back(request, point))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    check_can_keep_points(point.path, request.area)
    return _page(request, point, 400, end=form)


@needs(Right.QUALITY)
@require_POST
def tell(request: Any, pk: int) -> HttpResponse:
    """Tell what was done at a point."""
    point = point_in(request.area, pk)
    uses = _uses(point, year_asked(request))
    form = TellForm(request.POST, uses=uses)
    if form.is_valid():
        use, pack, rule = form.told
        try:
            given = {name: form.cleaned_data[name] for name in ("on", "count", "note", "key")}
            tell_done(use=use, pack=pack, rule=rule, **given, area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已登记"))
            return redirect(_back(request, point))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    check_can_keep_points(point.path, request.area)
    return _page(request, point, 400, tell=form)


@needs(Right.QUALITY)
@require_POST
def withdraw(request: Any, pk: int) -> HttpResponse:
    """Take back what was told."""
    tally, form = tally_in(request.area, pk), WhyForm(request.POST, auto_id=False)
    if form.is_valid():
        withdraw_tally(tally=tally, why=form.cleaned_data["why"], area=request.area, by=request.user, at=timezone.now())
        messages.success(request, _("已撤回；原来的登记保留可查"))
    else:
        check_can_keep_points(tally.path, request.area)
        messages.error(request, _("请写明撤回的原因"))
    return redirect(_back(request, tally.point))


def _uses(point: Point, year: int) -> list[tuple[PointUse, PlanPack]]:
    """In which plans of a year the point is watched, with the plan as the county adopted it."""
    rows = {row.pack_id: row for row in adopted(county_of(point.path), year)}
    return [(use, pack_of(rows[use.pack_id].edition)) for use in point.uses.all() if use.pack_id in rows]


def _back(request: Any, point: Point) -> str:
    return f"{reverse('quality:point', args=[point.pk])}?year={year_asked(request)}"
