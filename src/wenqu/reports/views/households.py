"""The list of households of a division, by grade."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.places import paths
from wenqu.places.crumbs import crumbs_of
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.queries import children, division_in, names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division
from wenqu.reports import dashboard
from wenqu.reports.household_list import PAGE, Cursor, Filters, Page, kinds_of, page_of, total_of
from wenqu.reports.labels import GRADE_LABELS, INDICATOR_LABELS, OVERALL_LABELS


@needs(Right.HOUSEHOLDS)
def household_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    asked = request.GET.get("area", "")
    division = division_in(area, asked) if asked else home_division(area)
    if division is None:
        return render(request, "reports/no_duty.html")
    filters = Filters.read(request.GET)
    after = Cursor.read(request.GET.get("after", ""))
    page = page_of(division.path, filters, after)
    note_look(
        request, "list_households", path=division.path, page=str(after or ""), rows=len(page.rows), overall=filters.overall,
        indicator=filters.indicator, grade=filters.grade,
    )
    run = dashboard.run_for(division.path, "")
    own, _by_division = dashboard.tallies(division, run)
    context = {
        "division": division, "crumbs": crumbs_of(division.path, area, here=division), "filters": filters, "run": run,
        "rows": _with_places(page), "places": list(children(division)), "up": _parent_in(division, area),
        "kinds": kinds_of(division.path), "glass": bool(area.may(Right.GLASS).paths), "looks": bool(area.may(Right.AUDIT).paths),
        "overall_labels": OVERALL_LABELS, "indicator_labels": INDICATOR_LABELS, "grade_labels": GRADE_LABELS,
        "pager": pager(request.GET, "after", page.next, _note(page, after, total_of(own, filters))),
    }
    return render(request, "reports/households.html", context)


def _with_places(page: Page) -> list[dict]:
    names = names_of({row.path for row in page.rows})
    return [{"household": row, "place": names.get(row.path, "")} for row in page.rows]


def _parent_in(division: Division, area: Area) -> int | None:
    if division.parent_id is not None and area.covers(division.path[: -paths.STEP]):
        return division.parent_id
    return None


def _note(page: Page, after: Cursor | None, total: int | None) -> str:
    if total is not None:
        text = ngettext("共 %(total)s 户（按最近一次评价）", "共 %(total)s 户（按最近一次评价）", total) % {"total": number_format(total, force_grouping=True)}
        return text + (_("，每页 %(size)s 户") % {"size": PAGE} if page.next or after else "")
    shown = len(page.rows)
    if page.next is not None:
        return _("本页 %(shown)s 户，后面还有") % {"shown": shown}
    return _("本页 %(shown)s 户，已到末尾") % {"shown": shown}
