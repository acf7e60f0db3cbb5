"""The list of schemes, the page of one, and whom it serves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.registry import panels_for
from wenqu.places import paths
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.queries import children, division_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division
from wenqu.schemes import queries
from wenqu.schemes.models import SchemeClass


@needs(Right.SCHEMES)
def scheme_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    asked = request.GET.get("area", "")
    division = division_in(area, asked) if asked else home_division(area)
    if division is None:
        return render(request, "schemes/list.html", {"rows": []})
    chosen, gaps = request.GET.get("class", ""), request.GET.get("gaps", "") == "1"
    rows, following = queries.scheme_rows(division.path, area, chosen, gaps, _cursor(request.GET.get("after", "")))
    up = area.covers(division.path[: -paths.STEP]) and division.parent_id
    context = {
        "division": division, "rows": rows, "places": list(children(division)), "up": up or None,
        "classes": SchemeClass.choices, "chosen_class": chosen, "only_gaps": gaps,
        "pager": pager(request.GET, "after", "-".join(map(str, following)), _("每页 %(size)s 处") % {"size": queries.PAGE}) if following
        else pager(request.GET, "after", None, _("已到末尾")),
    }
    return render(request, "schemes/list.html", context)


def _cursor(text: str) -> tuple[str, int] | None:
    path, _sep, pk = text.partition("-")
    if path.isdecimal() and pk.isdecimal() and text.replace("-", "").isascii() and len(text) < 60:
        return path, int(pk)
    return None


@needs(Right.SCHEMES)
def scheme_page(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    scheme = queries.scheme_in(area, pk)
    note_look(request, "view_scheme", subject=f"scheme:{scheme.pk}", path=scheme.path)
    households, people = queries.served_counts([scheme.pk], area).get(scheme.pk, (0, 0))
    context = {
        "scheme": scheme, "households": households, "people": people,
        "crumbs": crumbs_of(scheme.path, area),
        "responsibilities": queries.responsibilities_of(scheme),
        "villages": queries.villages_served(scheme, area),
        "may_list": bool(area.whole.may(Right.HOUSEHOLDS).paths), "may_figures": bool(area.whole.may(Right.FIGURES).paths),
        "panels": panels_for("scheme", scheme, request),
    }
    return render(request, "schemes/scheme.html", context)


@needs(Right.HOUSEHOLDS)
def served_households(request: HttpRequest, pk: int) -> HttpResponse:
    """The households of a scheme: takes the right to see households, and the scheme itself must be one that may be seen."""
    area: Area = request.area  # type: ignore[attr-defined]
    scheme = queries.scheme_in(area.whole.may(Right.SCHEMES), pk)
    began = number_in(request.GET.get("after", "")) or 0
    rows, following = queries.households_served(scheme, area, began)
    note_look(request, "list_scheme_households", subject=f"scheme:{scheme.pk}", path=scheme.path, page=began or None, rows=len(rows))
    return render(request, "schemes/served.html", {"scheme": scheme, "rows": rows, "pager": pager(request.GET, "after", following)})
