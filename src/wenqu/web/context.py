"""What the shell of every page needs."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenqu.ledger.alarms.queries import standing
from wenqu.ledger.desk.queries import has_desk
from wenqu.people.notices import unread_count
from wenqu.places.rights import Right
from wenqu.places.scope import NOWHERE, Area, home_division
from wenqu.web.returning import without_numbers


class Entry(NamedTuple):
    """A line of the menu: the prefix of addresses that marks it as the current one, the right without which it is not offered."""

    view: str
    prefix: str
    right: Right | None
    label: Promise


DESK = (Entry("reports:home", "/", None, _("今日待办")), Entry("reports:own", "/area/", Right.FIGURES, _("总览")))
# The first entry of whoever has no desk: their home is the figures.
FIGURES = (Entry("reports:home", "/area/", Right.FIGURES, _("首页")),)
NAV = (
    Entry("reports:households", "/households/", Right.HOUSEHOLDS, _("农户")),
    Entry("schemes:list", "/schemes/", Right.SCHEMES, _("供水工程")),
    Entry("ledger:list", "/problems/", Right.PROBLEMS, _("问题台账")),
    Entry("reports:fixed", "/fixed/", Right.FIGURES, _("发现与整改")),
    Entry("ledger:report", "/problems/report/", Right.REPORT, _("登记反映")),
    Entry("alarms:list", "/alarms/", Right.PROBLEMS, _("区域告警")),
    Entry("ledger:duties", "/problems/duties/", Right.DUTIES, _("责任与期限")),
    # Whoever acts begins at the desk, whoever only sees the list there; its pages have tabs of their own.
    Entry("watch:desk", "/watch/", Right.WATCH_ACT, _("防返贫监测")),
    Entry("watch:list", "/watch/", Right.WATCH, _("防返贫监测")),
    Entry("quality:calendar", "/quality/", Right.QUALITY, _("水质监测")),
    Entry("books:list", "/books/", Right.COMPARE, _("双台账")),
    Entry("changes:list", "/changes/", Right.CHANGE, _("农户变更")),
    Entry("survey:rounds", "/survey/", Right.ROUNDS, _("入户调查")),
    Entry("survey:records", "/survey/records/", Right.INTAKE, _("调查记录")),
    Entry("survey:phones", "/survey/phones/", Right.FIELD, _("调查手机")),
    Entry("registers:list", "/imports/", Right.JOBS, _("导入")),
    Entry("exports:list", "/exports/", Right.EXPORT, _("导出")),
    Entry("judging:runs", "/runs/", Right.FIGURES, _("评价")),
    Entry("jobs:list", "/jobs/", Right.JOBS, _("任务")),
    Entry("people:list", "/people/", Right.PEOPLE, _("人员")),
    Entry("audit:list", "/audit/", Right.AUDIT, _("审计")),
    Entry("query:ask", "/query/", Right.QUERY, _("部门核查")),
    Entry("judging:packs", "/packs/", None, _("规则")),
)


def nav_of(path: str, whole: Area) -> list[dict[str, Any]]:
    """The menu of a person: only what their duties let them open, and the first of several ways in of one name."""
    items: list[dict[str, Any]] = []
    for entry in (*(DESK if has_desk(whole) else FIGURES), *NAV):
        if entry.right and whole.paths and not whole.may(entry.right).paths:
            continue
        if any(item["label"] == entry.label for item in items):
            continue
        try:
            url = reverse(entry.view)
        except NoReverseMatch:
            continue
        items.append({"url": url, "label": entry.label, "prefix": entry.prefix, "current": False})
    _mark(items, path)
    return items


def _mark(items: list[dict[str, Any]], path: str) -> None:
    """Say of the longest fitting prefix that one is there: the pages of a room lie below its first one."""
    fitting = [item for item in items if path == item["url"] or item["prefix"] != "/" and path.startswith(item["prefix"])]
    if fitting:
        max(fitting, key=lambda item: (path == item["url"], len(item["prefix"])))["current"] = True


def shell(request: Any) -> dict[str, Any]:
    area = getattr(request, "area", NOWHERE)
    user: Any = getattr(request, "user", None)
    here = without_numbers(request.get_full_path())
    if user is None or not user.is_authenticated or getattr(request, "waits_for", None):
        return {"area": area, "nav": [], "area_division": None, "demo": settings.DEMO, "here": here}
    # Counted only where the bell is drawn, once a page.
    unread = cache(lambda: unread_count(user))
    return {
        "here": here, "demo": settings.DEMO, "unread_notices": unread, "area": area, "nav": nav_of(request.path, area.whole), "area_division": home_division(area),
        "standing_alarms": cache(lambda: standing(area.whole.may(Right.PROBLEMS), most=3)),
        "may_search": bool(area.whole.may(Right.HOUSEHOLDS).paths),
    }
