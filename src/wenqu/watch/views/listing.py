"""The watch list, and what waits for whoever looks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.places.permissions import needs
from wenqu.places.queries import children, division_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division
from wenqu.watch.listing import desk as desks
from wenqu.watch.listing import queries
from wenqu.watch.listing.alarms import ALARMS
from wenqu.watch.views.national import both

STATES = [(queries.ON, gettext_lazy("在监测中")), (queries.OFF, gettext_lazy("已消除风险")), (queries.EVERY, gettext_lazy("全部"))]
TABS = [(desks.MINE, gettext_lazy("待我岗位办理")), (desks.LATE, gettext_lazy("逾期")), (desks.DEBT, gettext_lazy("先行帮扶欠补")), (desks.OPEN, gettext_lazy("全部办理中"))]


@needs(Right.WATCH)
def watch_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    asked = request.GET.get("area", "")
    division = division_in(area, asked) if asked else home_division(area)
    if division is None:
        return render(request, "watch/list.html", {"rows": []})
    filters, before = queries.Filters.read(request.GET), number_in(request.GET.get("before", ""))
    rows, following = queries.page_of(division.path, area, filters, before, timezone.localdate())
    note_look(request, "list_watched", path=division.path, page=before, rows=len(rows), state=filters.state, kind=filters.kind, cause=filters.cause, alarm=filters.alarm)
    kinds, causes = queries.choices_of(area)
    context: dict[str, Any] = {
        "division": division, "places": list(children(division)), "up": queries.above(division, area), "filters": filters, "rows": rows,
        "counts": queries.counts_of(division.path, area), "kinds": kinds, "causes": causes, "states": STATES, "alarms": ALARMS.items(), "may_export": bool(both(area.whole).paths),
        "pager": pager(request.GET, "before", following, _("已到末尾") if following is None else _("每页 %(size)s 户") % {"size": queries.PAGE}),
    }
    return render(request, "watch/list.html", context)


@needs(Right.WATCH)
def desk(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    tab, today = request.GET.get("tab", ""), timezone.localdate()
    tab = tab if tab in desks.TABS else desks.MINE
    rows = desks.shown(desks.rows_for(tab, area, today), area, request.user, today)  # type: ignore[arg-type]
    note_look(request, "view_watch_desk", paths=area.paths, tab=tab, rows=len(rows))
    counts = desks.tab_counts(area, today)
    context = {"alarms": [(name, ALARMS[name], number) for name, number in queries.alarm_counts(area, today).items()], "rows": rows, "tab": tab, "today": today, "most": desks.MOST, "total": counts[tab], "tabs": [(key, label, counts[key]) for key, label in TABS]}
    return render(request, "watch/desk.html", context)
