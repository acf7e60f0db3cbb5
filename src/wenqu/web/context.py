"""What the shell of every page needs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from wenqu.ledger.alarms.queries import standing
from wenqu.people.notices import unread_count
from wenqu.places.rights import Right
from wenqu.places.scope import NOWHERE, Area, home_division
from wenqu.reports.views.desk import has_desk
from wenqu.web.returning import without_numbers

# (view name, url prefix that marks it as the current one, the right without which it is not offered)
DESK = (("reports:home", "/", None), ("reports:own", "/area/", Right.FIGURES))
# The first entry of whoever has no desk: their home is the figures.
FIGURES = (("reports:home", "/area/", Right.FIGURES),)
NAV = (
    ("reports:households", "/households/", Right.HOUSEHOLDS),
    ("schemes:list", "/schemes/", Right.SCHEMES),
    ("ledger:list", "/problems/", Right.PROBLEMS),
    ("reports:fixed", "/fixed/", Right.FIGURES),
    ("ledger:report", "/problems/report/", Right.REPORT),
    ("alarms:list", "/alarms/", Right.PROBLEMS),
    ("ledger:duties", "/problems/duties/", Right.DUTIES),
    ("books:list", "/books/", Right.COMPARE),
    ("survey:rounds", "/survey/", Right.ROUNDS),
    ("survey:records", "/survey/records/", Right.INTAKE),
    ("survey:phones", "/survey/phones/", Right.FIELD),
    ("registers:list", "/imports/", Right.JOBS),
    ("exports:list", "/exports/", Right.EXPORT),
    ("judging:runs", "/runs/", Right.FIGURES),
    ("jobs:list", "/jobs/", Right.JOBS),
    ("people:list", "/people/", Right.PEOPLE),
    ("audit:list", "/audit/", Right.AUDIT),
    ("query:ask", "/query/", Right.QUERY),
    ("judging:packs", "/packs/", None),
)


def _labels() -> dict[str, str]:
    return {
        "reports:home": _("今日待办"), "reports:own": _("总览"), "ledger:report": _("登记反映"), "alarms:list": _("区域警报"),
        "ledger:duties": _("责任与期限"), "reports:households": _("农户"), "schemes:list": _("供水工程"),
        "ledger:list": _("问题台账"), "reports:fixed": _("发现与整改"), "books:list": _("双台账"), "survey:rounds": _("入户调查"), "survey:records": _("调查记录"), "survey:phones": _("调查手机"), "registers:list": _("导入"), "exports:list": _("导出"),
        "judging:runs": _("评价"), "jobs:list": _("任务"), "people:list": _("人员"), "audit:list": _("审计"),
        "query:ask": _("部门核查"), "judging:packs": _("规则"),
    }


def nav_of(path: str, whole: Area) -> list[dict[str, Any]]:
    """The menu of a person: only what their duties let them open."""
    labels = _labels()
    items = []
    for name, prefix, right in (*(DESK if has_desk(whole) else FIGURES), *NAV):
        if right and whole.paths and not whole.may(right).paths:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        items.append({"url": url, "label": labels[name] if (name, prefix) != FIGURES[0][:2] else _("首页"), "prefix": prefix, "current": False})
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
