"""The bar by which a page is asked for an earlier day, and which says plainly that it is one."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from wenqu.kit.moments import moment_of

register = template.Library()
# Where a page of a list begins is of today's list.
_PLACES = {"at", "before", "after"}


@register.inclusion_tag("web/_moment.html", takes_context=True)
def moment_bar(context: dict[str, Any], today: str = "") -> dict[str, Any]:
    """`today` says what of the page is not as of the day asked for."""
    request = context["request"]
    query = request.GET.copy()
    for name in _PLACES:
        query.pop(name, None)
    return {
        "moment": moment_of(request), "back": f"{request.path}?{query.urlencode()}" if query else request.path, "kept": list(query.items()),
        "latest": f"{timezone.localdate():%Y-%m-%d}", "today": today,
    }
