"""What a county works by: the duty pack with every number and its source, and the form that sets a new one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenqu.kit.days import day_of
from wenqu.kit.languages import in_english
from wenqu.kit.refusal import Refused, why_not
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.deadlines.permissions import check_can_set_profile
from wenqu.ledger.deadlines.queries import pack_now, pack_of, profile_for, profiles_of
from wenqu.ledger.deadlines.showing import lines_of, read_numbers, word_shown
from wenqu.places import levels, paths
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.duties import DutyPack, duty_pack, duty_pack_ids


@needs(Right.PROBLEMS)
@require_http_methods(["GET", "HEAD", "POST"])
def duty_profile(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    counties = _counties(area)
    county = next((each for each in counties if str(each.pk) == request.GET.get("county", "")), counties[0] if counties else None)
    if county is None:
        return render(request, "ledger/duties.html", {"county": None})
    if request.method != "POST":
        return _page(request, county, counties)
    try:
        profile = set_duty_profile(
            division=county, pack_id=request.POST.get("pack", ""), numbers=_numbers(request.POST), document=request.POST.get("document", ""),
            from_on=_day(request.POST.get("from_on", "")), area=area, by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )
    except Refused as refusal:
        if refusal.code in {"wrong_role", "outside_area"}:
            raise
        return _page(request, county, counties, refusal)
    messages.success(request, _("已设定：%(pack)s，自 %(day)s 起用；正在计时的期限不变") % {"pack": _name(duty_pack(profile.pack_id)), "day": profile.from_on.isoformat()})
    return redirect(f"{request.path}?county={county.pk}")


def _counties(area: Area) -> list[Division]:
    """The counties whose people one is, or that lie in the area; everybody of a county may read what it works by."""
    above = {paths.county_of(path) for path in area.paths if len(path) >= paths.COUNTY}
    wide = [path for path in area.paths if len(path) < paths.COUNTY]
    found = list(Division.objects.filter(path__in=above, level=levels.Level.COUNTY).order_by("path"))
    for path in wide:
        found += Division.objects.filter(path__gte=path, path__lt=paths.after(path), level=levels.Level.COUNTY).order_by("path")[:200]
    return found


def _numbers(given: Any) -> dict[str, Any]:
    chosen = given.get("pack", "")
    if chosen not in duty_pack_ids():
        return {}
    return dict(read_numbers(duty_pack(chosen), {name: given[name] for name in given if name[:2] in {"v.", "u."}}))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("day_missing", _("请填写起用日期")) from None


def _page(request: HttpRequest, county: Division, counties: list[Division], refusal: Refused | None = None) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    today = day_of(timezone.now())
    profile = profile_for(county.path, today)
    now = pack_of(profile)
    may = why_not(check_can_set_profile, county, area)
    asked = request.POST.get("pack", "") or request.GET.get("pack", "")
    chosen = asked if asked in duty_pack_ids() else ""
    coming = pack_now(profile) if profile else None
    context: dict[str, Any] = {
        "newer": profile is not None and coming is not None and coming.digest != profile.digest,
        "county": county, "counties": counties if len(counties) > 1 else [], "profile": profile, "pack": now, "pack_name": _name(now), "today": today,
        "lines": [{"line": line, "word": word_shown(line)} for line in lines_of(now)], "missing": len(now.missing), "may": may, "refusal": refusal,
        "packs": [(each, _name(duty_pack(each))) for each in duty_pack_ids()], "chosen": chosen, "history": profiles_of(county.path),
        "given": {"document": request.POST.get("document", profile.document if profile else ""), "from_on": request.POST.get("from_on", "") or today.isoformat()},
    }
    if chosen:
        context["form_lines"] = _form_lines(request, chosen, profile)
        context["notes"] = duty_pack(chosen).notes
    return render(request, "ledger/duties.html", context, status=409 if refusal else 200)


def _form_lines(request: HttpRequest, chosen: str, profile: Any) -> list[dict[str, Any]]:
    """The lines of the form: with what was sent and refused, else what the county has filled in before, else the pack's own."""
    filled = pack_now(profile) if request.method != "POST" and profile is not None and profile.pack_id == chosen else None
    pack = filled or duty_pack(chosen)
    return [
        {"line": line, "value": request.POST.get(line.field, "" if line.value is None else str(line.value)), "unit": request.POST.get(line.unit_field, line.unit)}
        for line in lines_of(pack)
    ]


def _name(pack: DutyPack) -> str:
    return pack.en if in_english() else pack.zh
