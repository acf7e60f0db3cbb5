"""What the shell of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from wenqu.places.scope import NOWHERE, home_division

# (view name, url prefix that marks it as the current one)
NAV = (
    ("reports:home", "/area/"),
    ("reports:households", "/households/"),
    ("schemes:list", "/schemes/"),
    ("ledger:list", "/problems/"),
    ("registers:list", "/imports/"),
    ("exports:list", "/exports/"),
    ("judging:runs", "/runs/"),
    ("jobs:list", "/jobs/"),
    ("judging:packs", "/packs/"),
)


def _labels() -> dict[str, str]:
    return {
        "reports:home": _("首页"), "reports:households": _("农户"), "schemes:list": _("供水工程"),
        "ledger:list": _("问题台账"), "registers:list": _("导入"), "exports:list": _("导出"),
        "judging:runs": _("评价"), "jobs:list": _("任务"), "judging:packs": _("规则"),
    }


def _nav(path: str) -> list[dict[str, Any]]:
    labels = _labels()
    items = []
    for name, prefix in NAV:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = path.startswith(prefix) or (path == "/" and url == "/")
        items.append({"url": url, "label": labels[name], "current": current})
    return items


def shell(request: HttpRequest) -> dict[str, Any]:
    area = getattr(request, "area", NOWHERE)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"area": area, "nav": [], "area_division": None}
    return {"area": area, "nav": _nav(request.path), "area_division": home_division(area)}
