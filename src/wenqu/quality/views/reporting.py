"""Reports of plans: what happened, which reports are due, late and made, and telling of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.evidence.queries import evidence_of_each
from wenqu.evidence.receiving import receive_all
from wenqu.evidence.taking import takes_files
from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Missing, Refused, why_not
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.plans.queries import adopted
from wenqu.quality.points.forms import WhyForm
from wenqu.quality.reporting.actions import tell_happening, tell_report, withdraw_happening, withdraw_report
from wenqu.quality.reporting.forms import HappeningForm, ReportForm
from wenqu.quality.reporting.permissions import check_can_report
from wenqu.quality.reporting.queries import Line, chains, happening_in, report_in, yearly
from wenqu.quality.views.common import county_asked, shell, year_asked


@needs(Right.QUALITY)
def reports(request: Any) -> HttpResponse:
    """The reports of a county: of the year, and after what happened. Whoever sees the county whole sees them."""
    county = county_asked(request, request.area)
    return _page(request, county) if county is None or request.area.covers(county.path) else redirect("quality:calendar")


def _page(request: Any, county: Division | None, status: int = 200, **tried: Any) -> HttpResponse:
    year, at = year_asked(request), timezone.now()
    context = shell(request, request.area, county, year)
    if county is None:
        return render(request, "quality/reports.html", context, status=status)
    rows = adopted(county.path, year)
    refusal = why_not(check_can_report, county, request.area)
    of_year, of_events = yearly(rows, county.path, year), chains(county.path, year)
    proofs = evidence_of_each(f"report:{made.pk}" for line in [*of_year, *(line for chain in of_events for line in chain.lines)] for made in line.made)

    def told(line: Line) -> dict[str, Any]:
        name = _name(line)
        form = None if refusal is not None else tried.get(name) or ReportForm(line=line)
        return {"line": line, "state": line.owed.state(at), "at": at, "form": form, "tried": name in tried,
                "made": [(made, proofs[f"report:{made.pk}"]) for made in line.made], "of": line.happening.pk if line.happening is not None else ""}

    happening = tried.get("happening") or HappeningForm(adoptions=rows)
    return render(request, "quality/reports.html", context | {
        "adopted": bool(rows), "yearly": [told(line) for line in of_year], "chains": [(chain, [told(line) for line in chain.lines]) for chain in of_events], "refusal": refusal,
        "happening": happening if refusal is None and happening.offers else None, "tried": set(tried),
        "sees_files": request.area.whole.may(Right.PROBLEMS).covers(county.path)}, status=status)


def _name(line: Line) -> str:
    return f"{line.pack.id}.{line.rule.id}.{line.happening.pk if line.happening is not None else ''}"


@needs(Right.QUALITY_POINTS)
@require_POST
def happened(request: Any) -> HttpResponse:
    """Something happened that makes reports due."""
    county = _county(request)
    form = HappeningForm(request.POST, adoptions=adopted(county.path, year_asked(request)))
    if form.is_valid():
        pack_id, _dot, event = form.cleaned_data["what"].partition(".")
        try:
            row = tell_happening(division=county, pack_id=pack_id, event=event, on=form.cleaned_data["on"], words=form.cleaned_data["words"], key=form.cleaned_data["key"],
                                 area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已登记；报告的时限从发生时间算起"))
            return redirect(_back(county, timezone.localtime(row.on).year))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    check_can_report(county, request.area)
    return _page(request, county, 400, happening=form)


@needs(Right.QUALITY_POINTS)
@takes_files
@require_POST
def reported(request: Any) -> HttpResponse:
    """A report was made."""
    county, year = _county(request), year_asked(request)
    check_can_report(county, request.area)
    line = _line(request, county, year)
    form = ReportForm(request.POST, request.FILES, line=line)
    if form.is_valid():
        try:
            files = receive_all(form.cleaned_data["evidence"])
            tell_report(division=county, happening=line.happening, pack_id=line.pack.id, year=None if line.happening is not None else year, rule=line.rule.id, told=form.told, files=files,
                        key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已登记报告"))
            return redirect(_back(county, year))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, county, 400, **{_name(line): form})


def _line(request: Any, county: Division, year: int) -> Line:
    """The report that a form is about; 404 for one that no plan asks for."""
    rule, of = request.POST.get("rule", ""), number_in(request.POST.get("happening", ""))
    pack_id, _dot, name = rule.partition(".")
    if of is not None:
        happening = happening_in(request.area, of)
        lines = [line for chain in chains(county.path, timezone.localtime(happening.on).year) if chain.happening.pk == of for line in chain.lines]
    else:
        lines = yearly(adopted(county.path, year), county.path, year)
    found = next((line for line in lines if (line.pack.id, line.rule.id) == (pack_id, name)), None)
    if found is None:
        raise Missing("no_such_row", "report:?")
    return found


@needs(Right.QUALITY_POINTS)
@require_POST
def unhappened(request: Any, pk: int) -> HttpResponse:
    """Take back what was told that happened."""
    return _withdrawn(request, happening_in(request.area, pk), "happening", withdraw_happening)


@needs(Right.QUALITY_POINTS)
@require_POST
def unreported(request: Any, pk: int) -> HttpResponse:
    """Take back what was told of a report."""
    return _withdrawn(request, report_in(request.area, pk), "report", withdraw_report)


def _withdrawn(request: Any, row: Any, name: str, action: Any) -> HttpResponse:
    form = WhyForm(request.POST, auto_id=False)
    if form.is_valid():
        action(**{name: row}, why=form.cleaned_data["why"], area=request.area, by=request.user, at=timezone.now())
        messages.success(request, _("已撤回；原来的登记保留可查"))
    else:
        check_can_report(row.division, request.area)
        messages.error(request, _("请写明撤回的原因"))
    return redirect(_back(row.division, year_asked(request)))


def _county(request: Any) -> Division:
    county = county_asked(request, request.area)
    if county is None:
        raise Missing("no_such_row", "division:?")
    return county


def _back(county: Division, year: int) -> str:
    return f"{reverse('quality:reports')}?county={county.pk}&year={year}"
